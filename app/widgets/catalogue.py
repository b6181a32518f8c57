"""The categories of assets/catalogue.json: icon, place in the order, and the category's questions.

A question is data: {"code", "kind": text | number | choice | yes_no}, with "choices" for a choice,
"max_length" for a text, and "urgent_when": the answer that sends the observation first. Its words
are question.<category>.<code>, and question.<category>.<code>.<choice> for every choice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import flet as ft

from sync.domain.fields import MAX_ANSWER
from sync.domain.words import Category

FILE = Path(__file__).resolve().parent.parent.parent / "assets" / "catalogue.json"
MAX_QUESTIONS = 2
"""More would make a form of what is to take ten seconds."""
MAX_NUMBER = 99_999
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CATEGORY_KEYS = frozenset({"code", "icon", "questions"})
_QUESTION_KEYS = frozenset({"code", "kind", "choices", "max_length", "urgent_when"})

Answer = str | bool | int
Answers = Mapping[str, Answer]


class BadCatalogue(ValueError):
    """A catalogue that cannot be used. The text names the file and every fault in it."""


class QuestionKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Asked when its category is chosen; never has to be answered.

    urgent_when: the answer that makes the observation urgent, None when none does.
    """

    code: str
    kind: QuestionKind
    choices: tuple[str, ...] = ()
    max_length: int = MAX_ANSWER
    urgent_when: Answer | None = None

    def takes(self, answer: object) -> bool:
        """Whether `answer` is one to this question."""
        match self.kind:
            case QuestionKind.TEXT:
                return isinstance(answer, str) and 0 < len(answer) <= self.max_length
            case QuestionKind.NUMBER:
                is_whole = isinstance(answer, int) and not isinstance(answer, bool)
                return is_whole and 0 <= int(str(answer)) <= MAX_NUMBER
            case QuestionKind.CHOICE:
                return answer in self.choices
            case QuestionKind.YES_NO:
                return isinstance(answer, bool)

    def is_urgent(self, answers: Answers) -> bool:
        answer = answers.get(self.code)
        return self.urgent_when is not None and answer is not None and answer == self.urgent_when


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryTile:
    category: Category
    icon: ft.IconData
    questions: tuple[Question, ...] = ()


@cache
def load_catalogue(path: Path = FILE) -> list[CategoryTile]:
    """In the file's order. Raises BadCatalogue with all that is wrong in it."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadCatalogue(f"{path.name}: no JSON: {error}") from error
    listed = raw.get("categories") if isinstance(raw, dict) else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadCatalogue(f'{path.name}: must be an object with a list "categories" of objects')
    faults = list(_faults(listed))
    if faults:
        raise BadCatalogue(f"{path.name}: " + "; ".join(faults))
    return [
        CategoryTile(
            category=Category(one["code"]),
            icon=getattr(ft.Icons, one["icon"]),
            questions=tuple(map(_question, one.get("questions", []))),
        )
        for one in listed
    ]


def questions_of(category: Category | None) -> tuple[Question, ...]:
    return next((one.questions for one in load_catalogue() if one.category is category), ())


def is_urgent(category: Category | None, answers: Answers) -> bool:
    """Whether an answer sends this observation before the others."""
    return any(question.is_urgent(answers) for question in questions_of(category))


def _question(raw: dict[str, Any]) -> Question:
    return Question(
        code=raw["code"],
        kind=QuestionKind(raw["kind"]),
        choices=tuple(raw.get("choices", ())),
        max_length=raw.get("max_length", MAX_ANSWER),
        urgent_when=raw.get("urgent_when"),
    )


def _faults(listed: Sequence[dict[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for number, one in enumerate(listed, 1):
        code = one.get("code")
        where = f"category {number} ({code!r})"
        if not isinstance(code, str) or code not in set(Category):
            yield f"{where}: code must be one of {', '.join(Category)}"
        elif code in seen:
            yield f"{where}: is there twice"
        else:
            seen.add(code)
        icon = one.get("icon")
        if not isinstance(icon, str) or not isinstance(getattr(ft.Icons, icon, None), ft.IconData):
            yield f"{where}: icon {icon!r} is none of flet.Icons"
        yield from _unknown(where, one, _CATEGORY_KEYS)
        questions = one.get("questions", [])
        if not isinstance(questions, list) or len(questions) > MAX_QUESTIONS:
            yield f"{where}: questions must be a list of at most {MAX_QUESTIONS}"
            continue
        for position, question in enumerate(questions, 1):
            yield from _question_faults(f"{where}, question {position}", question)
        codes = [question.get("code") for question in questions if isinstance(question, dict)]
        if any(codes.count(each) > 1 for each in codes):
            yield f"{where}: two questions have the same code"


def _question_faults(where: str, raw: object) -> Iterator[str]:
    if not isinstance(raw, dict):
        yield f"{where}: must be an object"
        return
    yield from _unknown(where, raw, _QUESTION_KEYS)
    code, kind = raw.get("code"), raw.get("kind")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        yield f"{where}: code {code!r} must be 1-40 of a-z, 0-9 and _"
    if not isinstance(kind, str) or kind not in set(QuestionKind):
        yield f"{where}: kind {kind!r} must be one of {', '.join(QuestionKind)}"
        return
    choices, length = raw.get("choices"), raw.get("max_length", MAX_ANSWER)
    if kind == QuestionKind.CHOICE:
        if not _are_codes(choices):
            yield f"{where}: choices must be a list of at least two different codes"
    elif choices is not None:
        yield f"{where}: only a choice has choices"
    if not isinstance(length, int) or isinstance(length, bool) or not 1 <= length <= MAX_ANSWER:
        yield f"{where}: max_length must be a whole number from 1 to {MAX_ANSWER}"
    elif "max_length" in raw and kind != QuestionKind.TEXT:
        yield f"{where}: only a text has a max_length"
    urgent = raw.get("urgent_when")
    is_choice = kind == QuestionKind.CHOICE and isinstance(choices, list) and urgent in choices
    is_yes_no = kind == QuestionKind.YES_NO and isinstance(urgent, bool)
    if urgent is not None and not (is_choice or is_yes_no):
        yield f"{where}: urgent_when {urgent!r} is no answer of a {kind} question"


def _are_codes(choices: object) -> bool:
    return (
        isinstance(choices, list)
        and len(choices) >= 2
        and all(isinstance(one, str) and _CODE.fullmatch(one) for one in choices)
        and len(set(choices)) == len(choices)
    )


def _unknown(where: str, raw: dict[str, Any], known: frozenset[str]) -> Iterator[str]:
    for name in sorted(set(raw) - known):
        yield f"{where}: {name!r} is not known (there is {', '.join(sorted(known))})"
