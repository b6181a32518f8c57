"""What every screen has around it: title, what waits, help; and the column it stands in."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app import theme
from app.device.connectivity import Link
from app.field.models.app_model import AppModel, Phase
from app.field.models.sync_model import SyncModel
from app.field.screens.notice_strip import NoticeStrip
from app.field.screens.when import off_words
from app.i18n import Words
from app.widgets.buttons import icon_button, quiet_button
from sync.client.errors import NotReached

LARGE_PERCENT = 150
"""From this text size on a title has a line of its own, below the buttons."""


def screen(
    model: AppModel,
    bar: ft.Control,
    body: ft.Control,
    bottom: ft.Control | None = None,
    *,
    scrolls: bool = True,
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
    parts = [bar, middle, NoticeStrip(model.notices, model.words)]
    if bottom is not None:
        parts.append(bottom)
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


def above_notices(model: AppModel, content: ft.Control) -> ft.Control:
    """What has no buttons fixed below it, with the short message there."""
    return ft.Column(
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[content, NoticeStrip(model.notices, model.words)],
    )


def has_large_text(model: AppModel) -> bool:
    settings = model.settings
    return settings is not None and settings.preferences.text_percent >= LARGE_PERCENT


def bar(
    title: str,
    model: AppModel,
    words: Words,
    *,
    leading: ft.Control | None = None,
    has_help: bool = True,
    has_sync: bool = True,
    has_more: bool = False,
) -> ft.Control:
    """has_help: False on the help screen alone; everywhere else it is one tap away.

    has_sync: False on pages that lie above; they say nothing of what waits.
    has_more: with the page for a resident and the settings, on the start screen and on a round.
    """
    is_large = has_large_text(model)
    is_below = is_large or (has_more and leading is not None)  # four buttons leave it no room
    name = ft.Semantics(
        header=True,
        expand=not is_below,
        content=ft.Text(title, size=16 if is_below else 20, weight=ft.FontWeight.W_600),
    )
    first: list[ft.Control] = [] if leading is None else [leading]
    first.append(ft.Container(expand=True) if is_below else name)
    if has_more:
        first += _resident_and_settings(model, words)
    if has_help:
        first.append(help_button(model, words))
    parts: list[ft.Control] = [
        ft.Container(
            padding=_edges(words, top=8, bottom=0 if is_below else 4),
            content=ft.Row(controls=first, spacing=0 if is_large else 8),
        )
    ]
    if is_below:
        parts.append(
            ft.Container(
                padding=ft.Padding.symmetric(horizontal=theme.EDGE, vertical=2), content=name
            )
        )
    if model.sync is not None and has_sync and model.phase in (Phase.HOME, Phase.ROUND):
        ways = model.pages.open_trouble, model.pages.open_not_sent
        parts.append(SyncLine(model.sync, *ways, is_large, words))
    return ft.Container(
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        border=ft.Border.only(bottom=ft.BorderSide(theme.BOX_BORDER, ft.Colors.OUTLINE_VARIANT)),
        content=ft.Column(
            spacing=0, controls=parts, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        ),
    )


def _edges(words: Words, *, top: float = 0, bottom: float = 0) -> ft.Padding:
    """A text stands where lines begin; a button, which has an edge of its own, where they end."""
    start, end = theme.EDGE, 8
    left, right = (end, start) if words.is_right_to_left else (start, end)
    return ft.Padding.only(left=left, right=right, top=top, bottom=bottom)


def help_button(model: AppModel, words: Words) -> ft.Control:
    return icon_button(
        ft.Icons.HEALTH_AND_SAFETY_OUTLINED, words("help.open"), model.pages.open_help, key="help"
    )


def settings_button(model: AppModel, words: Words) -> ft.Control:
    return icon_button(
        ft.Icons.SETTINGS_OUTLINED,
        words("settings.open"),
        model.pages.open_settings,
        key="settings",
    )


def _resident_and_settings(model: AppModel, words: Words) -> list[ft.Control]:
    return [
        icon_button(
            ft.Icons.QR_CODE_2, words("resident.open"), model.pages.open_resident, key="resident"
        ),
        settings_button(model, words),
    ]


@ft.component
def SyncLine(
    sync: SyncModel,
    open_trouble: Callable[[], None],
    open_not_sent: Callable[[], None],
    is_large: bool,
    words: Words,
) -> ft.Control:
    """What waits, what went wrong, when it was sent last; pressing it sends now, or tells why

    something cannot be sent.
    """
    waiting = sync.waiting
    if waiting.refused:
        icon, text = ft.Icons.ERROR_OUTLINE, words("sync.refused", count=waiting.refused)
    elif waiting.records or waiting.photos:
        icon, text = ft.Icons.CLOUD_UPLOAD_OUTLINED, _waits(sync, words)
    elif waiting.undecided:
        icon, text = ft.Icons.FACE_RETOUCHING_OFF, words("sync.undecided", count=waiting.undecided)
    elif sync.synced_at is None:
        icon, text = ft.Icons.CLOUD_OUTLINED, words("sync.nothing_yet")
    elif sync.has_begun:
        icon, text = ft.Icons.CLOUD_DONE_OUTLINED, words("sync.saved_sent")
    else:
        icon, text = ft.Icons.CLOUD_DONE_OUTLINED, words("sync.all_sent")
    below = _below(sync, words, is_large=is_large)
    lines: list[ft.Control] = [ft.Text(text, size=14, weight=ft.FontWeight.W_600)]
    if below:
        lines.append(ft.Text(below, size=12))
    said = ft.Semantics(live_region=True, expand=True, content=ft.Column(spacing=0, controls=lines))
    pressed = _pressed(sync, open_trouble, open_not_sent, words)
    rows: list[list[ft.Control]]
    if not is_large:
        now = quiet_button(words("sync.now"), sync.now, key="sync-now")
        rows = [[ft.Icon(icon, size=22), said, pressed or now]]
    elif pressed is None:
        rows = [[said, icon_button(ft.Icons.SYNC, words("sync.now"), sync.now, key="sync-now")]]
    else:  # the text keeps the whole width, the button stands below it
        rows = [[said], [pressed]]
    return ft.Container(
        padding=_edges(words, bottom=6),
        content=ft.Column(
            spacing=0, controls=[ft.Row(spacing=8, controls=controls) for controls in rows]
        ),
    )


def _pressed(
    sync: SyncModel,
    open_trouble: Callable[[], None],
    open_not_sent: Callable[[], None],
    words: Words,
) -> ft.Control | None:
    """What is to be pressed first when something stands in the way."""
    if sync.is_stopped:
        return quiet_button(words("sync.what_now"), open_trouble, key="what-now")
    if sync.waiting.has_stuck:
        return quiet_button(words("list.why"), open_not_sent, key="not-sent")
    return None


def _waits(sync: SyncModel, words: Words) -> str:
    if sync.waiting.records:
        text = words("sync.waiting", count=sync.waiting.records)
    elif sync.photos_held is not None:
        return words("sync.photos_wait_for_wifi", count=sync.waiting.photos)
    else:
        text = words("sync.waiting.photos", count=sync.waiting.photos)
    return f"{words('sync.busy')} {text}" if sync.is_busy else text


def _below(sync: SyncModel, words: Words, *, is_large: bool) -> str:
    """In large text only what somebody can do something about: there is little room."""
    if sync.problem is not None:
        is_calm = sync.problem == NotReached.key and sync.waiting.is_all_sent
        return words("sync.no_contact" if is_calm else sync.problem)
    if sync.photos_held is Link.UNKNOWN and sync.waiting.photos:
        return words("sync.photos_wait_for_you")
    if sync.is_clock_untold:
        return words("sync.clock_off", off=off_words(sync.clock_off_min, words))
    if sync.synced_at is None:
        return "" if sync.waiting.is_all_sent else words("sync.never")
    return "" if is_large else words("sync.last", when=words.time(sync.synced_at))
