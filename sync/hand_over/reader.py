"""Reading the file that a phone hands over (see file.py), trusting nothing in it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256 as sha256_of
from io import BytesIO
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from sync.domain.fields import MAX_PHOTO_BYTES
from sync.domain.ids import AreaCode, BadId, Sha256, checked_area, checked_sha256
from sync.domain.instants import BadInstant, from_text
from sync.hand_over.file import (
    CHANGES,
    MANIFEST,
    PHOTOS,
    VERSION,
    Counts,
    Manifest,
    UnsentChange,
)
from sync.wire import BadWire, change_from_json, whole_json

MAX_TEXT_BYTES = 100_000_000
MAX_ENTRIES = 20_000
MAX_FILE_BYTES = 1_000_000_000
"""Of all parts of the file together, unpacked: some thousand photos."""


class BadHandOver(ValueError):
    """The file is not one that a phone handed over, or it is damaged; the text says where."""


class NewerHandOver(BadHandOver):
    """The file was made by a release that this one does not know."""


class HandedPhotos(Mapping[Sha256, bytes]):
    """hash -> JPEG: read from the file when it is asked for, and checked against its hash."""

    def __init__(self, file: ZipFile, entries: Mapping[Sha256, ZipInfo]) -> None:
        self._file, self._entries = file, entries

    def __getitem__(self, name: Sha256) -> bytes:
        entry = self._entries[name]
        with _damage_told():
            photo = _content(self._file, {entry.filename: entry}, entry.filename, MAX_PHOTO_BYTES)
        if sha256_of(photo).hexdigest() != name:
            raise BadHandOver(f"photo {name} is damaged: its bytes have another hash")
        return photo

    def __iter__(self) -> Iterator[Sha256]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Whole when it was read. photos: for as long as the file is open."""

    manifest: Manifest
    changes: tuple[UnsentChange, ...]
    photos: Mapping[Sha256, bytes]


def read_hand_over(file: BinaryIO) -> HandOver:
    """Raises BadHandOver unless every byte is what the phone wrote."""
    with _damage_told():
        zipped = ZipFile(file)
        entries = _entries(zipped)
        manifest = _manifest(_content(zipped, entries, MANIFEST, MAX_TEXT_BYTES))
        changes = _changes(_content(zipped, entries, CHANGES, MAX_TEXT_BYTES))
    named = {
        _photo_name(name): entries[name]
        for name in sorted(entries)
        if name not in (MANIFEST, CHANGES)
    }
    photos = HandedPhotos(zipped, named)
    for name in photos:
        photos[name]  # raises when it is damaged
    counted = (len(changes), sum(one.refused is not None for one in changes), len(photos))
    told = (manifest.counts.changes, manifest.counts.refused, manifest.counts.photos)
    if counted != told:
        raise BadHandOver(
            f"the file is not whole: it has {counted} changes, refused ones and photos,"
            f" its manifest says {told}"
        )
    return HandOver(manifest=manifest, changes=changes, photos=photos)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except BadHandOver:
        raise
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,  # a place before the file's beginning
    ) as error:
        raise BadHandOver(f"the zip file is damaged: {error}") from error


def _entries(file: ZipFile) -> dict[str, ZipInfo]:
    listed = file.infolist()
    entries = {entry.filename: entry for entry in listed}
    if len(listed) > MAX_ENTRIES:
        raise BadHandOver(f"the file has more than {MAX_ENTRIES} entries")
    if len(entries) != len(listed):
        raise BadHandOver("two entries of the file have the same name")
    if not {entry.compress_type for entry in listed} <= {ZIP_STORED, ZIP_DEFLATED}:
        raise BadHandOver("the file is packed in a way that no phone packs it")
    if sum(entry.file_size for entry in listed) > MAX_FILE_BYTES:
        raise BadHandOver(f"the file becomes larger than {MAX_FILE_BYTES} bytes")
    return entries


def _content(file: ZipFile, entries: Mapping[str, ZipInfo], name: str, limit: int) -> bytes:
    """The zip says itself how large each part becomes; what lies is caught by its check sum."""
    entry = entries.get(name)
    if entry is None:
        raise BadHandOver(f"{name} is missing from the file")
    if entry.file_size > limit:
        raise BadHandOver(f"{name} is larger than {limit} bytes")
    with file.open(entry) as part:
        content = part.read(limit + 1)
        if len(content) > limit or part.read(1):
            raise BadHandOver(f"{name} is larger than {limit} bytes")
    return content


def _photo_name(name: str) -> Sha256:
    if not name.startswith(PHOTOS) or not name.endswith(".jpg"):
        raise BadHandOver(f"{name[:80]!r} does not belong in the file")
    try:
        return checked_sha256(name.removeprefix(PHOTOS).removesuffix(".jpg"))
    except BadId as error:
        raise BadHandOver(f"{name[:80]!r}: {error}") from error


def _manifest(content: bytes) -> Manifest:
    raw = _object(content, MANIFEST)
    version = raw.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        raise NewerHandOver(f"the file's version is {version}; this is version {VERSION}")
    if version != VERSION:
        raise BadHandOver(f"{MANIFEST}: version must be {VERSION}")
    texts: dict[str, str | None] = {}
    for key in ("store_id", "device_id", "letter", "nickname"):
        value = raw.get(key)
        if value is not None and not isinstance(value, str):
            raise BadHandOver(f"{MANIFEST}: {key} must be text")
        texts[key] = value
    made_at = raw.get("made_at")
    try:
        from_text(str(made_at))
    except BadInstant as error:
        raise BadHandOver(f"{MANIFEST}: made_at: {error}") from error
    return Manifest(
        version=VERSION,
        store_id=texts["store_id"],
        device_id=texts["device_id"],
        letter=texts["letter"],
        nickname=texts["nickname"],
        made_at=str(made_at),
        counts=_counts(raw),
        photo_areas=_photo_areas(raw.get("photo_areas", {})),
    )


def _photo_areas(raw: object) -> dict[Sha256, AreaCode]:
    if not isinstance(raw, dict):
        raise BadHandOver(f"{MANIFEST}: photo_areas must be an object")
    try:
        return {checked_sha256(name): checked_area(area) for name, area in raw.items()}
    except BadId as error:
        raise BadHandOver(f"{MANIFEST}: photo_areas: {error}") from error


def _counts(raw: Mapping[str, Any]) -> Counts:
    counts = raw.get("counts")
    if not isinstance(counts, dict):
        raise BadHandOver(f"{MANIFEST}: counts is missing")
    read: dict[str, int] = {}
    for key, known in Counts.__dataclass_fields__.items():
        number = counts.get(key, known.default)
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise BadHandOver(f"{MANIFEST}: counts.{key} must be a whole number")
        read[key] = number
    return Counts(**read)


def _changes(content: bytes) -> tuple[UnsentChange, ...]:
    return tuple(
        _change(line, f"{CHANGES} line {number}")
        for number, line in enumerate(BytesIO(content), start=1)
    )


def _change(line: bytes, where: str) -> UnsentChange:
    raw = _object(line, where)
    refused = raw.get("refused")
    try:
        change = change_from_json(raw)
    except BadWire as error:
        raise BadHandOver(f"{where}: {error}") from error
    if refused is None:
        return UnsentChange(change=change, refused=None)
    if not isinstance(refused, dict):
        raise BadHandOver(f"{where}: refused must be an object with code and reason")
    code, reason = str(refused.get("code")), str(refused.get("reason") or "")
    return UnsentChange(change=change, refused=(code, reason))


def _object(content: bytes, where: str) -> dict[str, Any]:
    try:
        raw = whole_json(content)
    except (ValueError, RecursionError) as error:
        raise BadHandOver(f"{where} is not JSON") from error
    if not isinstance(raw, dict):
        raise BadHandOver(f"{where} must be a JSON object")
    return raw
