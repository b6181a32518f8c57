"""A first fill: what is worth having, whole; and what happened meanwhile comes after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from sync.central import fill
from sync.domain.change import Change, Json
from sync.domain.ids import EntityId
from sync.domain.instants import to_text
from sync.domain.words import EntityKind, Writer
from sync.wire import SyncAnswer, SyncRequest, answer_from_bytes, request_to_bytes
from tests.central.a_store import (
    KIRSEBERG,
    ROSENGARD,
    START,
    AStore,
    Phone,
    a_change,
    a_jpeg,
    an_id,
    code_of,
    sha256_of,
)

LONG_AGO = to_text(START - timedelta(days=400))
YESTERDAY = to_text(START - timedelta(days=1))


def ask(phone: Phone, **given: Any) -> SyncAnswer:
    request = SyncRequest(**{"changes": (), "cursor": 0, **given})
    answer = phone.ask("POST", "/api/v1/sync", content=request_to_bytes(request))
    assert answer.status_code == 200, answer.text
    return answer_from_bytes(answer.content)


def filled(phone: Phone) -> tuple[list[Change], int]:
    """All parts, and the cursor at the end."""
    answer, found = ask(phone, fill=""), []
    while True:
        found += answer.changes
        if answer.fill is None:
            return found, answer.cursor
        assert answer.more and answer.cursor == 0
        answer = ask(phone, fill=answer.fill)


def things(changes: Iterable[Change]) -> set[EntityId]:
    return {change.entity_id for change in changes}


def a_round(started_at: str = LONG_AGO, **fields: Json) -> Change:
    given: dict[str, Json] = {
        "kind": "inspection",
        "started_at": started_at,
        "ended_at": started_at,
    }
    return a_change(entity=EntityKind.ROUND, **{**given, **fields})


def a_defect(round_: Change, **fields: Json) -> Change:
    given: dict[str, Json] = {
        "round_id": round_.entity_id, "kind": "defect", "text": "Lampan", "noted_at": LONG_AGO
    }  # fmt: skip
    return a_change(**{**given, **fields})


def part_of(defect: Change, entity: EntityKind, **fields: Json) -> Change:
    return a_change(entity=entity, observation_id=defect.entity_id, **fields)


def a_visit(defect: Change, verdict: str, checked_at: str = YESTERDAY) -> Change:
    return part_of(defect, EntityKind.RECHECK, verdict=verdict, checked_at=checked_at)


def store_writes(store: AStore, change: Change, **fields: Json) -> None:
    with store.services.engine.begin() as connection:
        store.services.ledger.record(
            connection,
            area=KIRSEBERG,
            entity=change.entity,
            entity_id=change.entity_id,
            fields=fields,
            writer=Writer.STORE,
            received_from="store",
        )


def a_report(store: AStore, defect: Change, city_status: str, said_at: str) -> Change:
    report = part_of(defect, EntityKind.REPORT)
    store_writes(
        store, report, observation_id=defect.entity_id, case_ref="4711", state="sent",
        city_status=city_status, city_status_at=said_at, sent_at=LONG_AGO,
    )  # fmt: skip
    return report


def test_what_is_done_is_left_out_with_all_that_belongs_to_it(store: AStore) -> None:
    sam = store.a_phone()
    walk = a_round()
    lamp, gone, rejected, fixed, claimed, claimed_now, seen_again = (
        a_defect(walk) for _ in range(7)
    )
    photos = {one.entity_id: part_of(one, EntityKind.PHOTO, position=0) for one in (lamp, fixed)}
    visits = [
        a_visit(fixed, "remains"), a_visit(fixed, "fixed"),
        a_visit(seen_again, "fixed"), a_visit(seen_again, "remains", LONG_AGO),
    ]  # fmt: skip
    sam.sync(walk, lamp, gone, rejected, fixed, claimed, claimed_now, seen_again)
    sam.sync(*photos.values(), *visits, a_change(entity_id=gone.entity_id, deleted_at=YESTERDAY))
    store_writes(store, rejected, status="rejected", status_reason="Redan anmält")
    a_report(store, claimed, "Åtgärdat", LONG_AGO)
    report = a_report(store, claimed_now, "Åtgärdat", YESTERDAY)
    got, cursor = filled(store.a_phone())
    assert things(got) == {
        walk.entity_id, lamp.entity_id, photos[lamp.entity_id].entity_id, claimed_now.entity_id,
        report.entity_id, seen_again.entity_id, *(one.entity_id for one in visits[2:]),
    }  # fmt: skip
    assert cursor == sam.sync().cursor


def test_all_of_a_round_of_the_last_month_is_there(store: AStore) -> None:
    sam = store.a_phone()
    walk = a_round(YESTERDAY)
    fixed, good = a_defect(walk), a_defect(walk, kind="positive")
    stop = a_change(entity=EntityKind.STOP, round_id=walk.entity_id, name="Torget", position=0)
    route = a_change(entity=EntityKind.ROUTE, round_id=walk.entity_id, points=[[55.6, 13.0]])
    visit = a_visit(fixed, "fixed")
    sam.sync(walk, fixed, good, stop, route, visit)
    got, _ = filled(store.a_phone())
    assert things(got) == things([walk, fixed, good, stop, route, visit])


def test_all_of_a_round_under_way_is_there_when_its_phone_is_a_year_slow(store: AStore) -> None:
    sam, a_year_slow = store.a_phone(), to_text(START - timedelta(days=366))
    walk = a_round(a_year_slow, ended_at=None)
    good = a_defect(walk, kind="positive", noted_at=a_year_slow)
    fixed = a_defect(walk, noted_at=a_year_slow)
    sam.sync(walk, good, fixed, a_visit(fixed, "fixed", a_year_slow))
    got, _ = filled(store.a_phone())
    assert things(got) > things([walk, good, fixed])


def test_a_row_says_what_its_last_changes_said(store: AStore) -> None:
    sam = store.a_phone()
    walk, place = a_round(YESTERDAY), {"lat_deg": 55.6, "lon_deg": 13.0, "source": "gps"}
    lamp = a_defect(walk, place=place, answers={"farligt": True}, is_urgent=1)
    better = a_change(entity_id=lamp.entity_id, text="Två lampor", deleted_at=None)
    sam.sync(walk, lamp, better)
    got, _ = filled(store.a_phone())
    ours = [one for one in got if one.entity_id == lamp.entity_id]
    without_text = {name: value for name, value in lamp.fields.items() if name != "text"}
    assert [(one.change_id, dict(one.fields)) for one in ours] == [
        (lamp.change_id, without_text), (better.change_id, dict(better.fields))
    ]  # fmt: skip
    assert [(one.made_at, one.device_id) for one in ours] == [
        (one.made_at, one.device_id) for one in (lamp, better)
    ]


def test_parts_come_whole_and_each_once(store: AStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "PART", 3)
    sam = store.a_phone()
    walk = a_round()
    defects = [a_defect(walk) for _ in range(10)]
    photos = [part_of(one, EntityKind.PHOTO, position=0) for one in defects]
    sam.sync(walk, *defects, *photos)
    got, _ = filled(store.a_phone())
    without_round = [one for one in got if one.entity is not EntityKind.ROUND]
    assert len(without_round) == 20
    assert things(got) == things([walk, *defects, *photos])


def test_what_happens_during_a_fill_comes_after_it(
    store: AStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "PART", 3)
    sam, new = store.a_phone(), store.a_phone()
    walk = a_round()
    defects = sorted((a_defect(walk) for _ in range(5)), key=lambda one: one.entity_id)
    sam.sync(walk, *defects)
    first = ask(new, fill="")
    sam.sync(late := a_change(entity_id=defects[0].entity_id, text="Ny text"))
    last = ask(new, fill=first.fill)
    assert last.fill is None and last.more
    assert ask(new, cursor=last.cursor).changes == (late,)


@pytest.mark.parametrize("mark", ["nonsense", "999999999.", "1.x", "-1."])
def test_a_mark_of_another_store_gives_the_whole_log(store: AStore, mark: str) -> None:
    sam = store.a_phone()
    sam.sync(walk := a_round(), gone := a_defect(walk, deleted_at=YESTERDAY))
    answer = ask(store.a_phone(), fill=mark)
    assert answer.changes == (walk, gone) and answer.fill is None


def test_nothing_of_another_area_is_filled_in_or_given_by_name(store: AStore) -> None:
    walk = a_change(entity=EntityKind.ROUND, area=ROSENGARD, kind="inspection")
    defect = a_change(area=ROSENGARD, round_id=walk.entity_id, noted_at=YESTERDAY)
    photo = a_change(entity=EntityKind.PHOTO, area=ROSENGARD, observation_id=defect.entity_id)
    store.a_phone(ROSENGARD).sync(walk, defect, photo)
    stranger = store.a_phone(KIRSEBERG)
    assert filled(stranger)[0] == []
    asked = (walk.entity_id, defect.entity_id, photo.entity_id, EntityId(an_id()))
    assert ask(stranger, missing=asked).changes == ()


def test_what_is_asked_for_by_name_comes_with_all_that_belongs_to_it(store: AStore) -> None:
    sam = store.a_phone()
    walk = a_round()
    fixed = a_defect(walk)
    parts = [
        part_of(fixed, EntityKind.PHOTO, position=0, deleted_at=YESTERDAY), a_visit(fixed, "fixed")
    ]  # fmt: skip
    cursor = sam.sync(walk, fixed, *parts).cursor
    new = store.a_phone()
    for asked in (fixed, *parts):
        answer = ask(new, cursor=cursor, missing=(asked.entity_id,))
        assert things(answer.changes) == things([walk, fixed, *parts])


def test_a_phone_never_gets_the_original_of_what_another_took(store: AStore) -> None:
    sam, anna = store.a_phone(), store.a_phone()
    photo = a_jpeg(640, 480)
    name = sha256_of(photo)
    record = a_change(entity=EntityKind.PHOTO, observation_id=an_id(), sha256=name)
    sam.sync(record)
    sam.create(photo)
    assert sam.photo(name).content == photo
    refused = anna.photo(name)
    assert (refused.status_code, code_of(refused)) == (404, "not_found")
    small = anna.ask("GET", f"/api/v1/photos/{name}/thumbnail")
    assert small.status_code == 200 and len(small.content) <= 20_000
    anna.create(photo)  # she cannot send it as hers to get it either
    assert anna.photo(name).status_code == 404
    moved = a_change(entity=EntityKind.PHOTO, entity_id=record.entity_id, position=1)
    assert anna.sync(moved).accepted == (moved.change_id,)  # nor put it in another place
    assert anna.photo(name).status_code == 404
