"""The stops of a walk: what is good, what is not, what people said, how it felt, what was found."""

from __future__ import annotations

from app.field.protocol.document import ProtocolDocument, ProtocolStop
from app.field.protocol.findings import article, where
from app.field.protocol.markup import NOTHING, Markup, said, tag, together
from app.field.protocol.measures import clock
from app.field.protocol.sections import Section, facts_list
from app.i18n import Words

BEST = 5


def section(document: ProtocolDocument, words: Words) -> Section | None:
    if not document.stops:
        return None
    body = together(*(_stop(stop, words) for stop in document.stops))
    return Section(anchor="stops", heading=words("protocol.stops"), body=body)


def _stop(stop: ProtocolStop, words: Words) -> Markup:
    anchor = f"stop-{stop.number}"
    number = words("protocol.stop.number", number=stop.number)
    name = together(": ", said("bdi", stop.name)) if stop.name.strip() else NOTHING
    told = [
        (words("protocol.stop.times"), _times(stop, words)),
        (words("protocol.place"), where(stop.place, "", words) if stop.place else ""),
        (words("protocol.stop.good"), _said(stop.good)),
        (words("protocol.stop.bad"), _said(stop.bad)),
        (words("protocol.stop.voices"), _said(stop.voices)),
    ]
    return tag(
        "section",
        tag("h3", number, name, id=anchor),
        facts_list(told),
        _scores(stop, words),
        *(article(one, "h4", words) for one in stop.findings),
        class_="stop",
        aria_labelledby=anchor,
    )


def _times(stop: ProtocolStop, words: Words) -> str:
    if stop.arrived_at is None:
        return ""
    arrived = clock(stop.arrived_at, words)
    if stop.left_at is None:
        return arrived
    return words("protocol.from_to", start=arrived, end=clock(stop.left_at, words))


def _said(text: str) -> Markup | str:
    return said("div", text, class_="said") if text.strip() else ""


def _scores(stop: ProtocolStop, words: Words) -> Markup:
    if not stop.scores:
        return NOTHING
    heads = tag(
        "tr",
        tag("th", words("protocol.score.what"), scope="col"),
        tag("th", words("protocol.score.given"), scope="col", class_="number"),
    )
    rows = (
        tag(
            "tr",
            tag("th", words(f"protocol.score.{one.value}"), scope="row"),
            tag("td", words("protocol.score.of", score=score, best=BEST), class_="number"),
        )
        for one, score in stop.scores
    )
    caption = words("protocol.score.caption", number=stop.number)
    table = tag("table", tag("caption", caption), tag("thead", heads), tag("tbody", *rows))
    return tag("div", table, class_="scores")
