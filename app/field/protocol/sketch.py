"""The map of a round as a drawing in the page: outline, ways, stops, numbered findings."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.field.protocol.document import ProtocolDocument
from app.field.protocol.labels import Box, placed, width_of
from app.field.protocol.markup import NOTHING, Markup, tag, together
from app.field.protocol.measures import length
from app.field.protocol.projection import HEIGHT, WIDTH, Projection, Spot, fitting
from app.i18n import Words
from sync.domain.geo import GeoPoint
from sync.domain.words import ObservationKind

INSET = 92.0
ROOMY = 60
"""So many numbers find room on the plain sketch; for more it grows."""


def sketch(document: ProtocolDocument, words: Words) -> Markup | None:
    """None when nothing of the round has a place and the area has no outline."""
    findings = [one for one in document.all_findings if one.place is not None]
    grown = math.sqrt(max(1.0, len(findings) / ROOMY))
    width, height = round(WIDTH * grown), round(HEIGHT * grown)
    seen = _seen(document)
    area = [point for ring in document.outline for point in ring]
    view = fitting(seen or area, width=width, height=height)
    if view is None:
        return None
    corners = _corners(width, height, with_inset=bool(seen and area))
    title, told = words("protocol.map.title"), _told(document, len(findings), words)
    return tag(
        "svg",
        tag("title", title, id="map-title"),
        tag("desc", told, id="map-told"),
        tag("rect", class_="paper", x=0, y=0, width=width, height=height),
        *(_line(view, ring, "outline", closed=True) for ring in document.outline),
        _line(view, document.planned_route, "planned"),
        *(_line(view, track, "track") for track in document.tracks),
        *_findings_and_stops(document, view, corners),
        _north(width),
        _scale_bar(view, words),
        _inset(document.outline, view) if seen and area else NOTHING,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_labelledby="map-title map-told",
        direction="ltr",
        class_="sketch",
    )


def _seen(document: ProtocolDocument) -> list[GeoPoint]:
    """What the sketch must show: where people were."""
    points = [one.place.point for one in document.all_findings if one.place is not None]
    points += [stop.place.point for stop in document.stops if stop.place is not None]
    points += document.planned_route
    return points + [point for track in document.tracks for point in track]


def _told(document: ProtocolDocument, findings: int, words: Words) -> str:
    told = [words("protocol.map.findings", count=findings)]
    if document.stops:
        told.append(words("protocol.map.stops", count=len(document.stops)))
    if document.tracks and document.length_m is not None:
        told.append(words("protocol.map.walked", length=length(document.length_m, words)))
    if document.planned_route:
        told.append(words("protocol.map.planned"))
    return " ".join([*told, words("protocol.map.where")])


def _findings_and_stops(
    document: ProtocolDocument, view: Projection, corners: Sequence[Box]
) -> list[Markup]:
    stops = [(stop.number, view.spot(stop.place.point)) for stop in document.stops if stop.place]
    stop_boxes = placed(
        [(str(number), spot) for number, spot in stops], corners, view.width, view.height
    )
    found = [
        (one.kind, one.number, view.spot(one.place.point))
        for one in document.all_findings
        if one.place is not None
    ]
    boxes = placed(
        [(number, spot) for _, number, spot in found],
        [*corners, *stop_boxes],
        view.width,
        view.height,
    )
    under = [_leader(spot, box) for (_, spot), box in zip(stops, stop_boxes, strict=True)]
    under += [_leader(spot, box) for (_, _, spot), box in zip(found, boxes, strict=True)]
    over = [
        _mark("stop", str(number), box) for (number, _), box in zip(stops, stop_boxes, strict=True)
    ]
    over += [_mark(kind, number, box) for (kind, number, _), box in zip(found, boxes, strict=True)]
    return [*under, *over]


def _leader(spot: Spot, box: Box) -> Markup:
    """A dot at the true place, and a line to the number that had to move."""
    dot = tag("circle", class_="dot", cx=_n(spot[0]), cy=_n(spot[1]), r="2.5")
    if math.dist(spot, (box.x, box.y)) < 1:
        return dot
    ends = {"x1": _n(spot[0]), "y1": _n(spot[1]), "x2": _n(box.x), "y2": _n(box.y)}
    return together(tag("line", class_="leader", **ends), dot)


def _mark(kind: ObservationKind | str, number: str, box: Box) -> Markup:
    """Told apart by shape: a defect is square, a safe place round, a proposal has dashes."""
    corner = box.height / 2 if kind is ObservationKind.POSITIVE else 2
    return tag(
        "g",
        tag(
            "rect",
            x=_n(box.x - box.width / 2),
            y=_n(box.y - box.height / 2),
            width=_n(box.width),
            height=_n(box.height),
            rx=_n(corner),
        ),
        tag("text", number, x=_n(box.x), y=_n(box.y + 4.3)),
        class_=f"mark {kind}",
    )


def legend_mark(kind: ObservationKind | str, number: str) -> Markup:
    """One mark by itself, beside the words that explain it."""
    box = Box(x=22, y=10, width=max(28, width_of(number)), height=17)
    return tag(
        "svg",
        _mark(kind, number, box),
        xmlns="http://www.w3.org/2000/svg",
        viewBox="0 0 44 20",
        width=44,
        height=20,
        aria_hidden="true",
        focusable="false",
        class_="sketch legend-mark",
    )


def _line(
    view: Projection, points: Sequence[GeoPoint], name: str, *, closed: bool = False
) -> Markup:
    if len(points) < 2:
        return NOTHING
    drawn = " ".join(f"{_n(x)},{_n(y)}" for x, y in map(view.spot, points))
    return tag("polygon" if closed else "polyline", class_=name, points=drawn)


def _corners(width: float, height: float, *, with_inset: bool) -> list[Box]:
    """Where the north arrow, the scale bar and the small map of the area stand."""
    boxes = [
        Box(x=width - 16, y=22, width=30, height=42),
        Box(x=width / 6 + 8, y=height - 14, width=width / 3 + 24, height=28),
    ]
    if with_inset:
        boxes.append(Box(x=INSET / 2, y=INSET / 2, width=INSET, height=INSET))
    return boxes


def _north(width: float) -> Markup:
    x = width - 16
    arrow = f"{x},5 {x - 7},24 {x},19 {x + 7},24"
    return tag(
        "g",
        tag("polygon", points=arrow),
        tag("text", "N", x=_n(x), y=37),
        class_="north",
    )


def _scale_bar(view: Projection, words: Words) -> Markup:
    x, y = 12.0, view.height - 8
    end = x + view.scale_m * view.per_m
    bar = f"{_n(x)},{_n(y - 5)} {_n(x)},{_n(y)} {_n(end)},{_n(y)} {_n(end)},{_n(y - 5)}"
    return tag(
        "g",
        tag("polyline", points=bar),
        tag("text", length(view.scale_m, words), x=_n(x), y=_n(y - 8)),
        class_="scale",
    )


def _inset(outline: Sequence[Sequence[GeoPoint]], view: Projection) -> Markup:
    """The whole area small, with a frame around the part that is drawn large."""
    area = [point for ring in outline for point in ring]
    small = fitting(area, width=INSET, height=INSET, margin=8, least_m=1)
    if small is None:
        return NOTHING
    x, y = small.spot(view.middle)
    wide, high = (side / view.per_m * small.per_m for side in (view.width, view.height))
    left, top = (max(2.0, one) for one in (x - wide / 2, y - high / 2))
    right, below = (min(INSET - 2, one) for one in (x + wide / 2, y + high / 2))
    return tag(
        "g",
        tag("rect", class_="paper", x=0, y=0, width=_n(INSET), height=_n(INSET)),
        *(_line(small, ring, "outline", closed=True) for ring in outline),
        tag(
            "rect",
            class_="frame",
            x=_n(left),
            y=_n(top),
            width=_n(max(4.0, right - left)),
            height=_n(max(4.0, below - top)),
        ),
        class_="inset",
    )


def _n(number: float) -> str:
    """A tenth of a unit is finer than any screen; the same text on every machine."""
    return f"{number:.1f}"
