"""A coordinator's decisions: what may follow what, and what they leave behind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from sync.central.accounts import Role
from sync.central.review import ReviewRefused
from sync.central.tables import account, forward_job, photo
from sync.domain.fields import place_from_json
from sync.domain.ids import AreaCode, EntityId
from sync.domain.instants import to_text
from sync.domain.status import MOVES, REPORT_MOVES, ReportState, Status
from sync.domain.words import Category, EntityKind, Writer
from tests.office.small_store import KIRSEBERG, TORGET, SmallStore, a_small_store


@pytest.fixture
def store(tmp_path: Path):
    store = a_small_store(tmp_path)
    yield store
    store.engine.dispose()


def _decide(store: SmallStore, observation_id: str, after: Status) -> None:
    with store.engine.begin() as connection:
        match after:
            case Status.APPROVED:
                store.review.approve(connection, observation_id, store.coordinator, store.clock())
            case Status.REJECTED:
                store.review.reject(connection, observation_id, "Suddig bild", store.coordinator)
            case Status.RECEIVED:
                store.review.take_back(connection, observation_id, store.coordinator, store.clock())


def _reach(store: SmallStore, status: Status) -> str:
    observation_id = store.an_observation()
    if status is not Status.RECEIVED:
        _decide(store, observation_id, status)
    return observation_id


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_a_decision_is_taken_exactly_when_the_table_allows_it(
    store: SmallStore, before: Status, after: Status
) -> None:
    observation_id = _reach(store, before)
    if before == after or after in MOVES[before]:
        _decide(store, observation_id, after)
        assert store.observation(observation_id)["status"] == after.value
    else:
        with pytest.raises(ReviewRefused, match="not_now"):
            _decide(store, observation_id, after)
        assert store.observation(observation_id)["status"] == before.value


def test_approving_twice_makes_one_report(store: SmallStore) -> None:
    observation_id = store.an_observation()
    first = store.approve(observation_id)
    assert store.approve(observation_id) == first
    assert len(store.reports()) == 1


def test_an_approved_report_has_a_reference_and_waits_for_the_grace_period(
    store: SmallStore,
) -> None:
    report_id = store.approve(store.an_observation())
    row = store.row(report_id)
    assert row["state"] == "queued"
    assert isinstance(row["reference"], str)
    assert len(row["reference"]) == 7
    until = store.clock() + timedelta(minutes=1)
    assert store.queue.claim("w", store.clock.forward(seconds=4), until) is None
    assert store.queue.claim("w", store.clock.forward(seconds=1), until) is not None


def test_an_approval_taken_back_withdraws_the_report_and_approving_again_revives_it(
    store: SmallStore,
) -> None:
    observation_id = store.an_observation()
    report_id = store.approve(observation_id)
    reference = store.row(report_id)["reference"]
    _decide(store, observation_id, Status.RECEIVED)
    assert store.row(report_id)["state"] == "withdrawn"
    store.clock.forward(hours=1)
    assert store.queue.claim("w", store.clock(), store.clock()) is None
    assert store.approve(observation_id) == report_id
    row = store.row(report_id)
    assert (row["state"], row["reference"]) == ("queued", reference)


def test_an_approval_cannot_be_taken_back_while_a_worker_has_it(store: SmallStore) -> None:
    observation_id = store.an_observation()
    store.approve(observation_id)
    now = store.clock.forward(seconds=10)
    assert store.queue.claim("w", now, now + timedelta(minutes=1)) is not None
    with pytest.raises(ReviewRefused, match="being_sent"):
        _decide(store, observation_id, Status.RECEIVED)


@pytest.mark.parametrize("state", ReportState)
def test_an_approval_is_taken_back_only_from_the_states_that_lead_to_withdrawn(
    store: SmallStore, state: ReportState
) -> None:
    observation_id = store.an_observation()
    report_id = store.approve(observation_id)
    with store.engine.begin() as connection:
        store.ledger.record(
            connection,
            area=KIRSEBERG,
            entity=EntityKind.REPORT,
            entity_id=EntityId(report_id),
            fields={"state": state.value},
            writer=Writer.STORE,
            received_from="store",
        )
    if ReportState.WITHDRAWN in REPORT_MOVES[state]:
        _decide(store, observation_id, Status.RECEIVED)
        assert store.row(report_id)["state"] == "withdrawn"
    else:
        with pytest.raises(ReviewRefused, match="already_sent"):
            _decide(store, observation_id, Status.RECEIVED)
        assert store.observation(observation_id)["status"] == "approved"


@pytest.mark.parametrize(
    ("fields", "photo_bytes", "code"),
    [
        ({"place": None}, b"x", "no_place"),
        ({"place": {**TORGET, "lat_deg": 59.3}}, b"x", "outside_limits"),
        ({"category": None}, b"x", "no_category"),
        ({"text": None}, None, "no_text_or_photo"),
        ({"text": "  "}, None, "no_text_or_photo"),
    ],
)
def test_an_incomplete_observation_is_not_approved_and_the_reason_is_said(
    store: SmallStore, fields: dict[str, object], photo_bytes: bytes | None, code: str
) -> None:
    observation_id = store.an_observation(photo=photo_bytes, **fields)  # type: ignore[arg-type]
    with pytest.raises(ReviewRefused, match=code):
        store.approve(observation_id)
    assert store.reports() == []


def test_a_text_is_not_needed_when_there_is_a_photo(store: SmallStore) -> None:
    store.approve(store.an_observation(text=None))
    assert len(store.reports()) == 1


def test_a_photo_that_has_not_arrived_holds_the_approval_until_it_is_here(
    store: SmallStore,
) -> None:
    observation_id = store.an_observation(photo=None)
    store.a_photo(observation_id, b"on its way", arrived=False)
    with pytest.raises(ReviewRefused, match="photo_on_its_way"):
        store.approve(observation_id)
    store.store_photo(b"on its way")
    store.approve(observation_id)


def test_a_photo_can_be_taken_out_before_approval(store: SmallStore) -> None:
    observation_id = store.an_observation(photo=None)
    photo_id = store.a_photo(observation_id, b"a face")
    with store.engine.begin() as connection:
        store.review.remove_photo(
            connection, observation_id, photo_id, store.coordinator, store.clock()
        )
        deleted = connection.scalar(select(photo.c.deleted_at).where(photo.c.id == photo_id))
    assert deleted == to_text(store.clock())


def test_a_photo_of_another_observation_is_not_taken_out(store: SmallStore) -> None:
    mine, other = store.an_observation(photo=None), store.an_observation(photo=None)
    photo_id = store.a_photo(other, b"not mine")
    with store.engine.begin() as connection, pytest.raises(ReviewRefused, match="not_found"):
        store.review.remove_photo(connection, mine, photo_id, store.coordinator, store.clock())


def test_a_rejection_needs_a_reason(store: SmallStore) -> None:
    observation_id = store.an_observation()
    with store.engine.begin() as connection, pytest.raises(ReviewRefused, match="reason_needed"):
        store.review.reject(connection, observation_id, "  ", store.coordinator)


def test_text_category_and_place_are_edited_before_approval_and_not_after(
    store: SmallStore,
) -> None:
    observation_id = store.an_observation()
    place = place_from_json({"lat_deg": 55.6, "lon_deg": 13.03, "source": "pin"})
    with store.engine.begin() as connection:
        store.review.edit(
            connection,
            observation_id,
            store.coordinator,
            text="Lampan blinkar ",
            category=Category.VANDALISM,
            place=place,
        )
    row = store.observation(observation_id)
    assert (row["text"], row["category"]) == ("Lampan blinkar", "skadegorelse")
    assert (row["lat_deg"], row["lon_deg"]) == (55.6, 13.03)
    store.approve(observation_id)
    with store.engine.begin() as connection, pytest.raises(ReviewRefused, match="already_approved"):
        store.review.edit(connection, observation_id, store.coordinator, text="Något annat")


@pytest.mark.parametrize(
    ("role", "areas", "code"),
    [
        (Role.CITY, ("kirseberg",), "not_allowed"),
        (Role.COORDINATOR, ("rosengard",), "not_found"),
    ],
)
def test_only_a_coordinator_of_the_area_decides(
    store: SmallStore, role: Role, areas: tuple[str, ...], code: str
) -> None:
    other = store.an_account("bo", role, *areas)
    observation_id = store.an_observation()
    with store.engine.begin() as connection, pytest.raises(ReviewRefused, match=code):
        store.review.approve(connection, observation_id, other, store.clock())


def test_a_closed_account_decides_nothing_more(store: SmallStore) -> None:
    observation_id = store.an_observation()
    with store.engine.begin() as connection:
        connection.execute(update(account).values(disabled_at=to_text(store.clock())))
    with store.engine.begin() as connection, pytest.raises(ReviewRefused, match="not_found"):
        store.review.reject(connection, observation_id, "Nej", store.coordinator)


def test_an_administrator_decides_in_every_area(store: SmallStore) -> None:
    boss = store.an_account("chef", Role.ADMINISTRATOR)
    observation_id = store.an_observation()
    with store.engine.begin() as connection:
        store.review.approve(connection, observation_id, boss, store.clock())
    assert AreaCode("kirseberg") == store.reports()[0]["area"]


def test_a_refused_approval_leaves_no_job(store: SmallStore) -> None:
    with pytest.raises(ReviewRefused):
        store.approve(store.an_observation(place=None))
    with store.engine.connect() as connection:
        assert connection.execute(select(forward_job)).first() is None
