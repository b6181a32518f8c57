"""The list of a round: order, what each choice shows, and what a row knows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.client.finding_list import FindingList, Show
from sync.client.open_points import OpenPoints
from sync.client.records import Receipt
from sync.client.walk_store import WalkStore
from sync.domain.words import Category, ObservationKind, Verdict
from tests.client.many_points import AREA, MIDDLE, NOW, ManyPoints, a_local, mine


class Listed:
    def __init__(self) -> None:
        self.local = a_local()
        self.many = ManyPoints(self.local)
        self.round_id = self.many.a_round()
        self.many.write()
        self.list = FindingList(self.local, WalkStore(self.local))


@pytest.fixture
def listed() -> Listed:
    return Listed()


def test_the_newest_is_first_and_other_rounds_are_not_there(listed: Listed) -> None:
    many, another = listed.many, listed.many.a_round()
    old = many.a_point(round_id=listed.round_id, noted_at=NOW - timedelta(hours=2))
    new = many.a_point(round_id=listed.round_id, noted_at=NOW)
    many.a_point(round_id=another, noted_at=NOW)
    many.a_point(round_id=listed.round_id, deleted_at="2026-06-01T10:00:00.000Z")
    many.write()
    assert listed.list.ids(listed.round_id) == [new, old]


def test_each_choice_shows_its_own(listed: Listed) -> None:
    many, here = listed.many, listed.round_id
    theirs = many.a_point(round_id=here, noted_at=NOW - timedelta(hours=3))
    old = many.a_point(round_id=here, noted_at=NOW - timedelta(hours=4), kind=None)
    good = many.a_point(
        round_id=here, kind=ObservationKind.POSITIVE, noted_at=NOW - timedelta(hours=5)
    )
    idea = many.a_point(
        round_id=here, kind=ObservationKind.PROPOSAL, noted_at=NOW - timedelta(hours=6)
    )
    many.write()
    own = mine(listed.local, here, MIDDLE, Category.LIGHTING)
    shown = {show: listed.list.ids(here, show) for show in Show}
    assert shown == {
        Show.ALL: [own, theirs, old, good, idea],
        Show.MINE: [own],
        Show.WAITING: [own],
        Show.DEFECT: [own, theirs, old],
        Show.POSITIVE: [good],
        Show.PROPOSAL: [idea],
    }


def test_a_later_visit_that_is_not_sent_waits_with_its_observation(listed: Listed) -> None:
    one = listed.many.a_point(round_id=listed.round_id)
    listed.many.write()
    assert listed.list.ids(listed.round_id, Show.WAITING) == []
    visit = listed.many.a_visit(one, Verdict.FIXED, checked_at=NOW)
    listed.many.write()
    listed.local.write(
        "INSERT INTO outbox (change_id, entity, entity_id, body) VALUES ('c', 'recheck', :id, '')",
        {"id": visit},
    )
    assert listed.list.ids(listed.round_id, Show.WAITING) == [one]


def test_a_row_knows_its_stop_and_the_latest_visit(listed: Listed) -> None:
    stop = listed.many.a_stop(listed.round_id, "Tunneln")
    one = listed.many.a_point(round_id=listed.round_id, stop_id=stop)
    other = listed.many.a_point(round_id=listed.round_id)
    listed.many.a_visit(one, Verdict.REMAINS, checked_at=NOW)
    listed.many.a_visit(one, Verdict.FIXED, checked_at=NOW + timedelta(hours=1))
    listed.many.write()
    rows = listed.list.rows([other, one])
    assert [row.row_id for row in rows] == [other, one]
    assert (rows[0].stop_name, rows[0].visit) == (None, None)
    assert rows[1].stop_name == "Tunneln"
    assert rows[1].visit is not None and rows[1].visit.verdict is Verdict.FIXED


def test_rows_say_the_same_as_the_walk_store(listed: Listed) -> None:
    listed.many.scatter(60, round_id=listed.round_id, half=(0.01, 0.01))
    listed.many.write()
    ids = listed.list.ids(listed.round_id)
    walk = WalkStore(listed.local)
    assert [row.finding for row in listed.list.rows(ids)] == walk.observations(listed.round_id)
    assert all(row.finding.receipt is not Receipt.ON_PHONE for row in listed.list.rows(ids))
    assert len(OpenPoints(listed.local).ids(AREA, None)) < 60
