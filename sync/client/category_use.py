"""How often each category is used in an area: the order of the tiles."""

from __future__ import annotations

from collections.abc import Sequence

from sync.client.local_store import LocalStore
from sync.domain.ids import AreaCode
from sync.domain.words import Category


def by_use(local: LocalStore, area: AreaCode, catalogue: Sequence[Category]) -> list[Category]:
    """The most used of the area first, by what this phone knows now; ties as in the catalogue."""
    counted = {str(code): int(count) for code, count in local.db.execute(_USE, [area]).fetchall()}
    return sorted(catalogue, key=lambda one: -counted.get(one.value, 0))


_USE = """
SELECT category, COUNT(*) FROM observation
WHERE area = ? AND deleted_at IS NULL AND category IS NOT NULL
GROUP BY category
"""
