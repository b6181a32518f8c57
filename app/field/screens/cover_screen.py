"""Covering faces and number plates: paint with a finger, or put boxes with buttons."""

from __future__ import annotations

import math
from collections.abc import Callable

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.cover_box import Edit
from app.field.models.cover_model import CoverModel, Tool
from app.field.screens.frame import bar, screen
from app.i18n import Words
from app.widgets.buttons import icon_button, main_button
from app.widgets.cover_canvas import CoverCanvas
from app.widgets.notes import warning_note


@ft.component
def CoverScreen(model: AppModel, cover: CoverModel, words: Words) -> ft.Control:
    body: list[ft.Control] = [
        ft.Text(words("cover.hint"), size=16, weight=ft.FontWeight.W_600),
        CoverCanvas(
            cover.photo.jpeg,
            (cover.photo.width_px, cover.photo.height_px),
            list(cover.shapes),
            cover.press,
            cover.drag,
            cover.lift,
            words("cover.photo", count=len(cover.shapes)),
        ),
        _tools(cover, words),
    ]
    if cover.is_adjusting:
        body.append(_adjusting(cover, words))
    return screen(
        model,
        bar(
            words("cover.title"),
            model,
            words,
            leading=icon_button(
                ft.Icons.ARROW_BACK, words("app.back"), cover.cancel, key="cover-back"
            ),
            has_sync=False,  # the room is the photo's
        ),
        ft.Container(
            padding=ft.Padding.only(left=theme.GAP, right=theme.GAP, top=8),
            content=ft.Column(
                spacing=8,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=body,
            ),
        ),
        _decision(cover, words),
        scrolls=False,  # what scrolls would take the finger's moves for itself
    )


def _tools(cover: CoverModel, words: Words) -> ft.Control:
    """Brush or box, a box without a finger, and the way back.

    All of them are always there: the photo must not move under a finger that paints.
    """
    undo = icon_button(ft.Icons.UNDO, words("cover.undo"), cover.undo, key="cover-undo")
    clear = icon_button(
        ft.Icons.DELETE_SWEEP_OUTLINED, words("cover.clear"), cover.clear, key="cover-clear"
    )
    undo.disabled = cover.is_burning or not cover.can_undo
    clear.disabled = cover.is_burning or cover.is_empty
    return ft.Row(
        wrap=True,
        spacing=4,
        run_spacing=4,
        alignment=ft.MainAxisAlignment.CENTER,
        controls=[
            _tool(cover, Tool.BRUSH, ft.Icons.BRUSH, words("cover.brush")),
            _tool(cover, Tool.BOX, ft.Icons.RECTANGLE_OUTLINED, words("cover.box")),
            icon_button(
                ft.Icons.ADD_BOX_OUTLINED,
                words("cover.add_box"),
                cover.add_box,
                key="cover-add-box",
            ),
            undo,
            clear,
        ],
    )


def _tool(cover: CoverModel, tool: Tool, icon: ft.IconData, name: str) -> ft.Control:
    is_chosen = cover.tool is tool

    def choose() -> None:
        cover.choose(tool)

    return ft.Semantics(
        selected=is_chosen,
        content=ft.OutlinedButton(
            content=name,
            icon=ft.Icons.CHECK if is_chosen else icon,
            key=f"cover-{tool.value}",
            on_click=choose,
            style=ft.ButtonStyle(
                bgcolor=ft.Colors.SECONDARY_CONTAINER if is_chosen else None,
                padding=ft.Padding.symmetric(horizontal=12, vertical=14),
            ),
        ),
    )


def _adjusting(cover: CoverModel, words: Words) -> ft.Control:
    """For those who cannot paint: the newest box, moved and sized by named buttons."""
    left, right = ft.Icons.ARROW_BACK, ft.Icons.ARROW_FORWARD
    if words.is_right_to_left:  # Flutter mirrors both, and the row
        left, right = right, left
    moves = [
        _edit(cover, Edit.LEFT, left, words("cover.left")),
        _edit(cover, Edit.UP, ft.Icons.ARROW_UPWARD, words("cover.up")),
        _edit(cover, Edit.DOWN, ft.Icons.ARROW_DOWNWARD, words("cover.down")),
        _edit(cover, Edit.RIGHT, right, words("cover.right")),
    ]
    if words.is_right_to_left:
        moves.reverse()
    sizes = [
        _edit(cover, Edit.NARROWER, ft.Icons.UNFOLD_LESS, words("cover.narrower"), turned=True),
        _edit(cover, Edit.WIDER, ft.Icons.UNFOLD_MORE, words("cover.wider"), turned=True),
        _edit(cover, Edit.LOWER, ft.Icons.UNFOLD_LESS, words("cover.lower")),
        _edit(cover, Edit.TALLER, ft.Icons.UNFOLD_MORE, words("cover.taller")),
    ]
    return ft.Row(
        alignment=ft.MainAxisAlignment.CENTER,
        wrap=True,
        spacing=0,
        run_spacing=0,
        controls=[*moves, *sizes],
    )


def _edit(
    cover: CoverModel, how: Edit, icon: ft.IconData, name: str, *, turned: bool = False
) -> ft.Control:
    button = icon_button(icon, name, _edits(cover, how), key=f"cover-{how.value}")
    return ft.Container(rotate=math.pi / 2, content=button) if turned else button


def _edits(cover: CoverModel, how: Edit) -> Callable[[], None]:
    def edit() -> None:
        cover.edit(how)

    return edit


def _decision(cover: CoverModel, words: Words) -> ft.Control:
    parts: list[ft.Control] = []
    if cover.problem is not None:
        parts.append(warning_note(words(cover.problem), key="cover-problem"))
    if cover.is_burning:
        parts.append(
            ft.Row(
                alignment=ft.MainAxisAlignment.CENTER,
                spacing=theme.GAP,
                controls=[
                    ft.ProgressRing(semantics_label=words("cover.burning")),
                    ft.Semantics(live_region=True, content=ft.Text(words("cover.burning"))),
                ],
            )
        )
    elif not cover.is_empty:
        parts.append(
            main_button(words("cover.done"), cover.burn, key="cover-done", icon=ft.Icons.CHECK)
        )
    else:
        parts.append(
            main_button(
                words("cover.nothing"),
                cover.nothing,
                key="cover-nothing",
                icon=ft.Icons.VISIBILITY_OUTLINED,
            )
        )
    return ft.Container(
        padding=theme.GAP,
        content=ft.Column(
            tight=True,
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=parts,
        ),
    )
