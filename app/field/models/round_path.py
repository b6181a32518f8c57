"""The tabs of a round, and where one is in it, as steps of the browser's address."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.field.models.round_model import RoundModel


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
