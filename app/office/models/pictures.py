"""The photos that the screens show, fetched once each and a few at a time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

import flet as ft

from app.office.models.session import Session
from sync.domain.ids import Sha256

KEPT_LARGE = 12
AT_ONCE = 4


@ft.observable
@dataclass
class Pictures:
    """arrivals counts what has come, so that the screens draw again."""

    session: Session
    arrivals: int = 0
    _small: dict[str, bytes] = field(default_factory=dict)
    _large: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _asked: set[str] = field(default_factory=set)

    def small(self, sha256: str) -> bytes | None:
        return self._small.get(sha256)

    def large(self, sha256: str) -> bytes | None:
        return self._large.get(sha256)

    def is_missing(self, sha256: str) -> bool:
        """True when it was asked for and is not to be had."""
        return sha256 in self._asked and self.large(sha256) is None

    async def fetch_small(self, hashes: Iterable[str]) -> None:
        wanted = [one for one in dict.fromkeys(hashes) if one not in self._small]
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            found = await asyncio.gather(*(self._thumbnail(one) for one in some))
            new = {key: one for key, one in zip(some, found, strict=True) if one is not None}
            self._small.update(new)
            if new:
                self.arrivals += 1

    async def fetch_large(self, hashes: Iterable[str]) -> None:
        for one in dict.fromkeys(hashes):
            if one in self._large:
                self._large.move_to_end(one)
                continue
            account = self.session.account
            if account is None:
                return
            photo = await self.session.ask(self.session.desk.photo, account, Sha256(one))
            self._asked.add(one)
            if photo is not None:
                self._large[one] = photo
                while len(self._large) > KEPT_LARGE:
                    self._large.popitem(last=False)
            self.arrivals += 1

    async def _thumbnail(self, sha256: str) -> bytes | None:
        account = self.session.account
        if account is None:
            return None
        return await self.session.ask(self.session.desk.thumbnail, account, Sha256(sha256))
