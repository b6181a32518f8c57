"""What a phone could not send, as one zip file: its form, and writing its parts.

    manifest.json          version, store_id, device_id, letter, nickname, made_at, counts,
                           photo_areas: sha256 -> area of every photo in the file
    changes.jsonl          a change per line as in sync.wire, oldest first; a refused one has
                           "refused": {"code", "reason"} beside its own keys
    photos/<sha256>.jpg    covered photos that the store has not got

Photos that nobody has checked for faces and number plates stay on the phone; they are counted. The
same phone at the same moment makes the same file, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sync.domain.change import Change
from sync.domain.ids import AreaCode, Sha256
from sync.wire import change_to_json

VERSION = 1
DAMAGED = "damaged_on_phone"
"""The code of a change whose text a damaged phone may have turned into another."""
MANIFEST, CHANGES, PHOTOS = "manifest.json", "changes.jsonl", "photos/"
_SAME_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """refused: of the changes, those that the store has said no to.

    photos_unchecked: left on the phone, because nobody has looked for faces. photos_gone: their
    files are no longer there, or damaged. photos_unread: left on the phone, because its disk did
    not give them just then; a file of an older release does not say. drafts: begun and never saved,
    so not in the file.
    """

    changes: int
    refused: int
    photos: int
    photos_unchecked: int
    photos_gone: int
    drafts: int
    photos_unread: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """letter, nickname: of the phone that made the file, as far as it had one.

    photo_areas: where a photo belongs whose record is not in the file; a file of an older release
    does not say.
    """

    version: int
    store_id: str | None
    device_id: str | None
    letter: str | None
    made_at: str
    counts: Counts
    nickname: str | None = None
    photo_areas: Mapping[Sha256, AreaCode] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentChange:
    """refused: code and reason, None for one that was never answered."""

    change: Change
    refused: tuple[str, str] | None


class Writable(Protocol):
    """As much of a file as a zip needs that is written from one end to the other."""

    def write(self, piece: bytes, /) -> int: ...
    def flush(self) -> None: ...
    def close(self) -> None: ...


async def write_file(
    out: Writable,
    changes: Sequence[UnsentChange],
    photos: AsyncIterable[tuple[Sha256, AreaCode, bytes]],
    manifest: Callable[[], Manifest],
) -> Manifest:
    """Writes the zip, one photo in memory at a time, and gives the manifest that is in it.

    manifest: asked for when the photos are written; what is in the file is counted here.
    """
    areas: dict[Sha256, AreaCode] = {}
    with ZipFile(out, "w") as file:
        lines = (json.dumps(_line(one), ensure_ascii=False) + "\n" for one in changes)
        file.writestr(_entry(CHANGES, ZIP_DEFLATED), "".join(lines).encode())
        async for name, area, content in photos:
            file.writestr(_entry(f"{PHOTOS}{name}.jpg", ZIP_STORED), content)
            areas[name] = area
        of_phone = manifest()
        counts = replace(
            of_phone.counts,
            changes=len(changes),
            refused=sum(one.refused is not None for one in changes),
            photos=len(areas),
        )
        told = replace(of_phone, counts=counts, photo_areas=areas)
        text = json.dumps(asdict(told), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        file.writestr(_entry(MANIFEST, ZIP_DEFLATED), text.encode())
    return told


def _line(one: UnsentChange) -> Mapping[str, object]:
    line = change_to_json(one.change)
    if one.refused is not None:
        line["refused"] = {"code": one.refused[0], "reason": one.refused[1]}
    return line


def _entry(name: str, method: int) -> ZipInfo:
    entry = ZipInfo(name, _SAME_DATE)
    entry.compress_type = method
    entry.create_system = 3  # the same on every machine; the mode below is Unix's
    entry.external_attr = 0o644 << 16
    return entry
