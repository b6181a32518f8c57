"""Some rows of a long list that stand together: built near the screen, empty space elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft

from sync.client.finding_list import ListedFinding
from sync.domain.ids import EntityId

ROW_DP = 190.0
"""A guess, until a page has been on the screen."""

ReadRows = Callable[[Sequence[EntityId]], list[ListedFinding]]


@ft.observable
class RowPage:
    """number: its key. rows: empty where it is far from the screen. height_dp: as it was built.

    pictures: small ones by hash. asked: another number asks for those that are missing.
    """

    def __init__(self, number: int, ids: Sequence[EntityId]) -> None:
        self.number = number
        self.rows: tuple[ListedFinding, ...] = ()
        self.is_built = False
        self.height_dp: float | None = None
        self.pictures: dict[str, bytes] = {}
        self.asked = 0
        self._ids = tuple(ids)

    @property
    def ids(self) -> tuple[EntityId, ...]:
        return self._ids

    @property
    def space_dp(self) -> float:
        return ROW_DP * len(self._ids) if self.height_dp is None else self.height_dp

    def has_become(self, ids: Sequence[EntityId]) -> None:
        if not self.is_built and self.height_dp is not None and self._ids:
            self.height_dp = self.height_dp * len(ids) / len(self._ids)
        self._ids = tuple(ids)

    def build(self, read: ReadRows) -> None:
        """Also again, when what its rows show may have changed."""
        rows = tuple(read(self._ids))
        if rows != self.rows:
            self.rows = rows
        if not self.is_built:
            self.is_built = True
        elif self.missing_pictures:
            self.asked += 1

    def forget(self) -> None:
        """Far from the screen: rows and pictures are read again when it comes back."""
        if self.is_built:
            self.is_built, self.rows, self.pictures = False, (), {}

    @property
    def missing_pictures(self) -> list[str]:
        shown = [sha256 for row in self.rows for sha256 in pictures_of(row)]
        return [sha256 for sha256 in shown if sha256 not in self.pictures]


def pictures_of(row: ListedFinding) -> list[str]:
    """The photos that a row shows: the first, and the first of the latest visit."""
    photos = row.finding.photos
    first = [one.sha256 for one in photos if one.recheck_id is None][:1]
    visit = None if row.visit is None else row.visit.recheck_id
    after = [one.sha256 for one in photos if one.recheck_id is not None and one.recheck_id == visit]
    return [*first, *after[:1]]
