"""When a round may begin: at once for what is saved now and then, never more than 12 a minute."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.client.schedule import (
    AT_ONCE,
    FIRST_RETRY_S,
    JITTER,
    LAST_RETRY_S,
    MAX_A_MINUTE,
    ONE_MORE_AFTER_S,
    Pace,
    retry_delay_s,
)


def begun_at(asked_at: Sequence[float]) -> list[float]:
    """When rounds begin that are asked for at these moments; while one waits, others join it."""
    pace, begun = Pace(), list[float]()
    for asked in sorted(asked_at):
        if begun and asked < begun[-1]:
            continue
        at = asked + pace.wait_s(asked)
        pace = pace.begun(at)
        begun.append(at)
    return begun


def most_in_a_minute(moments: Sequence[float]) -> int:
    return max(sum(start <= one < start + 60 for one in moments) for start in moments)


def test_no_more_than_twelve_a_minute_is_what_it_says() -> None:
    assert MAX_A_MINUTE == 12


@given(st.lists(st.floats(0, 600), min_size=1, max_size=400))
def test_whatever_is_asked_for_no_minute_sees_more_than_that(asked_at: list[float]) -> None:
    assert most_in_a_minute(begun_at(asked_at)) <= MAX_A_MINUTE


@given(st.lists(st.floats(0, 600), min_size=1, max_size=400))
def test_nothing_that_is_asked_for_waits_longer_than_one_more_takes(asked_at: list[float]) -> None:
    begun = begun_at(asked_at)
    for asked in asked_at:
        assert any(0 <= one - asked <= ONE_MORE_AFTER_S + 1e-6 for one in begun)


@pytest.mark.parametrize("every_s", [8.0, 10.0, 60.0])
def test_what_is_saved_now_and_then_goes_at_once(every_s: float) -> None:
    asked_at = [every_s * n for n in range(100)]
    assert begun_at(asked_at) == asked_at


def test_a_burst_goes_at_once_as_far_as_it_is_a_burst() -> None:
    assert begun_at([0.0] * AT_ONCE) == [0.0] * AT_ONCE


def test_what_a_person_asked_for_begins_at_once_and_is_owed() -> None:
    """Those that begin by themselves make up for it."""
    pace = Pace()
    for _ in range(AT_ONCE + 2):
        assert pace.wait_s(0.0, is_asked=True) == 0
        pace = pace.begun(0.0)
    assert pace.wait_s(0.0) == pytest.approx(3 * ONE_MORE_AFTER_S)


@given(st.lists(st.tuples(st.floats(0, 600), st.booleans()), min_size=1, max_size=400))
def test_no_minute_sees_more_than_that_whoever_asks(asked: list[tuple[float, bool]]) -> None:
    pace, begun = Pace(), list[float]()
    for asked_s, is_asked in sorted(asked):
        at = max([asked_s, *begun[-1:]])
        at += pace.wait_s(at, is_asked=is_asked)
        pace = pace.begun(at)
        begun.append(at)
    assert most_in_a_minute(begun) <= MAX_A_MINUTE


def test_a_clock_that_stands_still_or_goes_back_gives_nothing_away() -> None:
    pace = Pace(left=0.0, as_of_s=100.0)
    assert pace.wait_s(100.0) == pace.wait_s(50.0) == ONE_MORE_AFTER_S


def test_retries_wait_longer_every_time_up_to_five_minutes() -> None:
    plain = [retry_delay_s(failures, 0.5) for failures in range(1, 12)]
    assert plain[0] == FIRST_RETRY_S
    assert plain[-1] == LAST_RETRY_S
    assert plain == sorted(plain)
    assert retry_delay_s(3, 0.0) == pytest.approx(plain[2] * (1 - JITTER))
    assert retry_delay_s(3, 1.0) == pytest.approx(plain[2] * (1 + JITTER))
