"""Reading the file that a phone hands over (see hand_over.py), trusting nothing in it."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256 as sha256_of
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from sync.client.hand_over import (
    CHANGES,
    MANIFEST,
    PHOTOS,
    VERSION,
    Counts,
    Manifest,
    UnsentChange,
)
from sync.domain.fields import MAX_PHOTO_BYTES
from sync.domain.ids import BadId, Sha256, checked_sha256
from sync.domain.instants import BadInstant, from_text
from sync.wire import BadWire, change_from_json

MAX_TEXT_BYTES = 100_000_000
MAX_ENTRIES = 20_000


class BadHandOver(ValueError):
    """The file is not one that a phone handed over, or it is damaged; the text says where."""


class NewerHandOver(BadHandOver):
    """The file was made by a release that this one does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """photos: hash -> JPEG, each of them checked against its hash."""

    manifest: Manifest
    changes: tuple[UnsentChange, ...]
    photos: Mapping[Sha256, bytes]


def read_hand_over(content: bytes) -> HandOver:
    """Raises BadHandOver unless every byte is what the phone wrote."""
    try:
        with ZipFile(io.BytesIO(content)) as file:
            entries = _entries(file)
            manifest = _manifest(_content(file, entries, MANIFEST, MAX_TEXT_BYTES))
            changes = _changes(_content(file, entries, CHANGES, MAX_TEXT_BYTES))
            photos = {
                _photo_name(name): _content(file, entries, name, MAX_PHOTO_BYTES)
                for name in sorted(entries)
                if name not in (MANIFEST, CHANGES)
            }
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadHandOver(f"the zip file is damaged: {error}") from error
    for name, photo in photos.items():
        if sha256_of(photo).hexdigest() != name:
            raise BadHandOver(f"photo {name} is damaged: its bytes have another hash")
    counted = (len(changes), sum(one.refused is not None for one in changes), len(photos))
    told = (manifest.counts.changes, manifest.counts.refused, manifest.counts.photos)
    if counted != told:
        raise BadHandOver(
            f"the file is not whole: it has {counted} changes, refused ones and photos,"
            f" its manifest says {told}"
        )
    return HandOver(manifest=manifest, changes=changes, photos=photos)


def _entries(file: ZipFile) -> dict[str, ZipInfo]:
    listed = file.infolist()
    entries = {entry.filename: entry for entry in listed}
    if len(listed) > MAX_ENTRIES:
        raise BadHandOver(f"the file has more than {MAX_ENTRIES} entries")
    if len(entries) != len(listed):
        raise BadHandOver("two entries of the file have the same name")
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
    for key in ("store_id", "device_id", "letter"):
        value = raw.get(key)
        if value is not None and not isinstance(value, str):
            raise BadHandOver(f"{MANIFEST}: {key} must be text")
        texts[key] = value
    made_at = raw.get("made_at")
    try:
        from_text(str(made_at))
    except BadInstant as error:
        raise BadHandOver(f"{MANIFEST}: made_at: {error}") from error
    return Manifest(version=VERSION, made_at=str(made_at), counts=_counts(raw), **texts)


def _counts(raw: Mapping[str, Any]) -> Counts:
    counts = raw.get("counts")
    if not isinstance(counts, dict):
        raise BadHandOver(f"{MANIFEST}: counts is missing")
    read: dict[str, int] = {}
    for key in Counts.__dataclass_fields__:
        number = counts.get(key)
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise BadHandOver(f"{MANIFEST}: counts.{key} must be a whole number")
        read[key] = number
    return Counts(**read)


def _changes(content: bytes) -> tuple[UnsentChange, ...]:
    return tuple(
        _change(line, f"{CHANGES} line {number}")
        for number, line in enumerate(content.splitlines(), start=1)
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
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadHandOver(f"{where} is not JSON") from error
    if not isinstance(raw, dict):
        raise BadHandOver(f"{where} must be a JSON object")
    return raw
