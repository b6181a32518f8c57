"""What a person typed or pasted, as a record can hold it: no control characters, no half ones."""

from __future__ import annotations

import unicodedata

from sync.domain.fields import MAX_TEXT

_NOT_TEXT = frozenset({"Cc", "Cs"})
"""Unicode's control characters and lone surrogates: the store refuses them (see domain.fields)."""


def one_line(text: str) -> str:
    """Words with one space between them."""
    return " ".join(_without_controls(" ".join(text.split())).split())


def many_lines(text: str) -> str:
    """Line breaks stay, as one character each. The keyboard counts what it shows, the store

    code points: what is over its limit is cut.
    """
    return _without_controls("\n".join(text.replace("\x00", "").splitlines())).strip()[:MAX_TEXT]


def _without_controls(text: str) -> str:
    return "".join(
        one for one in text if one in "\n\t" or unicodedata.category(one) not in _NOT_TEXT
    )
