"""Time, place and orientation out of a TIFF block as cameras write it, lenient on rubbish."""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from sync.domain.geo import GeoPoint

_log = logging.getLogger(__name__)

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100  # a clock that was never set says 1970 or 1980
MAX_READS = 20_000  # a camera's block takes a few hundred
MAX_BLOCK_BYTES = 1 << 20
H_POSITIONING_ERROR = "GPS Tag 0x001F"  # Exif 2.31; exifread has no name for it


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraFacts:
    """orientation: Exif 1-8, 1 is upright. taken_at: UTC."""

    orientation: int = 1
    taken_at: datetime | None = None
    place: GeoPoint | None = None


NO_FACTS = CameraFacts()


def facts_of(tiff: bytes, zone: tzinfo) -> CameraFacts:
    """What can be believed of the block; never raises. `zone`: of a camera that wrote none."""
    tags = _tags(tiff[:MAX_BLOCK_BYTES])
    return CameraFacts(
        orientation=_orientation(tags), taken_at=_taken_at(tags, zone), place=_place(tags)
    )


class _WentInCircles(Exception):
    pass


class _BoundedFile(io.BytesIO):
    """Stops a reader that a broken block sends round in circles."""

    reads_left = MAX_READS

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads_left -= 1
        if self.reads_left < 0:
            raise _WentInCircles
        return super().read(size)


def _tags(tiff: bytes) -> Mapping[str, object]:
    import exifread  # late: 25 ms here, far more on a phone, and only photos need it

    if tiff[:4] not in (b"II*\x00", b"MM\x00*"):
        return {}
    logging.getLogger("exifread").setLevel(logging.ERROR)  # it warns of what we expect
    try:
        tags: Mapping[str, object] = exifread.process_file(
            _BoundedFile(tiff), details=False, extract_thumbnail=False
        )
    except Exception as error:  # the edge to exifread: rubbish makes it raise nearly anything
        _log.info("metadata of a photo cannot be read: %s", type(error).__name__)
        return {}
    return tags


def _values(tags: Mapping[str, object], name: str) -> Sequence[object]:
    values = getattr(tags.get(name), "values", ())
    return values if isinstance(values, Sequence) else ()


def _text(tags: Mapping[str, object], name: str) -> str:
    values = _values(tags, name)
    return values.strip(" \x00") if isinstance(values, str) else ""


def _numbers(tags: Mapping[str, object], name: str) -> list[float]:
    """The values as finite numbers; empty if any is not one (0/0 is how cameras say unknown)."""
    numbers: list[float] = []
    for value in _values(tags, name):
        numerator = getattr(value, "num", value)
        denominator = getattr(value, "den", 1)
        if not isinstance(numerator, int | float) or not isinstance(denominator, int | float):
            return []
        if denominator == 0 or not math.isfinite(numerator / denominator):
            return []
        numbers.append(numerator / denominator)
    return numbers


def _orientation(tags: Mapping[str, object]) -> int:
    values = _values(tags, "Image Orientation")
    value = values[0] if values else 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _taken_at(tags: Mapping[str, object], zone: tzinfo) -> datetime | None:
    local = _local_time(_text(tags, "EXIF DateTimeOriginal"))
    if local is None:
        return _satellite_time(tags)
    offset = _offset(_text(tags, "EXIF OffsetTimeOriginal") or _text(tags, "EXIF OffsetTime"))
    if offset is None:
        return _satellite_time(tags) or local.replace(tzinfo=zone).astimezone(UTC)
    return local.replace(tzinfo=timezone(offset)).astimezone(UTC)


def _local_time(text: str) -> datetime | None:
    """Such as 2022:08:14 14:12:31; some write 2022-08-14T14:12:31."""
    day, _, clock = text.replace("T", " ").partition(" ")
    found = _date(day)
    try:
        return datetime.combine(found, time.fromisoformat(clock[:8])) if found else None
    except ValueError:
        return None


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.replace(":", "-"))
    except ValueError:
        return None
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else None


def _offset(text: str) -> timedelta | None:
    """Such as +03:00; Z is seen too."""
    if text == "Z":
        return timedelta()
    sign = {"+": 1, "-": -1}.get(text[:1])
    hours, _, minutes = text[1:].partition(":")
    if sign is None or not hours.isdecimal() or not (minutes or "0").isdecimal():
        return None
    if len(hours) > 2 or len(minutes) > 2:
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return sign * offset if offset <= timedelta(hours=14) else None


def _satellite_time(tags: Mapping[str, object]) -> datetime | None:
    day = _date(_text(tags, "GPS GPSDate"))
    clock = _numbers(tags, "GPS GPSTimeStamp")
    if day is None or len(clock) != 3:
        return None
    hours, minutes, seconds = clock
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 61):
        return None
    midnight = datetime.combine(day, time(tzinfo=UTC))
    return midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _place(tags: Mapping[str, object]) -> GeoPoint | None:
    lat_deg = _degrees(tags, "GPS GPSLatitude", positive="N", negative="S", limit=90.0)
    lon_deg = _degrees(tags, "GPS GPSLongitude", positive="E", negative="W", limit=180.0)
    if lat_deg is None or lon_deg is None or (lat_deg == 0.0 and lon_deg == 0.0):
        return None
    error = _numbers(tags, H_POSITIONING_ERROR)
    accuracy_m = error[0] if error and error[0] > 0.0 else None
    return GeoPoint(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=accuracy_m)


def _degrees(
    tags: Mapping[str, object], name: str, *, positive: str, negative: str, limit: float
) -> float | None:
    """Degrees, minutes and seconds with their letter; without the letter the side is unknown."""
    sign = {positive: 1.0, negative: -1.0}.get(_text(tags, f"{name}Ref")[:1].upper())
    parts = _numbers(tags, name)
    if sign is None or not 1 <= len(parts) <= 3 or min(parts) < 0.0:
        return None
    if any(part >= 60.0 for part in parts[1:]):
        return None
    degrees = sum(part / 60.0**power for power, part in enumerate(parts))
    return sign * degrees if degrees <= limit else None
