"""Ids are made on the device that makes the thing: UUID version 7 (RFC 9562), in text form."""

from __future__ import annotations

import re
from typing import NewType

ChangeId = NewType("ChangeId", str)
EntityId = NewType("EntityId", str)
RoundId = NewType("RoundId", EntityId)
ObservationId = NewType("ObservationId", EntityId)
PhotoId = NewType("PhotoId", EntityId)
ReportId = NewType("ReportId", EntityId)
DeviceId = NewType("DeviceId", str)
AreaCode = NewType("AreaCode", str)
Sha256 = NewType("Sha256", str)

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DEVICE = re.compile(r"[a-z0-9]{1,32}")
_AREA = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class BadId(ValueError):
    """Text that is not an id of its kind."""


def uuid7(now_ms: int, random_80: bytes) -> str:
    """A UUIDv7 of a moment (ms since 1970) and ten random bytes."""
    if len(random_80) != 10:
        raise ValueError("a UUIDv7 needs ten random bytes")
    raw = bytearray(now_ms.to_bytes(6, "big") + random_80)
    raw[6] = 0x70 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    h = raw.hex()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def checked_uuid7(text: object, what: str) -> str:
    if not isinstance(text, str) or not _UUID7.fullmatch(text):
        raise BadId(f"{what} must be a UUID version 7 in lower case")
    return text


def checked_sha256(text: object) -> Sha256:
    if not isinstance(text, str) or not _SHA256.fullmatch(text):
        raise BadId("a photo's name must be its SHA-256 in 64 hexadecimal digits")
    return Sha256(text)


def checked_device(text: object) -> DeviceId:
    if not isinstance(text, str) or not _DEVICE.fullmatch(text):
        raise BadId("a device id must be 1-32 of a-z and 0-9")
    return DeviceId(text)


def checked_area(text: object) -> AreaCode:
    if not isinstance(text, str) or not _AREA.fullmatch(text):
        raise BadId("an area's code must be 1-40 of a-z, 0-9 and -")
    return AreaCode(text)
