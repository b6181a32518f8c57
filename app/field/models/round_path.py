"""The tabs of a round, where one is in it as steps of the browser's address, and one step back."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.field.models.round_model import RoundModel
    from app.field.models.stops_model import StopsModel


class Tab(StrEnum):
    CAPTURE = "capture"
    LIST = "list"
    MAP = "map"
    ROUND = "round"


TAB_PATHS = {Tab.CAPTURE: "", Tab.LIST: "/lista", Tab.MAP: "/karta", Tab.ROUND: "/rundan"}


def path_in(round_: RoundModel) -> str:
    """The topmost screen decides; empty on the first tab."""
    if round_.cover is not None:
        return "/dolj"
    if round_.edit is not None:
        return "/andra"
    if round_.revisits.open is not None:
        return "/aterbesok"
    if round_.is_picking_place:
        return "/plats"
    if round_.stops.open is not None:
        return "/stopp" if round_.stops.open.moving is None else "/stopp/plats"
    if round_.end_page is not None:
        return "/slut/protokoll" if round_.end_page.protocol.is_showing else "/slut"
    base = "" if round_.tab is round_.tabs[0] else TAB_PATHS[round_.tab]
    is_area = round_.tab is Tab.LIST and round_.findings.points is not None
    return f"{base}/omradet" if is_area else base


async def step_back(round_: RoundModel) -> None:
    """From the topmost screen; out of the round from its first tab."""
    if round_.cover is not None:
        round_.cover.cancel()
    elif round_.edit is not None:
        round_.edit.cancel()
    elif round_.revisits.open is not None:
        round_.revisits.close()
    elif round_.is_picking_place:
        round_.place_picked()
    elif round_.stops.open is not None:
        await _back_from_stop(round_.stops)
    elif round_.end_page is not None and round_.end_page.protocol.is_showing:
        await round_.end_page.protocol.hide()
    elif round_.end_page is not None and not round_.end_page.is_ended:
        round_.close_end()
    elif round_.tab is Tab.LIST and round_.findings.points is not None and round_.end_page is None:
        round_.findings.close_points()
    elif round_.end_page is None and round_.tab is not round_.tabs[0]:
        await round_.show_tab(round_.tabs[0])
    else:
        await round_.leave()


async def _back_from_stop(stops: StopsModel) -> None:
    stop = stops.open
    if stop is not None and stop.moving is not None:
        stop.moving = None
    else:
        await stops.close()
