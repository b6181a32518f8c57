"""A round: the tab that is shown, or the screen above the tabs."""

from __future__ import annotations

import flet as ft

from app.field.models.app_model import AppModel
from app.field.models.revisit_model import RevisitModel
from app.field.models.round_model import RoundModel, Tab
from app.field.models.stops_model import StopsModel
from app.field.screens.capture_screen import CaptureTab
from app.field.screens.cover_screen import CoverScreen
from app.field.screens.edit_screen import EditScreen
from app.field.screens.end_screen import EndScreen, open_end_bar
from app.field.screens.findings_screen import FindingsTab
from app.field.screens.frame import above_notices, bar, has_large_text
from app.field.screens.map_screen import MapTab
from app.field.screens.notice_strip import NoticeStrip
from app.field.screens.pin_screen import PinScreen
from app.field.screens.revisit_banner import RevisitBanner
from app.field.screens.round_tab import RoundTab
from app.field.screens.round_tabs import round_tabs
from app.field.screens.stop_line import stop_line
from app.field.screens.stop_screen import StopScreen
from app.field.screens.unsaved_edit import UnsavedEdit
from app.field.screens.visit_screen import VisitScreen
from app.i18n import Words
from app.widgets.buttons import icon_button


@ft.component
def RoundScreen(model: AppModel, round_: RoundModel, words: Words) -> ft.Control:
    return _RoundScreen(model, round_, round_.stops, round_.revisits, words)


@ft.component
def _RoundScreen(
    model: AppModel,
    round_: RoundModel,
    stops: StopsModel,
    revisits: RevisitModel,
    words: Words,
) -> ft.Control:
    """A component is built again only for what it is given: so stops and visits are given to it."""
    ft.use_effect(round_.shown, [round_.record.round_id])
    ft.use_effect(model.moved, [model.path])
    if round_.cover is not None:
        return CoverScreen(model, round_.cover, words)
    if round_.edit is not None:
        return EditScreen(model, round_.map, round_.edit, words)
    if revisits.open is not None:
        return VisitScreen(model, revisits, revisits.open, round_.place, words)
    if round_.is_picking_place:
        return PinScreen(model, round_.map, round_.place, round_.place_picked, words)
    if stops.open is not None:
        return StopScreen(model, round_, stops, stops.open, words)
    if round_.end_page is not None:
        return EndScreen(model, round_.end_page, round_.leave, words)
    return ft.SafeArea(
        expand=True,
        content=ft.Column(
            expand=True,
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                bar(
                    words(
                        "round.title",
                        kind=words(f"round.kind.{round_.record.kind.value}"),
                        area=round_.area_name,
                    ),
                    model,
                    words,
                    leading=icon_button(
                        ft.Icons.ARROW_BACK, words("round.leave"), round_.leave, key="leave-round"
                    ),
                    has_more=True,
                ),
                *(stop_line(round_, words) if round_.tab is Tab.CAPTURE else []),
                UnsavedEdit(round_, round_.unsaved, words),
                _tab(model, round_, words),
                RevisitBanner(
                    revisits,
                    round_.known,
                    words,
                    is_capturing=round_.tab is Tab.CAPTURE,
                    is_large=has_large_text(model),
                ),
                round_tabs(round_, words),
            ],
        ),
    )


def _tab(model: AppModel, round_: RoundModel, words: Words) -> ft.Control:
    match round_.tab:
        case Tab.CAPTURE if not round_.record.ended_at:
            return CaptureTab(model, round_, round_.capture, round_.place, words)
        case Tab.ROUND:
            return ft.Column(
                expand=True,
                spacing=0,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    RoundTab(round_, round_.stops, round_.facts, round_.route, round_.place, words),
                    NoticeStrip(model.notices, words),
                    open_end_bar(
                        round_.open_end, words, is_over=round_.record.ended_at is not None
                    ),
                ],
            )
        case Tab.MAP:
            return above_notices(model, MapTab(model, round_, round_.map, words))
        case _:
            return above_notices(model, FindingsTab(model, round_, round_.findings, words))
