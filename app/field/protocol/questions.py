"""What was answered to a category's own questions, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.field.protocol.markup import Markup, said
from app.i18n import Words
from app.widgets.catalogue import Question, QuestionKind, load_catalogue, questions_of
from sync.domain.change import Json
from sync.domain.words import Category


def answered(
    category: Category | None, answers: Sequence[tuple[str, Json]], words: Words
) -> list[tuple[str, Markup | str]]:
    """Question and answer, in the order of the catalogue, then what a newer release asked."""
    given = dict(answers)
    asked = [
        (words(f"question.{category}.{question.code}"), _answer(category, question, given, words))
        for question in questions_of(category)
        if given.get(question.code) is not None
    ]
    known = {question.code for tile in load_catalogue() for question in tile.questions}
    newer = [(code, _plain(value, words)) for code, value in answers if code not in known]
    return [*asked, *newer]


def _answer(
    category: Category | None, question: Question, given: Mapping[str, Json], words: Words
) -> Markup | str:
    value = given[question.code]
    if question.kind is QuestionKind.CHOICE and value in question.choices:
        return words(f"question.{category}.{question.code}.{value}")
    return _plain(value, words)


def _plain(value: Json, words: Words) -> Markup | str:
    if isinstance(value, bool):
        return words("protocol.yes" if value else "protocol.no")
    text = "" if value is None else str(value)
    return said("span", text) if text.strip() else ""
