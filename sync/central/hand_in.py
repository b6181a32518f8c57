"""Taking in the file of a phone that could not send: the same changes, photos and rules as online.

Nothing in the file is new to the store's rules: a change counts once by its id, however it came,
and what it may write is what a phone may write. The file names no phone that must be let in: the
person who brings it answers for it, so only the areas of that person are written.

* the file itself is damaged, or of a newer release    BadHandOver; nothing was taken
* it belongs to another store                          WrongStore; nothing was taken
* one change or photo cannot be taken                  in HandedIn, with the reason; the rest was
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import Connection, Engine, select

from sync.central.devices import Device, all_devices
from sync.central.engine import reading
from sync.central.ledger import Ledger
from sync.central.problems import Problem
from sync.central.tables import change_log, photo
from sync.central.uploads import Uploads
from sync.domain.change import Change, Refusal
from sync.domain.ids import AreaCode, ChangeId, Sha256
from sync.domain.instants import to_ms
from sync.domain.words import EntityKind, Writer
from sync.hand_over.file import DAMAGED, Manifest, UnsentChange
from sync.hand_over.reader import HandOver, read_hand_over

log = logging.getLogger(__name__)

AT_A_TIME = 500
"""Ids asked for in one query."""


SAID_LETTERS = 80


class WrongStore(ValueError):
    """The phone that made the file belongs to another store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a file, before anything of it is taken.

    phone: as the store knows it; None for one that it does not know. findings: observations that
    the changes are about. after_revoked: changes that say they were made after the phone was shut
    out; its clock may be wrong, and somebody else may have had the phone.
    """

    manifest: Manifest
    phone: Device | None
    findings: int
    after_revoked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedChange:
    change: Change
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPhoto:
    """code: of a Problem, or unknown_photo (no record names it), not_covered, not_your_area."""

    sha256: Sha256
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """taken, photos_taken: new to the store. known, photos_known: there already."""

    contents: Contents
    taken: int
    known: int
    refused: tuple[RefusedChange, ...]
    photos_taken: int
    photos_known: int
    photos_refused: tuple[RefusedPhoto, ...]


class HandIn:
    def __init__(self, *, engine: Engine, ledger: Ledger, uploads: Uploads, store_id: str) -> None:
        self._engine, self._ledger, self._uploads = engine, ledger, uploads
        self._store_id = store_id

    def look(self, file: BinaryIO) -> Contents:
        """Raises BadHandOver, WrongStore."""
        return self._contents(self._read(file))

    def take(self, file: BinaryIO, *, areas: frozenset[AreaCode], received_from: str) -> HandedIn:
        """Takes all that can be taken; the same file again takes what is missing and no more.

        received_from: the account that brought it. Raises BadHandOver, WrongStore, and what the
        disk raises: what was taken before stays, and the file can be brought again.
        """
        handed = self._read(file)
        contents = self._contents(handed)
        changes = [one.change for one in handed.changes if not _is_damaged(one)]
        damaged = [one.change for one in handed.changes if _is_damaged(one)]
        with self._engine.begin() as connection:
            before = _logged(connection, [one.change_id for one in changes])
            ingested = self._ledger.ingest(
                connection,
                changes,
                writer=Writer.PHONE,
                areas=areas,
                received_from=received_from,
            )
        new = [one for one in ingested.accepted if one not in before]
        taken, known, refused = self._photos(handed.photos, areas)
        log.info("a file was handed in: %d changes, %d photos are new", len(new), taken)
        return HandedIn(
            contents=contents,
            taken=len(new),
            known=len(ingested.accepted) - len(new),
            refused=(*_told(changes, ingested.refused), *map(_may_be_wrong, damaged)),
            photos_taken=taken,
            photos_known=known,
            photos_refused=refused,
        )

    def _read(self, file: BinaryIO) -> HandOver:
        handed = read_hand_over(file)
        if handed.manifest.store_id not in (None, self._store_id):
            raise WrongStore("the file belongs to another store")
        return handed

    def _contents(self, handed: HandOver) -> Contents:
        with reading(self._engine) as connection:
            phones = {str(one.device_id): one for one in all_devices(connection)}
        phone = phones.get(handed.manifest.device_id or "")
        revoked_ms = None
        if phone is not None and phone.revoked_at is not None:
            revoked_ms = to_ms(phone.revoked_at)
        findings = {
            str(one.change.fields.get("observation_id", one.change.entity_id))
            for one in handed.changes
            if one.change.entity in (EntityKind.OBSERVATION, EntityKind.PHOTO)
        }
        late = [
            one
            for one in handed.changes
            if revoked_ms is not None and one.change.made_at.wall_ms > revoked_ms
        ]
        return Contents(
            manifest=handed.manifest,
            phone=phone,
            findings=len(findings),
            after_revoked=len(late),
        )

    def _photos(
        self, photos: Mapping[Sha256, bytes], areas: frozenset[AreaCode]
    ) -> tuple[int, int, tuple[RefusedPhoto, ...]]:
        taken = known = 0
        refused: list[RefusedPhoto] = []
        with reading(self._engine) as connection:
            records = _records(connection, list(photos))
        for sha256 in photos:
            objection = _objection(records.get(sha256, []), areas)
            if objection is None:
                area = next(one.area for one in records[sha256] if one.may_come_to(areas))
                try:
                    is_new = self._uploads.take(sha256, area, photos[sha256])
                except Problem as problem:
                    objection = problem.code
                else:
                    taken, known = taken + is_new, known + (not is_new)
            if objection is not None:
                refused.append(RefusedPhoto(sha256=sha256, code=objection))
        return taken, known, tuple(refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PhotoRecord:
    area: AreaCode
    is_covered: bool

    def may_come_to(self, areas: frozenset[AreaCode]) -> bool:
        return self.is_covered and self.area in areas


def _objection(records: Sequence[_PhotoRecord], areas: frozenset[AreaCode]) -> str | None:
    """Why no photo of these records is taken; None when one is."""
    if any(one.may_come_to(areas) for one in records):
        return None
    if not records:
        return "unknown_photo"
    return "not_covered" if any(one.area in areas for one in records) else "not_your_area"


def _records(connection: Connection, sha256s: Sequence[Sha256]) -> dict[Sha256, list[_PhotoRecord]]:
    """What the store knows of these photos: their records that are not deleted."""
    found: dict[Sha256, list[_PhotoRecord]] = {}
    for start in range(0, len(sha256s), AT_A_TIME):
        some = sha256s[start : start + AT_A_TIME]
        query = select(photo.c.sha256, photo.c.area, photo.c.cover).where(
            photo.c.sha256.in_(some), photo.c.deleted_at.is_(None)
        )
        for sha256, area, cover in connection.execute(query.order_by(photo.c.id)):
            record = _PhotoRecord(area=AreaCode(area), is_covered=cover is not None)
            found.setdefault(Sha256(sha256), []).append(record)
    return found


def _logged(connection: Connection, ids: Sequence[ChangeId]) -> set[ChangeId]:
    known: set[ChangeId] = set()
    for start in range(0, len(ids), AT_A_TIME):
        some = ids[start : start + AT_A_TIME]
        query = select(change_log.c.change_id).where(change_log.c.change_id.in_(some))
        known.update(ChangeId(row[0]) for row in connection.execute(query))
    return known


def _is_damaged(one: UnsentChange) -> bool:
    return one.refused is not None and one.refused[0] == DAMAGED


def _may_be_wrong(change: Change) -> RefusedChange:
    return RefusedChange(change=change, code=DAMAGED, reason="the phone's storage was damaged")


def _told(changes: Sequence[Change], refused: Sequence[Refusal]) -> tuple[RefusedChange, ...]:
    by_id = {one.change_id: one for one in changes}
    return tuple(
        RefusedChange(change=by_id[one.change_id], code=one.code, reason=one.reason)
        for one in refused
    )


def said_in(change: Change) -> str:
    """What a person wrote in a change, as far as it helps to know which one it is."""
    for name in ("text", "name", "meeting_place", "category", "number"):
        said = change.fields.get(name)
        if isinstance(said, str) and said.strip():
            return said.strip()[:SAID_LETTERS]
    return ""
