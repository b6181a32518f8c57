"""Daylight or dark: where the sun stands at a place and a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sync.domain.geo import GeoPoint
from sync.domain.instants import to_text
from sync.domain.words import Light

CIVIL_TWILIGHT_DEG = -6.0
"""Below this one needs lamps outdoors: the end of civil twilight."""


class SunTells(StrEnum):
    """What of the sun says so, in the words of a person."""

    WENT_DOWN = "went_down"
    GOES_DOWN = "goes_down"
    GOES_UP = "goes_up"
    NEVER_UP = "never_up"
    NEVER_DOWN = "never_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class LightHint:
    """moment: when it goes up or down, as UTC text; None where it does neither that day."""

    light: Light
    tells: SunTells
    moment: str | None = None


def light_at(point: GeoPoint, moment: datetime) -> LightHint:
    """moment is aware; its zone says which day is meant. North of the polar circle too."""
    # imported here: the first screen does not need it
    from astral import Observer
    from astral.sun import elevation

    sky = Observer(latitude=point.lat_deg, longitude=point.lon_deg)
    is_dark = elevation(sky, moment) < CIVIL_TWILIGHT_DEG
    light = Light.DARK if is_dark else Light.DAYLIGHT
    up, down = _up_and_down(sky, moment)
    if is_dark and up is not None and moment < up:
        return LightHint(light=light, tells=SunTells.GOES_UP, moment=to_text(up))
    if down is not None:
        tells = SunTells.GOES_DOWN if moment < down else SunTells.WENT_DOWN
        return LightHint(light=light, tells=tells, moment=to_text(down))
    is_up = elevation(sky, moment) > 0
    if not is_up and up is None:
        return LightHint(light=light, tells=SunTells.NEVER_UP)
    return LightHint(light=light, tells=SunTells.NEVER_DOWN)


def _up_and_down(sky: object, moment: datetime) -> tuple[datetime | None, datetime | None]:
    """Sunrise and sunset of the moment's own day; None where there is none."""
    from astral import sun

    found: list[datetime | None] = []
    for ask in (sun.sunrise, sun.sunset):
        try:
            found.append(ask(sky, date=moment.date(), tzinfo=moment.tzinfo))  # type: ignore[arg-type]
        except ValueError:  # astral's word for a day without it
            found.append(None)
    return found[0], found[1]
