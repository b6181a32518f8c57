"""What the store had acknowledged and has no longer: a file it lost, a copy it was restored from.

What this phone still has of its own goes again. A photo is taken for sent until the store says that
it is not there *and* the phone has its file; a change is made again out of the row (made_again.py).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Protocol

from sync.client.enrolment import enrolled_areas
from sync.client.local_store import LocalStore
from sync.client.made_again import WENT_BACK, changes_of_row
from sync.client.photo_queue import PhotoQueue
from sync.client.problems import Problem
from sync.client.store_api import StoreApi
from sync.domain.change import Change
from sync.domain.ids import EntityId, Sha256
from sync.domain.words import EntityKind

MISSED = "photos_missed"
"""Fact: which loss of files, as the briefing names it, has been looked into."""
PUT_BACK = "store_put_back"
"""Fact: the last time that the store was put back from a copy, as the briefing names it; empty for
a store that never was, None before anybody has said."""

log = logging.getLogger(__name__)


class PhotoFile(Protocol):
    async def read(self, name: str) -> bytes: ...


class GoneFromStore:
    def __init__(self, *, local: LocalStore, api: StoreApi, photos: PhotoFile) -> None:
        self._local, self._api, self._photos = local, api, photos

    async def look(self) -> bool:
        """Puts what is gone among what waits; True when there was anything to ask.

        Raises SyncError; what was not asked for then is asked for in the next round.
        """
        self._hear_of_a_copy()
        went_back = self._local.fact(WENT_BACK) is not None
        missed = _named_in(self._local.fact("briefing"), "photos_missed")
        if not went_back and missed == self._local.fact(MISSED):
            return False
        if went_back:
            await self._changes()
        if went_back or missed is not None:
            await self._all_photos()
        self._local.set_facts({WENT_BACK: None, MISSED: missed})
        return True

    def _hear_of_a_copy(self) -> None:
        """What the store has written since may stand at places in its log that this phone has read
        already: it reads from the beginning."""
        briefing, known = self._local.fact("briefing"), self._local.fact(PUT_BACK)
        named = _named_in(briefing, "put_back") or ""
        if briefing is None or named == known:
            return
        is_news = known is not None and named != ""
        lost = {WENT_BACK: "1", "cursor": "0"} if is_news else {}
        self._local.set_facts({PUT_BACK: named, **lost})

    async def _changes(self) -> None:
        waiting = {row[0] for row in self._local.db.execute("SELECT change_id FROM outbox")}
        for kind in EntityKind:
            for entity_id, own in list(self._own(kind)):
                known = await self._api.thing(kind, entity_id)
                if known is None:
                    log.info("the store is too old to say what it has")
                    return
                there = {*waiting, *(change.change_id for change in known)}
                lost = [change for change in own if change.change_id not in there]
                if lost:
                    self._local.adopt(lost, (), facts={})

    def _own(self, kind: EntityKind) -> Iterator[tuple[EntityId, list[Change]]]:
        """Of each thing, what this phone has written and nobody has written over."""
        device = self._local.fact("device_id")
        areas = {area.code for area in enrolled_areas(self._local)}
        for row in self._local.db.query(f"SELECT * FROM {kind.value}"):
            own = changes_of_row(kind, row, device) if row["area"] in areas else []
            if own:
                yield EntityId(row["id"]), own

    async def _all_photos(self) -> None:
        queue = PhotoQueue(self._local)
        for sha256 in queue.at_store():
            answer = await self._api.upload_offset(sha256)
            if isinstance(answer, Problem):
                if answer.status == 404 and await self._is_here(sha256):
                    queue.gone_from_store(sha256)
            elif answer.is_stored is False and await self._is_here(sha256):
                queue.gone_from_store(sha256)

    async def _is_here(self, sha256: Sha256) -> bool:
        try:
            await self._photos.read(sha256)
        except LookupError:
            log.warning("the store has lost a photo whose file is no longer on this phone")
            return False
        return True


def went_back(asked_from: int, answered_to: int) -> dict[str, str | None]:
    """Of two cursors: the fact to keep. A store never goes back but by a copy of itself."""
    return {WENT_BACK: "1"} if answered_to < asked_from else {}


def _named_in(briefing: str | None, key: str) -> str | None:
    try:
        raw = json.loads(briefing or "{}")
    except (ValueError, RecursionError):
        return None
    name = raw.get(key) if isinstance(raw, dict) else None
    return name if isinstance(name, str) else None
