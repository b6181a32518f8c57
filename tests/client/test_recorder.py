"""The verbs of the field app on the phone's database, and what of them reaches the store."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

from sqlite_utils import Database

from sync.client.local_store import LocalStore
from sync.client.not_sent import NotSentStore
from sync.client.photo_queue import PhotoQueue
from sync.client.records import Content, Edit, NewPhoto, RoundRecord
from sync.client.round_store import RoundStore
from sync.client.schema import MIGRATIONS
from sync.client.walk_store import WalkStore
from sync.domain.fields import points_from_json
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId
from sync.domain.words import Cover, EntityKind, ObservationKind, Perception, Verdict, Writer
from tests.central.a_store import KIRSEBERG, AStore, a_jpeg, an_id, sha256_of
from tests.client.a_phone import WalkingPhone, a_place, an_enrolled_phone

DRAFT = {"text": "Lampan", "photos": [{"sha256": "c" * 64}]}


def a_photo(phone: WalkingPhone, cover: Cover | None = None, position: int = 0) -> NewPhoto:
    data = a_jpeg()
    phone.photos[sha256_of(data)] = data
    return NewPhoto(
        photo_id=phone.local.new_id(),
        sha256=sha256_of(data),
        width_px=320,
        height_px=240,
        size_bytes=len(data),
        taken_at=None,
        position=position,
        cover=cover,
    )


async def save(
    phone: WalkingPhone, round_: RoundRecord, *photos: NewPhoto, content: Content | None = None
) -> EntityId:
    observation_id = phone.local.new_id()
    await phone.recorder.save_observation(
        observation_id=observation_id,
        round_=round_,
        content=content or Content(text="Trasig", place=a_place()),
        photos=photos,
        noted_at=phone.store.clock(),
    )
    return observation_id


def test_each_phone_numbers_its_findings_by_itself_and_never_anew(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        sam = await an_enrolled_phone(store, tmp_path / "sam.db")
        alex = await an_enrolled_phone(store, tmp_path / "alex.db", "Alex")
        sam.local.set_facts({"letter": "B"})
        alex.local.set_facts({"letter": "AB"})
        round_ = await sam.start_round()
        await sam.sync()
        await alex.sync()
        first = await save(sam, round_)
        await save(sam, round_)
        await sam.recorder.delete_observation(sam.finding(first))
        third = await save(sam, round_)
        theirs = await save(alex, round_)
        await alex.sync()
        await sam.sync()
        await alex.sync()
        assert sam.finding(third).number == alex.finding(third).number == "B-3"
        assert sam.finding(theirs).number == "AB-1"
        other = await sam.start_round()
        assert sam.finding(await save(sam, other)).number == "B-1"
        assert sam.finding(await save(sam, round_)).number == "B-4"

    asyncio.run(walk())


def test_a_photo_that_nobody_has_looked_at_stays_on_the_phone(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        photo = a_photo(phone)
        observation_id = await save(phone, round_, photo)
        result = await phone.sync()
        assert (result.photos_sent, result.photos_left) == (0, 0)
        waiting = phone.walk.waiting()
        assert (waiting.records, waiting.photos, waiting.undecided) == (0, 0, 1)
        assert not waiting.is_all_sent
        assert phone.finding(observation_id).photos[0].is_undecided

        await phone.recorder.decide_photo(
            phone.finding(observation_id), photo.photo_id, Cover.NOTHING_TO_COVER
        )
        assert (await phone.sync()).photos_sent == 1
        assert phone.walk.waiting().is_all_sent
        assert phone.finding(observation_id).photos[0].cover is Cover.NOTHING_TO_COVER

    asyncio.run(walk())


def test_the_covered_photo_takes_the_place_of_the_uncovered_one(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        photo = a_photo(phone)
        observation_id = await save(phone, await phone.start_round(), photo)
        covered = replace(a_photo(phone, Cover.COVERED), photo_id=photo.photo_id)
        await phone.recorder.replace_photo(phone.finding(observation_id), covered)
        del phone.photos[photo.sha256]
        assert (await phone.sync()).photos_sent == 1
        (kept,) = phone.finding(observation_id).photos
        assert (kept.sha256, kept.cover) == (covered.sha256, Cover.COVERED)
        assert phone.walk.waiting().is_all_sent
        assert photo.sha256 not in phone.walk.known_photos()  # its file goes at the next start

    asyncio.run(walk())


def test_the_urgent_photo_goes_first(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        calm, urgent = (a_photo(phone, Cover.NOTHING_TO_COVER) for _ in range(2))
        await save(phone, round_, calm)
        await save(phone, round_, urgent, content=Content(text="Hot", is_urgent=True))
        assert [one.sha256 for one in PhotoQueue(phone.local).waiting()] == [
            urgent.sha256, calm.sha256,
        ]  # fmt: skip

    asyncio.run(walk())


def test_a_draft_is_gone_in_the_moment_its_record_is_there(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        phone.local.keep_drafts({"capture": DRAFT, "other": {"text": "kvar"}})
        assert "c" * 64 in phone.walk.known_photos()
        await phone.recorder.save_observation(
            observation_id=phone.local.new_id(),
            round_=round_,
            content=Content(text="Lampan"),
            photos=(),
            noted_at=store.clock(),
            drafts={"capture": None},
        )
        assert phone.local.draft("capture") is None
        assert phone.local.drafts() == {"other": {"text": "kvar"}}
        assert "c" * 64 not in phone.walk.known_photos()

    asyncio.run(walk())


def test_a_refused_record_leaves_its_draft(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        phone.local.keep_drafts({"capture": DRAFT})
        try:
            await phone.recorder.save_observation(
                observation_id=phone.local.new_id(),
                round_=round_,
                content=Content(text="x" * 3000),
                photos=(),
                noted_at=store.clock(),
                drafts={"capture": None},
            )
        except ValueError:
            pass
        else:
            raise AssertionError("a text that the store would refuse was kept")
        assert phone.local.draft("capture") == DRAFT

    asyncio.run(walk())


def test_everything_of_a_whole_walk_reaches_the_other_phones(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        sam = await an_enrolled_phone(store, tmp_path / "sam.db")
        alex = await an_enrolled_phone(store, tmp_path / "alex.db", "Alex")
        round_ = await sam.start_round()
        stop_id = await sam.recorder.add_stop(
            round_, name="Örtagårdstorget", place=a_place(), position=1
        )
        await sam.recorder.edit_round(
            round_, {"count_residents": 12, "weather": "rain", "light": "dark", "led_by": "BSK"}
        )
        content = Content(
            kind=ObservationKind.POSITIVE,
            text="Fint ljus",
            place=a_place(),
            stop_id=stop_id,
            answers={"post_number": "1234", "offensive": True},
            is_urgent=True,
            address="Vattenverksvägen 25",
        )
        observation_id = await save(sam, round_, content=content)
        line = [GeoPoint(lat_deg=55.611, lon_deg=13.032), GeoPoint(lat_deg=55.612, lon_deg=13.033)]
        await sam.recorder.save_route(
            round_,
            route_id=sam.local.new_id(),
            points=line,
            length_m=127,
            duration_s=90,
            started_at="2026-11-20T09:00:00.000Z",
            ended_at="2026-11-20T09:01:30.000Z",
        )
        await sam.recorder.recheck(
            sam.finding(observation_id),
            recheck_id=sam.local.new_id(),
            round_=round_,
            verdict=Verdict.REMAINS,
            place=a_place(),
            text="Kvar",
        )
        await sam.sync()
        await alex.sync()
        (stop,) = RoundStore(alex.local).stops(round_.round_id)
        await alex.recorder.edit_stop(stop, {"good": "Ljust", "score_light": 4})
        await alex.sync()
        await sam.sync()

        (stop,) = RoundStore(sam.local).stops(round_.round_id)
        assert (stop.name, stop.good, stop.scores) == (
            "Örtagårdstorget",
            "Ljust",
            {Perception.LIGHT: 4},
        )
        assert alex.finding(observation_id).content == content
        (route,) = RoundStore(alex.local).routes(round_.round_id)
        assert (list(route.points), route.length_m) == (line, 127)
        (recheck,) = alex.walk.rechecks(observation_id)
        assert (recheck.verdict, recheck.text, recheck.checked_by) == (
            Verdict.REMAINS,
            "Kvar",
            "Sam",
        )
        theirs = alex.walk.round(round_.round_id)
        assert theirs is not None and theirs.led_by == "BSK"
        assert sum(theirs.participants.values()) == 12

    asyncio.run(walk())


def test_a_planned_round_waits_on_the_phone_until_somebody_starts_it(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        planned = a_planned_round(store, "2026-11-24T09:00:00.000Z")
        a_planned_round(store, "2026-11-10T09:00:00.000Z")
        await phone.sync()
        (found,) = phone.walk.planned_rounds("2026-11-20T00:00:00.000Z")
        assert found.round_id == planned and found.meeting_place == "Kirsebergs torg"
        await phone.recorder.start_planned(found)
        assert phone.walk.planned_rounds("2026-11-20T00:00:00.000Z") == []
        assert [one.round_id for one in phone.walk.rounds_under_way()] == [planned]
        await phone.recorder.unstart_planned(found)
        assert len(phone.walk.planned_rounds("2026-11-20T00:00:00.000Z")) == 1

    asyncio.run(walk())


def a_planned_round(store: AStore, start_at: str) -> EntityId:
    round_id = EntityId(an_id())
    with store.services.engine.begin() as connection:
        store.services.ledger.record(
            connection,
            area=KIRSEBERG,
            entity=EntityKind.ROUND,
            entity_id=round_id,
            fields={
                "kind": "safety_walk",
                "planned_start_at": start_at,
                "meeting_place": "Kirsebergs torg",
            },
            writer=Writer.OFFICE,
            received_from="plan",
        )
    return round_id


def test_an_approved_protocol_closes_the_round_for_phones(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        await phone.sync()
        with store.services.engine.begin() as connection:
            store.services.ledger.record(
                connection,
                area=KIRSEBERG,
                entity=EntityKind.ROUND,
                entity_id=round_.round_id,
                fields={"protocol_approved_at": "2026-11-20T09:00:00.000Z"},
                writer=Writer.OFFICE,
                received_from="anna",
            )
        await phone.recorder.edit_round(round_, {"count_police": 2})
        await phone.sync()
        assert phone.walk.waiting().refused == 1
        [stuck] = NotSentStore(phone.local, phone.walk).things()
        assert (stuck.code, stuck.round) == ("already_approved", phone.walk.round(round_.round_id))
        await phone.recorder.see_refusals([stuck.entity_id])
        assert phone.walk.waiting().is_all_sent
        await phone.sync()
        assert phone.walk.round(round_.round_id) == replace(
            round_, protocol_approved_at="2026-11-20T09:00:00.000Z"
        )

    asyncio.run(walk())


def test_the_first_release_s_database_becomes_this_one_and_asks_for_what_it_skipped(
    tmp_path: Path, store: AStore
) -> None:
    path = tmp_path / "old.db"
    old = Database(sqlite3.connect(path))
    MIGRATIONS.apply(old, stop_before="m002_whole_walks")
    place = {"lat_deg": 55.611, "lon_deg": 13.032, "accuracy_m": 8, "source": "gps"}
    old["observation"].insert(
        {
            "id": "0199f2a0-0000-7000-8000-000000000001",
            "area": KIRSEBERG,
            "text": "Trasig",
            "place": json.dumps(place),
            "clocks": json.dumps({"text": "x", "number": "y"}),
        }
    )
    old["fact"].insert_all([{"name": "cursor", "value": "17"}, {"name": "nickname", "value": "S"}])
    old.conn.commit()
    old.close()

    local = LocalStore(str(path), now=store.clock, random=os.urandom)
    (row,) = local.db.query("SELECT * FROM observation")
    assert (row["lat_deg"], row["lon_deg"]) == (55.611, 13.032)
    assert json.loads(row["clocks"]) == {"text": "x"}
    assert (local.fact("cursor"), local.fact("nickname")) == ("0", "S")
    assert WalkStore(local).waiting().is_all_sent
    local.close()


def test_a_line_is_read_back_as_it_was_written() -> None:
    assert points_from_json([[55.611, 13]]) == [GeoPoint(lat_deg=55.611, lon_deg=13.0)]


def test_a_strange_number_of_another_phone_keeps_nobody_from_recording(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "b")
        letter = phone.local.fact("letter")
        round_ = await phone.start_round()
        first = phone.walk.observation(await save(phone, round_))
        other = await an_enrolled_phone(store, tmp_path / "c")
        await phone.sync()
        await other.sync()
        strange = await save(other, round_)
        other.local.record(
            [
                Edit(
                    area=KIRSEBERG,
                    entity=EntityKind.OBSERVATION,
                    entity_id=strange,
                    fields={"number": f"{letter}-99999999999999"},
                )
            ]
        )
        await other.sync()
        await phone.sync()
        second = phone.walk.observation(await save(phone, round_))
        assert first is not None and second is not None
        assert (first.number, second.number) == (f"{letter}-1", f"{letter}-2")

    asyncio.run(walk())


def test_a_decision_taken_back_while_photos_are_being_sent_is_obeyed(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "b")
        round_ = await phone.start_round()
        photos = [a_photo(phone, Cover.NOTHING_TO_COVER, position=one) for one in range(6)]
        found = phone.walk.observation(await save(phone, round_, *photos))
        assert found is not None
        last = photos[-1]
        read = phone.photos.read

        async def taking_back(name: str) -> bytes:
            if name == photos[0].sha256:
                await phone.recorder.decide_photo(found, last.photo_id, None)
            return await read(name)

        phone.photos.read = taking_back  # type: ignore[method-assign]
        await phone.sync()
        after = phone.walk.observation(found.observation_id)
        assert after is not None
        assert [one.is_stored for one in after.photos] == [True] * 5 + [False]
        assert after.photos[-1].is_undecided

    asyncio.run(walk())
