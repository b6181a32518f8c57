"""The answers to a category's own questions, as lines that people read.

Which questions there are, and in which order, is data: assets/catalogue.json. Their words are
question.<category>.<code>, and question.<category>.<code>.<choice> for a choice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sync.domain.change import Json

FILE = Path(__file__).resolve().parent.parent.parent / "assets" / "catalogue.json"

Words = Callable[[str], str]
"""The text of a key in the reader's language; the key itself where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """choices: codes of the answers to choose from, none for a free answer."""

    code: str
    choices: tuple[str, ...]


@cache
def asked_by_category(path: Path = FILE) -> Mapping[str, tuple[Asked, ...]]:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {
        category["code"]: tuple(
            Asked(code=one["code"], choices=tuple(one.get("choices", ())))
            for one in category.get("questions", ())
        )
        for category in raw["categories"]
    }


def answer_lines(
    category: str | None,
    answers: Mapping[str, Json],
    words: Words,
    *,
    yes: str,
    no: str,
    catalogue: Mapping[str, Sequence[Asked]] | None = None,
) -> list[str]:
    """In the catalogue's order; what the category does not ask is left out."""
    said = {True: yes, False: no}
    known = asked_by_category() if catalogue is None else catalogue
    lines = []
    for one in known.get(category or "", ()):
        told = _told(answers.get(one.code), f"question.{category}.{one.code}", one, words, said)
        if told:
            lines.append(told)
    return lines


def _told(
    answer: Json, key: str, asked: Asked, words: Words, said: Mapping[bool, str]
) -> str | None:
    if answer is None or answer == "" or isinstance(answer, list | dict | float):
        return None
    if isinstance(answer, bool):
        text = said[answer]
    elif isinstance(answer, str) and answer in asked.choices:
        text = words(f"{key}.{answer}")
    else:
        text = str(answer)
    question, mark, _hint = words(key).partition("?")
    return f"{question}{mark} {text}" if mark else f"{question}: {text}"
