"""The protocol out of the phones' databases: the same on every phone, and with all in it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from app.device.photo.native import PillowCodec
from app.field.protocol.collect import collect, ordered
from app.field.protocol.document import ProtocolDocument
from app.field.protocol.page import page
from app.field.protocol.pictures import Pictures
from app.i18n import Words
from sync.client.protocol_store import ProtocolStore
from sync.client.records import Content, NewPhoto, ObservationRecord, RoundRecord
from sync.client.round_store import RoundStore
from sync.domain.fields import place_to_json
from sync.domain.ids import EntityId
from sync.domain.instants import to_text
from sync.domain.words import Category, Cover, EntityKind, Group, ObservationKind, Verdict, Writer
from tests.central.a_store import KIRSEBERG, AStore, a_jpeg, an_id, sha256_of
from tests.client.a_phone import WalkingPhone, an_enrolled_phone
from tests.field.a_phone import walking
from tests.field.a_protocol import at

SV = Words("sv")


async def protocol(phone: WalkingPhone, round_id: EntityId) -> ProtocolDocument:
    return await collect(phone.local, round_id, Pictures(phone.photos, PillowCodec()))  # type: ignore[arg-type]


def without_pictures(shown: str) -> str:
    """The letters of a page: those of a picture's bytes can spell anything."""
    return re.sub(r"data:image/jpeg;base64,[A-Za-z0-9+/=]+", "", shown)


async def note(
    phone: WalkingPhone,
    round_: RoundRecord,
    *,
    covers: tuple[Cover | None, ...] = (),
    **content: Any,
) -> ObservationRecord:
    """An observation with a photo per cover, a second after the last."""
    phone.store.clock.forward(seconds=1)
    pictures = [a_jpeg() for _ in covers]
    phone.photos.update({sha256_of(one): one for one in pictures})
    observation_id = phone.local.new_id()
    await phone.recorder.save_observation(
        observation_id=observation_id,
        round_=round_,
        content=Content(**{"category": Category.LIGHTING, "place": at(0, 0), **content}),
        photos=[
            a_new_photo(phone, one, position, cover)
            for position, (one, cover) in enumerate(zip(pictures, covers, strict=True))
        ],
        noted_at=phone.store.clock(),
    )
    return phone.finding(observation_id)


def a_new_photo(
    phone: WalkingPhone,
    jpeg: bytes,
    position: int,
    cover: Cover | None,
    recheck_id: EntityId | None = None,
) -> NewPhoto:
    return NewPhoto(
        photo_id=phone.local.new_id(),
        sha256=sha256_of(jpeg),
        width_px=320,
        height_px=240,
        size_bytes=len(jpeg),
        taken_at=None,
        position=position,
        cover=cover,
        recheck_id=recheck_id,
    )


async def recheck(
    phone: WalkingPhone,
    round_: RoundRecord,
    one: ObservationRecord,
    verdict: Verdict,
    text: str = "",
) -> None:
    phone.store.clock.forward(minutes=1)
    jpeg = a_jpeg()
    phone.photos[sha256_of(jpeg)] = jpeg
    recheck_id = phone.local.new_id()
    await phone.recorder.recheck(
        one,
        recheck_id=recheck_id,
        round_=round_,
        verdict=verdict,
        place=None,
        text=text,
        photos=[a_new_photo(phone, jpeg, 0, Cover.NOTHING_TO_COVER, recheck_id)],
    )


def city_says(store: AStore, one: ObservationRecord, word: str, case_ref: str = "4711") -> None:
    with store.services.engine.begin() as connection:
        store.services.ledger.record(
            connection,
            area=KIRSEBERG,
            entity=EntityKind.REPORT,
            entity_id=EntityId(an_id()),
            fields={
                "observation_id": one.observation_id,
                "case_ref": case_ref,
                "city_status": word,
                "city_status_at": to_text(store.clock()),
                "sent_at": to_text(store.clock()),
            },
            writer=Writer.STORE,
            received_from="worker",
        )


async def a_walk_of_two(store: AStore, folder: Path) -> tuple[WalkingPhone, WalkingPhone, EntityId]:
    """A safety walk: two phones, three stops, what each noted and wrote, nothing synced yet but
    the round and its stops."""
    folder.mkdir(parents=True, exist_ok=True)
    a = await an_enrolled_phone(store, folder / "a.db", "Sam")
    b = await an_enrolled_phone(store, folder / "b.db", "Kim")
    round_ = await a.start_round()
    stops = [
        await a.recorder.add_stop(round_, name=f"Stopp {n}", place=at(n * 50, n * 70), position=n)
        for n in range(3)
    ]
    await a.sync()
    await b.sync()
    await a.recorder.edit_round(round_, {"led_by": "Kirseberg Samverkan", "count_residents": 12})
    await b.recorder.edit_round(round_, {"weather": "rain", "count_police": 2})
    of_b = {stop.stop_id: stop for stop in RoundStore(b.local).stops(round_.round_id)}
    await b.recorder.edit_stop(of_b[stops[1]], {"good": "Ljust", "score_light": 4})
    for n in range(11):
        await note(a, round_, text=f"a{n}", stop_id=stops[n % 3] if n < 6 else None)
        await note(b, round_, text=f"b{n}", place=at(n * 9, n * 7), covers=(Cover.COVERED,))
    await note(b, round_, kind=ObservationKind.POSITIVE, text="Fint", stop_id=stops[2])
    await a.recorder.save_route(
        round_,
        route_id=a.local.new_id(),
        points=[at(n, n).point for n in range(0, 200, 10)],
        length_m=1900,
        duration_s=3600,
        started_at=to_text(store.clock()),
        ended_at=to_text(store.clock()),
    )
    await b.recorder.save_route(
        round_,
        route_id=b.local.new_id(),
        points=[at(n, 0).point for n in range(0, 100, 10)],
        length_m=800,
        duration_s=1200,
        started_at=to_text(store.clock()),
        ended_at=to_text(store.clock()),
    )
    return a, b, round_.round_id


# The same everywhere


@walking
async def test_two_phones_that_synced_in_either_order_make_the_same_page(
    store: AStore, tmp_path: Path
) -> None:
    for number, order in enumerate(("aba", "bab", "abab")):
        a, b, round_id = await a_walk_of_two(store, tmp_path / str(number))
        for name in order:
            await (a if name == "a" else b).sync()
        a.photos.update(b.photos)
        b.photos.update(a.photos)
        of_a, of_b = await protocol(a, round_id), await protocol(b, round_id)
        assert of_a == of_b
        assert page(of_a, SV) == page(of_b, SV)
        assert len(of_a.all_findings) == 23
        a.local.close()
        b.local.close()


@walking
async def test_nothing_of_one_phones_own_sending_is_on_the_page(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    round_ = await phone.start_round()
    await note(phone, round_, covers=(Cover.COVERED,))
    before = page(await protocol(phone, round_.round_id), SV)
    store.clock.forward(hours=3)
    await phone.sync()
    assert page(await protocol(phone, round_.round_id), SV) == before
    assert "Sam" not in without_pictures(before)


# What is in it


@walking
async def test_numbers_are_in_their_order_and_kinds_apart(store: AStore, tmp_path: Path) -> None:
    a, b, round_id = await a_walk_of_two(store, tmp_path / "walk")
    await a.sync()
    await b.sync()
    await a.sync()
    made = await protocol(a, round_id)
    numbers = [one.number for one in made.findings]
    assert len(set(one.number for one in made.all_findings)) == 23
    letters = sorted({number[0] for number in numbers})
    for letter in letters:
        mine = [int(number[2:]) for number in numbers if number[0] == letter]
        assert mine == sorted(mine)
    assert [stop.name for stop in made.stops] == ["Stopp 0", "Stopp 1", "Stopp 2"]
    assert [len(stop.findings) for stop in made.stops] == [2, 2, 3]
    assert made.stops[2].findings[-1].kind is ObservationKind.POSITIVE
    assert (made.length_m, made.duration_s, len(made.tracks)) == (1900, 3600, 2)
    assert made.total_participants == 14
    assert dict(made.participants)[Group.POLICE] == 2
    assert made.stops[1].good == "Ljust"


@walking
async def test_what_was_deleted_is_not_in_it(store: AStore, tmp_path: Path) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    round_ = await phone.start_round()
    stop_id = await phone.recorder.add_stop(round_, name="Torget", place=None, position=0)
    gone = await note(phone, round_)
    kept = await note(phone, round_, stop_id=stop_id)
    await phone.recorder.delete_observation(gone)
    await phone.recorder.delete_stop(RoundStore(phone.local).stops(round_.round_id)[0])
    made = await protocol(phone, round_.round_id)
    assert made.stops == ()
    assert [one.number for one in made.findings] == [kept.number]


@walking
async def test_a_photo_that_nobody_checked_is_never_in_the_page(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    round_ = await phone.start_round()
    await note(phone, round_, covers=(Cover.COVERED, None, Cover.NOTHING_TO_COVER))
    (finding,) = (await protocol(phone, round_.round_id)).findings
    assert (len(finding.photos), finding.photos_left_out) == (2, 1)


@walking
async def test_a_photo_is_shrunk_or_its_thumbnail_or_missing(store: AStore, tmp_path: Path) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    round_ = await phone.start_round()
    await note(phone, round_, covers=(Cover.COVERED,) * 3)
    first, second, third = (
        one.sha256 for one in phone.walk.observations(round_.round_id)[0].photos
    )
    phone.photos[f"{second}.small"] = phone.photos.pop(second)
    del phone.photos[third]
    phone.photos[first] = a_jpeg(1600, 1200)
    (finding,) = (await protocol(phone, round_.round_id)).findings
    uris = [photo.data_uri for photo in finding.photos]
    assert uris[0] is not None and len(uris[0]) < len(phone.photos[first])
    assert uris[1] is not None and uris[1].startswith("data:image/jpeg;base64,")
    assert uris[2] is None


@walking
async def test_a_damaged_photo_does_not_stop_the_protocol(store: AStore, tmp_path: Path) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    round_ = await phone.start_round()
    one = await note(phone, round_, covers=(Cover.COVERED,))
    phone.photos[one.photos[0].sha256] = b"\xff\xd8 no picture"
    (finding,) = (await protocol(phone, round_.round_id)).findings
    assert [photo.data_uri for photo in finding.photos] == [None]


# The last time


@walking
async def test_open_points_are_those_of_the_latest_earlier_round(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    oldest = await phone.start_round()
    await note(phone, oldest, text="för gammal")
    await phone.recorder.end_round(oldest)
    store.clock.forward(days=7)
    last = await phone.start_round()
    still = await note(phone, last, text="öppen")
    claimed = await note(phone, last, text="påstås lagad")
    fixed = await note(phone, last, text="lagad")
    returned = await note(phone, last, text="påstods lagad")
    await note(phone, last, text="bra", kind=ObservationKind.POSITIVE)
    await phone.recorder.end_round(last)
    await phone.sync()
    for one, word in ((still, "Pågående"), (claimed, "Åtgärdat"), (returned, "Avslutat")):
        city_says(store, one, word, case_ref=f"case {one.number}")
    await phone.sync()
    store.clock.forward(days=7)
    now = await phone.start_round()
    await recheck(phone, now, fixed, Verdict.FIXED)
    await recheck(phone, now, returned, Verdict.REMAINS, "hålet är kvar")
    made = await protocol(phone, now.round_id)
    assert made.last_round_at == last.started_at
    assert [(one.text, one.is_claimed_fixed) for one in made.open_points] == [
        ("öppen", False),
        ("påstås lagad", True),
        ("påstods lagad", False),
    ]
    assert made.open_points[0].city is not None
    assert made.open_points[0].city.status == "Pågående"
    assert made.open_points[2].seen is Verdict.REMAINS
    assert [(one.text, one.verdict) for one in made.revisits] == [
        ("lagad", Verdict.FIXED),
        ("påstods lagad", Verdict.REMAINS),
    ]
    assert [len(one.photos) for one in made.revisits] == [1, 1]
    assert not any(one.photos for one in (await protocol(phone, last.round_id)).findings)


@walking
async def test_a_round_at_the_same_time_is_not_the_last_time(store: AStore, tmp_path: Path) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    beside = await phone.start_round()
    await note(phone, beside)
    store.clock.forward(minutes=10)
    now = await phone.start_round()
    assert (await protocol(phone, now.round_id)).last_round_at is None
    forgotten = beside
    store.clock.forward(days=2)
    later = await phone.start_round()
    store_of = ProtocolStore(phone.local)
    before = store_of.round_before(later)
    assert before is not None and before.round_id == now.round_id != forgotten.round_id


@walking
async def test_findings_of_an_older_release_are_counted_in_their_own_order(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    phone.local.set_facts({"letter": None})
    round_ = await phone.start_round()
    for text in ("första", "andra"):
        await note(phone, round_, text=text)
    made = await protocol(phone, round_.round_id)
    assert [(one.number, one.text) for one in made.findings] == [("1", "första"), ("2", "andra")]
    assert ordered([]) == []


@walking
async def test_the_place_that_is_written_is_the_one_that_was_recorded(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    round_ = await phone.start_round()
    await note(phone, round_, place=at(12, 34), address="Torget 1")
    (finding,) = (await protocol(phone, round_.round_id)).findings
    assert finding.place is not None
    assert place_to_json(finding.place) == place_to_json(at(12, 34))
    assert finding.address == "Torget 1"


def test_a_round_that_is_not_on_the_phone_has_no_protocol(store: AStore, tmp_path: Path) -> None:
    async def ask() -> bool:
        phone = await an_enrolled_phone(store, tmp_path / "a.db")
        try:
            await protocol(phone, phone.local.new_id())
        except LookupError:
            return True
        return False

    assert asyncio.run(ask())
