"""The front door of the field app: it alone knows which side of each device it runs on."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flet as ft

from app.device.camera import FletCamera
from app.device.connectivity import AskLink, native_link, page_link
from app.device.faults import keep_drawing, survive_faults
from app.device.late_answers import tolerate_late_answers
from app.device.location import FletLocation
from app.device.page import is_in_page, on_page_event, page_call
from app.device.permissions import AskPermission, native_permission, page_permission
from app.device.photo.codec import PhotoCodec
from app.device.picker import Picker
from app.device.room import AskRoom, native_room, page_room
from app.device.sharing import NativeSharing, PageSharing, Sharing
from app.device.signals import Signals, native_signals, page_signals
from app.device.storage.protocol import Storage
from app.device.tiles import MapTiles
from app.field.log_ring import LogRing, listen
from app.field.look import Look
from app.field.models.app_model import AppModel
from app.field.models.enrol_model import CODE_LENGTH
from app.field.screens.app_screen import AppScreen
from app.field.services import Services
from app.i18n import Words, best_language
from app.page_look import page_look
from sync.client.transport import Transport

log = logging.getLogger(__name__)

AFTER_THE_FIRST_SCREEN_S = 2.0


def now() -> datetime:
    """The phone's wall clock: the only place where the field app reads it."""
    return datetime.now(UTC)


async def main(page: ft.Page) -> None:
    page.title = "Rundan"
    page.padding = 0
    show_look = page_look(page)
    ring = LogRing(now)
    listen(ring)
    url, languages, build = await _opened_as(page)
    words = Words(best_language(languages))
    await show_look(Look(language=words.language))

    async def push_path(path: str) -> None:
        await page.push_route(path)

    async def route_changed(event: ft.RouteChangeEvent) -> None:
        await model.went_to(event.route)

    model = AppModel(
        _opener(_base_url(url)),
        words,
        code_in(url),
        push_path,
        show_look,
        ring,
        build,
        _load_anew if is_in_page() else None,
    )
    survive_faults(page, model.fault, model.damage_noticed)
    model.resized(page.width or 0)
    page.on_resize = lambda event: model.resized(event.width)
    page.on_route_change = route_changed
    if is_in_page():
        on_page_event(_page_events(page, model))
    page.render(AppScreen, model, model.pages)
    if is_in_page():
        page.run_task(_read_what_a_round_needs)


async def _read_what_a_round_needs() -> None:
    """While the first screen is looked at, so that nobody waits for it when a round begins."""
    await asyncio.sleep(AFTER_THE_FIRST_SCREEN_S)
    from app.field.models import round_model
    from app.field.screens import round_screen

    log.debug("read: %s, %s", round_model.__name__, round_screen.__name__)


def code_in(url: str) -> str:
    """The enrolment code of a link: …/#/anslut/ABC234, …/anslut/ABC234 or …/?kod=ABC234."""
    parts = urlsplit(url)
    for path in (parts.fragment, parts.path):
        steps = [step for step in path.split("/") if step]
        if len(steps) == 2 and steps[0] == "anslut":
            return _tidy(steps[1])
    return _tidy(parse_qs(parts.query).get("kod", [""])[0])


def _tidy(code: str) -> str:
    return "".join(letter for letter in code if letter.isalnum())[:CODE_LENGTH]


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def _opened_as(page: ft.Page) -> tuple[str, list[str], str]:
    """The address, the person's languages (the best liked first), the build; both in a browser."""
    if is_in_page():
        state: dict[str, Any] = await page_call("page_state")
        languages = [str(tag) for tag in state["languages"]]
        return str(state["url"]), languages, str(state["build"])
    return os.environ.get("RUNDAN_STORE", page.url or "http://127.0.0.1:8000"), [], ""


def _opener(base_url: str) -> Callable[[], Awaitable[Services]]:
    """Opens the phone's storage, and builds what the models work with, when it is called."""
    camera, location = FletCamera(), FletLocation(now)

    async def open_services() -> Services:
        # Imported when the first screen is up already: they are not what it waits for.
        from app.device.storage.errors import StorageError
        from app.field.opening import DatabaseDamaged, open_database, sealed
        from app.field.reserve import with_reserve
        from sync.client.recorder import Recorder
        from sync.client.walk_store import WalkStore

        side = await _browser_side(base_url) if is_in_page() else _native_side(base_url)
        await side.storage.open()
        try:
            local = await open_database(side.storage, now)
        except DatabaseDamaged as damage:
            damage.rescue.sharing = side.sharing
            raise  # with the storage open: the rescue works on it
        except StorageError:
            await side.storage.close()  # or the next try would find Rundan open already
            raise
        return Services(
            storage=side.storage,
            local=local,
            walk=WalkStore(local),
            recorder=Recorder(
                local=local,
                flush=sealed(local, side.storage),
                keep=partial(with_reserve, side.storage),
            ),
            codec=side.codec,
            picker=side.picker,
            camera=camera,
            location=location,
            transport=side.transport,
            base_url=base_url,
            now=now,
            random=secrets.token_bytes,
            persist=_persist,
            signals=side.signals,
            ask_link=side.ask_link,
            ask_room=side.ask_room,
            ask_permission=side.ask_permission,
            tiles=side.tiles,
            sharing=side.sharing,
        )

    return open_services


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What is one thing in the browser and another in a packaged app."""

    storage: Storage
    codec: PhotoCodec
    picker: Picker
    transport: Transport
    signals: Signals
    ask_link: AskLink
    ask_room: AskRoom
    ask_permission: AskPermission
    tiles: MapTiles
    sharing: Sharing


async def _browser_side(base_url: str) -> Side:
    from app.device.browser_tiles import BrowserTiles
    from app.device.photo.browser import CanvasCodec
    from app.device.picker import PagePicker
    from app.device.storage.browser import BrowserStorage
    from app.device.transport.browser import BrowserTransport

    return Side(
        storage=BrowserStorage(),
        codec=CanvasCodec(),
        picker=PagePicker(),
        transport=BrowserTransport(),
        signals=page_signals(),
        ask_link=page_link,
        ask_room=page_room,
        ask_permission=page_permission,
        tiles=BrowserTiles(base_url),
        sharing=PageSharing(),
    )


def _native_side(base_url: str) -> Side:
    from app.device.native_tiles import NativeTiles
    from app.device.photo.native import PillowCodec
    from app.device.picker import FletPicker
    from app.device.storage.native import NativeStorage
    from app.device.transport.native import NativeTransport

    folder = Path(os.environ.get("FLET_APP_STORAGE_DATA", "phone"))
    transport = NativeTransport()
    return Side(
        storage=NativeStorage(folder),
        codec=PillowCodec(),
        picker=FletPicker(),
        transport=transport,
        signals=native_signals(),
        ask_link=native_link(),
        ask_room=native_room(folder),
        ask_permission=native_permission,
        tiles=NativeTiles(folder / "tiles", base_url, transport),
        sharing=NativeSharing(folder / "shared"),
    )


async def _load_anew() -> None:
    await page_call("reload")


async def _persist() -> bool:
    """Files of a packaged app are kept without asking."""
    return bool(await page_call("persist")) if is_in_page() else True


def _page_events(page: ft.Page, model: AppModel) -> Callable[[str, Any], None]:
    def happened(name: str, detail: Any) -> None:
        if name in ("online", "visible") and detail:
            model.network_is_back()
        if name == "visible":
            model.seen(bool(detail))
        if name == "languages":
            page.run_task(model.phone_speaks, best_language([str(tag) for tag in detail]))

    return happened


if __name__ == "__main__":
    tolerate_late_answers()
    keep_drawing()
    ft.run(main)
