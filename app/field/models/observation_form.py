"""What a person says of one observation: its kind, category, words, and the category's questions.

Nothing that was said is lost by choosing another kind or category: it is there again on the way
back, and only what belongs to the choice in the end is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.field.models.typed_text import many_lines, one_line
from app.widgets.catalogue import (
    MAX_NUMBER,
    Answer,
    Question,
    QuestionKind,
    is_urgent,
    questions_of,
)
from sync.client.records import Content
from sync.domain.fields import Place
from sync.domain.ids import EntityId
from sync.domain.words import Category, ObservationKind

_USUAL = ObservationKind.DEFECT


class ObservationForm:
    """answered: per category, the answers to its questions by their codes."""

    def __init__(self) -> None:
        self.kind = _USUAL
        self.category: Category | None = None
        self.text = ""
        self.answered: dict[str, dict[str, Answer]] = {}
        self.stop_id: EntityId | None = None

    def said_something(self, *, typing: bool = False) -> None:
        """Called after every change here."""

    def choose_kind(self, kind: ObservationKind) -> None:
        self.kind = kind
        self.said_something()

    def choose(self, category: Category) -> None:
        self.category = None if self.category is category else category
        self.said_something()

    def set_text(self, event: ft.Event[ft.TextField]) -> None:
        self.text = str(event.control.value)
        self.said_something(typing=True)

    # The category's own questions

    @property
    def questions(self) -> tuple[Question, ...]:
        return questions_of(self.category) if self.kind is ObservationKind.DEFECT else ()

    @property
    def answers(self) -> dict[str, Answer]:
        """Those to the questions of the chosen category. What another release asked is kept."""
        if self.category is None or self.kind is not ObservationKind.DEFECT:
            return {}
        asked = {question.code: question for question in self.questions}
        given = self.answered.get(self.category.value, {})
        return {c: a for c, a in given.items() if c not in asked or asked[c].takes(a)}

    def answer(self, question: Question, answer: Answer | None) -> None:
        """None, or the same answer again, takes it back."""
        if self.category is None:
            return
        given = dict(self.answered.get(self.category.value, {}))
        before = given.pop(question.code, None)
        if answer is not None and not _is_same(answer, before):
            given[question.code] = answer
        self.answered = {**self.answered, self.category.value: given}
        self.said_something()

    def typed_answer(self, question: Question) -> Callable[[ft.Event[ft.TextField]], None]:
        def typed(event: ft.Event[ft.TextField]) -> None:
            if self.category is None:
                return
            given = dict(self.answered.get(self.category.value, {}))
            given.pop(question.code, None)
            found = _typed(question, str(event.control.value))
            if found is not None:
                given[question.code] = found
            self.answered = {**self.answered, self.category.value: given}
            self.said_something(typing=True)

        return typed

    # As a record, and as a draft

    def content(self, place: Place | None, address: str | None) -> Content:
        answers = self.answers
        is_defect = self.kind is ObservationKind.DEFECT
        return Content(
            kind=self.kind,
            category=self.category,
            text=many_lines(self.text),
            place=place,
            stop_id=self.stop_id,
            answers=answers,
            is_urgent=is_defect and is_urgent(self.category, answers),
            address=address,
        )

    def show(self, content: Content) -> None:
        """A saved observation, to be changed."""
        self.kind, self.category, self.text = content.kind, content.category, content.text
        self.stop_id = content.stop_id
        category = content.category
        self.answered = {} if category is None else {category.value: dict(content.answers)}

    def said(self) -> dict[str, Any]:
        """For a draft, in JSON's types."""
        return {
            "kind": self.kind.value,
            "category": None if self.category is None else self.category.value,
            "text": self.text,
            "answered": {category: dict(given) for category, given in self.answered.items()},
            "stop_id": self.stop_id,
        }

    def say_again(self, said: dict[str, Any]) -> None:
        """What `said` gave, in another release too: words that are not known here are left out."""
        kind, category, stop_id = said.get("kind"), said.get("category"), said.get("stop_id")
        self.text = str(said.get("text", ""))
        self.kind = ObservationKind(kind) if kind in set(ObservationKind) else _USUAL
        self.category = Category(category) if category in set(Category) else None
        self.answered = {name: dict(given) for name, given in said.get("answered", {}).items()}
        self.stop_id = None if stop_id is None else EntityId(stop_id)

    def say_nothing(self) -> None:
        self.say_again({})


def _typed(question: Question, text: str) -> Answer | None:
    """What was typed as an answer; None for nothing, or for no number."""
    line = one_line(text)[: question.max_length]
    if question.kind is not QuestionKind.NUMBER:
        return line or None
    return int(line) if line.isdecimal() and int(line) <= MAX_NUMBER else None


def _is_same(one: Answer, other: Answer | None) -> bool:
    """True is not 1 here."""
    return type(one) is type(other) and one == other
