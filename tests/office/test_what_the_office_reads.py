"""The list, its counts and search, a defect's history, and who may see what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from app.office.models.history import told
from sync.central.accounts import Role
from sync.central.blobs import Blobs
from sync.central.defect_filters import Filter
from sync.central.defect_views import HistoryLine
from sync.central.desk import Declined, Desk, LoggedOut
from sync.central.tables import account, device, enrolment_code
from sync.domain.ids import AreaCode, DeviceId, Sha256
from sync.domain.instants import to_text
from sync.domain.words import Category, EntityKind
from tests.office.office_server import a_photo_of
from tests.office.small_store import (
    KIRSEBERG,
    PASSWORD,
    SmallStore,
    a_desk,
    a_small_store,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SmallStore]:
    store = a_small_store(tmp_path)
    store.photos = Blobs.in_folder(tmp_path / "photos")  # type: ignore[assignment]
    yield store
    store.engine.dispose()


@pytest.fixture
def desk(store: SmallStore, tmp_path: Path) -> Desk:
    return a_desk(store, tmp_path, store.photos)


def _seen(store: SmallStore, desk: Desk, show: Filter, **how: object) -> list[str]:
    found = desk.overview(store.coordinator, [KIRSEBERG], show, **how)  # type: ignore[arg-type]
    return [row.id for row in found.rows]


def test_each_filter_shows_its_own_newest_first_and_the_counts_agree(
    store: SmallStore, desk: Desk
) -> None:
    ids = []
    for wrong_by in (0, 365, -365, 0):  # the phone's own clock jumps on the way, by days
        noted_at = store.clock() + timedelta(days=wrong_by)
        ids.append(store.an_observation(noted_at=to_text(noted_at)))
        store.clock.forward(minutes=1)
    desk.approve(store.coordinator, ids[0])
    desk.reject(store.coordinator, ids[1], "Redan anmält")
    assert _seen(store, desk, Filter.TO_REVIEW) == [ids[3], ids[2]]
    assert _seen(store, desk, Filter.APPROVED) == [ids[0]]
    assert _seen(store, desk, Filter.REJECTED) == [ids[1]]
    assert _seen(store, desk, Filter.ALL) == ids[::-1]
    assert _seen(store, desk, Filter.STUCK) == []
    counts = desk.overview(store.coordinator, [KIRSEBERG], Filter.ALL).counts
    assert counts == {
        Filter.TO_REVIEW: 2,
        Filter.TO_CHOOSE: 0,
        Filter.STUCK: 0,
        Filter.APPROVED: 1,
        Filter.REJECTED: 1,
        Filter.ALL: 4,
    }


def test_what_a_phone_has_deleted_is_not_shown(store: SmallStore, desk: Desk) -> None:
    gone = store.an_observation()
    store.phone_writes(EntityKind.OBSERVATION, gone, deleted_at=to_text(store.clock()))
    assert _seen(store, desk, Filter.ALL) == []
    assert desk.detail(store.coordinator, [KIRSEBERG], gone) is None


@pytest.mark.parametrize(
    ("search", "found"),
    [("ÅTERVINNINGEN", True), ("åter", True), ("100%", True), ("_", False), ("grop", False)],
)
def test_a_search_finds_text_whatever_its_case(
    store: SmallStore, desk: Desk, search: str, found: bool
) -> None:
    store.an_observation(text="Skräp vid Återvinningen, 100% fullt")
    assert bool(_seen(store, desk, Filter.ALL, search=search)) is found


def test_a_search_finds_a_case_number_a_reference_and_a_category(
    store: SmallStore, desk: Desk
) -> None:
    wanted = store.an_observation(category="klotter")
    store.an_observation()
    desk.approve(store.coordinator, wanted)
    (report,) = store.reports()
    reference = str(report["reference"])
    assert _seen(store, desk, Filter.ALL, search=reference.lower()) == [wanted]
    assert _seen(store, desk, Filter.ALL, search="klot", categories=[Category.GRAFFITI]) == [wanted]


def test_the_version_changes_when_something_does_and_only_then(
    store: SmallStore, desk: Desk
) -> None:
    observation_id = store.an_observation(photo=None)
    before = desk.version(store.coordinator, [KIRSEBERG])
    assert desk.version(store.coordinator, [KIRSEBERG]) == before
    store.a_photo(observation_id, b"photo", arrived=False)
    announced = desk.version(store.coordinator, [KIRSEBERG])
    store.store_photo(b"photo")
    arrived = desk.version(store.coordinator, [KIRSEBERG])
    assert len({before, announced, arrived}) == 3


def test_a_photo_is_shown_small_and_large_when_it_is_here(store: SmallStore, desk: Desk) -> None:
    content = a_photo_of("lampa", "#224466")
    observation_id = store.an_observation(photo=content)
    detail = desk.detail(store.coordinator, [KIRSEBERG], observation_id)
    assert detail is not None
    (photo,) = detail.photos
    assert photo.stored
    name = Sha256(sha256(content).hexdigest())
    assert desk.photo(store.coordinator, name) == content
    small = desk.thumbnail(store.coordinator, name)
    assert small is not None
    assert len(small) < 20_001
    assert desk.thumbnail(store.coordinator, name) == small


def test_photos_and_defects_of_other_areas_are_not_shown(store: SmallStore, desk: Desk) -> None:
    stranger = store.an_account("bo", Role.COORDINATOR, "rosengard")
    content = a_photo_of("lampa", "#224466")
    observation_id = store.an_observation(photo=content)
    name = Sha256(sha256(content).hexdigest())
    assert desk.photo(stranger, name) is None
    assert desk.thumbnail(stranger, name) is None
    assert desk.overview(stranger, [KIRSEBERG], Filter.ALL).rows == ()
    assert desk.detail(stranger, [KIRSEBERG], observation_id) is None


def test_the_history_tells_who_did_what_newest_first(store: SmallStore, desk: Desk) -> None:
    observation_id = store.an_observation(photo=None)
    desk.edit(store.coordinator, observation_id, text="Bättre ord", category=None)
    desk.reject(store.coordinator, observation_id, "Redan anmält")
    desk.take_back(store.coordinator, observation_id)
    desk.approve(store.coordinator, observation_id)
    detail = desk.detail(store.coordinator, [KIRSEBERG], observation_id)
    assert detail is not None
    lines = [(one.who, one.key.removeprefix("office.history.")) for one in told(detail.history)]
    assert lines == [
        ("amira", "report.queued"),
        ("amira", "status.approved"),
        ("amira", "status.received"),
        ("amira", "status.rejected"),
        ("amira", "changed.text"),
        (None, "noted"),
    ]


def test_a_closed_account_is_logged_out_at_its_next_question(store: SmallStore, desk: Desk) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(account).values(disabled_at=to_text(store.clock())))
    with pytest.raises(LoggedOut):
        desk.areas(store.coordinator)


def test_a_wrong_password_is_declined_with_a_code(store: SmallStore, desk: Desk) -> None:
    assert desk.log_in("Amira", PASSWORD).id == store.coordinator.id
    with pytest.raises(Declined, match="wrong_password"):
        desk.log_in("amira", "nope")


def _a_device(store: SmallStore, name: str, *areas: str) -> DeviceId:
    listed = "[" + ",".join(f'"{one}"' for one in areas) + "]"
    with store.engine.begin() as connection:
        connection.execute(
            insert(enrolment_code).values(
                id=name,
                code_hash=name,
                areas=listed,
                made_at=to_text(store.clock()),
                expires_at=to_text(store.clock()),
            )
        )
        connection.execute(
            insert(device).values(
                id=name,
                token_hash=name,
                nickname=name,
                areas=listed,
                enrolled_at=to_text(store.clock()),
                enrolment_code_id=name,
            )
        )
    return DeviceId(name)


def test_a_lost_phone_of_the_area_is_shut_out_and_others_are_not_even_seen(
    store: SmallStore, desk: Desk
) -> None:
    mine = _a_device(store, "raven", "kirseberg")
    other = _a_device(store, "uggla", "rosengard")
    assert [one.device_id for one in desk.devices(store.coordinator)] == [mine]
    desk.revoke(store.coordinator, mine)
    with pytest.raises(Declined, match="not_found"):
        desk.revoke(store.coordinator, other)
    with store.engine.connect() as connection:
        rows = connection.execute(select(device.c.id, device.c.revoked_at)).all()
        revoked = {row.id: row.revoked_at for row in rows}
    assert revoked == {"raven": to_text(store.clock()), "uggla": None}


def test_an_invitation_is_a_code_with_its_link_for_a_day(store: SmallStore, desk: Desk) -> None:
    invitation = desk.invite(store.coordinator, [KIRSEBERG])
    assert invitation.link == f"https://rundan.example/#{invitation.code}"
    assert invitation.expires_at == to_text(store.clock() + timedelta(days=1))


def test_the_city_reads_but_invites_shuts_out_and_decides_nothing(
    store: SmallStore, desk: Desk
) -> None:
    clerk = store.an_account("fgk", Role.CITY, "kirseberg")
    phone = _a_device(store, "raven", "kirseberg")
    observation_id = store.an_observation()
    assert len(desk.overview(clerk, [KIRSEBERG], Filter.ALL).rows) == 1
    assert desk.devices(clerk) == []
    for forbidden in (
        lambda: desk.invite(clerk, [KIRSEBERG]),
        lambda: desk.revoke(clerk, phone),
        lambda: desk.approve(clerk, observation_id),
        lambda: desk.reject(clerk, observation_id, "Nej"),
    ):
        with pytest.raises(Declined, match="not_allowed"):
            forbidden()


def test_an_administrator_sees_every_area(store: SmallStore, desk: Desk) -> None:
    boss = store.an_account("chef", Role.ADMINISTRATOR)
    store.an_observation()
    assert [one.code for one in desk.areas(boss)] == [AreaCode("kirseberg")]
    assert len(desk.overview(boss, [KIRSEBERG], Filter.ALL).rows) == 1


@pytest.mark.parametrize(
    ("made_at", "shown"),
    [
        ("2026-11-20T08:56:00.000Z", None),
        ("2026-11-20T08:54:00.000Z", "2026-11-20T08:54:00.000Z"),
        ("2027-11-20T09:00:00.000Z", "2027-11-20T09:00:00.000Z"),
    ],
)
def test_the_history_has_the_phones_time_too_when_it_is_another(
    made_at: str, shown: str | None
) -> None:
    line = HistoryLine(
        at="2026-11-20T09:00:00.000Z",
        made_at=made_at,
        who="Räven",
        entity="observation",
        fields={"noted_at": made_at},
    )
    assert [one.made_at for one in told((line,))] == [shown]
