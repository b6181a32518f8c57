from __future__ import annotations

from itertools import product

import pytest

from sync.domain.status import (
    CITY_WORDS,
    FINAL_CITY_WORDS,
    MOVES,
    REPORT_MOVES,
    ReportState,
    Status,
    may_move,
)

ALLOWED = {
    (Status.RECEIVED, Status.APPROVED),
    (Status.RECEIVED, Status.REJECTED),
    (Status.REJECTED, Status.RECEIVED),
    (Status.REJECTED, Status.APPROVED),
    (Status.APPROVED, Status.RECEIVED),
}
S = ReportState
REPORT_ALLOWED = {
    (S.QUEUED, S.SENDING),
    (S.QUEUED, S.WITHDRAWN),
    (S.SENDING, S.SENT),
    (S.SENDING, S.FAILED),
    (S.SENDING, S.UNCERTAIN),
    (S.SENDING, S.NEEDS_PERSON),
    (S.FAILED, S.SENDING),
    (S.FAILED, S.WITHDRAWN),
    (S.UNCERTAIN, S.QUEUED),
    (S.UNCERTAIN, S.SENT),
    (S.NEEDS_PERSON, S.QUEUED),
    (S.NEEDS_PERSON, S.SENT),
    (S.NEEDS_PERSON, S.WITHDRAWN),
    (S.WITHDRAWN, S.QUEUED),
}


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_a_defect_moves_only_as_the_table_says(before: Status, after: Status) -> None:
    assert may_move(before, after) == (before == after or (before, after) in ALLOWED)


@pytest.mark.parametrize(("before", "after"), list(product(ReportState, ReportState)))
def test_a_report_moves_only_as_the_table_says(before: ReportState, after: ReportState) -> None:
    assert (after in REPORT_MOVES[before]) == ((before, after) in REPORT_ALLOWED)


def test_every_word_has_its_place_in_its_table() -> None:
    assert set(MOVES) == set(Status)
    assert set(REPORT_MOVES) == set(ReportState)


def test_a_report_in_doubt_is_never_sent_again_without_a_person() -> None:
    assert ReportState.SENDING not in REPORT_MOVES[ReportState.UNCERTAIN]
    assert REPORT_MOVES[ReportState.SENT] == frozenset()


def test_the_citys_final_words_are_its_own() -> None:
    assert set(CITY_WORDS) > FINAL_CITY_WORDS
