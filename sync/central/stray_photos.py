"""Photos of which the folder and the database do not say the same, mended where that is safe.

To be called at a start, before any request: while phones send, a file and its row come one after
the other.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from sync.central.blobs import Blobs
from sync.central.engine import reading
from sync.central.photos import Complete, note_stored
from sync.central.ready import plain_writing
from sync.central.tables import photo, photo_area, stored_photo
from sync.domain.ids import AreaCode, Sha256

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strays:
    """noted: files that a record names, which got their row. unnamed: files that nobody names yet.

    damaged: files with other bytes than their name says, or that cannot be read; missing: rows
    without a file. All three are told of and stay as they are: a disk that is not mounted must not
    empty the database, nor the database of last week, put back from a backup, the folder.
    """

    noted: tuple[Sha256, ...] = ()
    unnamed: tuple[Sha256, ...] = ()
    damaged: tuple[Sha256, ...] = ()
    missing: tuple[Sha256, ...] = ()

    @property
    def name_of_missing(self) -> str | None:
        """Another one for every other set: a phone that hears a new one asks for its own photos."""
        if not self.missing:
            return None
        return hashlib.sha256("".join(self.missing).encode()).hexdigest()[:32]


def settle_strays(engine: Engine, blobs: Blobs, now: datetime) -> Strays:
    with reading(engine) as connection:
        stored = {
            Sha256(name) for name in connection.execute(select(stored_photo.c.sha256)).scalars()
        }
        named: dict[Sha256, set[str]] = {}
        for table in (photo, photo_area):
            areas = select(table.c.sha256, table.c.area).where(table.c.sha256.is_not(None))
            for sha256, area in connection.execute(areas):
                named.setdefault(Sha256(sha256), set()).add(area)
    files = set(blobs.names())
    noted, damaged = [], []
    for sha256 in sorted((files - stored) & named.keys()):
        data = _sound(blobs, sha256)
        if data is None:
            damaged.append(sha256)
            continue
        rows = [
            Complete(sha256=sha256, size_bytes=len(data), area=AreaCode(area))
            for area in sorted(named[sha256])
        ]
        with plain_writing(engine) as plain:
            note_stored(plain, rows, now)
        noted.append(sha256)
    strays = Strays(
        noted=tuple(noted),
        unnamed=tuple(sorted(files - stored - named.keys())),
        damaged=tuple(damaged),
        missing=tuple(sorted(stored - files)),
    )
    _tell(strays)
    return strays


def _sound(blobs: Blobs, sha256: Sha256) -> bytes | None:
    try:
        data = blobs.get(sha256)
    except OSError:
        log.exception("a photo cannot be read")
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def _tell(strays: Strays) -> None:
    if strays.noted or strays.unnamed:
        log.info(
            "photos without a row: %d noted, %d that no record names yet",
            len(strays.noted),
            len(strays.unnamed),
        )
    for what, names in (("damaged", strays.damaged), ("missing", strays.missing)):
        if names:
            log.error("%d photos are %s, the first is %s", len(names), what, names[0])
