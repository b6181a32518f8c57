"""The categories in the order of assets/catalogue.json, each with its icon."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import flet as ft

from sync.domain.words import Category

FILE = Path(__file__).resolve().parent.parent.parent / "assets" / "catalogue.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryTile:
    category: Category
    icon: ft.IconData


@cache
def load_catalogue(path: Path = FILE) -> list[CategoryTile]:
    """Raises ValueError for a category or an icon that there is not."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return [
        CategoryTile(category=Category(one["code"]), icon=getattr(ft.Icons, one["icon"]))
        for one in raw["categories"]
    ]
