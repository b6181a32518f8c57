from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from functools import wraps
from pathlib import Path

from sync.central.areas import Area, KnownPlace, put_area
from sync.client.briefing import read_briefing
from sync.client.enrolment import enrolled_areas
from sync.client.transport import Request, Response
from sync.domain.geo import GeoPoint
from tests.central.a_store import KIRSEBERG, AStore
from tests.client.a_phone import WalkingPhone, an_enrolled_phone

TORG = KnownPlace(name="Kirsebergs torg", point=GeoPoint(lat_deg=55.611, lon_deg=13.032))
OUTLINE = {"type": "Polygon", "coordinates": [[[13.0, 55.6], [13.1, 55.6], [13.1, 55.7]]]}


def awaited(test: Callable[[AStore, Path], Coroutine[None, None, None]]) -> Callable[..., None]:
    """The test as a plain function with a loop of its own."""

    @wraps(test)
    def run(store: AStore, tmp_path: Path) -> None:
        asyncio.run(test(store, tmp_path))

    return run


def rename(store: AStore, name: str) -> None:
    with store.services.engine.begin() as connection:
        area = Area(code=KIRSEBERG, name=name, outline=OUTLINE, places=(TORG,))
        put_area(connection, area)


def asked_for_briefings(phone: WalkingPhone) -> list[Request]:
    return [one for one in phone.link.requests if one.url.endswith("/briefing")]


@awaited
async def test_the_letter_is_there_from_enrolment_on(store: AStore, tmp_path: Path) -> None:
    await an_enrolled_phone(store, tmp_path / "a.sqlite")
    phone = await an_enrolled_phone(store, tmp_path / "b.sqlite")
    assert phone.local.fact("letter") == "B"
    briefing = read_briefing(phone.local)
    assert (briefing.letter, [area.code for area in briefing.areas]) == ("B", ["kirseberg"])
    assert briefing.report_form_url.startswith("https://")


@awaited
async def test_a_sync_brings_the_briefing(store: AStore, tmp_path: Path) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.sqlite")
    rename(store, "Backarna")
    await phone.sync()
    area = read_briefing(phone.local).area(KIRSEBERG)
    assert area is not None
    assert (area.name, area.places[0].name) == ("Backarna", "Kirsebergs torg")
    assert enrolled_areas(phone.local)[0].name == "Backarna"


@awaited
async def test_an_unchanged_briefing_is_asked_for_seldom_and_comes_without_a_body(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.sqlite")
    await phone.sync()
    before = phone.local.fact("briefing")
    await phone.sync()
    assert len(asked_for_briefings(phone)) == 1
    store.clock.forward(minutes=5)
    await phone.sync()
    assert asked_for_briefings(phone)[-1].headers["If-None-Match"]
    assert phone.local.fact("briefing") == before
    await phone.sync()
    assert len(asked_for_briefings(phone)) == 2


@awaited
async def test_a_store_that_gives_no_briefing_stops_nothing(store: AStore, tmp_path: Path) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.sqlite")

    for answer in (
        Response(status=500),
        Response(status=404, body=b"<html>", headers={"content-type": "text/html"}),
        Response(status=200, body=b"not json"),
        Response(status=200, body=b"[]"),
        Response(status=200, body=b'{"areas": "none"}'),
        Response(status=200, body=b"\xff{"),
    ):

        def only_briefings(request: Request, answer: Response = answer) -> Response | None:
            return answer if request.url.endswith("/briefing") else None

        phone.link.answers_itself = only_briefings
        store.clock.forward(minutes=6)
        result = await phone.sync()
        assert result.photos_left == 0
        assert phone.local.fact("briefing") is None
    assert read_briefing(phone.local).areas[0].code == KIRSEBERG


@awaited
async def test_what_of_a_briefing_cannot_be_read_is_left_out_alone(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.sqlite")
    broken = {
        "letter": 7,
        "areas": [
            {"code": "kirseberg", "name": "Kirseberg", "outline": OUTLINE,
             "places": [{"name": "Nord", "lat_deg": 99, "lon_deg": 13}, 3,
                        {"name": "Torg", "lat_deg": 55.6, "lon_deg": 13}],
             "categories_off": ["sno_is", "drakar", 4, ["drakar"], {"drakar": 4}]},
            {"code": "UTAN"}, None,
        ],
        "report_form_url": "javascript:alert(1)",
        "has_address_lookup": "ja",
        "tiles": {"attribution": "x", "min_zoom": "djup"},
    }  # fmt: skip
    phone.local.set_facts({"briefing": json.dumps(broken)})
    briefing = read_briefing(phone.local)
    assert briefing.letter == "A"
    assert [place.name for place in briefing.areas[0].places] == ["Torg"]
    assert len(briefing.areas) == 1
    assert briefing.areas[0].categories_off == {"sno_is"}
    assert briefing.report_form_url.startswith("https://")
    assert (briefing.has_address_lookup, briefing.tiles) == (False, None)


@awaited
async def test_a_briefing_that_is_cut_on_disk_falls_back_to_enrolment(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.sqlite")
    phone.local.set_facts({"briefing": '{"letter": "B', "briefing_etag": '"x"'})
    briefing = read_briefing(phone.local)
    assert (briefing.letter, len(briefing.areas)) == ("A", 1)


@awaited
async def test_the_base_map_is_told_with_its_size(store: AStore, tmp_path: Path) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.sqlite")
    tiles = {"attribution": "Kartan", "min_zoom": 12, "max_zoom": 17, "bytes": {"kirseberg": 9}}
    phone.local.set_facts({"briefing": json.dumps({"tiles": tiles})})
    read = read_briefing(phone.local).tiles
    assert read is not None
    assert (read.attribution, read.max_zoom, read.size_bytes[KIRSEBERG]) == ("Kartan", 17, 9)


@awaited
async def test_a_phone_from_before_there_were_letters_gets_its_own(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.sqlite")
    phone.local.set_facts({"letter": None})
    await phone.sync()
    assert phone.local.fact("letter") == "A"
