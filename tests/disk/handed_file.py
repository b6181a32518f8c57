"""A file that another phone hands over, made to order, and what must be there of it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sync.domain.change import Change
from sync.domain.ids import AreaCode, Sha256
from sync.domain.instants import to_text
from sync.domain.words import EntityKind
from sync.hand_over.file import VERSION, Counts, Manifest, UnsentChange, write_file
from tests.central.a_store import KIRSEBERG, START, a_change, a_jpeg, an_id, sha256_of

OF_ANOTHER = "kimsphone00000000000"


@dataclass(frozen=True, slots=True)
class HandedFile:
    content: bytes
    changes: tuple[Change, ...]
    photo: bytes

    @property
    def sha256(self) -> Sha256:
        return sha256_of(self.photo)


def a_handed_file() -> HandedFile:
    """One round with one finding and its photo, none of which is in another file.

    Any store takes it: its phone could not tell any more which one it belongs to.
    """
    photo, round_id, observation_id = a_jpeg(64, 48), an_id(), an_id()
    at = to_text(START)
    changes = (
        a_change(
            entity=EntityKind.ROUND, entity_id=round_id, device=OF_ANOTHER,
            kind="inspection", started_at=at, started_by="Kim",
        ),
        a_change(
            entity_id=observation_id, device=OF_ANOTHER, round_id=round_id, kind="defect",
            category="belysning", text="Lampan är trasig", noted_at=at, noted_by="Kim",
        ),
        a_change(
            entity=EntityKind.PHOTO, device=OF_ANOTHER, observation_id=observation_id,
            sha256=sha256_of(photo), width_px=64, height_px=48, size_bytes=len(photo),
            position=0, cover="nothing_to_cover",
        ),
    )  # fmt: skip
    return HandedFile(asyncio.run(_zip(changes, photo)), changes, photo)


async def _zip(changes: tuple[Change, ...], photo: bytes) -> bytes:
    async def photos() -> AsyncIterator[tuple[Sha256, AreaCode, bytes]]:
        yield sha256_of(photo), KIRSEBERG, photo

    out = io.BytesIO()
    unsent = [UnsentChange(change=one, refused=None) for one in changes]
    await write_file(out, unsent, photos(), a_manifest)
    return out.getvalue()


def a_manifest() -> Manifest:
    return Manifest(
        version=VERSION,
        store_id=None,
        device_id=OF_ANOTHER,
        letter="K",
        nickname="Kim",
        made_at=to_text(START),
        counts=Counts(changes=0, refused=0, photos=0, photos_unchecked=0, photos_gone=0, drafts=0),
    )
