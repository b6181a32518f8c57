"""The drawing of a round, and the time it is told in."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.field.protocol.labels import Box, placed, width_of
from app.field.protocol.projection import HEIGHT, WIDTH, fitting
from app.field.protocol.sketch import sketch
from app.field.protocol.swedish_time import swedish
from app.i18n import Words
from tests.field.a_protocol import OUTLINE, TORG, a_document, a_finding, a_stop, at

SV = Words("sv")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(**given_: object) -> ElementTree.Element:
    made = sketch(a_document(**given_), SV)
    assert made is not None
    return ElementTree.fromstring(made)


def marks(root: ElementTree.Element) -> list[tuple[str, Box]]:
    found = []
    for group in root.iter(f"{SVG}g"):
        if group.attrib["class"].startswith("mark"):
            rect, text = group
            x, y, wide, high = (float(rect.attrib[n]) for n in ("x", "y", "width", "height"))
            box = Box(x=x + wide / 2, y=y + high / 2, width=wide, height=high)
            found.append((text.text or "", box))
    return found


def test_many_findings_on_one_spot_are_all_readable() -> None:
    findings = tuple(a_finding(f"A-{n}", place=at(0, 0)) for n in range(1, 41))
    shown = marks(drawn(findings=findings, stops=(a_stop(1), a_stop(2))))
    assert len(shown) == 42
    assert not [(a, b) for (a, one), (b, two) in combinations(shown, 2) if one.meets(two)]
    for _, box in shown:
        assert box.is_within(WIDTH + 1, HEIGHT + 1)


def test_a_number_that_had_to_move_has_a_line_to_its_place() -> None:
    root = drawn(findings=(a_finding("A-1"), a_finding("A-2")))
    assert len(list(root.iter(f"{SVG}circle"))) == 2
    leaders = [one for one in root.iter(f"{SVG}line") if one.attrib["class"] == "leader"]
    assert len(leaders) == 1


def test_a_number_stands_where_its_finding_is_when_there_is_room() -> None:
    root = drawn(findings=(a_finding("A-1", place=at(0, 0)), a_finding("A-2", place=at(200, 200))))
    spots = {(c.attrib["cx"], c.attrib["cy"]) for c in root.iter(f"{SVG}circle")}
    assert {(f"{b.x:.1f}", f"{b.y:.1f}") for _, b in marks(root)} == spots


def test_north_is_up_and_east_is_right() -> None:
    view = fitting([at(-300, -300).point, at(300, 300).point])
    assert view is not None
    (x0, y0), (x1, y1) = view.spot(TORG), view.spot(at(100, 50).point)
    assert x1 > x0 and y1 < y0
    assert abs((y0 - y1) / (x1 - x0) - 2) < 0.02


def test_all_of_the_round_is_on_the_paper() -> None:
    points = [at(n * 31 % 900 - 300, n * 77 % 1200 - 500).point for n in range(40)]
    view = fitting(points)
    assert view is not None
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in map(view.spot, points))


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    root = drawn(findings=(a_finding(),))
    bar = next(g for g in root.iter(f"{SVG}g") if g.attrib["class"] == "scale")
    xs = [float(pair.split(",")[0]) for pair in bar[0].attrib["points"].split()]
    metres = int(re.sub(r"\D", "", bar[1].text or ""))
    findings, route = [at(20, 30).point], [at(n, n * 1.5).point for n in range(-100, 300, 40)]
    tracks = [at(n, n * 1.4 + (n % 3) * 9).point for n in range(-100, 300, 10)]
    view = fitting([*findings, *route, *tracks])
    assert view is not None
    assert metres == view.scale_m
    assert abs((max(xs) - min(xs)) - metres * view.per_m) < 0.2


def test_an_area_without_any_findings_is_drawn_as_its_outline() -> None:
    root = drawn(planned_route=(), tracks=())
    assert "outline" in {one.attrib.get("class") for one in root.iter(f"{SVG}polygon")}
    assert not marks(root)


def test_without_any_place_there_is_no_sketch() -> None:
    nowhere = a_document(outline=(), planned_route=(), tracks=(), findings=(a_finding(place=None),))
    assert sketch(nowhere, SV) is None


def test_planned_and_recorded_route_are_told_apart() -> None:
    root = drawn()
    assert {one.attrib.get("class") for one in root.iter(f"{SVG}polyline")} >= {"planned", "track"}


def test_a_large_round_gets_a_larger_sketch() -> None:
    findings = tuple(
        a_finding(f"A-{n}", place=at(n * 31 % 900, n * 77 % 1200)) for n in range(1, 241)
    )
    root = drawn(findings=findings, outline=(OUTLINE,))
    shown = marks(root)
    assert root.attrib["viewBox"] == "0 0 880 800"
    assert not [(a, b) for (a, one), (b, two) in combinations(shown, 2) if one.meets(two)]


spots = st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["A-1", "B-12", "7"]), spots), max_size=60))
def test_boxes_never_meet_and_stay_on_the_paper(
    wanted: list[tuple[str, tuple[float, float]]],
) -> None:
    boxes = placed(wanted, [], WIDTH, HEIGHT)
    assert boxes == placed(wanted, [], WIDTH, HEIGHT)
    assert not [1 for one, two in combinations(boxes, 2) if one.meets(two)]
    assert all(box.is_within(WIDTH, HEIGHT) for box in boxes)


def test_a_full_paper_still_shows_every_number() -> None:
    boxes = placed([("A-100", (10.0, 10.0))] * 60, [], 120.0, 60.0)
    assert len(boxes) == 60
    assert all(box.width == width_of("A-100") for box in boxes)


@pytest.mark.parametrize(
    ("utc", "local"),
    [
        ("2026-03-29T00:59:59.000Z", "2026-03-29T01:59:59"),
        ("2026-03-29T01:00:00.000Z", "2026-03-29T03:00:00"),
        ("2026-10-25T00:59:59.000Z", "2026-10-25T02:59:59"),
        ("2026-10-25T01:00:00.000Z", "2026-10-25T02:00:00"),
        ("2026-12-31T23:30:00.000Z", "2027-01-01T00:30:00"),
        ("2024-03-31T12:00:00.000Z", "2024-03-31T14:00:00"),
    ],
)
def test_swedish_time_follows_the_rule_of_summer_time(utc: str, local: str) -> None:
    assert swedish(utc).isoformat() == local
