"""A newer release says words that this one does not know: they are passed over, the rest stays."""

from __future__ import annotations

import asyncio
import os

import pytest

from sync.client.finding_list import FindingList
from sync.client.map_store import MapStore
from sync.client.open_points import OpenPoints
from sync.client.protocol_store import ProtocolStore
from sync.client.round_store import RoundStore
from sync.domain.change import Change, Json
from sync.domain.clock import Hlc
from sync.domain.ids import ChangeId, DeviceId, EntityId, uuid7
from sync.domain.instants import to_ms
from sync.domain.words import EntityKind
from tests.central.a_store import KIRSEBERG, AStore
from tests.client.a_phone import WalkingPhone

NEW_PLACE: Json = {"lat_deg": 55.6, "lon_deg": 13.0, "accuracy_m": 3.0, "source": "lidar"}


@pytest.fixture
def phone(store: AStore, tmp_path_factory: pytest.TempPathFactory) -> WalkingPhone:
    return WalkingPhone(store=store, path=tmp_path_factory.mktemp("newer") / "rundan.db")


def of_another(
    phone: WalkingPhone, entity: EntityKind, entity_id: EntityId, fields: dict[str, Json]
) -> Change:
    now_ms = to_ms(phone.store.clock()) + 1000
    device = DeviceId("another")
    return Change(
        change_id=ChangeId(uuid7(now_ms, os.urandom(10))),
        area=KIRSEBERG,
        entity=entity,
        entity_id=entity_id,
        fields=fields,
        made_at=Hlc(wall_ms=now_ms, counter=0, device=device),
        device_id=device,
    )


def told(phone: WalkingPhone, *changes: Change) -> None:
    phone.local.apply_answer(accepted=(), refused=(), changes=changes, facts={})


@pytest.mark.parametrize(
    "fields",
    [
        {"category": "drone"},
        {"kind": "wish"},
        {"status": "parked"},
        {"place": NEW_PLACE},
        {"is_urgent": "very"},
        {"number": ["B", 7]},
    ],
)
def test_a_word_of_a_newer_release_spoils_neither_the_answer_nor_the_lists(
    phone: WalkingPhone, fields: dict[str, Json]
) -> None:
    asyncio.run(phone.enrol(phone.store.code()))
    round_ = asyncio.run(phone.start_round())
    mine = asyncio.run(phone.save_defect(round_))
    theirs = phone.local.new_id()
    common: dict[str, Json] = {
        "round_id": round_.round_id,
        "noted_at": mine.noted_at,
        "text": "Från en nyare telefon",
    }
    told(phone, of_another(phone, EntityKind.OBSERVATION, theirs, {**common, **fields}))
    told(phone, of_another(phone, EntityKind.OBSERVATION, mine.observation_id, fields))
    found = {one.observation_id: one for one in phone.walk.observations(round_.round_id)}
    assert found[theirs].text == "Från en nyare telefon"
    assert found[mine.observation_id].category == mine.category
    assert found[mine.observation_id].place == mine.place
    ids = [theirs, mine.observation_id]
    assert len(FindingList(phone.local, phone.walk).rows(ids)) == 2
    assert len(OpenPoints(phone.local).some(ids)) == 2
    assert len(ProtocolStore(phone.local).findings(round_.round_id)) == 2
    assert MapStore(phone.local).marks(KIRSEBERG)


def test_rounds_visits_and_photos_with_new_words_are_read_as_far_as_they_can_be(
    phone: WalkingPhone,
) -> None:
    asyncio.run(phone.enrol(phone.store.code()))
    round_ = asyncio.run(phone.start_round())
    mine = asyncio.run(phone.save_defect(round_))
    visit, photo, stop = (phone.local.new_id() for _ in range(3))
    told(
        phone,
        of_another(phone, EntityKind.ROUND, round_.round_id, {"light": "dusk", "kind": "run"}),
        of_another(
            phone,
            EntityKind.RECHECK,
            visit,
            {
                "observation_id": mine.observation_id,
                "verdict": "half_fixed",
                "checked_at": mine.noted_at,
            },
        ),
        of_another(
            phone,
            EntityKind.PHOTO,
            photo,
            {"observation_id": mine.observation_id, "sha256": "a" * 64, "cover": "blurred"},
        ),
        of_another(phone, EntityKind.STOP, stop, {"round_id": round_.round_id, "place": NEW_PLACE}),
    )
    read = phone.walk.round(round_.round_id)
    assert read is not None and read.kind == round_.kind and read.light is None
    assert phone.walk.rechecks(mine.observation_id) == []
    shown = phone.walk.observation(mine.observation_id)
    assert shown is not None and [one.cover for one in shown.photos] == [None]
    (at,) = RoundStore(phone.local).stops(round_.round_id)
    assert at.place is None
