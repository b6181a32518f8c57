"""Taking over what another phone could not send: its changes and photos are sent from here.

Ids, stamps and device ids stay as they are, so that whatever comes to the store twice (from here,
from the first phone when it has contact again, or as a file in the office) counts once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sync.client.enrolment import enrolled_areas
from sync.client.local_store import LocalStore
from sync.client.records import ArrivedPhoto
from sync.domain.change import Change
from sync.domain.clock import LATEST_STAMP_MS
from sync.domain.fields import BadField, check_fields
from sync.domain.ids import AreaCode, Sha256
from sync.domain.words import EntityKind, Writer
from sync.hand_over.reader import HandOver

TAKEN_FILES = "taken_files"
"""Fact: hashes of the latest files that were taken over."""
FILES_REMEMBERED = 50


class WrongStore(ValueError):
    """The phone that made the file belongs to another store than this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What this phone takes of a file. The photos' files must be on disk before it is written.

    left: changes that this phone cannot send: of an area that is not its own, refused by the store
    before, or not understood. photos_left: photos of such.
    """

    changes: tuple[Change, ...]
    photos: tuple[ArrivedPhoto, ...]
    left: int
    photos_left: int


def is_taken(local: LocalStore, file_sha256: str) -> bool:
    return file_sha256 in _taken(local)


def plan(local: LocalStore, handed: HandOver) -> Plan:
    """Raises WrongStore."""
    if handed.manifest.store_id not in (None, local.fact("store_id")):
        raise WrongStore("the file is of a phone of another store")
    mine = {area.code for area in enrolled_areas(local)}
    taken = [
        one.change
        for one in handed.changes
        if one.refused is None and one.change.area in mine and _is_sound(one.change)
    ]
    areas = {**handed.manifest.photo_areas, **_areas_in(taken)}
    photos = [
        ArrivedPhoto(sha256=sha256, area=areas[sha256], size_bytes=len(handed.photos[sha256]))
        for sha256 in handed.photos
        if areas.get(sha256) in mine
    ]
    return Plan(
        changes=tuple(taken),
        photos=tuple(photos),
        left=len(handed.changes) - len(taken),
        photos_left=len(handed.photos) - len(photos),
    )


def write(local: LocalStore, planned: Plan, file_sha256: str) -> None:
    """All of it or nothing; doing it again adds nothing."""
    latest = [*(one for one in _taken(local) if one != file_sha256), file_sha256]
    local.adopt(
        planned.changes,
        planned.photos,
        facts={TAKEN_FILES: json.dumps(latest[-FILES_REMEMBERED:])},
    )


def _taken(local: LocalStore) -> list[str]:
    return [str(one) for one in json.loads(local.fact(TAKEN_FILES) or "[]")]


def _is_sound(change: Change) -> bool:
    """As what this phone writes itself: the store would refuse anything else."""
    if change.made_at.wall_ms >= LATEST_STAMP_MS:
        return False
    try:
        check_fields(change.entity, change.fields, Writer.PHONE)
    except (BadField, TypeError, OverflowError):
        return False
    return True


def _areas_in(changes: list[Change]) -> dict[Sha256, AreaCode]:
    return {
        Sha256(str(change.fields["sha256"])): change.area
        for change in changes
        if change.entity is EntityKind.PHOTO and change.fields.get("sha256") is not None
    }
