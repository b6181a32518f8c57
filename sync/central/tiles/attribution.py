"""Who the map comes from, as plain text that can stand on any map."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

MAX_LETTERS = 200
OPENSTREETMAP = "© OpenStreetMap contributors"
_TAG = re.compile(r"<[^>]*>")


def plain_text(attribution: str) -> str:
    """Without the links and tags that MBTiles files have in it."""
    text = html.unescape(_TAG.sub("", attribution))
    return " ".join(text.split())[:MAX_LETTERS]


def of_source(template: str, given: str | None) -> str:
    """given, or what can be said of a tile server by its name."""
    text = plain_text(given or "")
    if text:
        return text
    host = urlsplit(template).hostname or ""
    if host == "openstreetmap.org" or host.endswith(".openstreetmap.org"):
        return OPENSTREETMAP
    return f"Karta: {host}"


def joined(texts: Iterable[str]) -> str:
    """Each once, in order; one that another holds already is left out."""
    kept: list[str] = []
    for text in texts:
        if text and not any(text in one for one in kept):
            kept.append(text)
    return " · ".join(kept)
