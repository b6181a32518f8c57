"""The answers to a category's own questions, in words."""

from __future__ import annotations

import re

from app.i18n import Words
from app.widgets.catalogue import Answer, Answers, Question, QuestionKind, questions_of
from sync.domain.words import Category

_QUESTION = re.compile(r".*?[?؟]")
"""Of "Är det kränkande? Då går det först." what is asked."""


def answer_lines(category: Category, answers: Answers, words: Words) -> list[tuple[str, str]]:
    """Question and answer in words. Answers to what this release does not ask are not shown."""
    return [
        (
            words(f"question.{category.value}.{question.code}"),
            _answer(category, question, answers[question.code], words),
        )
        for question in questions_of(category)
        if question.code in answers and question.takes(answers[question.code])
    ]


def answer_sentences(category: Category, answers: Answers, words: Words) -> list[str]:
    """Each to stand in a text: "Hur mycket? En hög"."""
    return [
        f"{asked[0]} {said}" if (asked := _QUESTION.match(name)) else f"{name}: {said}"
        for name, said in answer_lines(category, answers, words)
    ]


def _answer(category: Category, question: Question, given: Answer, words: Words) -> str:
    match question.kind:
        case QuestionKind.YES_NO:
            return words("capture.yes" if given is True else "capture.no")
        case QuestionKind.CHOICE:
            return words(f"question.{category.value}.{question.code}.{given}")
        case _:
            return str(given)
