"""All that is open in the area, in the place of the round's list; each can be visited."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import flet as ft

from app.field.models.findings_model import FindingsModel
from app.field.models.open_points_model import OpenPointsModel
from app.field.screens.finding_row import RowActions, finding_row
from app.field.screens.receipt_lines import place_words
from app.field.screens.row_list import RowList, RowMaker
from app.field.screens.stops_section import DIRECTION_WORDS
from app.field.screens.when import length_words
from app.i18n import Words
from app.widgets.buttons import icon_button
from sync.client.direction import direction, rounded_m
from sync.client.records import ObservationRecord
from sync.domain.geo import GeoPoint, distance_m

CLOSE_M = 100.0
"""Nearer than this the distance is said to the metre."""


@ft.component
def OpenPointsTab(
    findings: FindingsModel, points: OpenPointsModel, actions: RowActions, words: Words
) -> ft.Control:
    def made() -> RowMaker:
        farther = replace(actions, where=partial(_where, points.here))
        return RowMaker(
            build=partial(finding_row, farther), load=findings.load_page, now=findings.now
        )

    maker = ft.use_memo(made, [id(points)])
    order = "list.nearest_first" if points.here is not None else "list.newest_first"
    head: list[ft.Control] = [
        ft.Row(
            spacing=8,
            controls=[
                icon_button(
                    ft.Icons.ARROW_BACK,
                    words("list.back_to_round"),
                    findings.close_points,
                    key="close-area-points",
                ),
                ft.Column(
                    expand=True,
                    spacing=2,
                    controls=[
                        ft.Semantics(
                            header=True,
                            content=ft.Text(
                                words("list.area_points_count", count=points.count),
                                size=18,
                                weight=ft.FontWeight.W_600,
                            ),
                        ),
                        ft.Text(words(order), size=14),
                    ],
                ),
            ],
        )
    ]
    if points.window.is_empty:
        head.append(ft.Text(words("list.nothing_open"), size=16))
    return RowList(points.window, maker, head, points.to_top, words)


def _where(here: GeoPoint | None, finding: ObservationRecord, words: Words) -> str | None:
    """ "12 m åt nordost, Vattenverksvägen"."""
    if here is None or finding.place is None:
        return None
    there = finding.place.point
    metres = distance_m(here, there)
    if round(metres) == 0:
        return f"{words('known.here')} · {finding.address or place_words(finding, words)}"
    length = length_words(round(metres) if metres < CLOSE_M else rounded_m(metres), words)
    toward = words(DIRECTION_WORDS[direction(here, there)])
    way = words("round.stop.way", length=length, direction=toward)
    return f"{way} · {finding.address or place_words(finding, words)}"
