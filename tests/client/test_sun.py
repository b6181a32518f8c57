"""Daylight or dark, by the sun."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.client.sun import SunTells, light_at
from sync.domain.geo import GeoPoint
from sync.domain.instants import from_text
from sync.domain.words import Light

MALMO = GeoPoint(lat_deg=55.605, lon_deg=13.0)
KIRUNA = GeoPoint(lat_deg=67.856, lon_deg=20.225)
WINTER_TIME = timezone(timedelta(hours=1))
SUMMER_TIME = timezone(timedelta(hours=2))


def winter(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=WINTER_TIME)


@pytest.mark.parametrize(
    ("moment", "light", "tells"),
    [
        (winter(6), Light.DARK, SunTells.GOES_UP),
        (winter(12), Light.DAYLIGHT, SunTells.GOES_DOWN),
        (winter(16, 5), Light.DAYLIGHT, SunTells.WENT_DOWN),  # civil twilight
        (winter(18), Light.DARK, SunTells.WENT_DOWN),
        (winter(23, 59), Light.DARK, SunTells.WENT_DOWN),
        (winter(0, 1), Light.DARK, SunTells.GOES_UP),
    ],
)
def test_a_november_day_in_malmo(moment: datetime, light: Light, tells: SunTells) -> None:
    hint = light_at(MALMO, moment)
    assert (hint.light, hint.tells) == (light, tells)
    assert hint.moment is not None


def test_the_sun_goes_down_in_malmo_when_the_textbook_says() -> None:
    """Hour angle of an upper limb on the horizon: cos h = (sin a - sin f sin d) / (cos f cos d)."""
    lat, declination, refraction = (math.radians(x) for x in (55.605, -19.7, -0.833))
    numerator = math.sin(refraction) - math.sin(lat) * math.sin(declination)
    hours = math.degrees(math.acos(numerator / (math.cos(lat) * math.cos(declination)))) / 15
    equation_of_time_min, east_of_zone_min = 14.3, (13.0 - 15.0) * 4
    noon = winter(12) - timedelta(minutes=equation_of_time_min + east_of_zone_min)
    hint = light_at(MALMO, winter(12))
    assert hint.moment is not None
    assert abs(from_text(hint.moment) - noon - timedelta(hours=hours)) < timedelta(minutes=3)


def test_a_summer_evening_is_light_until_long_after_eight() -> None:
    moment = datetime(2026, 6, 20, 21, 30, tzinfo=SUMMER_TIME)
    assert light_at(MALMO, moment).light is Light.DAYLIGHT


def test_the_midnight_sun_never_goes_down() -> None:
    hint = light_at(KIRUNA, datetime(2026, 6, 21, 0, 30, tzinfo=SUMMER_TIME))
    assert (hint.light, hint.tells, hint.moment) == (Light.DAYLIGHT, SunTells.NEVER_DOWN, None)


def test_the_polar_night_has_no_sun_and_is_dark_but_for_its_noon() -> None:
    evening = light_at(KIRUNA, datetime(2026, 12, 21, 17, tzinfo=WINTER_TIME))
    assert (evening.light, evening.tells, evening.moment) == (Light.DARK, SunTells.NEVER_UP, None)
    noon = light_at(KIRUNA, datetime(2026, 12, 21, 11, 40, tzinfo=WINTER_TIME))
    assert (noon.light, noon.tells) == (Light.DAYLIGHT, SunTells.NEVER_UP)


@given(
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    st.integers(0, 24 * 60 - 1),
)
def test_there_is_an_answer_everywhere_and_always(
    lat: float, lon: float, day: date, minute: int
) -> None:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    hint = light_at(GeoPoint(lat_deg=lat, lon_deg=lon), moment)
    assert (hint.moment is None) == (hint.tells in (SunTells.NEVER_UP, SunTells.NEVER_DOWN))
