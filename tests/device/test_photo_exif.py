"""Time and place out of what cameras write, and out of rubbish."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from app.device.photo.exif import NO_FACTS, CameraFacts, facts_of

MALMO = ZoneInfo("Europe/Stockholm")
NORTH, EAST = (55.0, 36.0, 18.5), (13.0, 0.0, 12.1)


def an_exif(
    *,
    taken: str | None = None,
    offset: str | None = None,
    orientation: int | None = None,
    gps: dict[int, object] | None = None,
) -> bytes:
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    if taken is not None:
        exif.get_ifd(0x8769)[0x9003] = taken
    if offset is not None:
        exif.get_ifd(0x8769)[0x9011] = offset
    exif.get_ifd(0x8825).update(gps or {})
    return exif.tobytes().removeprefix(b"Exif\x00\x00")


def a_place(**changed: object) -> dict[int, object]:
    tags: dict[str, object] = {"lat_ref": "N", "lat": NORTH, "lon_ref": "E", "lon": EAST} | changed
    numbers = {"lat_ref": 1, "lat": 2, "lon_ref": 3, "lon": 4, "clock": 7, "date": 29, "error": 31}
    return {numbers[name]: value for name, value in tags.items() if value is not None}


def facts(tiff: bytes) -> CameraFacts:
    return facts_of(tiff, MALMO)


def test_a_time_with_its_offset_becomes_utc() -> None:
    taken = facts(an_exif(taken="2024:06:01 12:00:00", offset="+03:00")).taken_at
    assert taken == datetime(2024, 6, 1, 9, 0, tzinfo=UTC)


def test_an_offset_beyond_all_reason_is_no_offset() -> None:
    taken = facts(an_exif(taken="2024:06:01 12:00:00", offset="+99999999999:00")).taken_at
    assert taken == datetime(2024, 6, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hour"), [("2024:06:01", 10), ("2024:12:01", 11)])
def test_a_time_without_offset_is_in_the_zone_given(day: str, hour: int) -> None:
    taken = facts(an_exif(taken=f"{day} 12:00:00")).taken_at
    assert taken is not None and (taken.hour, taken.utcoffset()) == (hour, timedelta(0))


def test_without_offset_the_satellites_know_the_time() -> None:
    gps = a_place(date="2024:06:01", clock=(8.0, 59.0, 30.0))
    taken = facts(an_exif(taken="2024:06:01 12:00:00", gps=gps)).taken_at
    assert taken == datetime(2024, 6, 1, 8, 59, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "0000:00:00 00:00:00",
        "1970:01:01 00:00:00",
        "1980:01:01 00:00:00",
        "9999:12:31 23:59:59",
        "2024:02:30 12:00:00",
        "2024:06:01 25:00:00",
        "2024:06:01",
        "    :  :     :  :  ",
        "i går",
        "",
    ],
)
def test_a_time_that_cannot_be_is_no_time(text: str) -> None:
    assert facts(an_exif(taken=text)).taken_at is None


@pytest.mark.parametrize("offset", ["", "+", "02:00", "+99:00", "+xx:yy", "+²:00"])
def test_an_offset_that_cannot_be_is_passed_over(offset: str) -> None:
    taken = facts(an_exif(taken="2024:06:01 12:00:00", offset=offset)).taken_at
    assert taken == datetime(2024, 6, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lat_ref", "lon_ref", "signs"), [("N", "E", (1, 1)), ("S", "W", (-1, -1)), ("n", "w", (1, -1))]
)
def test_a_place_is_degrees_with_the_sign_of_its_letters(
    lat_ref: str, lon_ref: str, signs: tuple[int, int]
) -> None:
    place = facts(an_exif(gps=a_place(lat_ref=lat_ref, lon_ref=lon_ref))).place
    assert place is not None
    assert place.lat_deg == pytest.approx(signs[0] * 55.605139, abs=1e-6)
    assert place.lon_deg == pytest.approx(signs[1] * 13.003361, abs=1e-6)
    assert place.accuracy_m is None


def test_a_camera_that_knows_its_accuracy_tells_it() -> None:
    place = facts(an_exif(gps=a_place(error=12.5))).place
    assert place is not None and place.accuracy_m == 12.5


@pytest.mark.parametrize(
    "changed",
    [
        {"lat_ref": None},
        {"lon_ref": None},
        {"lat_ref": "X"},
        {"lat": None},
        {"lat": (0.0, 0.0, 0.0), "lon": (0.0, 0.0, 0.0)},
        {"lat": (91.0, 0.0, 0.0)},
        {"lon": (180.0, 0.0, 1.0)},
        {"lat": (55.0, 75.0, 0.0)},
        {"lat": (IFDRational(0, 0), IFDRational(0, 0), IFDRational(0, 0))},
        {"lon": (IFDRational(13, 0), 0.0, 0.0)},
    ],
)
def test_a_place_that_cannot_be_is_no_place(changed: dict[str, object]) -> None:
    assert facts(an_exif(gps=a_place(**changed))).place is None


@pytest.mark.parametrize(("written", "read"), [(6, 6), (0, 1), (9, 1), (65535, 1)])
def test_an_orientation_that_cannot_be_is_upright(written: int, read: int) -> None:
    assert facts(an_exif(orientation=written)).orientation == read


@pytest.mark.parametrize("tiff", [b"", b"II*\x00", b"MM\x00*\xff\xff\xff\xff", b"no exif at all"])
def test_what_is_no_exif_says_nothing(tiff: bytes) -> None:
    assert facts(tiff) == NO_FACTS


def test_a_block_that_leads_in_circles_ends_soon() -> None:
    entries = b"".join(
        tag.to_bytes(2, "little") + (4).to_bytes(2, "little") + (900).to_bytes(4, "little") * 2
        for tag in (0x8769, 0x8825) * 2500
    )
    circle = b"II*\x00\x08\x00\x00\x00" + (5000).to_bytes(2, "little") + entries
    assert facts(circle * 4) == NO_FACTS


def test_rubbish_never_raises() -> None:
    whole = an_exif(
        taken="2024:06:01 12:00:00", offset="+02:00", orientation=6, gps=a_place(error=5.0)
    )
    chance = random.Random(311)
    for _ in range(400):
        broken = bytearray(whole)
        for _ in range(chance.choice((1, 2, 8, 40))):
            broken[chance.randrange(8, len(broken))] = chance.choice(
                (0, 255, chance.randrange(256))
            )
        found = facts(bytes(broken[: chance.choice((len(broken), chance.randrange(len(broken))))]))
        assert 1 <= found.orientation <= 8
        assert found.taken_at is None or found.taken_at.tzinfo is UTC


def test_the_zone_may_be_any() -> None:
    in_new_york = facts_of(an_exif(taken="2024:06:01 12:00:00"), timezone(timedelta(hours=-4)))
    assert in_new_york.taken_at == datetime(2024, 6, 1, 16, 0, tzinfo=UTC)
