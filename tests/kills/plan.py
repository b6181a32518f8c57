"""What one phone is to do on its walk: ids and pictures are decided before, as a draft's are."""

from __future__ import annotations

import functools
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from sync.domain.ids import EntityId, Sha256
from tests.central.a_store import a_jpeg, an_id, sha256_of

CAMERA = "camera"
PICTURES = ("uncovered", "covered", "large", "later")
SENT = ("covered", "large", "later")
"""The uncovered picture never leaves the phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """nickname: of this phone and of no other, so that the store's phones can be counted.

    kept, dropped: two observations. first, second, third: photos. hashes: of the pictures.
    """

    url: str
    code: str
    nickname: str
    kept: EntityId
    dropped: EntityId
    first: EntityId
    second: EntityId
    third: EntityId
    recheck: EntityId
    hashes: dict[str, Sha256]

    @staticmethod
    def read(folder: Path) -> Plan:
        return Plan(**json.loads((folder / "plan.json").read_text()))


def a_plan(folder: Path, *, url: str, code: str, nickname: str) -> Plan:
    """A folder for the phone, with the pictures that its camera will take."""
    (folder / CAMERA).mkdir(parents=True)
    hashes = {}
    for name in PICTURES:
        picture = a_picture_of_its_own(is_large=name == "large")
        (folder / CAMERA / name).write_bytes(picture)
        hashes[name] = sha256_of(picture)
    ids = {name: EntityId(an_id()) for name in ("kept", "dropped", "recheck")}
    photos = {name: EntityId(an_id()) for name in ("first", "second", "third")}
    plan = Plan(url=url, code=code, nickname=nickname, hashes=hashes, **ids, **photos)
    (folder / "plan.json").write_text(json.dumps(asdict(plan)))
    return plan


def a_picture_of_its_own(*, is_large: bool = False) -> bytes:
    """One that no other call gives: its colour profile differs. Large: more than one piece."""
    picture = _large() if is_large else _small()
    profile = b"ICC_PROFILE\0" + os.urandom(16)
    segment = b"\xff\xe2" + (len(profile) + 2).to_bytes(2, "big") + profile
    return picture[:2] + segment + picture[2:]


@functools.cache
def _small() -> bytes:
    return a_jpeg(64, 48)


@functools.cache
def _large() -> bytes:
    return a_jpeg(700, 560)
