"""The tab "Rundan": stops, who took part, who led, light and weather, the route."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.facts_model import FactsModel
from app.field.models.place_model import PlaceModel
from app.field.models.round_model import RoundModel
from app.field.models.route_model import RouteModel
from app.field.models.stops_model import StopsModel
from app.field.screens.facts_sections import led_by_section, light_section, weather_section
from app.field.screens.participants_section import participants_section
from app.field.screens.route_section import route_section
from app.field.screens.stops_section import stops_section
from app.i18n import Words
from app.widgets.notes import info_note
from sync.domain.words import RoundKind


def approved_note(approved_at: str, words: Words) -> ft.Control:
    """Why nothing of the round can be changed, and what to do if it is wrong."""
    when = words.date_and_time(approved_at)
    return info_note(words("round.approved", when=when), key="round-approved")


@ft.component
def RoundTab(
    round_: RoundModel,
    stops: StopsModel,
    facts: FactsModel,
    route: RouteModel,
    place: PlaceModel,
    words: Words,
) -> ft.Control:
    """place: not used, but where the phone is changes how far it is to the stops."""
    scrolled = ft.use_memo(lambda: ft.Ref[ft.Column](), [])

    async def to_wanted() -> None:
        part, facts.wanted = facts.wanted, None
        if part is not None and scrolled.current is not None:
            await scrolled.current.scroll_to(scroll_key=part.value)

    ft.use_effect(to_wanted, [])
    ft.use_effect(facts.shown, [round_.record.round_id])
    body: list[ft.Control] = []
    approved_at = round_.record.protocol_approved_at
    if approved_at is not None:
        body.append(approved_note(approved_at, words))
    if round_.record.kind is RoundKind.SAFETY_WALK or stops.stops:
        body += stops_section(round_, words)
    body += participants_section(facts, words)
    body += led_by_section(facts, words)
    body += light_section(facts, words)
    body += weather_section(facts, words)
    body += route_section(route, words)
    return ft.Column(
        ref=scrolled,
        expand=True,
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Container(
                padding=theme.EDGE,
                content=ft.Column(
                    spacing=theme.GAP,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                    controls=body,
                ),
            )
        ],
    )
