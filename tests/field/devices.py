"""The parts of a phone that a test holds in its hand: camera, place, pictures, a full disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import flet as ft

from app.device.camera import CameraError, TorchFailed
from app.device.growing_file import MemoryFile
from app.device.location import Fix, LocationDenied
from app.device.photo.source import BytesSource, PhotoSource
from app.device.sharing import Shared, SharedFile
from app.device.storage.errors import StorageFull
from app.device.storage.native import NativePhotos, NativeStorage
from app.field.look import Look
from sync.domain.geo import GeoPoint

KIRSEBERGS_TORG = GeoPoint(lat_deg=55.6110, lon_deg=13.0320, accuracy_m=8.0)


@dataclass
class HandCamera:
    """picture: what the next press on the shutter gives. before_picture: happens meanwhile."""

    picture: bytes = b""
    has_torch: bool = False
    is_torch_on: bool = False
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

    async def torch(self, on: bool) -> None:
        if not self.has_torch:
            raise TorchFailed
        self.is_torch_on = on


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

    def walk_to(self, point: GeoPoint, *, age_s: float = 0.0, is_mocked: bool = False) -> None:
        """age_s: how long ago the satellites were heard."""
        if self._on_fix is not None:
            taken_at = self.now() - timedelta(seconds=age_s)
            self._on_fix(Fix(point=point, taken_at=taken_at, is_mocked=is_mocked))

    def find_nothing(self) -> None:
        self._on_failure()


@dataclass
class HandPicker:
    """chosen: the file that is picked; None for a person who changes their mind."""

    chosen: bytes | None = None
    chosen_zip: bytes | None = None

    async def pick(self) -> PhotoSource | None:
        return None if self.chosen is None else BytesSource(self.chosen)

    async def photograph(self) -> PhotoSource | None:
        return await self.pick()

    async def pick_zip(self) -> bytes | None:
        return self.chosen_zip


@dataclass
class Looks:
    """How the app has looked, the latest last."""

    shown: list[Look] = field(default_factory=list)

    async def show(self, look: Look) -> None:
        self.shown.append(look)


@dataclass
class HandSignals:
    """given: how often something was told to be saved, with what was switched on then."""

    has_sound: bool = True
    has_vibration: bool = True
    given: list[tuple[bool, bool]] = field(default_factory=list)
    noticed_times: int = 0

    def noticed(self) -> None:
        self.noticed_times += 1

    def saved(self) -> None:
        self.given.append((self.has_sound, self.has_vibration))


@dataclass
class HandSharing:
    """answer: of the share sheet. left_by: how the page that was shown is left.

    shared, saved, shown, printed: what was given away so.
    """

    answer: Shared = Shared.DONE
    left_by: Shared = Shared.DONE
    can_show: bool = True
    shared: list[SharedFile] = field(default_factory=list)
    saved: list[SharedFile] = field(default_factory=list)
    shown: list[SharedFile] = field(default_factory=list)
    printed: list[SharedFile] = field(default_factory=list)
    hidden: int = 0
    while_shown: Callable[[], None] = lambda: None

    def new_file(self, name: str) -> MemoryFile:
        return MemoryFile()

    async def share(self, file: SharedFile, title: str) -> Shared:
        self.shared.append(file)
        return self.answer

    async def save(self, file: SharedFile) -> Shared:
        self.saved.append(file)
        return Shared.DONE

    async def show(self, page: SharedFile, title: str, *, close: str, help: str) -> Shared:
        if not self.can_show:
            return Shared.NOT_HERE
        self.shown.append(page)
        self.while_shown()
        return self.left_by

    async def hide(self) -> None:
        self.hidden += 1

    async def print(self, page: SharedFile, title: str) -> Shared:
        self.printed.append(page)
        return Shared.DONE if self.can_show else Shared.NOT_HERE


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
