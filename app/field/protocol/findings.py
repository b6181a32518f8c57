"""What was found: each with number, category, text, answers, place, photos and how far it came."""

from __future__ import annotations

from collections.abc import Sequence

from app.field.place_doubts import doubts
from app.field.protocol.document import (
    CityWord,
    ProtocolDocument,
    ProtocolFinding,
    ProtocolPhoto,
)
from app.field.protocol.markup import NOTHING, Markup, said, tag, together
from app.field.protocol.measures import coordinates, day
from app.field.protocol.questions import answered
from app.field.protocol.sections import Section, facts_list
from app.i18n import Words
from sync.domain.fields import Place
from sync.domain.status import Status
from sync.domain.words import Category, ObservationKind

KIND_HEADINGS = (ObservationKind.DEFECT, ObservationKind.POSITIVE, ObservationKind.PROPOSAL)
SHOWN_EDGE_PX = 640


def section(document: ProtocolDocument, kind: ObservationKind, words: Words) -> Section | None:
    """Those that belong to no stop. Defects are spoken of even when there are none at all."""
    found = [one for one in document.findings if one.kind is kind]
    if not found and (kind is not ObservationKind.DEFECT or document.all_findings):
        return None
    at_stops = any(one.kind is kind for stop in document.stops for one in stop.findings)
    heading = words(f"protocol.findings.{kind.value}" + (".other" if at_stops else ""))
    body = (
        together(*(article(one, "h3", words) for one in found))
        if found
        else tag("p", words("protocol.findings.none"))
    )
    return Section(anchor=f"found-{kind.value}", heading=heading, body=body)


def article(one: ProtocolFinding, heading: str, words: Words) -> Markup:
    anchor = anchor_of(one)
    title = tag(
        heading,
        tag("bdi", one.number, class_="finding-number"),
        " ",
        name_of(one.kind, one.category, words),
        id=anchor,
    )
    facts = [
        *answered(one.category, one.answers, words),
        (words("protocol.place"), where(one.place, one.address, words)),
        (words("protocol.state"), state(one, words)),
    ]
    return tag(
        "article",
        title,
        tag("p", tag("strong", words("protocol.urgent"))) if one.is_urgent else NOTHING,
        said("p", one.text, class_="said") if one.text.strip() else NOTHING,
        facts_list(facts),
        photos(one.photos, one.photos_left_out, one.number, one.category, words),
        class_="finding",
        aria_labelledby=anchor,
    )


def anchor_of(one: ProtocolFinding) -> str:
    """A number may hold anything: what is no letter of ASCII becomes its code."""
    safe = "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}" for c in one.number)
    return f"finding-{safe}"


def name_of(kind: ObservationKind, category: Category | None, words: Words) -> str:
    """Belysning; Trygg plats: Belysning; Förslag."""
    name = words(f"category.{category.value}") if category is not None else ""
    if kind is ObservationKind.DEFECT:
        return name or words("protocol.no_category")
    of_kind = words(f"protocol.kind.{kind.value}")
    return words("protocol.kind_and_category", kind=of_kind, category=name) if name else of_kind


def where(place: Place | None, address: str, words: Words) -> Markup | str:
    """The address if there is one, the coordinates, and what speaks against them."""
    if place is None:
        return said("span", address) if address.strip() else words("protocol.no_place")
    point = tag("bdi", coordinates(place), dir="ltr", class_="coordinates")
    doubtful = together(point, *(f" – {doubt}" for doubt in doubts(place, words)))
    return together(said("span", address), " ", doubtful) if address.strip() else doubtful


def state(one: ProtocolFinding, words: Words) -> str:
    if one.kind is not ObservationKind.DEFECT and one.status is None and one.city is None:
        return ""
    if one.status is Status.REJECTED:
        return words("protocol.state.rejected", reason=one.status_reason or "–")
    if one.city is not None:
        return city(one.city, words)
    return words("protocol.state.approved" if one.status is Status.APPROVED else "protocol.noted")


def city(said_by_city: CityWord, words: Words) -> str:
    """Hos staden, ärende 12345: Pågående (12 maj 2026)."""
    case = words("protocol.city.case", case=said_by_city.case_ref)
    if said_by_city.status is None:
        return case
    if said_by_city.said_at is None:
        return words("protocol.city.word", case=case, word=said_by_city.status)
    when = day(said_by_city.said_at, words)
    return words("protocol.city.word_day", case=case, word=said_by_city.status, day=when)


def photos(
    shown: Sequence[ProtocolPhoto],
    left_out: int,
    number: str,
    category: Category | None,
    words: Words,
) -> Markup:
    what = words(f"category.{category.value}") if category is not None else ""
    parts = [
        _photo(photo, words("protocol.photo.name", place=place, count=len(shown)), number, what)
        if photo.data_uri is not None
        else tag("p", words("protocol.photo.elsewhere", place=place, count=len(shown)))
        for place, photo in enumerate(shown, start=1)
    ]
    grid = tag("div", *parts, class_="photos") if parts else NOTHING
    note = tag("p", words("protocol.photo.left_out", count=left_out)) if left_out else NOTHING
    return together(grid, note)


def _photo(photo: ProtocolPhoto, name: str, number: str, what: str) -> Markup:
    scale = min(1.0, SHOWN_EDGE_PX / max(photo.width_px, photo.height_px))
    picture = tag(
        "img",
        src=photo.data_uri or "",
        alt=" – ".join(part for part in (number, what, name) if part),
        width=max(1, round(photo.width_px * scale)),
        height=max(1, round(photo.height_px * scale)),
    )
    return tag("figure", picture, tag("figcaption", tag("bdi", number), f" – {name}"))
