"""The parts of the page, each with a heading that the contents list links to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.field.protocol.markup import NOTHING, Markup, tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """anchor: the id of its heading."""

    anchor: str
    heading: str
    body: Markup


def whole(section: Section) -> Markup:
    return tag(
        "section",
        tag("h2", section.heading, id=section.anchor),
        section.body,
        aria_labelledby=section.anchor,
    )


def facts_list(facts: Iterable[tuple[str, str]]) -> Markup:
    """Names with what is said of them; without those of which nothing is said."""
    rows = [tag("div", tag("dt", name), tag("dd", value)) for name, value in facts if value]
    return tag("dl", *rows) if rows else NOTHING
