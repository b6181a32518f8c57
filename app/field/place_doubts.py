"""Why a place that is saved may be wrong, in the same words on the screen and in the protocol."""

from __future__ import annotations

from app.i18n import Words
from sync.domain.fields import Place


def doubts(place: Place, words: Words) -> list[str]:
    """Nothing when nothing speaks against it."""
    found = {
        "place.doubt.mocked": place.is_mocked,
        "place.doubt.stale": place.is_stale,
    }
    return [words(key) for key, is_so in found.items() if is_so]
