"""Who is responsible for a defect, as data: a default, and exceptions per category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.domain.words import Category, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Streets, squares, parks and playgrounds are the city's own unless a category says else."""

    default: Party = Party.FGK
    by_category: Mapping[Category, Party] = field(default_factory=dict)

    def party_for(self, category: Category) -> Party:
        return self.by_category.get(category, self.default)
