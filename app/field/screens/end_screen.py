"""The end of a round: what was found and is missing, whether all is sent, and the protocol."""

from __future__ import annotations

import flet as ft

from app import theme
from app.device.sharing import Shared
from app.field.models.app_model import AppModel
from app.field.models.end_model import EndModel, Missing
from app.field.models.protocol_model import ProtocolModel
from app.field.models.route_model import RouteModel
from app.field.protocol.measures import duration, length
from app.field.screens.frame import bar, screen
from app.field.screens.page_above import heading, paragraph
from app.field.screens.sent_section import SentSection
from app.i18n import Words
from app.widgets.buttons import Handler, icon_button, main_button, plain_button, quiet_button
from app.widgets.notes import info_note
from sync.client.records import RouteRecord


@ft.component
def EndScreen(model: AppModel, end: EndModel, leave: Handler, words: Words) -> ft.Control:
    """leave: back to the start screen, from a round that has ended."""
    ft.use_effect(model.moved, [model.path])
    is_ended = end.is_ended
    return screen(
        model,
        bar(
            words("round.ended" if is_ended else "end.title"),
            model,
            words,
            leading=icon_button(
                ft.Icons.ARROW_BACK,
                words("round.leave" if is_ended else "app.back"),
                leave if is_ended else end.close,
                key="end-back",
            ),
        ),
        ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                *(_ended(model, end, words) if is_ended else _ending(model, end, words)),
                plain_button(
                    words("takefile.title"), model.pages.open_take_file, key="end-take-file"
                ),
            ],
        ),
        ft.Container(
            padding=theme.EDGE,
            bgcolor=ft.Colors.SURFACE_CONTAINER,
            content=ft.Column(
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    plain_button(words("end.look"), end.close, key="end-look", icon=ft.Icons.LIST)
                    if is_ended
                    else main_button(
                        words("end.go"), end.end, key="end-round", icon=ft.Icons.FLAG_OUTLINED
                    )
                ],
            ),
        ),
    )


def _ending(model: AppModel, end: EndModel, words: Words) -> list[ft.Control]:
    """What to put right first. The end itself is still to be sent: nobody hands over yet."""
    return [
        *_found(end, words),
        *_missing(end, words),
        RouteSection(end.route, words),
        *_sent(model, end, words),
        ProtocolSection(end.protocol, model.pages.open_help, words),
    ]


def _ended(model: AppModel, end: EndModel, words: Words) -> list[ft.Control]:
    """What to do with it first."""
    return [
        *_sent(model, end, words),
        ProtocolSection(end.protocol, model.pages.open_help, words),
        *_missing(end, words),
        *_found(end, words),
        RouteSection(end.route, words),
    ]


def _sent(model: AppModel, end: EndModel, words: Words) -> list[ft.Control]:
    if model.sync is None:
        return []
    pages = model.pages
    return [SentSection(model.sync, end, pages.open_trouble, pages.open_not_sent, words)]


@ft.component
def ProtocolSection(protocol: ProtocolModel, open_help: Handler, words: Words) -> ft.Control:
    ft.use_effect(protocol.get_ready, [])

    async def show() -> None:
        """Help is a page of the app, which is below the protocol: so that is closed first."""
        if await protocol.show() is Shared.HELP:
            open_help()

    is_making = protocol.is_making
    controls: list[ft.Control] = [
        heading(words("end.protocol")),
        main_button(
            words("end.protocol.making" if is_making else "end.protocol.show"),
            show,
            key="protocol-show",
            icon=ft.Icons.DESCRIPTION_OUTLINED,
            disabled=is_making,
        ),
    ]
    ways = [
        ("share", protocol.share, ft.Icons.SHARE),
        ("print", protocol.print, ft.Icons.PRINT_OUTLINED),
        ("save", protocol.save, ft.Icons.DOWNLOAD),
    ]
    controls += [
        plain_button(
            words(f"end.protocol.{name}"),
            pressed,
            key=f"protocol-{name}",
            icon=icon,
            disabled=is_making,
        )
        for name, pressed, icon in ways
        if name != "print" or protocol.can_print
    ]
    return _column(controls)


def _found(end: EndModel, words: Words) -> list[ft.Control]:
    parts: list[ft.Control] = [heading(words("end.found"))]
    if not end.kinds and not end.visits:
        return [*parts, paragraph(words("end.found.nothing")), *_removal(end, words)]
    for kind, count in end.kinds:
        text = words(f"end.found.{kind.value}", count=count)
        parts.append(ft.Text(text, size=18, weight=ft.FontWeight.W_600, key=f"found-{kind.value}"))
    if end.visits:
        text = words("end.found.visits", count=end.visits)
        parts.append(ft.Text(text, size=18, weight=ft.FontWeight.W_600, key="found-visits"))
    of_categories: list[ft.Control] = []
    for category, count in end.categories:
        name = words(f"category.{category.value}")
        of_categories.append(paragraph(words("end.found.category", category=name, count=count)))
    return [*parts, ft.Row(wrap=True, spacing=20, run_spacing=8, controls=of_categories)]


def _removal(end: EndModel, words: Words) -> list[ft.Control]:
    if not end.is_removable:
        return []
    return [
        quiet_button(
            words("end.remove"), end.remove, key="end-remove", icon=ft.Icons.DELETE_OUTLINE
        )
    ]


def _missing(end: EndModel, words: Words) -> list[ft.Control]:
    parts: list[ft.Control] = [heading(words("end.missing"))]
    if end.is_complete:
        parts.append(paragraph(words("end.missing.nothing")))
    parts += [_missing_row(end, one, words) for one in end.missing]
    nobody = end.lacks_participants, end.lacks_leader
    if any(nobody):
        names = ("end.missing.participants", "end.missing.led_by")
        text = " ".join(words(name) for name, is_so in zip(names, nobody, strict=True) if is_so)
        button = plain_button(
            words("end.facts"), end.open_facts, key="end-facts", icon=ft.Icons.GROUPS_OUTLINED
        )
        parts.append(info_note(text, key="missing-facts", action=button))
    return parts


def _missing_row(end: EndModel, missing: Missing, words: Words) -> ft.Control:
    """A press anywhere on it opens the finding."""
    one = missing.finding
    number = one.number or words("end.missing.unnumbered")
    name = "" if one.category is None else words(f"category.{one.category.value}")
    lacks = ", ".join(words(f"end.missing.{lack.value}") for lack in missing.lacks)

    def pressed() -> None:
        end.fill_in(missing)

    return ft.OutlinedButton(
        key=f"missing-{one.observation_id}",
        on_click=pressed,
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
            alignment=ft.Alignment.CENTER_LEFT,
            padding=ft.Padding.symmetric(horizontal=theme.GAP, vertical=theme.GAP),
        ),
        content=ft.Row(
            spacing=theme.GAP,
            controls=[
                ft.Icon(ft.Icons.EDIT_OUTLINED, size=24),
                ft.Column(
                    expand=True,
                    spacing=0,
                    tight=True,
                    controls=[
                        ft.Text(
                            " ".join(part for part in (number, name) if part),
                            size=16,
                            weight=ft.FontWeight.W_600,
                        ),
                        ft.Text(words("end.missing.what", what=lacks), size=15),
                    ],
                ),
            ],
        ),
    )


@ft.component
def RouteSection(route: RouteModel, words: Words) -> ft.Control:
    return _column([_route(route, one, words) for one in route.routes])


def _route(route: RouteModel, one: RouteRecord, words: Words) -> ft.Control:
    async def throw() -> None:
        await route.throw_away(one)

    text = words(
        "end.route", length=length(one.length_m, words), duration=duration(one.duration_s, words)
    )
    controls: list[ft.Control] = [ft.Text(text, size=16)]
    if route.record.is_editable:
        controls.append(
            quiet_button(
                words("end.route.throw"),
                throw,
                key=f"end-throw-{one.route_id}",
                icon=ft.Icons.DELETE_OUTLINE,
            )
        )
    return ft.Row(wrap=True, spacing=8, controls=controls)


def _column(controls: list[ft.Control]) -> ft.Control:
    return ft.Column(
        spacing=theme.GAP,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=controls,
    )


def open_end_bar(open_end: Handler, words: Words, *, is_over: bool) -> ft.Control:
    """Below the tab "Rundan": the way to the end."""
    text, icon = ("end.title", ft.Icons.FLAG_OUTLINED)
    if is_over:
        text, icon = ("end.summary", ft.Icons.ARTICLE_OUTLINED)
    return ft.Container(
        padding=theme.EDGE,
        content=ft.Column(
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                plain_button(words(text), open_end, key="open-end", icon=icon),
            ],
        ),
    )
