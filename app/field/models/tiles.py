"""Which categories are offered on a round, and in which order."""

from __future__ import annotations

from app.widgets.catalogue import CategoryTile, load_catalogue
from sync.client.briefing import read_briefing
from sync.client.category_use import by_use
from sync.client.local_store import LocalStore
from sync.domain.ids import AreaCode
from sync.domain.words import Category


class Tiles:
    """The order is that of the moment this is made: tiles that move are missed by a thumb."""

    def __init__(self, local: LocalStore, area: AreaCode) -> None:
        self._local, self._area = local, area
        tiles = {tile.category: tile for tile in load_catalogue()}
        self._ordered = [tiles[category] for category in by_use(local, area, list(tiles))]
        self._off: frozenset[Category] = frozenset()
        self.briefed()

    def briefed(self) -> None:
        """Reads again what the area has switched off."""
        briefed = read_briefing(self._local).area(self._area)
        self._off = frozenset() if briefed is None else briefed.categories_off

    def shown(self, chosen: Category | None) -> list[CategoryTile]:
        """One that was chosen before it was switched off is still there."""
        return [
            tile
            for tile in self._ordered
            if tile.category not in self._off or tile.category is chosen
        ]
