"""The office as an ASGI application, to be mounted by the store under its path.

Flet runs in server mode: the browser draws, everything else happens here. The application needs
`flet_web.fastapi.app_manager.start()` and `shutdown()` in the lifespan of whoever mounts it,
because a mounted application has no lifespan of its own.
"""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

import flet as ft
import flet_web.fastapi as flet_fastapi
from starlette.types import ASGIApp

from app import theme
from app.i18n import DEFAULT, Words
from app.office.keyboard import Keyboard
from app.office.models.session import Session
from app.office.page import Guarded, prepare_page
from app.office.screens.office_app import Doors, OfficeApp
from app.office.tray import MAX_FILE_BYTES, PageTray
from sync.central.desk import Desk

SESSION_S = 30 * 60
"""How long a closed browser may come back to where it was, still logged in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeServices:
    desk: Desk
    language: str = DEFAULT


def create_office(services: OfficeServices) -> ASGIApp:
    """Files for the page are made in a folder that goes when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="rundan-office-"))
    flet_fastapi.app_manager.add_temp_dir(str(folder))
    languages = prepare_page(folder / "page")

    uploads = folder / "uploads"
    uploads.mkdir()

    async def main(page: ft.Page) -> None:
        open_office(page, services, languages, uploads)

    office: ASGIApp = flet_fastapi.app(
        main,
        no_cdn=True,
        assets_dir=str(folder / "page"),
        upload_dir=str(uploads),
        max_upload_size=MAX_FILE_BYTES,
        secret_key=secrets.token_urlsafe(32),
        app_name="Rundan – kontoret",
        app_short_name="Rundan",
        app_description="Granska, godkänn och följ felanmälningar",
        session_timeout_seconds=SESSION_S,
    )
    return Guarded(office)


def open_office(
    page: ft.Page, services: OfficeServices, languages: list[str], uploads: Path
) -> None:
    session = Session(
        desk=services.desk,
        words=Words(services.language),
        languages=languages,
        width_px=float(page.width or 1280),
    )
    doors = Doors(session, PageTray(page, uploads))
    keyboard = Keyboard(doors)

    def resized(event: ft.PageResizeEvent) -> None:
        session.resized(event.width)

    page.title = session.words("office.title")
    page.theme = page.dark_theme = theme.theme()
    page.theme_mode = ft.ThemeMode.SYSTEM
    page.padding = 0
    page.on_resize = resized
    page.on_keyboard_event = keyboard.pressed
    page.on_disconnect = doors.away
    page.on_connect = doors.back
    page.on_close = doors.leave
    page.render(OfficeApp, session, doors)
