"""What the person has let the app use. Asking for it is done by who uses it, when it is used."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum

from app.device.page import page_call

log = logging.getLogger(__name__)


class Needed(StrEnum):
    """The value is the permission's name in the browser (Permissions API)."""

    CAMERA = "camera"
    PLACE = "geolocation"


class Permission(StrEnum):
    """PROMPT: the person will be asked. UNKNOWN: the phone does not tell before it asks."""

    GRANTED = "granted"
    DENIED = "denied"
    PROMPT = "prompt"
    UNKNOWN = "unknown"


AskPermission = Callable[[Needed], Awaitable[Permission]]


async def page_permission(needed: Needed) -> Permission:
    return Permission(str(await page_call("permission", {"name": needed.value})))


async def native_permission(needed: Needed) -> Permission:
    """The packaged app's plug-ins ask by themselves, the first time."""
    log.debug("permission of %s is asked for when it is used", needed.value)
    return Permission.UNKNOWN
