"""The sketch with what explains it, and the same in a table for those who do not see it."""

from __future__ import annotations

from app.field.protocol.document import ProtocolDocument, ProtocolFinding, ProtocolStop
from app.field.protocol.findings import anchor_of, name_of, where
from app.field.protocol.markup import NOTHING, Markup, said, tag, together
from app.field.protocol.sections import Section
from app.field.protocol.sketch import legend_mark, sketch
from app.i18n import Words
from sync.domain.words import ObservationKind


def map_section(document: ProtocolDocument, words: Words) -> Section | None:
    drawn = sketch(document, words)
    if drawn is None:
        return None
    figure = tag(
        "figure",
        drawn,
        tag("figcaption", words("protocol.map.caption"), _legend(document, words)),
        class_="map",
    )
    body = together(figure, _in_words(document, words))
    return Section(anchor="map", heading=words("protocol.map.title"), body=body)


def _legend(document: ProtocolDocument, words: Words) -> Markup:
    shown: list[tuple[Markup, str]] = []
    kinds = {one.kind for one in document.all_findings if one.place is not None}
    for kind in ObservationKind:
        if kind in kinds:
            number = next(
                one.number for one in document.all_findings if one.kind is kind and one.place
            )
            shown.append((legend_mark(kind, number), words(f"protocol.kind.{kind.value}")))
    if any(stop.place for stop in document.stops):
        shown.append((legend_mark("stop", "1"), words("protocol.map.stop")))
    items = [tag("li", mark, " ", text) for mark, text in shown]
    if document.tracks:
        items.append(_line_item("track", words("protocol.map.track")))
    if document.planned_route:
        items.append(_line_item("planned", words("protocol.map.planned_line")))
    if document.outline:
        items.append(_line_item("outline", words("protocol.map.outline")))
    return tag("ul", *items, class_="legend") if items else NOTHING


def _line_item(name: str, text: str) -> Markup:
    line = tag("polyline", points="2,10 42,10", class_=name)
    drawn = tag(
        "svg",
        line,
        viewBox="0 0 44 20",
        width=44,
        height=20,
        aria_hidden="true",
        focusable="false",
        class_="sketch legend-mark",
    )
    return tag("li", drawn, " ", text)


def _in_words(document: ProtocolDocument, words: Words) -> Markup:
    """Every number on the map, what it is and where, with a link to all that is said of it."""
    rows = [_stop_row(stop, words) for stop in document.stops]
    rows += [_finding_row(one, words) for one in document.all_findings]
    if not rows:
        return NOTHING
    heads = (
        tag("th", words(f"protocol.map.column.{name}"), scope="col")
        for name in ("number", "what", "place")
    )
    return tag(
        "table",
        tag("caption", words("protocol.map.table")),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *rows),
        class_="places",
    )


def _stop_row(stop: ProtocolStop, words: Words) -> Markup:
    number = words("protocol.stop.number", number=stop.number)
    return tag(
        "tr",
        tag("th", tag("a", number, href=f"#stop-{stop.number}"), scope="row"),
        said("td", stop.name),
        tag("td", where(stop.place, "", words)),
    )


def _finding_row(one: ProtocolFinding, words: Words) -> Markup:
    return tag(
        "tr",
        tag("th", tag("a", tag("bdi", one.number), href=f"#{anchor_of(one)}"), scope="row"),
        tag("td", name_of(one.kind, one.category, words)),
        tag("td", where(one.place, one.address, words)),
    )
