"""Which way the phone reaches the network: mobile data costs the person money."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum

import flet as ft

from app.device.page import page_call

log = logging.getLogger(__name__)


class Link(StrEnum):
    """UNKNOWN: the browser does not tell (Safari, Firefox); nothing may be concluded from it."""

    WIFI = "wifi"
    MOBILE = "mobile"
    NONE = "none"
    UNKNOWN = "unknown"


AskLink = Callable[[], Awaitable[Link]]

_UNMETERED = frozenset({"wifi", "ethernet"})
_METERED = frozenset({"cellular", "wimax"})


async def page_link() -> Link:
    """NetworkInformation.type (WICG): Chromium on Android and ChromeOS has it, others do not."""
    answer: dict[str, object] = await page_call("connection")
    return link_of(is_online=bool(answer["online"]), kind=str(answer["type"] or ""))


def link_of(*, is_online: bool, kind: str) -> Link:
    """kind: NetworkInformation.type, empty where there is none."""
    if not is_online or kind == "none":
        return Link.NONE
    if kind in _UNMETERED:
        return Link.WIFI
    return Link.MOBILE if kind in _METERED else Link.UNKNOWN


def native_link() -> AskLink:
    """To be called inside the page's context."""
    service = ft.Connectivity()

    async def ask() -> Link:
        try:
            kinds = set(await service.get_connectivity())
        except (RuntimeError, TimeoutError) as error:
            log.info("the phone does not tell its network: %s", type(error).__name__)
            return Link.UNKNOWN
        if kinds & {ft.ConnectivityType.WIFI, ft.ConnectivityType.ETHERNET}:
            return Link.WIFI
        if ft.ConnectivityType.MOBILE in kinds:
            return Link.MOBILE
        return Link.NONE if ft.ConnectivityType.NONE in kinds else Link.UNKNOWN

    return ask
