"""What cannot be sent stands aside with its reason, and all that is behind it goes."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sync.client.errors import (
    NotReached,
    NotTheStore,
    PhoneInTrouble,
    StoreInTrouble,
    SyncError,
    TooOld,
)
from sync.client.gone_from_store import WENT_BACK
from sync.client.not_sent import ASIDE, NotSentStore
from sync.client.outbox import Outbox
from sync.client.phone_storage import PhoneStorageError
from sync.client.photo_queue import PhotoQueue
from sync.client.records import Edit, ObservationRecord, Receipt
from sync.client.transport import Request, Response, Unreachable
from sync.domain.words import Category, EntityKind
from sync.headers import STORE_HEADER
from tests.central.a_store import AStore
from tests.client.a_phone import PhotoFiles, WalkingPhone, an_enrolled_phone


def changes_in(request: Request) -> list[dict[str, Any]]:
    if not request.url.endswith("/sync"):
        return []
    body = request.body or b""
    if request.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    found: list[dict[str, Any]] = json.loads(body)["changes"]
    return found


def a_problem(store: AStore, status: int, code: str) -> Response:
    return Response(
        status=status,
        headers={
            "content-type": "application/problem+json",
            STORE_HEADER.lower(): store.services.store_id,
        },
        body=json.dumps({"status": status, "code": code, "detail": "no"}).encode(),
    )


def fails_with(
    store: AStore, poison: Callable[[dict[str, Any]], bool], status: int, code: str
) -> Callable[[Request], Response | None]:
    """The store answers so whenever such a change is in the message."""

    def answer(request: Request) -> Response | None:
        return a_problem(store, status, code) if any(map(poison, changes_in(request))) else None

    return answer


def says(text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda change: change["fields"].get("text") == text


def stuck(phone: WalkingPhone) -> list[tuple[EntityKind, str]]:
    return [(one.kind, one.code) for one in NotSentStore(phone.local, phone.walk).things()]


async def with_defects(store: AStore, path: Path, count: int) -> tuple[WalkingPhone, Any]:
    phone = await an_enrolled_phone(store, path)
    round_ = await phone.start_round()
    for number in range(count):
        await phone.save_defect(round_, text=f"nummer {number}")
    return phone, round_


def in_the_store(store: AStore, path: Path) -> set[str]:
    """Texts of all observations, as another phone gets them."""

    async def look() -> set[str]:
        other = await an_enrolled_phone(store, path, "Alex")
        await other.sync()
        rounds = other.walk.rounds_under_way()
        return {one.text for each in rounds for one in other.walk.observations(each.round_id)}

    return asyncio.run(look())


@pytest.mark.parametrize(("position", "count"), [(0, 20), (19, 20), (250, 500)])
def test_one_change_that_the_store_fails_with_holds_up_no_other(
    store: AStore, tmp_path: Path, position: int, count: int
) -> None:
    async def walk() -> WalkingPhone:
        phone, _ = await with_defects(store, tmp_path / "phone.db", count)
        phone.link.answers_itself = fails_with(store, says(f"nummer {position}"), 500, "internal")
        await phone.sync()
        assert (phone.walk.waiting().records, phone.walk.waiting().aside) == (1, 1)
        assert stuck(phone) == [(EntityKind.OBSERVATION, ASIDE)]
        assert not phone.walk.waiting().is_all_sent
        assert len(phone.link.requests) < 40
        return phone

    phone = asyncio.run(walk())
    everything = {f"nummer {number}" for number in range(count)}
    assert in_the_store(store, tmp_path / "a.db") == everything - {f"nummer {position}"}
    phone.link.answers_itself = lambda _: None
    store.clock.forward(minutes=1)
    asyncio.run(phone.sync())
    assert phone.walk.waiting().is_all_sent
    assert in_the_store(store, tmp_path / "b.db") == everything


@pytest.mark.parametrize(("status", "code"), [(500, "internal"), (400, "bad_request")])
def test_many_changes_in_a_row_that_the_store_fails_with_hold_up_the_others_for_a_few_rounds(
    store: AStore, tmp_path: Path, status: int, code: str
) -> None:
    poisoned = {f"nummer {number}" for number in range(20)}

    async def walk() -> WalkingPhone:
        phone, _ = await with_defects(store, tmp_path / "phone.db", 24)
        phone.link.answers_itself = fails_with(
            store, lambda change: change["fields"].get("text") in poisoned, status, code
        )
        for _ in range(3):
            phone.link.requests.clear()
            with suppress(StoreInTrouble):
                await phone.sync()
            assert len(phone.link.requests) < 100
        return phone

    phone = asyncio.run(walk())
    assert in_the_store(store, tmp_path / "other.db") == {f"nummer {n}" for n in range(20, 24)}
    waiting = phone.walk.waiting()
    assert (waiting.aside, waiting.refused) == ((20, 0) if status == 500 else (0, 20))
    assert len(stuck(phone)) == 20


def test_what_stands_aside_is_tried_again_later_and_ever_less_often(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone, _ = await with_defects(store, tmp_path / "phone.db", 3)
        phone.link.answers_itself = fails_with(store, says("nummer 1"), 500, "internal")
        await phone.sync()
        tried = 0
        for _ in range(120):
            store.clock.forward(minutes=1)
            phone.link.requests.clear()
            await phone.sync()
            tried += any(changes_in(one) for one in phone.link.requests)
        assert 3 <= tried <= 10
        phone.link.requests.clear()
        Outbox(phone.local).try_all_again()
        await phone.sync()
        assert any(changes_in(one) for one in phone.link.requests), "a person asked for it"

    asyncio.run(walk())


def test_a_phone_whose_clock_was_a_year_ahead_does_not_wait_a_year(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone, _ = await with_defects(store, tmp_path / "phone.db", 1)
        phone.link.answers_itself = fails_with(store, says("nummer 0"), 500, "internal")
        store.clock.forward(days=365)
        await phone.sync()
        assert phone.walk.waiting().aside == 1
        store.clock.forward(days=-365)
        phone.link.answers_itself = lambda _: None
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_a_store_that_fails_with_everything_blames_no_change(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone, _ = await with_defects(store, tmp_path / "phone.db", 10)
        phone.link.answers_itself = lambda _: a_problem(store, 500, "internal")
        phone.link.requests.clear()
        with pytest.raises(StoreInTrouble):
            await phone.sync()
        assert phone.walk.waiting().aside == 0
        assert len(phone.link.requests) <= 6
        phone.link.answers_itself = lambda _: None
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_a_change_too_large_for_any_message_is_refused_alone(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone, round_ = await with_defects(store, tmp_path / "phone.db", 2)
        huge = {"answers": {"hur": "x"}, "text": "nummer 2"}
        phone.local.record(
            [
                Edit(
                    area=round_.area,
                    entity=EntityKind.OBSERVATION,
                    entity_id=phone.local.new_id(),
                    fields=huge,  # type: ignore[arg-type]
                )
            ]
        )
        phone.local.db.execute(
            "UPDATE outbox SET body = json_set(body, '$.fields.text', :huge)"
            " WHERE body LIKE '%nummer 2%'",
            {"huge": "x" * 5_000_000},
        )
        await phone.save_defect(round_, text="sist")
        await phone.sync()
        assert phone.walk.waiting().records == 0
        assert stuck(phone) == [(EntityKind.OBSERVATION, "too_large")]

    asyncio.run(walk())


def test_a_change_that_the_store_never_answers_for_holds_up_no_other(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone, _ = await with_defects(store, tmp_path / "phone.db", 3)
        silent = "01970000-0000-7000-8000-000000000001"
        real_sync = phone.link.request

        async def forgets(request: Request) -> Response:
            answer = await real_sync(request)
            if not request.url.endswith("/sync"):
                return answer
            told = json.loads(answer.body)
            told["accepted"] = [one for one in told["accepted"] if one != silent]
            body = json.dumps(told).encode()
            return replace(answer, headers={}, body=body)

        phone.local.db.execute(
            "UPDATE outbox SET change_id = :id, body = json_set(body, '$.change_id', :id)"
            " WHERE position = (SELECT MIN(position) FROM outbox)",
            {"id": silent},
        )
        phone.link.request = forgets  # type: ignore[method-assign]
        await phone.sync()
        assert (phone.walk.waiting().records, phone.walk.waiting().aside) == (1, 1)
        assert not phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_a_store_that_answers_for_nothing_is_not_believed(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone, _ = await with_defects(store, tmp_path / "phone.db", 2)
        real = phone.link.request

        async def says_nothing(request: Request) -> Response:
            answer = await real(request)
            told = json.loads(answer.body) if request.url.endswith("/sync") else None
            if told is None:
                return answer
            return replace(answer, headers={}, body=json.dumps({**told, "accepted": []}).encode())

        phone.link.request = says_nothing  # type: ignore[method-assign]
        with pytest.raises(NotTheStore):
            await phone.sync()
        assert phone.walk.waiting().records == 3

    asyncio.run(walk())


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "bad_length"), (413, "too_large"), (415, "not_a_photo"), (422, "has_metadata")],
)
def test_a_photo_that_the_store_rejects_is_listed_and_holds_up_no_other(
    store: AStore, tmp_path: Path, status: int, code: str
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        bad = await phone.save_defect(round_, photos=1)
        await phone.save_defect(round_, photos=1)
        picture = phone.photos[bad.photos[0].sha256]

        def rejects(request: Request) -> Response | None:
            return a_problem(store, status, code) if picture in (request.body or b"") else None

        phone.link.answers_itself = rejects
        await phone.sync()
        waiting = phone.walk.waiting()
        assert (waiting.photos, waiting.refused) == (0, 1)
        assert stuck(phone) == [(EntityKind.PHOTO, code)]

    asyncio.run(walk())


@pytest.mark.parametrize(("who", "most"), [("ours", 6), ("another", 3)])
def test_who_takes_no_photo_at_all_is_not_sent_all_of_them(
    store: AStore, tmp_path: Path, who: str, most: int
) -> None:
    """A store whose disk is full; another store, that the phone's pictures are none of."""

    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        for _ in range(20):
            await phone.save_defect(round_, photos=1)
        full = a_problem(store, 507, "disk_full")
        if who == "another":
            full = replace(full, headers={**full.headers, STORE_HEADER.lower(): "0" * 32})
        phone.link.answers_itself = lambda request: full if "/photos" in request.url else None
        for _ in range(2):
            phone.link.requests.clear()
            with pytest.raises(SyncError):
                await phone.sync()
            assert len([one for one in phone.link.requests if "/photos" in one.url]) <= most
        phone.link.answers_itself = lambda _: None
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_a_few_photos_that_the_store_fails_with_hold_up_the_others_for_one_round(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        saved = [await phone.save_defect(round_, photos=1) for _ in range(8)]
        bad = [one.photos[0].sha256 for one in saved[:4]]

        def fails(request: Request) -> Response | None:
            sent, asked = request.body or b"", request.url.rpartition("/")[2]
            is_bad = any(phone.photos[one] in sent or one == asked for one in bad)
            return a_problem(store, 500, "internal") if is_bad else None

        phone.link.answers_itself = fails
        for _ in range(2):
            with suppress(StoreInTrouble):
                await phone.sync()
        assert phone.walk.waiting().photos == len(bad)

    asyncio.run(walk())


def test_a_store_that_has_more_and_never_gets_on_is_not_asked_for_ever(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone, _ = await with_defects(store, tmp_path / "phone.db", 1)
        await phone.sync()
        real = phone.link.request

        async def has_more(request: Request) -> Response:
            answer = await real(request)
            assert len(phone.link.requests) < 30, "the same again and again"
            if not request.url.endswith("/sync"):
                return answer
            body = json.dumps({**json.loads(answer.body), "more": True}).encode()
            return replace(answer, headers={}, body=body)

        phone.link.requests.clear()
        phone.link.request = has_more  # type: ignore[method-assign]
        with pytest.raises(NotTheStore):
            await phone.sync()

    asyncio.run(walk())


def test_an_answer_settles_only_what_was_asked(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone, round_ = await with_defects(store, tmp_path / "phone.db", 1)
        await phone.sync()
        await phone.save_defect(round_, text="under tiden")
        later = [one.change_id for one in Outbox(phone.local).next_message()]
        real = phone.link.request
        phone.local.db.execute("UPDATE outbox SET aside_until = '2026-11-20T09:30:00.000Z'")

        async def knows_too_much(request: Request) -> Response:
            answer = await real(request)
            if not request.url.endswith("/sync"):
                return answer
            told = {**json.loads(answer.body), "accepted": later}
            return replace(answer, headers={}, body=json.dumps(told).encode())

        phone.link.request = knows_too_much  # type: ignore[method-assign]
        await phone.sync()
        assert phone.walk.waiting().records == 1

    asyncio.run(walk())


@pytest.mark.parametrize("body", ["{", "null", '{"change_id": 7}', '{"fields": []}'])
def test_a_saved_change_that_cannot_be_read_any_more_holds_up_no_other(
    store: AStore, tmp_path: Path, body: str
) -> None:
    async def walk() -> None:
        phone, _ = await with_defects(store, tmp_path / "phone.db", 3)
        phone.local.db.execute(
            "UPDATE outbox SET body = :body WHERE body LIKE '%nummer 1%'", {"body": body}
        )
        await phone.sync()
        assert (phone.walk.waiting().records, phone.walk.waiting().refused) == (0, 1)
        assert stuck(phone) == [(EntityKind.OBSERVATION, "unreadable")]

    asyncio.run(walk())


def test_a_thing_with_a_change_that_cannot_be_read_can_still_be_changed(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone, round_ = await with_defects(store, tmp_path / "phone.db", 1)
        await phone.sync()
        (finding,) = phone.walk.observations(round_.round_id)
        await phone.recorder.change_observation(finding, replace(finding.content, text="halv"))
        phone.local.db.execute("UPDATE outbox SET body = '{'")
        await phone.sync()
        assert stuck(phone) == [(EntityKind.OBSERVATION, "unreadable")]
        await phone.recorder.change_observation(finding, replace(finding.content, text="hel"))
        await phone.sync()

    asyncio.run(walk())
    assert in_the_store(store, tmp_path / "other.db") == {"hel"}


def test_half_a_letter_that_no_message_can_carry_holds_up_no_other(
    store: AStore, tmp_path: Path
) -> None:
    """A lone surrogate is text to Python and to JSON, and is none in UTF-8."""

    async def walk() -> None:
        phone, _ = await with_defects(store, tmp_path / "phone.db", 2)
        phone.local.db.execute(
            "UPDATE outbox SET body = replace(substr(body, 1, instr(body, :sum) - 1) || '}',"
            " 'nummer 1', :half)",
            {"half": "\\ud83d", "sum": ', "crc32"'},
        )
        await phone.sync()
        assert (phone.walk.waiting().records, phone.walk.waiting().refused) == (0, 1)

    asyncio.run(walk())


def test_a_store_that_wants_another_version_is_no_fault_of_a_change(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone, _ = await with_defects(store, tmp_path / "phone.db", 2)
        phone.link.answers_itself = lambda _: a_problem(store, 400, "wrong_version")
        with pytest.raises(TooOld):
            await phone.sync()
        assert not phone.walk.waiting().has_stuck

    asyncio.run(walk())


# After a refusal


def approve(store: AStore, finding: ObservationRecord) -> None:
    store.office_says(finding.observation_id, status="approved")


def test_what_was_refused_and_seen_becomes_what_the_store_has(
    store: AStore, tmp_path: Path
) -> None:
    """And a change that waits beside it stays."""

    async def walk() -> None:
        phone, round_ = await with_defects(store, tmp_path / "phone.db", 1)
        await phone.sync()
        saved = phone.walk.observations(round_.round_id)[0]
        approve(store, saved)
        late = replace(saved.content, text="För sent", category=Category.LITTER)
        await phone.recorder.change_observation(saved, late)
        await phone.sync()
        assert phone.finding(saved.observation_id).text == "För sent"
        await phone.recorder.see_refusals([saved.observation_id])
        assert phone.finding(saved.observation_id).refused_code is None
        phone.local.record(
            [
                Edit(
                    area=saved.area,
                    entity=EntityKind.OBSERVATION,
                    entity_id=saved.observation_id,
                    fields={"noted_by": "Alex"},
                )
            ]
        )
        await phone.sync()
        mended = phone.finding(saved.observation_id)
        assert (mended.text, mended.category) == (saved.text, saved.category)
        assert mended.noted_by == "Alex"
        assert mended.place == saved.place
        assert phone.local.db.execute("SELECT COUNT(*) FROM outbox").fetchone()[0] == 0

    asyncio.run(walk())


@pytest.mark.parametrize("asked", ["/changes/", "HEAD"])
def test_a_thing_that_the_store_cannot_tell_of_holds_up_no_photo_and_no_other_thing(
    store: AStore, tmp_path: Path, asked: str
) -> None:
    """Of one whose refusal was seen, and of a photo that may be lost there."""

    async def walk() -> None:
        phone, round_ = await with_defects(store, tmp_path / "phone.db", 2)
        old = await phone.save_defect(round_, photos=1)
        await phone.sync()
        seen = phone.walk.observations(round_.round_id)[:2]
        for one in seen:
            approve(store, one)
            await phone.recorder.change_observation(one, replace(one.content, text="För sent"))
        await phone.sync()
        await phone.recorder.see_refusals([one.observation_id for one in seen])
        phone.local.set_facts({WENT_BACK: "1"})
        bad = seen[0].observation_id if asked == "/changes/" else old.photos[0].sha256

        def fails(request: Request) -> Response | None:
            is_bad = bad in request.url and (request.method == "HEAD" or asked in request.url)
            return a_problem(store, 500, "internal") if is_bad else None

        phone.link.answers_itself = fails
        await phone.save_defect(round_, photos=1)
        with pytest.raises(StoreInTrouble):
            await phone.sync()
        assert phone.walk.waiting().photos == 0
        assert phone.finding(seen[1].observation_id).text == seen[1].text
        assert phone.local.fact(WENT_BACK) == "1", "it has not looked at everything"
        phone.link.answers_itself = lambda _: None
        await phone.sync()
        assert phone.local.fact(WENT_BACK) is None
        assert phone.finding(seen[0].observation_id).text == seen[0].text

    asyncio.run(walk())


def test_without_contact_a_seen_refusal_waits_for_the_store(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone, round_ = await with_defects(store, tmp_path / "phone.db", 1)
        await phone.sync()
        saved = phone.walk.observations(round_.round_id)[0]
        approve(store, saved)
        await phone.recorder.change_observation(saved, replace(saved.content, text="För sent"))
        await phone.sync()
        phone.link.is_up = False
        await phone.recorder.see_refusals([saved.observation_id])
        with pytest.raises(NotReached):
            await phone.sync()
        phone.link.is_up = True
        await phone.sync()
        assert phone.finding(saved.observation_id).text == saved.text

    asyncio.run(walk())


def test_putting_right_what_was_refused_sends_all_of_it(store: AStore, tmp_path: Path) -> None:
    """The store has nothing of it: the field that was put right would not be enough."""

    async def walk() -> None:
        phone, round_ = await with_defects(store, tmp_path / "phone.db", 1)
        phone.local.db.execute(
            "UPDATE outbox SET body = json_set(body, '$.fields.number', :long)"
            " WHERE entity = 'observation'",
            {"long": "B-" + "7" * 40},
        )
        await phone.sync()
        assert stuck(phone) == [(EntityKind.OBSERVATION, "bad_value")]
        saved = phone.walk.observations(round_.round_id)[0]
        await phone.recorder.change_observation(saved, replace(saved.content, text="Rättad"))
        await phone.sync()
        assert phone.walk.waiting().is_all_sent
        other = await an_enrolled_phone(store, tmp_path / "other.db", "Alex")
        await other.sync()
        got = other.finding(saved.observation_id)
        assert (got.text, got.category, got.place) == ("Rättad", saved.category, saved.place)

    asyncio.run(walk())


def test_what_the_store_never_had_and_is_put_away_leaves_no_receipt_behind(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone, round_ = await with_defects(store, tmp_path / "phone.db", 1)
        phone.local.db.execute(
            "UPDATE outbox SET body = json_set(body, '$.area', 'rosengard')"
            " WHERE entity = 'observation'"
        )
        await phone.sync()
        [thing] = NotSentStore(phone.local, phone.walk).things()
        assert (thing.code, thing.is_unknown, thing.typed) == ("not_your_area", True, "nummer 0")
        await phone.recorder.see_refusals([thing.entity_id])
        await phone.sync()
        assert phone.walk.observations(round_.round_id) == []

    asyncio.run(walk())


def test_it_is_taken_when_it_is_tried_again_and_nothing_is_in_the_way_any_more(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone, round_ = await with_defects(store, tmp_path / "phone.db", 1)
        saved = phone.walk.observations(round_.round_id)[0]
        outbox = Outbox(phone.local)
        [creation] = [c for c in outbox.next_message() if c.entity is EntityKind.OBSERVATION]
        outbox.refuse(creation.change_id, "not_your_area", "")
        await phone.sync()
        assert not phone.walk.waiting().is_all_sent
        outbox.try_again(saved.observation_id)
        await phone.sync()
        assert phone.walk.waiting().is_all_sent
        assert phone.finding(saved.observation_id).receipt is Receipt.WITH_COORDINATOR

    asyncio.run(walk())


# Photos


class BadDisk(PhotoFiles):
    """Cannot read some photos now."""

    def __init__(self, photos: PhotoFiles, bad: set[str]) -> None:
        super().__init__(photos)
        self.bad = bad

    async def read(self, name: str) -> bytes:
        if name in self.bad:
            raise PhoneStorageError("an error of the disk")
        return await super().read(name)


def test_a_photo_that_cannot_be_read_now_holds_up_no_other_and_goes_later(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round(), photos=5)
        disk = BadDisk(phone.photos, set(list(phone.photos)[:2]))
        phone.photos = disk
        result = await phone.sync()
        assert (result.photos_sent, result.photos_left) == (3, 2)
        assert phone.walk.waiting().photos == 2
        with pytest.raises(PhoneInTrouble):
            await phone.sync()
        disk.bad = set()
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_a_link_that_is_gone_is_not_tried_with_every_photo(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round(), photos=20)

        def cut_photos(request: Request) -> Response | None:
            if "/photos" in request.url:
                raise Unreachable("the link is cut")
            return None

        phone.link.answers_itself = cut_photos
        phone.link.requests.clear()
        with pytest.raises(NotReached):
            await phone.sync()
        assert len([one for one in phone.link.requests if "/photos" in one.url]) <= 12
        phone.link.answers_itself = lambda _: None
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_photos_that_always_cut_the_link_do_not_keep_the_others_from_going(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        for _ in range(12):
            await phone.save_defect(round_, photos=1)
        poison = [one.sha256 for one in PhotoQueue(phone.local).waiting()[:6]]
        real = phone.link.request

        async def breaks(request: Request) -> Response:
            body = request.body or b""
            if any(phone.photos[name] == body for name in poison):
                raise Unreachable("the link is cut")
            return await real(request)

        phone.link.request = breaks  # type: ignore[method-assign]
        for _ in range(6):
            with suppress(NotReached):
                await phone.sync()
            if phone.walk.waiting().photos == len(poison):
                break
        assert {one.sha256 for one in PhotoQueue(phone.local).waiting()} == set(poison)

    asyncio.run(walk())


def test_a_record_saved_while_photos_go_does_not_wait_for_them(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        await phone.save_defect(round_, photos=8)
        order: list[str] = []
        saved: list[ObservationRecord] = []

        def note(request: Request) -> Response | None:
            order.append("record" if changes_in(request) else request.method)
            return None

        async def meanwhile(request: Request) -> Response:
            if request.method == "POST" and "/photos" in request.url and not saved:
                saved.append(await phone.save_defect(round_, text="under tiden"))
            return await real(request)

        real = phone.link.request
        phone.link.answers_itself = note
        phone.link.request = meanwhile  # type: ignore[method-assign]
        await phone.sync()
        sent_at = [n for n, what in enumerate(order) if what == "record"]
        assert len(sent_at) == 2
        assert order[sent_at[1] :].count("POST") >= 3, "photos still went after it"
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())
