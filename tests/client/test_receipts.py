"""What a record says of itself: with the coordinator only when all of it is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sync.client.map_store import MapStore, MarkState
from sync.client.open_points import OpenPoints
from sync.client.outbox import Outbox
from sync.client.records import ObservationRecord, Receipt
from sync.domain.change import Refusal
from sync.domain.ids import EntityId
from sync.domain.words import EntityKind, Verdict
from tests.central.a_store import KIRSEBERG, AStore
from tests.client.a_phone import WalkingPhone, an_enrolled_phone
from tests.field.a_phone import walking


def refuse(phone: WalkingPhone, kind: EntityKind) -> None:
    """The store says no to what waits of one kind, for good."""
    waiting = [one for one in Outbox(phone.local).next_message() if one.entity is kind]
    refused = [
        Refusal(change_id=one.change_id, code="bad_value", reason="it cannot hold that")
        for one in waiting
    ]
    assert refused
    phone.local.apply_answer(accepted=(), refused=refused, changes=(), facts={})


async def a_visit(phone: WalkingPhone, found: ObservationRecord) -> EntityId:
    recheck_id = phone.local.new_id()
    await phone.recorder.recheck(
        found, recheck_id=recheck_id, round_=None, verdict=Verdict.FIXED, place=None
    )
    return recheck_id


@pytest.mark.parametrize("kind", [EntityKind.OBSERVATION, EntityKind.PHOTO])
@walking
async def test_what_the_store_never_took_is_on_the_phone(
    store: AStore, tmp_path: Path, kind: EntityKind
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "phone.db")
    saved = await phone.save_defect(await phone.start_round(), photos=1)
    refuse(phone, kind)
    await phone.sync()
    found = phone.finding(saved.observation_id)
    assert (found.receipt, found.is_waiting) == (Receipt.ON_PHONE, True)
    (mark,) = MapStore(phone.local).marks(KIRSEBERG)
    assert mark.state is MarkState.NOTED, "on the map, too"
    (point,) = OpenPoints(phone.local).some([found.observation_id])
    assert point.is_on_phone, "and where it is known already"


@walking
async def test_an_edit_that_was_refused_leaves_the_record_where_it_is(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "phone.db")
    saved = await phone.save_defect(await phone.start_round(), photos=1)
    await phone.sync()
    found = phone.finding(saved.observation_id)
    await phone.recorder.change_observation(found, replace(found.content, text="Två lampor"))
    refuse(phone, EntityKind.OBSERVATION)
    found = phone.finding(saved.observation_id)
    assert (found.receipt, found.refused_code) == (Receipt.WITH_COORDINATOR, "bad_value")


@walking
async def test_a_later_visit_that_waits_is_part_of_what_is_on_the_phone(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "phone.db")
    saved = await phone.save_defect(await phone.start_round())
    await phone.sync()
    visit = await a_visit(phone, phone.finding(saved.observation_id))
    assert phone.finding(saved.observation_id).receipt is Receipt.ON_PHONE
    await phone.sync()
    found = phone.finding(saved.observation_id)
    assert (found.receipt, found.is_waiting) == (Receipt.WITH_COORDINATOR, False)
    await phone.recorder.delete_recheck(found.area, visit)
    assert phone.finding(saved.observation_id).is_waiting, "so is that it is taken back"
