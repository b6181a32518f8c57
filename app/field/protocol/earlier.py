"""What was known before: seen again on this round, and what is still open since the last one."""

from __future__ import annotations

from app.field.protocol.document import OpenPoint, ProtocolDocument, Revisit
from app.field.protocol.findings import city, name_of, photos, where
from app.field.protocol.markup import NOTHING, Markup, said, tag, together
from app.field.protocol.measures import clock, day
from app.field.protocol.sections import Section, facts_list
from app.i18n import Words
from sync.domain.words import Category, ObservationKind


def revisits(document: ProtocolDocument, words: Words) -> Section | None:
    if not document.revisits:
        return None
    body = together(
        *(_revisit(place, one, words) for place, one in enumerate(document.revisits, start=1))
    )
    return Section(anchor="revisits", heading=words("protocol.revisits"), body=body)


def open_points(document: ProtocolDocument, words: Words) -> Section:
    return Section(
        anchor="open-points",
        heading=words("protocol.open"),
        body=_open(document, words),
    )


def _revisit(place: int, one: Revisit, words: Words) -> Markup:
    anchor = f"revisit-{place}"
    facts = [
        (words("protocol.open.found"), day(one.noted_at, words)),
        (words("protocol.place"), where(one.place, one.address, words)),
        (words("protocol.revisit.time"), clock(one.checked_at, words)),
        (words("protocol.revisit.comment"), _said(one.comment)),
    ]
    return tag(
        "article",
        tag(
            "h3",
            tag("bdi", one.number),
            " " if one.number else "",
            _name(one.category, words),
            ": ",
            words(f"protocol.verdict.{one.verdict.value}"),
            id=anchor,
        ),
        said("p", one.text, class_="said") if one.text.strip() else NOTHING,
        facts_list(facts),
        photos(one.photos, one.photos_left_out, one.number, one.category, words),
        class_="finding",
        aria_labelledby=anchor,
    )


def _open(document: ProtocolDocument, words: Words) -> Markup:
    if document.last_round_at is None:
        return tag("p", words("protocol.open.no_round"))
    since = day(document.last_round_at, words)
    if not document.open_points:
        return tag("p", words("protocol.open.none", day=since))
    still = [one for one in document.open_points if not one.is_claimed_fixed]
    claimed = [one for one in document.open_points if one.is_claimed_fixed]
    return together(
        _table(still, words("protocol.open.still", day=since), words),
        _table(claimed, words("protocol.open.claimed", day=since), words),
    )


def _table(points: list[OpenPoint], caption: str, words: Words) -> Markup:
    if not points:
        return NOTHING
    heads = (
        tag("th", words(f"protocol.open.column.{name}"), scope="col", role="columnheader")
        for name in ("number", "what", "place", "state")
    )
    # the roles, for some browsers take them away with `display: block` on a narrow screen
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
        tag("tbody", *(_row(one, words) for one in points), role="rowgroup"),
        class_="open",
        role="table",
    )


def _row(one: OpenPoint, words: Words) -> Markup:
    text = said("span", one.text, class_="said") if one.text.strip() else NOTHING
    word = words("protocol.open.no_word") if one.city is None else city(one.city, words)
    lines = [tag("div", word)]
    if one.seen is not None and one.seen_at is not None:
        verdict = words(f"protocol.verdict.{one.seen.value}")
        seen = words("protocol.open.seen", verdict=verdict, day=day(one.seen_at, words))
        lines.append(tag("div", seen))
    return tag(
        "tr",
        tag("th", tag("bdi", one.number), scope="row", role="rowheader"),
        tag("td", tag("div", _name(one.category, words)), text, role="cell"),
        tag("td", _column("place", words), where(one.place, one.address, words), role="cell"),
        tag("td", _column("state", words), *lines, role="cell"),
        role="row",
    )


def _column(name: str, words: Words) -> Markup:
    """Seen on a narrow screen, where no head stands above; a screen reader says the head itself."""
    head = words(f"protocol.open.column.{name}")
    return tag("div", head, class_="column", aria_hidden="true")


def _name(category: Category | None, words: Words) -> str:
    return name_of(ObservationKind.DEFECT, category, words)


def _said(text: str) -> Markup | str:
    return said("div", text, class_="said") if text.strip() else ""
