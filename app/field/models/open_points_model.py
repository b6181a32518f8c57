"""All that is open in the area, from this round and every other."""

from __future__ import annotations

import flet as ft

from app.field.models.row_window import RowWindow
from app.field.services import Services
from sync.client.finding_list import FindingList
from sync.client.open_points import OpenPoints
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode


@ft.observable
class OpenPointsModel:
    """here: where the phone was when the list was opened; the order is that of the distance then,

    so that no row moves while somebody reads it. None: the newest first.
    """

    def __init__(self, services: Services, area: AreaCode, here: GeoPoint | None) -> None:
        self.here = here
        self._area = area
        self._points = OpenPoints(services.local)
        self.window = RowWindow(FindingList(services.local, services.walk).rows)
        self.count = 0
        self.refresh()

    def refresh(self) -> None:
        ids = self._points.ids(self._area, self.here)
        self.count = len(ids)
        self.window.refresh(ids)

    def to_top(self) -> None:
        self.window.show(self._points.ids(self._area, self.here))
