"""The parts of a phone that a test holds in its hand: camera, place, pictures, a full disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import flet as ft

from app.device.camera import CameraError
from app.device.location import Fix, LocationDenied
from app.device.photo.source import BytesSource, PhotoSource
from app.device.storage.errors import StorageFull
from app.device.storage.native import NativePhotos, NativeStorage
from sync.domain.geo import GeoPoint

KIRSEBERGS_TORG = GeoPoint(lat_deg=55.6110, lon_deg=13.0320, accuracy_m=8.0)


@dataclass
class HandCamera:
    """picture: what the next press on the shutter gives. before_picture: happens meanwhile."""

    picture: bytes = b""
    fails: CameraError | None = None
    before_picture: Callable[[], None] = lambda: None

    @property
    def preview(self) -> ft.Control:
        return ft.Container()

    async def open(self) -> None:
        if self.fails is not None:
            raise self.fails

    async def take(self) -> bytes:
        self.before_picture()
        if self.fails is not None:
            raise self.fails
        return self.picture


@dataclass
class HandLocation:
    """walk_to() is what the satellites say; nobody hears it who has not asked."""

    now: Callable[[], datetime]
    is_denied: bool = False
    is_broken: bool = False
    _on_fix: Callable[[Fix], None] | None = None
    _on_failure: Callable[[], None] = lambda: None

    @property
    def is_listening(self) -> bool:
        return self._on_fix is not None

    async def start(self, on_fix: Callable[[Fix], None], on_failure: Callable[[], None]) -> None:
        if self.is_denied:
            raise LocationDenied
        if self.is_broken:
            raise TimeoutError
        self._on_fix, self._on_failure = on_fix, on_failure

    async def stop(self) -> None:
        self._on_fix = None

    def walk_to(self, point: GeoPoint) -> None:
        if self._on_fix is not None:
            self._on_fix(Fix(point=point, taken_at=self.now()))

    def find_nothing(self) -> None:
        self._on_failure()


@dataclass
class HandPicker:
    """chosen: the file that is picked; None for a person who changes their mind."""

    chosen: bytes | None = None

    async def pick(self) -> PhotoSource | None:
        return None if self.chosen is None else BytesSource(self.chosen)

    async def photograph(self) -> PhotoSource | None:
        return await self.pick()


@dataclass
class Room:
    """What there is room for on the phone."""

    for_photos: bool = True
    for_flushing: bool = True


class CrampedPhotos(NativePhotos):
    def __init__(self, folder: Path, room: Room) -> None:
        super().__init__(folder)
        self._room = room

    async def write(self, name: str, content: bytes) -> None:
        if not self._room.for_photos:
            raise StorageFull("no room for photos")
        await super().write(name, content)


class CrampedStorage(NativeStorage):
    """A folder whose disk is full when `room` says so."""

    def __init__(self, folder: Path, room: Room) -> None:
        super().__init__(folder)
        self.photos = CrampedPhotos(folder / "photos", room)
        self._room = room

    async def flush(self) -> None:
        if not self._room.for_flushing:
            raise StorageFull("no room to flush")


@dataclass
class History:
    """The paths that the browser's history was given."""

    paths: list[str] = field(default_factory=list)

    async def push(self, path: str) -> None:
        self.paths.append(path)
