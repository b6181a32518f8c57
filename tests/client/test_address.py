from __future__ import annotations

import asyncio
from pathlib import Path

from sync.central.areas import Area, KnownPlace, put_area
from sync.client.address import look_up, nearest_place
from sync.client.briefing import read_briefing
from sync.client.transport import Response
from sync.domain.geo import GeoPoint
from tests.central.a_store import KIRSEBERG, AStore
from tests.client.a_phone import an_enrolled_phone

HERE = GeoPoint(lat_deg=55.6100, lon_deg=13.0330)
OUTLINE = {"type": "Polygon", "coordinates": [[[13.0, 55.6], [13.1, 55.6], [13.1, 55.7]]]}
JSON = {"content-type": "application/json"}


def test_the_nearest_known_place_is_told_offline(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "a.sqlite")
        assert nearest_place(read_briefing(phone.local), HERE) is None
        torg = KnownPlace(name="Kirsebergs torg", point=GeoPoint(lat_deg=55.611, lon_deg=13.032))
        with store.services.engine.begin() as connection:
            area = Area(code=KIRSEBERG, name="Kirseberg", outline=OUTLINE, places=(torg,))
            put_area(connection, area)
        await phone.sync()
        phone.link.is_up = False
        near = nearest_place(read_briefing(phone.local), HERE)
        assert near is not None
        assert (near.name, near.distance_m) == ("Kirsebergs torg", 128)
        assert await look_up(phone.api, HERE) is None

    asyncio.run(walk())


def test_an_address_is_taken_only_when_it_is_one(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "a.sqlite")
        assert await look_up(phone.api, HERE) is None
        for body, found in (
            (b'{"address": "Lundav\xc3\xa4gen 2", "nearest": null}', "Lundavägen 2"),
            (b'{"address": null}', None),
            (b'{"address": 7}', None),
            (b'{"address": ""}', None),
            (b'{"address": "a\\u0000b"}', None),
            (b"<html>", None),
        ):
            answer = Response(status=200, headers=JSON, body=body)
            phone.link.answers_itself = lambda _request, answer=answer: answer
            assert await look_up(phone.api, HERE) == found
        for status in (404, 500, 429):
            failed = Response(status=status)
            phone.link.answers_itself = lambda _request, answer=failed: answer
            assert await look_up(phone.api, HERE) is None

    asyncio.run(walk())


def test_a_fault_report_is_sent_and_too_many_are_told(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "a.sqlite")
        answers = [await phone.api.report_error("StorageFull at save") for _ in range(6)]
        assert answers[:5] == [None] * 5
        assert answers[5] is not None and answers[5].status == 429
        assert len(list((store.folder / "error-reports").iterdir())) == 5

    asyncio.run(walk())
