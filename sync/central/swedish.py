"""The Swedish words of assets/i18n, for texts that leave the store (the city reads Swedish)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sync.domain.words import Category

FOLDER = Path(__file__).resolve().parent.parent.parent / "assets" / "i18n"


@cache
def swedish_texts(folder: Path = FOLDER) -> Mapping[str, str]:
    """All texts that have one form, from sv.json and every *.sv.json."""
    texts: dict[str, object] = {}
    for file in [folder / "sv.json", *sorted(folder.glob("*.sv.json"))]:
        texts.update(json.loads(file.read_text(encoding="utf-8")))
    return {key: text for key, text in texts.items() if isinstance(text, str)}


def swedish(key: str) -> str:
    """The key itself where there is no text."""
    return swedish_texts().get(key, key)


def category_names() -> dict[Category, str]:
    """What the city reads in a report's text."""
    return {category: swedish_texts()[f"category.{category.value}"] for category in Category}
