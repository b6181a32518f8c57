"""How much of photos goes in one request, by what the link has carried."""

from __future__ import annotations

import pytest

from sync.client.pace import BUNDLE_S, Pace
from sync.client.transport import Response
from sync.photo_bundle import BUNDLE_HEADER, MAX_BUNDLE_BYTES


class Ticking:
    """A clock that stands still but for what is put on it."""

    at_s = 0.0

    def __call__(self) -> float:
        return self.at_s


@pytest.mark.parametrize(
    ("bytes_per_s", "fits"),
    [(0, 0), (100_000, 50_000), (1_000_000, 500_000), (1e9, MAX_BUNDLE_BYTES)],
)
def test_a_bundle_is_what_the_link_carries_in_half_a_second(bytes_per_s: float, fits: int) -> None:
    clock = Ticking()
    pace = Pace(clock)
    assert pace.bundle_bytes == 0
    pace.heard(Response(status=201, headers={BUNDLE_HEADER.lower(): "9999999"}, body=b""))
    assert pace.bundle_bytes == 0, "how fast it is, is not known yet"
    if bytes_per_s:
        with pace.measuring(200_000):
            clock.at_s += 200_000 / bytes_per_s
    assert pace.bundle_bytes == pytest.approx(fits)
    assert BUNDLE_S == 0.5


def test_after_a_cut_photos_go_alone_until_one_has_got_through() -> None:
    clock = Ticking()
    pace = Pace(clock)
    pace.heard(Response(status=201, headers={BUNDLE_HEADER.lower(): "9999999"}, body=b""))
    with pace.measuring(200_000):
        clock.at_s += 0.01
    assert pace.bundle_bytes == MAX_BUNDLE_BYTES
    with pytest.raises(OSError), pace.measuring(900_000):
        raise OSError("cut")
    assert pace.bundle_bytes == 0


@pytest.mark.parametrize("said", ["", "-1", "many", "9" * 40, "٣", "1e9"])
def test_a_header_that_is_no_number_of_bytes_is_no_invitation(said: str) -> None:
    clock = Ticking()
    pace = Pace(clock)
    pace.heard(Response(status=201, headers={BUNDLE_HEADER.lower(): said}, body=b""))
    with pace.measuring(200_000):
        clock.at_s += 0.01
    assert pace.bundle_bytes == 0
