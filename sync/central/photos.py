"""Which photos the store has, on their way or complete, and which areas may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from sync.central.engine import insert_if_new, insert_new
from sync.central.ready import Plain, Ready
from sync.central.tables import change_log, photo, photo_area, stored_photo, upload
from sync.domain.ids import AreaCode, DeviceId, Sha256
from sync.domain.instants import to_text

_SHA256: BindParameter[str] = bindparam("sha256")
_STORED_SIZE = select(stored_photo.c.size_bytes).where(stored_photo.c.sha256 == _SHA256)
_ANNOUNCED = select(upload.c.length_bytes).where(upload.c.sha256 == _SHA256)
_AREAS_OF = select(photo_area.c.area).where(photo_area.c.sha256 == _SHA256)
_FORGET_UPLOAD = delete(upload).where(upload.c.sha256 == _SHA256)

_SIZES = Ready(select(_STORED_SIZE.scalar_subquery(), _ANNOUNCED.scalar_subquery()))
_ITS_AREAS = Ready(_AREAS_OF)
_FORGET = Ready(_FORGET_UPLOAD)
_NOTE_STORED = Ready(partial(insert_if_new, stored_photo), ("sha256", "size_bytes", "stored_at"))
_NOTE_AREA = Ready(partial(insert_if_new, photo_area), ("sha256", "area"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is of a photo: its size once it is complete, the length that was announced while
    it is on its way, and whether it was sent, or is being sent, for one of the areas asked for."""

    stored_bytes: int | None
    announced_bytes: int | None
    is_of_areas: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """A photo whose bytes are on disk. area: None when it was noted before."""

    sha256: Sha256
    size_bytes: int
    area: AreaCode | None


def known_photo(plain: Plain, sha256: Sha256, areas: Collection[AreaCode]) -> Known:
    named = {"sha256": sha256}
    stored_bytes, announced_bytes = plain.all(_SIZES, named)[0]
    return Known(
        stored_bytes=stored_bytes,
        announced_bytes=announced_bytes,
        is_of_areas=any(area in areas for (area,) in plain.all(_ITS_AREAS, named)),
    )


def stored_size(connection: Connection, sha256: Sha256) -> int | None:
    """The size in bytes of a complete photo; None while it is not complete."""
    return connection.execute(_STORED_SIZE, {"sha256": sha256}).scalar()


def is_of_areas(connection: Connection, sha256: Sha256, areas: Collection[AreaCode]) -> bool:
    """True when the photo was sent, or is being sent, for one of `areas`."""
    return any(
        area in areas for area in connection.execute(_AREAS_OF, {"sha256": sha256}).scalars()
    )


def is_of_another(connection: Connection, sha256: Sha256, device_id: DeviceId) -> bool:
    """Records tell of the photo, and this phone has handed in none that names it."""
    of_photo = select(photo.c.id).where(photo.c.sha256 == sha256)
    ids = list(connection.execute(of_photo).scalars())
    own = select(change_log.c.seq).where(
        change_log.c.entity_id.in_(ids),
        change_log.c.received_from == device_id,
        change_log.c.fields.contains(f'"sha256":"{sha256}"', autoescape=True),
    )
    return bool(ids) and connection.execute(own.limit(1)).first() is None


def note_area(connection: Connection, sha256: Sha256, area: AreaCode) -> None:
    insert_new(connection, photo_area, {"sha256": sha256, "area": area})


def announce(
    connection: Connection, sha256: Sha256, length: int, device_id: DeviceId, now: datetime
) -> None:
    """Replaces what was announced of this photo before."""
    forget_upload(connection, sha256)
    connection.execute(
        insert(upload).values(
            sha256=sha256, length_bytes=length, made_at=to_text(now), device_id=device_id
        )
    )


def announced_before(connection: Connection, moment: datetime) -> list[Sha256]:
    """Photos that are not complete and were announced before a moment."""
    old = select(upload.c.sha256).where(upload.c.made_at < to_text(moment))
    return [Sha256(sha256) for sha256 in connection.execute(old).scalars()]


def note_stored(plain: Plain, photos: Collection[Complete], now: datetime) -> None:
    """To be called when the bytes are on disk, never before."""
    at = to_text(now)
    stored = [
        {"sha256": one.sha256, "size_bytes": one.size_bytes, "stored_at": at} for one in photos
    ]
    of_areas = [{"sha256": one.sha256, "area": one.area} for one in photos if one.area is not None]
    plain.many(_NOTE_STORED, stored)
    plain.many(_NOTE_AREA, of_areas)
    plain.many(_FORGET, [{"sha256": one.sha256} for one in photos])


def forget_upload(connection: Connection, sha256: Sha256) -> None:
    connection.execute(_FORGET_UPLOAD, {"sha256": sha256})


def give_up(connection: Connection, sha256s: Iterable[Sha256]) -> None:
    """Forgets photos on their way, and whom they were for."""
    for sha256 in sha256s:
        if stored_size(connection, sha256) is None:
            connection.execute(delete(photo_area).where(photo_area.c.sha256 == sha256))
        forget_upload(connection, sha256)


def thumbnail_of(connection: Connection, sha256: Sha256) -> bytes | None:
    query = select(stored_photo.c.thumbnail).where(stored_photo.c.sha256 == sha256)
    return connection.execute(query).scalar()


def keep_thumbnail(connection: Connection, sha256: Sha256, thumbnail: bytes) -> None:
    keep = update(stored_photo).where(stored_photo.c.sha256 == sha256)
    connection.execute(keep.values(thumbnail=thumbnail))
