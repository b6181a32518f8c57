"""A phone takes over the file of another: one of the two sends it, or both, and it counts once."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from sync.client.errors import NotReached
from sync.client.not_sent import NotSentStore
from sync.client.outbox import Outbox
from sync.client.records import Receipt
from sync.client.take_over import Plan, WrongStore, is_taken, plan, write
from sync.client.transport import Request, Unreachable
from sync.domain.change import Refusal
from sync.domain.ids import EntityId
from sync.domain.status import Status
from sync.hand_over.reader import HandOver, read_hand_over
from tests.central.a_store import KIRSEBERG, ROSENGARD, AStore
from tests.central.test_hand_in import a_phone_with_work, counts, take
from tests.client.a_phone import WalkingPhone, an_enrolled_phone
from tests.client.test_hand_over import file_of
from tests.field.a_phone import walking


def taken_by(phone: WalkingPhone, content: bytes) -> Plan:
    handed: HandOver = read_hand_over(io.BytesIO(content))
    planned = plan(phone.local, handed)
    phone.photos.update({one.sha256: handed.photos[one.sha256] for one in planned.photos})
    write(phone.local, planned, str(hash(content)))
    return planned


@walking
async def test_what_one_phone_could_not_send_is_sent_by_two_others_and_the_office_and_counts_once(
    store: AStore, tmp_path: Path
) -> None:
    first = await a_phone_with_work(store, tmp_path)
    waiting = Outbox(first.local).next_message()
    second = await an_enrolled_phone(store, tmp_path / "b.db", "Kim")
    third = await an_enrolled_phone(store, tmp_path / "c.db", "Noa")
    content = await file_of(first)

    planned = taken_by(second, content)
    assert (planned.left, planned.photos_left) == (0, 0)
    assert Outbox(second.local).next_message() == waiting, (
        "ids, stamps and device ids are unchanged"
    )
    taken_by(second, content)
    assert Outbox(second.local).next_message() == waiting
    (round_,) = second.walk.rounds_under_way()
    listed = second.walk.observations(round_.round_id)
    assert {one.receipt for one in listed} == {Receipt.ON_PHONE}
    assert {one.number for one in listed} == {"A-1", "A-2"}

    await second.sync()
    assert second.walk.waiting().is_all_sent
    listed = second.walk.observations(round_.round_id)
    assert {one.receipt for one in listed} == {Receipt.WITH_COORDINATOR}
    after = counts(store)
    assert after == (len(waiting), 2, 2)

    taken_by(third, content)
    await third.sync()
    take(store, content)
    await first.sync()
    assert counts(store) == after
    for phone in (first, second, third):
        assert phone.walk.waiting().is_all_sent
        mine = phone.walk.observations(round_.round_id)
        assert {one.receipt for one in mine} == {Receipt.WITH_COORDINATOR}

    own = await second.save_defect(round_)
    assert own.number == "B-1", "its own numbers are its own"
    await second.sync()
    assert counts(store)[1] == 3, "its clock is not behind what it took over"


@walking
async def test_photos_whose_records_are_at_the_store_already_are_kept_until_they_are_known(
    store: AStore, tmp_path: Path
) -> None:
    first = await an_enrolled_phone(store, tmp_path / "a.db")
    finding = await first.save_defect(await first.start_round(), photos=1)
    (name,) = (photo.sha256 for photo in finding.photos)
    kept = dict(first.photos)
    first.link.answers_itself = only_records
    with pytest.raises(NotReached):
        await first.sync()
    assert (first.walk.waiting().records, first.walk.waiting().photos) == (0, 1)
    content = await file_of(first)
    assert kept == first.photos

    second = await an_enrolled_phone(store, tmp_path / "b.db", "Kim")
    planned = taken_by(second, content)
    assert (len(planned.changes), [one.sha256 for one in planned.photos]) == (0, [name])
    assert name in second.walk.known_photos(), "the start does not clear it away"
    await second.sync()
    assert store.services.blobs.exists(name)
    assert second.walk.waiting().is_all_sent


async def with_a_photo_without_record(
    store: AStore, tmp_path: Path
) -> tuple[WalkingPhone, WalkingPhone]:
    """The one that took it, and the one that took it over.

    A new phone gets nothing of what has been turned down and is long over.
    """
    first = await an_enrolled_phone(store, tmp_path / "a.db")
    round_ = await first.start_round()
    finding = await first.save_defect(round_, photos=1)
    await first.recorder.end_round(round_)
    first.link.answers_itself = only_records
    with pytest.raises(NotReached):
        await first.sync()
    office_turns_down(store, finding.observation_id)
    store.clock.forward(days=400)
    content = await file_of(first)

    second = await an_enrolled_phone(store, tmp_path / "b.db", "Kim")
    await second.sync()
    taken_by(second, content)
    assert second.walk.observation(finding.observation_id) is None
    return first, second


@walking
async def test_a_photo_is_sent_although_its_record_never_comes_to_the_phone_that_took_it_over(
    store: AStore, tmp_path: Path
) -> None:
    first, second = await with_a_photo_without_record(store, tmp_path)
    assert (second.walk.waiting().photos, second.walk.waiting().is_all_sent) == (1, False)
    assert list(read_hand_over(io.BytesIO(await file_of(second))).photos) == [*first.photos]
    await second.sync()
    assert all(map(store.services.blobs.exists, first.photos))
    assert second.walk.waiting().is_all_sent


@walking
async def test_a_photo_without_record_that_the_store_rejects_is_listed_and_can_be_tried_or_removed(
    store: AStore, tmp_path: Path
) -> None:
    first, second = await with_a_photo_without_record(store, tmp_path)
    (name,) = first.photos
    whole = second.photos[name]
    second.photos[name] = whole[:-1]
    await second.sync()
    (thing,) = NotSentStore(second.local, second.walk).things()
    assert (thing.code, thing.without_record) == ("damaged_on_phone", name)
    waiting = second.walk.waiting()
    assert (waiting.photos, waiting.refused, waiting.is_all_sent) == (0, 1, False)

    Outbox(second.local).try_again(thing.entity_id)
    assert second.walk.waiting().photos == 1
    await second.sync()
    assert second.walk.waiting().refused == 1
    await second.recorder.give_up_file(thing.without_record)
    assert NotSentStore(second.local, second.walk).things() == []
    assert second.walk.waiting().is_all_sent


def office_turns_down(store: AStore, observation_id: EntityId) -> None:
    store.office_says(observation_id, status=Status.REJECTED.value)


def only_records(request: Request) -> None:
    if "/photos" in request.url:
        raise Unreachable("the link is cut")


@walking
async def test_what_this_phone_cannot_send_is_left_and_counted(
    store: AStore, tmp_path: Path
) -> None:
    first = await an_enrolled_phone(store, tmp_path / "a.db")
    await first.save_defect(await first.start_round(KIRSEBERG), photos=1)
    waiting = Outbox(first.local).next_message()
    no = Refusal(change_id=waiting[0].change_id, code="already_approved", reason="too late")
    first.local.apply_answer(accepted=[], refused=[no], changes=[], facts={})
    content = await file_of(first)

    same_area = await an_enrolled_phone(store, tmp_path / "b.db")
    planned = taken_by(same_area, content)
    assert (len(planned.changes), planned.left) == (len(waiting) - 1, 1)

    elsewhere = WalkingPhone(store, tmp_path / "c.db")
    await elsewhere.enrol(store.code(ROSENGARD))
    planned = taken_by(elsewhere, content)
    assert (planned.changes, planned.photos) == ((), ())
    assert (planned.left, planned.photos_left) == (len(waiting), 1)

    elsewhere.local.set_facts({"store_id": "another"})
    with pytest.raises(WrongStore):
        taken_by(elsewhere, content)


@walking
async def test_a_file_is_remembered(store: AStore, tmp_path: Path) -> None:
    first = await a_phone_with_work(store, tmp_path)
    second = await an_enrolled_phone(store, tmp_path / "b.db")
    content = await file_of(first)
    assert not is_taken(second.local, str(hash(content)))
    taken_by(second, content)
    assert is_taken(second.local, str(hash(content)))
