"""The protocol as one HTML page that needs nothing else: to show, to send, to print.

No script, nothing from outside: the page forbids both itself, wherever the file ends up. The same
document in the same language is always the same text.
"""

from __future__ import annotations

from app.field.protocol import about, earlier, findings, stops
from app.field.protocol.document import ProtocolDocument
from app.field.protocol.findings import KIND_HEADINGS
from app.field.protocol.map_section import map_section
from app.field.protocol.markup import NOTHING, Markup, tag
from app.field.protocol.measures import clock, day, day_element
from app.field.protocol.sections import Section, whole
from app.field.protocol.style import STYLE
from app.field.protocol.swedish_time import swedish
from app.i18n import Words

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def page(document: ProtocolDocument, words: Words) -> str:
    """The file's text, UTF-8."""
    sections = _sections(document, words)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", _title(document, words)),
        tag("style", STYLE),
    )
    body = tag(
        "body",
        tag("a", words("protocol.skip"), href="#content", class_="skip"),
        _header(document, words),
        _contents(sections, words),
        tag("main", *(whole(one) for one in sections), id="content", tabindex=-1),
        tag("footer", tag("p", words("protocol.foot"))),
    )
    direction = "rtl" if words.is_right_to_left else "ltr"
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang=words.language, dir=direction)}\n"


def file_name(document: ProtocolDocument) -> str:
    """protokoll-kirseberg-2026-05-12.html: letters that every file system and mail takes."""
    letters = document.area_name.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    area = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in letters).split())
    when = "" if document.started_at is None else f"{swedish(document.started_at):%Y-%m-%d}"
    return "-".join(part for part in ("protokoll", area, when) if part) + ".html"


def _title(document: ProtocolDocument, words: Words) -> str:
    kind = words(f"round.kind.{document.kind.value}")
    if document.started_at is None:
        return words("protocol.title.unstarted", kind=kind, area=document.area_name)
    when = day(document.started_at, words)
    return words("protocol.title.day", kind=kind, area=document.area_name, day=when)


def _header(document: ProtocolDocument, words: Words) -> Markup:
    kind = words(f"round.kind.{document.kind.value}")
    return tag(
        "header",
        tag("p", words("protocol.word"), class_="word"),
        tag("h1", words("protocol.heading", kind=kind, area=document.area_name)),
        _when(document, words),
        _approval(document, words),
    )


def _when(document: ProtocolDocument, words: Words) -> Markup:
    if document.started_at is None:
        return NOTHING
    times = clock(document.started_at, words)
    if document.ended_at is not None:
        times = words("protocol.from_to", start=times, end=clock(document.ended_at, words))
    return tag("p", day_element(document.started_at, words), " · ", times, class_="when")


def _approval(document: ProtocolDocument, words: Words) -> Markup:
    if document.approved_at is None:
        return tag("p", tag("strong", words("protocol.preliminary")), class_="approval preliminary")
    approved = words("protocol.approved", day=day(document.approved_at, words))
    return tag("p", tag("strong", approved), class_="approval")


def _contents(sections: list[Section], words: Words) -> Markup:
    links = (tag("li", tag("a", one.heading, href=f"#{one.anchor}")) for one in sections)
    return tag(
        "nav",
        tag("h2", words("protocol.contents"), id="contents"),
        tag("ul", *links),
        aria_labelledby="contents",
    )


def _sections(document: ProtocolDocument, words: Words) -> list[Section]:
    found = [
        about.facts(document, words),
        about.participants(document, words),
        map_section(document, words),
        stops.section(document, words),
        *(findings.section(document, kind, words) for kind in KIND_HEADINGS),
        earlier.revisits(document, words),
        earlier.open_points(document, words),
    ]
    return [one for one in found if one is not None]
