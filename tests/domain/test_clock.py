from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.clock import MAX_COUNTER, BadStamp, Hlc, tick, witness
from sync.domain.ids import BadId, DeviceId
from sync.domain.instants import LATEST_MS

devices = st.from_regex(r"[a-z0-9]{1,32}", fullmatch=True).map(DeviceId)
walls = st.integers(0, LATEST_MS - 1) | st.integers(0, 3)
counters = st.integers(0, MAX_COUNTER) | st.sampled_from([0, 1, MAX_COUNTER])
stamps = st.builds(Hlc, wall_ms=walls, counter=counters, device=devices)


@given(stamps, stamps)
def test_stamps_sort_as_text_as_they_sort_in_time(a: Hlc, b: Hlc) -> None:
    assert (a < b) == (a.to_text() < b.to_text())


@given(stamps)
def test_a_stamp_survives_its_text(stamp: Hlc) -> None:
    assert Hlc.from_text(stamp.to_text()) == stamp


@given(stamps, walls)
def test_the_next_stamp_is_later_whatever_the_wall_clock_says(last: Hlc, now_ms: int) -> None:
    after = tick(last, now_ms)
    assert after > last
    assert after.device == last.device
    assert after.wall_ms >= now_ms


@given(stamps, stamps, walls)
def test_what_is_written_after_something_was_seen_is_later_than_it(
    last: Hlc, seen: Hlc, now_ms: int
) -> None:
    after = witness(last, seen)
    assert after >= last
    assert after.device == last.device
    assert (after.wall_ms, after.counter) >= (seen.wall_ms, seen.counter)
    assert tick(after, now_ms) > seen
    assert witness(after, seen) == after


def test_the_wall_clock_is_followed_when_it_is_ahead() -> None:
    last = Hlc(wall_ms=10, counter=7, device=DeviceId("a"))
    assert tick(last, 11) == Hlc(wall_ms=11, counter=0, device=DeviceId("a"))
    assert tick(last, 9) == Hlc(wall_ms=10, counter=8, device=DeviceId("a"))


@pytest.mark.parametrize(
    "text",
    [
        None,
        17,
        "",
        "yesterday",
        "1795170000000-00000-device",
        "001795170000000-0000G-device",
        "001795170000000-00000-DEVICE",
        "001795170000000-00000-",
        "001795170000000-00000-device\n",
        "999999999999999-00000-device",
    ],
)
def test_text_that_is_no_stamp_is_refused(text: object) -> None:
    with pytest.raises(BadStamp):
        Hlc.from_text(text)


@pytest.mark.parametrize(
    ("wall_ms", "counter"), [(-1, 0), (LATEST_MS + 1, 0), (0, -1), (0, MAX_COUNTER + 1)]
)
def test_a_stamp_no_clock_can_give_is_refused(wall_ms: int, counter: int) -> None:
    with pytest.raises(BadStamp):
        Hlc(wall_ms=wall_ms, counter=counter, device=DeviceId("a"))


def test_a_stamp_names_its_device() -> None:
    with pytest.raises(BadId):
        Hlc(wall_ms=0, counter=0, device=DeviceId("Not A Device"))
