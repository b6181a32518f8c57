"""What every screen has around it: title, what waits, help; and the column it stands in."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app import theme
from app.field.models.app_model import AppModel, Phase
from app.field.models.sync_model import SyncModel
from app.i18n import Words
from app.widgets.buttons import icon_button, quiet_button
from sync.client.errors import NotReached


def screen(
    bar: ft.Control, body: ft.Control, bottom: ft.Control | None = None, *, scrolls: bool = True
) -> ft.Control:
    """bar above, body between (scrolling), bottom fixed; a column on wide screens."""
    middle = (
        ft.Column(
            expand=True,
            scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[ft.Container(padding=theme.EDGE, content=body)],
        )
        if scrolls
        else ft.Container(expand=True, content=body)
    )
    parts = [bar, middle] + ([] if bottom is None else [bottom])
    return ft.SafeArea(
        expand=True,
        content=ft.Row(
            expand=True,
            alignment=ft.MainAxisAlignment.CENTER,
            controls=[
                ft.Column(
                    expand=True,
                    spacing=0,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                    controls=parts,
                )
            ],
        ),
    )


def bar(
    title: str,
    model: AppModel,
    words: Words,
    *,
    leading: ft.Control | None = None,
    has_help: bool = True,
) -> ft.Control:
    """has_help: False on the help screen alone; everywhere else it is one tap away."""
    row: list[ft.Control] = [] if leading is None else [leading]
    row.append(
        ft.Semantics(
            header=True,
            expand=True,
            content=ft.Text(
                title,
                size=20,
                weight=ft.FontWeight.W_600,
                max_lines=2,
                overflow=ft.TextOverflow.ELLIPSIS,
            ),
        )
    )
    if has_help:
        row.append(
            icon_button(
                ft.Icons.HEALTH_AND_SAFETY_OUTLINED, words("help.open"), model.open_help, key="help"
            )
        )
    parts: list[ft.Control] = [
        ft.Container(
            padding=ft.Padding.only(left=theme.EDGE, right=8, top=8, bottom=4),
            content=ft.Row(controls=row, spacing=8),
        )
    ]
    if model.sync is not None and model.phase in (Phase.HOME, Phase.ROUND):
        parts.append(SyncLine(model.sync, model.enrol_again, words))
    return ft.Container(
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        content=ft.Column(
            spacing=0, controls=parts, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        ),
    )


@ft.component
def SyncLine(sync: SyncModel, enrol_again: Callable[[], None], words: Words) -> ft.Control:
    """What waits, what went wrong, when it was sent last; pressing it sends now."""
    waiting = sync.waiting
    if waiting.refused:
        icon, text = ft.Icons.ERROR_OUTLINE, words("sync.refused", count=waiting.refused)
    elif waiting.records or waiting.photos:
        icon, text = ft.Icons.CLOUD_UPLOAD_OUTLINED, _waits(sync, words)
    elif sync.synced_at is None:
        icon, text = ft.Icons.CLOUD_OUTLINED, words("sync.nothing_yet")
    else:
        icon, text = ft.Icons.CLOUD_DONE_OUTLINED, words("sync.all_sent")
    if sync.is_busy:
        text = f"{words('sync.busy')} {text}"
    below = _below(sync, words)
    lines: list[ft.Control] = [ft.Text(text, size=14, weight=ft.FontWeight.W_600)]
    if below:
        lines.append(ft.Text(below, size=12))
    return ft.Container(
        padding=ft.Padding.only(left=theme.EDGE, right=8, bottom=6),
        content=ft.Row(
            spacing=8,
            controls=[
                ft.Icon(icon, size=22),
                ft.Semantics(
                    live_region=True, expand=True, content=ft.Column(spacing=0, controls=lines)
                ),
                quiet_button(words("sync.new_code"), enrol_again, key="enrol-again")
                if sync.needs_code
                else quiet_button(words("sync.now"), sync.now, key="sync-now"),
            ],
        ),
    )


def _waits(sync: SyncModel, words: Words) -> str:
    if sync.waiting.records:
        return words("sync.waiting", count=sync.waiting.records)
    return words("sync.waiting.photos", count=sync.waiting.photos)


def _below(sync: SyncModel, words: Words) -> str:
    if sync.problem is not None:
        is_calm = sync.problem == NotReached.key and sync.waiting.is_all_sent
        return words("sync.no_contact" if is_calm else sync.problem)
    if sync.clock_off_min:
        return words("sync.clock_off", minutes=sync.clock_off_min)
    if sync.synced_at is None:
        return "" if sync.waiting.is_all_sent else words("sync.never")
    return words("sync.last", when=words.time(sync.synced_at))
