"""Which photos the store has, on their way or complete, and which areas may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, select, update

from sync.central.engine import insert_new
from sync.central.tables import photo_area, stored_photo, upload
from sync.domain.ids import AreaCode, DeviceId, Sha256
from sync.domain.instants import to_text


def stored_size(connection: Connection, sha256: Sha256) -> int | None:
    """The size in bytes of a complete photo; None while it is not complete."""
    query = select(stored_photo.c.size_bytes).where(stored_photo.c.sha256 == sha256)
    return connection.execute(query).scalar()


def announced_length(connection: Connection, sha256: Sha256) -> int | None:
    """How many bytes a photo on its way will have; None when none was announced."""
    query = select(upload.c.length_bytes).where(upload.c.sha256 == sha256)
    return connection.execute(query).scalar()


def is_of_areas(connection: Connection, sha256: Sha256, areas: Collection[AreaCode]) -> bool:
    """True when the photo was sent, or is being sent, for one of `areas`."""
    of_areas = exists().where(photo_area.c.sha256 == sha256, photo_area.c.area.in_(areas))
    return bool(connection.execute(select(of_areas)).scalar())


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


def note_stored(connection: Connection, sha256: Sha256, size: int, now: datetime) -> None:
    """To be called when the bytes are on disk, never before."""
    row = {"sha256": sha256, "size_bytes": size, "stored_at": to_text(now)}
    insert_new(connection, stored_photo, row)
    forget_upload(connection, sha256)


def forget_upload(connection: Connection, sha256: Sha256) -> None:
    connection.execute(delete(upload).where(upload.c.sha256 == sha256))


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
