"""What a phone says that its person saw, and what the store makes of it."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from sync.central.engine import reading
from sync.central.tables import field_conflict
from sync.client.outbox import Outbox
from sync.client.records import NewPhoto, ObservationRecord
from sync.client.round_store import RoundStore
from sync.domain.change import Change
from sync.domain.ids import EntityId
from sync.domain.words import Cover, EntityKind, Group, Verdict, Writer
from tests.central.a_store import AStore, a_jpeg, sha256_of
from tests.client.a_phone import WalkingPhone, an_enrolled_phone


def walked(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @functools.wraps(test)
    def run(**given: Any) -> None:
        asyncio.run(test(**given))

    return run


def conflicts(store: AStore) -> list[tuple[str, str]]:
    with reading(store.services.engine) as connection:
        query = select(field_conflict.c.field, field_conflict.c.stamp)
        return sorted((row.field, row.stamp) for row in connection.execute(query))


def waiting(phone: WalkingPhone, entity_id: EntityId) -> list[Change]:
    return [one for one in Outbox(phone.local).next_message() if one.entity_id == entity_id]


async def says(phone: WalkingPhone, finding: ObservationRecord, text: str) -> ObservationRecord:
    await phone.recorder.change_observation(finding, replace(finding.content, text=text))
    return phone.finding(finding.observation_id)


async def two_phones_with_a_finding(
    store: AStore, folder: Path
) -> tuple[WalkingPhone, WalkingPhone, ObservationRecord]:
    kim = await an_enrolled_phone(store, folder / "kim.db", "Kim")
    nova = await an_enrolled_phone(store, folder / "nova.db", "Nova")
    finding = await kim.save_defect(await kim.start_round())
    await kim.sync()
    await nova.sync()
    return kim, nova, finding


@walked
async def test_a_new_record_saw_nothing_and_an_edit_saw_what_it_replaced(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "kim.db")
    finding = await phone.save_defect(await phone.start_round())
    await says(phone, finding, "Två lampor")
    new, edit = waiting(phone, finding.observation_id)
    assert (new.bases, edit.bases) == ({}, {"text": (new.stamp,)})


@walked
async def test_a_deletion_saw_all_that_the_thing_was_made_of(store: AStore, tmp_path: Path) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "kim.db")
    finding = await phone.save_defect(await phone.start_round())
    await phone.recorder.delete_observation(await says(phone, finding, "Två lampor"))
    await phone.recorder.restore_observation(finding)
    new, edit, gone, back = waiting(phone, finding.observation_id)
    assert gone.bases == {"deleted_at": (new.stamp, edit.stamp)}
    assert back.fields == {"deleted_at": None}


@walked
async def test_two_phones_that_change_one_text_leave_both_to_be_chosen(
    store: AStore, tmp_path: Path
) -> None:
    kim, nova, finding = await two_phones_with_a_finding(store, tmp_path)
    await says(kim, finding, "Två lampor")
    await says(nova, nova.finding(finding.observation_id), "Tre lampor")
    stamps = sorted(waiting(one, finding.observation_id)[0].stamp for one in (kim, nova))
    await kim.sync()
    assert conflicts(store) == []
    await nova.sync()
    assert conflicts(store) == [("text", stamp) for stamp in stamps]


@walked
async def test_who_edits_after_the_others_text_has_come_makes_no_conflict(
    store: AStore, tmp_path: Path
) -> None:
    kim, nova, finding = await two_phones_with_a_finding(store, tmp_path)
    await says(kim, finding, "Två lampor")
    await kim.sync()
    await nova.sync()
    await says(nova, nova.finding(finding.observation_id), "Tre lampor")
    await nova.sync()
    assert conflicts(store) == []


@walked
async def test_what_comes_while_somebody_is_editing_was_not_seen(
    store: AStore, tmp_path: Path
) -> None:
    kim, nova, finding = await two_phones_with_a_finding(store, tmp_path)
    on_the_screen = nova.finding(finding.observation_id)
    await says(kim, finding, "Två lampor")
    await kim.sync()
    await nova.sync()
    await says(nova, on_the_screen, "Tre lampor")
    await nova.sync()
    assert [name for name, _ in conflicts(store)] == ["text", "text"]


@walked
async def test_what_two_phones_add_is_all_there_and_in_no_conflict(
    store: AStore, tmp_path: Path
) -> None:
    """Photos, stops, later visits with their evidence."""
    kim, nova, finding = await two_phones_with_a_finding(store, tmp_path)
    for phone in (kim, nova):
        round_ = phone.walk.round(finding.round_id)
        assert round_ is not None
        await phone.recorder.add_stop(round_, name="Torget", place=None, position=1)
        found = phone.finding(finding.observation_id)
        await phone.recorder.change_observation(found, found.content, photos=[a_photo(phone)])
        visit = phone.local.new_id()
        await phone.recorder.recheck(
            found, recheck_id=visit, round_=round_, verdict=Verdict.REMAINS, place=None,
            photos=[a_photo(phone, recheck_id=visit)],
        )  # fmt: skip
    for phone in (nova, kim, nova):
        await phone.sync()
    for phone in (kim, nova):
        found = phone.finding(finding.observation_id)
        visits = {one.recheck_id for one in phone.walk.rechecks(finding.observation_id)}
        assert [one.recheck_id for one in found.photos].count(None) == 2
        assert visits < {one.recheck_id for one in found.photos} and len(visits) == 2
        assert len(RoundStore(phone.local).stops(finding.round_id)) == 2
        assert len({one.sha256 for one in found.photos}) == 4
    assert all(map(store.services.blobs.exists, (*kim.photos, *nova.photos)))
    assert conflicts(store) == []


@pytest.mark.parametrize("kim_is_first", [True, False])
@walked
async def test_what_was_added_to_a_finding_that_another_deleted_meanwhile_is_not_gone_with_it(
    store: AStore, tmp_path: Path, kim_is_first: bool
) -> None:
    kim, nova, finding = await two_phones_with_a_finding(store, tmp_path)
    await kim.recorder.delete_observation(finding)
    found = nova.finding(finding.observation_id)
    await nova.recorder.change_observation(found, found.content, photos=[a_photo(nova)])
    for phone in (kim, nova, kim, nova) if kim_is_first else (nova, kim, nova):
        await phone.sync()
    for phone in (kim, nova):
        assert len(phone.finding(finding.observation_id).photos) == 1
    assert all(map(store.services.blobs.exists, nova.photos))
    assert {name for name, _ in conflicts(store)} == ({"deleted_at"} if kim_is_first else set())
    await kim.recorder.delete_observation(kim.finding(finding.observation_id))
    for phone in (kim, nova, kim):
        await phone.sync()
    for phone in (kim, nova):
        assert phone.walk.observation(finding.observation_id) is None, "who saw it may delete it"


@walked
async def test_a_finding_deleted_by_one_who_knew_what_was_added_stays_deleted(
    store: AStore, tmp_path: Path
) -> None:
    kim, nova, finding = await two_phones_with_a_finding(store, tmp_path)
    found = nova.finding(finding.observation_id)
    await nova.recorder.change_observation(found, found.content, photos=[a_photo(nova)])
    for phone in (nova, kim):
        await phone.sync()
    await kim.recorder.delete_observation(kim.finding(finding.observation_id))
    for phone in (kim, nova, kim):
        await phone.sync()
    for phone in (kim, nova):
        assert phone.walk.observation(finding.observation_id) is None
    assert conflicts(store) == []


def a_photo(phone: WalkingPhone, recheck_id: EntityId | None = None) -> NewPhoto:
    picture = a_jpeg()
    phone.photos[sha256_of(picture)] = picture
    return NewPhoto(
        photo_id=phone.local.new_id(), sha256=sha256_of(picture), width_px=320, height_px=240,
        size_bytes=len(picture), taken_at=None, position=0, cover=Cover.NOTHING_TO_COVER,
        recheck_id=recheck_id,
    )  # fmt: skip


@walked
async def test_counts_of_participants_from_two_phones_are_both_kept(
    store: AStore, tmp_path: Path
) -> None:
    kim, nova, finding = await two_phones_with_a_finding(store, tmp_path)
    for phone, count in ((kim, 12), (nova, 14)):
        round_ = phone.walk.round(finding.round_id)
        assert round_ is not None
        await phone.recorder.edit_round(round_, {Group.RESIDENTS.field: count})
        await phone.recorder.end_round(round_)
    await kim.sync()
    store.clock.forward(minutes=1)
    await nova.sync()
    assert {name for name, _ in conflicts(store)} == {"count_residents"}


@walked
async def test_an_edit_after_a_refused_one_saw_what_the_refused_one_saw(
    store: AStore, tmp_path: Path
) -> None:
    _, nova, finding = await two_phones_with_a_finding(store, tmp_path)
    decide(store, finding, "approved")
    await says(nova, nova.finding(finding.observation_id), "Två lampor")
    await nova.sync()
    assert nova.finding(finding.observation_id).refused_code == "already_approved"
    decide(store, finding, "received")
    await nova.sync()
    await says(nova, nova.finding(finding.observation_id), "Tre lampor")
    await nova.sync()
    assert conflicts(store) == []


def decide(store: AStore, finding: ObservationRecord, status: str) -> None:
    with store.services.engine.begin() as connection:
        store.services.ledger.record(
            connection,
            area=finding.area,
            entity=EntityKind.OBSERVATION,
            entity_id=finding.observation_id,
            fields={"status": status},
            writer=Writer.OFFICE,
            received_from="amira",
        )


@walked
async def test_what_an_older_release_left_in_the_outbox_is_sent_as_it_is(
    store: AStore, tmp_path: Path
) -> None:
    kim, nova, finding = await two_phones_with_a_finding(store, tmp_path)
    await says(kim, finding, "Två lampor")
    without_bases(kim)
    store.clock.forward(seconds=1)
    await says(nova, nova.finding(finding.observation_id), "Tre lampor")
    without_bases(nova)
    await kim.sync()
    await nova.sync()
    assert conflicts(store) == []
    assert nova.finding(finding.observation_id).text == "Tre lampor"


def without_bases(phone: WalkingPhone) -> None:
    bodies: Sequence[tuple[int, str]] = phone.local.db.execute(
        "SELECT position, body FROM outbox"
    ).fetchall()
    for position, body in bodies:
        told = json.loads(body)
        assert told.pop("bases") is not None and told.pop("crc32") is not None
        phone.local.db.execute(
            "UPDATE outbox SET body = ? WHERE position = ?", [json.dumps(told), position]
        )
