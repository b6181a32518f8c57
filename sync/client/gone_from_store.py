"""What the store had acknowledged and has no longer: a file it lost, a copy it was restored from.

What this phone still has of its own goes again. A photo is taken for sent until the store says that
it is not there *and* the phone has its file; a change is made again out of the values that stand in
the rows, under the name and stamp it had, so that it is the same one if it should come twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Protocol

from sync.client.enrolment import enrolled_areas
from sync.client.local_store import LocalStore
from sync.client.store_api import Problem, StoreApi
from sync.domain.change import Change, Json
from sync.domain.clock import Hlc
from sync.domain.fields import is_understood
from sync.domain.ids import AreaCode, ChangeId, EntityId, Sha256
from sync.domain.words import EntityKind

WENT_BACK = "store_went_back"
"""Fact: the store knows less than it has given already; what it lost has not been looked for."""
MISSED = "photos_missed"
"""Fact: which loss of files, as the briefing names it, has been looked into."""

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
        went_back = self._local.fact(WENT_BACK) is not None
        missed = _named_in(self._local.fact("briefing"))
        if not went_back and missed == self._local.fact(MISSED):
            return False
        if went_back:
            await self._changes()
        if went_back or missed is not None:
            await self._all_photos()
        self._local.set_facts({WENT_BACK: None, MISSED: missed})
        return True

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
            of_stamp: dict[str, dict[str, Json]] = {}
            for name, stamp in json.loads(row["clocks"]).items():
                of_stamp.setdefault(stamp, {})[name] = _value(kind, name, row[name])
            own = []
            for stamp, fields in sorted(of_stamp.items()):
                made_at, _, change_id = stamp.partition("/")
                hlc = Hlc.from_text(made_at)
                if hlc.device == device and row["area"] in areas:
                    change = Change(
                        change_id=ChangeId(change_id),
                        area=AreaCode(row["area"]),
                        entity=kind,
                        entity_id=EntityId(row["id"]),
                        fields=fields,
                        made_at=hlc,
                        device_id=hlc.device,
                    )
                    own.append(change)
            if own:
                yield EntityId(row["id"]), own

    async def _all_photos(self) -> None:
        for sha256 in self._local.stored_photos():
            answer = await self._api.upload_offset(sha256)
            if isinstance(answer, Problem):
                if answer.status == 404 and await self._is_here(sha256):
                    self._local.photo_gone_from_store(sha256)
            elif answer.is_stored is False and await self._is_here(sha256):
                self._local.photo_gone_from_store(sha256)

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


def _named_in(briefing: str | None) -> str | None:
    try:
        raw = json.loads(briefing or "{}")
    except (ValueError, RecursionError):
        return None
    missed = raw.get("photos_missed") if isinstance(raw, dict) else None
    return missed if isinstance(missed, str) else None


def _value(kind: EntityKind, name: str, column: Json) -> Json:
    """What was written, out of what SQLite has of it: it has no yes and no, and lists as text."""
    if is_understood(kind, name, column):
        return column
    if isinstance(column, str):
        return _json_or_text(column)
    return bool(column)


def _json_or_text(column: str) -> Json:
    try:
        value: Json = json.loads(column)
    except ValueError:
        return column
    return value
