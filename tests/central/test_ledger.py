from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from sync.central.engine import reading
from sync.central.facts import Fact, read_fact
from sync.central.ledger import Fetched, Ingested, Repeat, WrongArea
from sync.central.tables import change_log, observation, photo
from sync.domain.change import Change
from sync.domain.clock import Hlc
from sync.domain.fields import BadField
from sync.domain.ids import AreaCode, DeviceId, EntityId
from sync.domain.words import EntityKind, Writer
from sync.wire import change_to_json
from tests.central.a_store import KIRSEBERG, ROSENGARD, AStore, a_change, an_id, as_told

SAM = "samsphone00000000000"
APPROVED_AT = "2026-11-28T13:05:00.000Z"
BOTH = frozenset({KIRSEBERG, ROSENGARD})


def ingest(
    store: AStore,
    *changes: Change | dict[str, Any],
    areas: frozenset[AreaCode] = BOTH,
    writer: Writer = Writer.PHONE,
    received_from: str = SAM,
) -> Ingested:
    with store.services.engine.begin() as connection:
        return store.services.ledger.ingest(
            connection, changes, writer=writer, areas=areas, received_from=received_from
        )


def since(store: AStore, cursor: int, without: str | None = None, **limits: int) -> Fetched:
    with reading(store.services.engine) as connection:
        return store.services.ledger.since(
            connection,
            areas=frozenset({KIRSEBERG}),
            cursor=cursor,
            without_device=None if without is None else DeviceId(without),
            **limits,
        )


def approve(store: AStore, change: Change, status: str = "approved") -> Change:
    with store.services.engine.begin() as connection:
        return store.services.ledger.record(
            connection,
            area=change.area,
            entity=change.entity,
            entity_id=change.entity_id,
            fields={"status": status},
            writer=Writer.OFFICE,
            received_from="anna",
        )


def row_of(store: AStore, entity_id: str) -> dict[str, Any]:
    with reading(store.services.engine) as connection:
        query = select(observation).where(observation.c.id == entity_id)
        return dict(connection.execute(query).mappings().one())


def test_a_change_reaches_the_log_and_the_current_tables(store: AStore) -> None:
    place = {"lat_deg": 55.611, "lon_deg": 13.032, "accuracy_m": 6, "source": "gps"}
    change = a_change(category="klotter", text="På väggen", place=place)
    assert ingest(store, change) == Ingested(accepted=(change.change_id,), refused=())
    row = row_of(store, change.entity_id)
    assert (row["category"], row["text"], row["area"]) == ("klotter", "På väggen", "kirseberg")
    assert (row["lat_deg"], row["lon_deg"], row["accuracy_m"]) == (55.611, 13.032, 6.0)
    assert json.loads(row["place"]) == place
    assert as_told(since(store, 0)) == [change]


def test_a_place_taken_away_takes_its_coordinates_with_it(store: AStore) -> None:
    place = {"lat_deg": 55.611, "lon_deg": 13.032, "source": "pin"}
    change = a_change(place=place)
    ingest(store, change, a_change(entity_id=change.entity_id, place=None))
    row = row_of(store, change.entity_id)
    assert [row[name] for name in ("place", "lat_deg", "lon_deg", "accuracy_m")] == [None] * 4


def test_a_repeat_is_accepted_and_counts_once(store: AStore) -> None:
    change = a_change()
    for batch in ((change,), (change, change)):
        done = ingest(store, *batch)
        assert (done.accepted, done.refused) == ((change.change_id,), ())
    again = Repeat(entity_id=change.entity_id, received_from=SAM)
    assert set(done.repeats) == {again}, "it is told whom it had come from before"
    assert as_told(since(store, 0)) == [change]


def test_one_id_with_two_contents_is_refused_and_the_first_stays(store: AStore) -> None:
    first = a_change(text="först")
    second = a_change(text="sedan", change_id=first.change_id, entity_id=first.entity_id)
    ingest(store, first)
    result = ingest(store, second)
    assert [refusal.code for refusal in result.refused] == ["different_content"]
    assert row_of(store, first.entity_id)["text"] == "först"


def test_one_bad_change_spoils_no_other(store: AStore) -> None:
    good, also_good = a_change(), a_change()
    bad: list[dict[str, Any]] = [
        {},
        {"change_id": 7},
        {"change_id": "x" * 500},
        {**change_to_json(a_change()), "entity": "dream"},
        {**change_to_json(a_change()), "made_at": "yesterday"},
        {**change_to_json(a_change()), "fields": []},
    ]
    result = ingest(store, change_to_json(good), *bad, change_to_json(also_good))
    assert result.accepted == (good.change_id, also_good.change_id)
    assert {refusal.code for refusal in result.refused} == {"unreadable"}
    assert len(result.refused) == len(bad)
    assert all(len(refusal.change_id) <= 64 for refusal in result.refused)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"status": "approved"}, "not_allowed", "status"),
        ({"category": "drakar"}, "bad_value", "category"),
        ({"category": ["klotter"]}, "bad_value", None),
        ({"text": "x" * 2001}, "bad_value", "text"),
        ({"text": "half \ud83d of a sign"}, "bad_value", None),
        ({"noted_at": "igår"}, "bad_value", "noted_at"),
        ({"noted_at": "9999-12-31T23:59:59-10:00"}, "bad_value", None),
        ({"noted_at": "9999-12-31T23:59:59.999Z"}, "bad_value", "noted_at"),
        ({"place": {"lat_deg": 91, "lon_deg": 13, "source": "pin"}}, "bad_value", "place"),
        ({"place": {"lat_deg": 10**400, "lon_deg": 13, "source": "pin"}}, "bad_value", None),
        ({"place": {"lat_deg": float("nan"), "lon_deg": 13, "source": "pin"}}, "bad_value", None),
        ({"place": "vid torget"}, "bad_value", "place"),
        ({"Strange Name": 1}, "bad_name", "Strange Name"),
        ({"of_later": "x" * 5000}, "too_large", "of_later"),
        ({f"of_later_{n}": 1 for n in range(65)}, "too_large", "fields"),
    ],
)
def test_a_change_that_cannot_be_taken_is_refused_with_its_reason(
    store: AStore, fields: dict[str, Any], code: str, field: str | None
) -> None:
    result = ingest(store, a_change(**fields))
    assert result.accepted == ()
    [refusal] = result.refused
    assert refusal.code == code
    assert refusal.reason
    if field is not None:
        assert refusal.field == field


def test_a_change_with_no_field_is_refused(store: AStore) -> None:
    empty = {**change_to_json(a_change()), "fields": {}}
    assert [refusal.code for refusal in ingest(store, empty).refused] == ["empty"]


def test_a_field_of_a_newer_release_is_kept_in_the_log(store: AStore) -> None:
    change = a_change(category="klotter", smell={"kind": "sweet"})
    assert ingest(store, change).refused == ()
    assert as_told(since(store, 0))[0].fields == change.fields
    assert "smell" not in json.loads(row_of(store, change.entity_id)["clocks"])


def test_a_phone_writes_only_in_its_areas(store: AStore) -> None:
    result = ingest(store, a_change(area=ROSENGARD), areas=frozenset({KIRSEBERG}))
    assert [refusal.code for refusal in result.refused] == ["not_your_area"]


def test_a_thing_cannot_be_moved_to_another_area(store: AStore) -> None:
    change = a_change(area=KIRSEBERG)
    moved = a_change(area=ROSENGARD, entity_id=change.entity_id)
    assert [one.code for one in ingest(store, change, moved).refused] == ["other_area"]


@pytest.mark.parametrize("field", ["round_id", "kind", "category", "text", "place", "deleted_at"])
def test_a_phone_cannot_change_what_has_been_approved(store: AStore, field: str) -> None:
    change = a_change(text="lampan är trasig")
    ingest(store, change)
    approve(store, change)
    edit = a_change(entity_id=change.entity_id, **{field: None})
    [refusal] = ingest(store, edit).refused
    assert (refusal.code, refusal.field) == ("already_approved", field)
    assert ingest(store, change).refused == ()
    assert ingest(store, edit, writer=Writer.OFFICE).refused == ()


def test_a_phone_may_change_it_again_once_the_approval_is_taken_back(store: AStore) -> None:
    change = a_change(text="lampan")
    ingest(store, change)
    approve(store, change)
    approve(store, change, status="received")
    edit = a_change(entity_id=change.entity_id, text="båda lamporna")
    assert ingest(store, edit).refused == ()
    assert row_of(store, change.entity_id)["text"] == "båda lamporna"


def approve_protocol(store: AStore, change: Change, at: str | None = APPROVED_AT) -> None:
    with store.services.engine.begin() as connection:
        store.services.ledger.record(
            connection,
            area=change.area,
            entity=EntityKind.ROUND,
            entity_id=change.entity_id,
            fields={"protocol_approved_at": at},
            writer=Writer.OFFICE,
            received_from="anna",
        )


def a_round_with_a_stop_and_a_route(store: AStore) -> tuple[Change, Change, Change]:
    round_ = a_change(entity=EntityKind.ROUND, kind="safety_walk")
    stop = a_change(entity=EntityKind.STOP, round_id=round_.entity_id, name="Torget")
    route = a_change(entity=EntityKind.ROUTE, round_id=round_.entity_id, length_m=900)
    assert ingest(store, round_, stop, route).refused == ()
    return round_, stop, route


def test_what_stands_in_an_approved_protocol_is_closed_for_phones_until_it_is_taken_back(
    store: AStore,
) -> None:
    round_, stop, route = a_round_with_a_stop_and_a_route(store)
    approve_protocol(store, round_)
    late = {
        "count_police": a_change(
            entity=EntityKind.ROUND, entity_id=round_.entity_id, count_police=2
        ),
        "good": a_change(entity=EntityKind.STOP, entity_id=stop.entity_id, good="Ljust"),
        "score_light": a_change(entity=EntityKind.STOP, entity_id=stop.entity_id, score_light=2),
        "deleted_at": a_change(
            entity=EntityKind.ROUTE, entity_id=route.entity_id, deleted_at=APPROVED_AT
        ),
    }
    refused = ingest(store, *late.values()).refused
    assert [(one.code, one.field) for one in refused] == [
        ("already_approved", field) for field in late
    ]
    approve_protocol(store, round_, None)
    assert ingest(store, *late.values()).refused == ()


def test_what_is_new_to_an_approved_round_is_still_taken(store: AStore) -> None:
    round_, stop, _ = a_round_with_a_stop_and_a_route(store)
    approve_protocol(store, round_)
    new_stop = a_change(entity=EntityKind.STOP, round_id=round_.entity_id, name="Bron")
    new = (
        new_stop,
        a_change(entity=EntityKind.STOP, entity_id=new_stop.entity_id, good="Ljust"),
        a_change(round_id=round_.entity_id, stop_id=new_stop.entity_id),
        a_change(entity=EntityKind.ROUTE, round_id=round_.entity_id, length_m=700),
    )
    changed = a_change(entity=EntityKind.STOP, entity_id=stop.entity_id, good="Mörkt")
    refused = ingest(store, changed, *new).refused
    assert [one.change_id for one in refused] == [changed.change_id]


def test_a_photo_may_still_arrive_for_what_has_been_approved(store: AStore) -> None:
    change = a_change()
    ingest(store, change)
    approve(store, change)
    late = a_change(entity=EntityKind.PHOTO, observation_id=change.entity_id, sha256="a" * 64)
    assert ingest(store, late).refused == ()
    with reading(store.services.engine) as connection:
        assert connection.execute(select(photo.c.sha256)).scalar() == "a" * 64


def test_the_store_writes_after_everything_it_has_seen(store: AStore) -> None:
    tomorrow_ms = int((store.clock() + timedelta(days=1)).timestamp() * 1000)
    ahead = a_change(text="klockan går fel", at_ms=tomorrow_ms)
    ingest(store, ahead)
    store.restart()
    own = approve(store, ahead)
    assert own.made_at > ahead.made_at
    assert own.device_id == store.services.store_id
    store.restart()
    again = approve(store, ahead, status="received")
    assert again.made_at > own.made_at
    with reading(store.services.engine) as connection:
        assert read_fact(connection, Fact.CLOCK) == again.made_at.to_text()


def test_a_stamp_that_would_break_all_clocks_is_refused(store: AStore) -> None:
    change = a_change(at_ms=253_402_300_799_999)
    assert [refusal.code for refusal in ingest(store, change).refused] == ["bad_clock"]
    approve(store, a_change())


def test_the_store_does_not_write_what_a_field_cannot_hold(store: AStore) -> None:
    with pytest.raises(BadField):
        approve(store, a_change(), status="done")


def test_the_store_does_not_write_a_thing_under_another_area(store: AStore) -> None:
    change = a_change(area=KIRSEBERG)
    ingest(store, change)
    with pytest.raises(WrongArea):
        approve(store, a_change(area=ROSENGARD, entity_id=change.entity_id))


def test_a_failed_transaction_leaves_nothing(store: AStore) -> None:
    change = a_change()
    with pytest.raises(ZeroDivisionError), store.services.engine.begin() as connection:
        store.services.ledger.ingest(
            connection, [change], writer=Writer.PHONE, areas=BOTH, received_from=SAM
        )
        raise ZeroDivisionError
    assert as_told(since(store, 0)) == []
    assert ingest(store, change).accepted == (change.change_id,)


def test_fetching_goes_on_from_the_cursor_until_there_is_no_more(store: AStore) -> None:
    changes = [a_change() for _ in range(7)]
    ingest(store, *changes)
    got: list[Change] = []
    cursor, more = 0, True
    while more:
        fetched = since(store, cursor, max_changes=3)
        got += as_told(fetched)
        cursor, more = fetched.cursor, fetched.more
    assert got == changes
    assert since(store, cursor) == Fetched(changes=(), cursor=cursor, more=False)


def test_an_answer_has_no_more_bytes_than_agreed_but_at_least_one_change(store: AStore) -> None:
    ingest(store, *(a_change(text="å" * 1000) for _ in range(5)))
    fetched = since(store, 0, max_bytes=6000)
    assert (len(as_told(fetched)), fetched.more) == (2, True)
    assert len(as_told(since(store, 0, max_bytes=10))) == 1


def test_a_phone_is_not_given_back_what_it_sent(store: AStore) -> None:
    mine, theirs, elsewhere = a_change(), a_change(device="anna0"), a_change(area=ROSENGARD)
    ingest(store, mine)
    ingest(store, theirs, elsewhere, received_from="annasphone0000000000")
    fetched = since(store, 0, without=SAM)
    assert (as_told(fetched), fetched.cursor, fetched.more) == ([theirs], 3, False)


def test_a_cursor_from_before_a_restored_copy_starts_over(store: AStore) -> None:
    change = a_change()
    ingest(store, change)
    fetched = since(store, 4711)
    assert (as_told(fetched), fetched.cursor, fetched.more) == ([change], 1, False)


def test_more_changes_than_one_message_holds_can_be_taken_at_once(store: AStore) -> None:
    observation_id = an_id()
    many = [a_change(entity_id=observation_id, text=f"nr {n}") for n in range(1201)]
    assert len(ingest(store, *many).accepted) == 1201
    assert row_of(store, observation_id)["text"] == "nr 1200"
    with reading(store.services.engine) as connection:
        seqs = connection.execute(select(change_log.c.seq)).scalars().all()
    assert sorted(seqs) == list(range(1, 1202))


def test_the_stores_stamps_carry_its_own_name(store: AStore) -> None:
    change = approve(store, a_change(entity_id=EntityId(an_id())))
    assert change.made_at == Hlc(
        wall_ms=int(store.clock().timestamp() * 1000),
        counter=0,
        device=DeviceId(store.services.store_id),
    )
