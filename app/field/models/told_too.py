"""What one who saw it too answered, as part of what is known of it already."""

from __future__ import annotations

from dataclasses import replace

from app.i18n import Words
from app.widgets.answer_words import answer_sentences
from app.widgets.catalogue import Answers, is_urgent
from sync.client.records import Content, ObservationRecord
from sync.domain.fields import MAX_TEXT
from sync.domain.words import Category


def with_answers(known: ObservationRecord, answers: Answers) -> Content:
    """What it lacks is filled in; what was approved stays as it is."""
    content = known.content
    if not known.is_editable:
        return content
    return replace(
        content,
        answers={**answers, **content.answers},
        is_urgent=content.is_urgent or is_urgent(content.category, answers),
    )


def without_answers(now: ObservationRecord, before: Content, written: Content) -> Content:
    """As `now`, less what `written` filled in and nobody has changed since."""
    content = now.content
    added = {c: a for c, a in written.answers.items() if c not in before.answers}
    return replace(
        content,
        answers={c: a for c, a in content.answers.items() if c not in added or a != added[c]},
        is_urgent=content.is_urgent and (before.is_urgent or not written.is_urgent),
    )


def in_words(text: str, category: Category | None, answers: Answers, words: Words) -> str:
    """The text and the answers below it. A text that leaves no room for them is cut."""
    said = [] if category is None else answer_sentences(category, answers, words)
    if not said:
        return text
    below = "\n".join(said)
    return f"{text[: MAX_TEXT - len(below) - 1]}\n{below}".strip()
