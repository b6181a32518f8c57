"""A phone whose records came to the store by another way hears what has become of them since."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.client.errors import NotReached
from sync.client.records import ObservationRecord
from sync.domain.words import EntityKind, Verdict
from tests.central.a_store import KIRSEBERG, AStore
from tests.central.test_hand_in import take
from tests.client.a_phone import WalkingPhone, an_enrolled_phone
from tests.client.test_hand_over import file_of
from tests.client.test_scope import a_walk_long_ago, ids_on, office_says, office_writes
from tests.client.test_take_over import taken_by
from tests.field.a_phone import walking

DELETED_AT = "2027-06-01T10:00:00.000Z"


async def a_finding(store: AStore, folder: Path) -> tuple[WalkingPhone, ObservationRecord]:
    """On a phone that has joined and has not been in contact since."""
    phone = await an_enrolled_phone(store, folder / "sam.db")
    return phone, await phone.save_defect(await phone.start_round(), photos=1, text="Trasig")


def office_removes_the_photo(store: AStore, one: ObservationRecord) -> None:
    office_writes(store, EntityKind.PHOTO, one.photos[0].photo_id, deleted_at=DELETED_AT)


@walking
async def test_what_came_in_a_file_and_was_deleted_in_the_office_goes_from_its_own_phone(
    store: AStore, tmp_path: Path
) -> None:
    phone, one = await a_finding(store, tmp_path)
    take(store, await file_of(phone))
    office_removes_the_photo(store, one)
    await phone.sync()
    assert phone.finding(one.observation_id).photos == ()
    office_says(store, one, deleted_at=DELETED_AT)
    await phone.sync()
    assert phone.walk.observation(one.observation_id) is None


@walking
async def test_what_was_taken_over_and_is_gone_by_then_goes_from_the_phone_that_took_it(
    store: AStore, tmp_path: Path
) -> None:
    phone, one = await a_finding(store, tmp_path)
    content = await file_of(phone)
    await phone.sync()
    office_removes_the_photo(store, one)
    office_says(store, one, text="Lagas i maj")
    other = await an_enrolled_phone(store, tmp_path / "alex.db", "Alex")
    await other.sync()
    taken_by(other, content)
    await other.sync()
    there = other.finding(one.observation_id)
    assert (there.text, there.photos) == ("Lagas i maj", ())


@walking
async def test_a_first_answer_that_was_lost_hides_no_deletion(
    store: AStore, tmp_path: Path
) -> None:
    phone, one = await a_finding(store, tmp_path)
    phone.link.loses_answers = True
    with pytest.raises(NotReached):
        await phone.sync()
    office_says(store, one, deleted_at=DELETED_AT)
    phone.link.loses_answers = False
    await phone.sync()
    assert phone.walk.observation(one.observation_id) is None


@walking
async def test_an_edit_taken_over_of_something_that_was_done_brings_all_of_it(
    store: AStore, tmp_path: Path
) -> None:
    phone, _, fixed, _ = await a_walk_long_ago(store, tmp_path)
    other = await an_enrolled_phone(store, tmp_path / "alex.db", "Alex")
    await other.sync()
    await phone.recorder.recheck(
        fixed,
        recheck_id=phone.local.new_id(),
        round_=None,
        verdict=Verdict.REMAINS,
        place=None,
    )
    content = await file_of(phone)
    taken_by(other, content)
    await other.sync()
    assert other.finding(fixed.observation_id).text == "Lagad"


@walking
async def test_a_visit_that_is_taken_back_makes_open_what_was_done(
    store: AStore, tmp_path: Path
) -> None:
    phone, _, fixed, _ = await a_walk_long_ago(store, tmp_path)
    new = await an_enrolled_phone(store, tmp_path / "new.db", "Alex")
    await new.sync()
    assert fixed.observation_id not in ids_on(new.local, "observation")
    (visit,) = phone.walk.rechecks(fixed.observation_id)
    await phone.recorder.delete_recheck(KIRSEBERG, visit.recheck_id)
    await phone.sync()
    await new.sync()
    assert new.finding(fixed.observation_id).text == "Lagad"
    assert new.walk.rechecks(fixed.observation_id) == []
