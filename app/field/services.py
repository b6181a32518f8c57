"""What the field app's models work with, once the phone's storage is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.device.camera import Camera
from app.device.location import Location
from app.device.photo.codec import PhotoCodec
from app.device.picker import Picker
from app.device.storage.protocol import Storage
from sync.client.local_store import LocalStore
from sync.client.recorder import Recorder
from sync.client.transport import Transport
from sync.client.walk_store import WalkStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """now: the wall clock, aware. random: n random bytes. base_url: of the store, no slash."""

    storage: Storage
    local: LocalStore
    walk: WalkStore
    recorder: Recorder
    codec: PhotoCodec
    picker: Picker
    camera: Camera
    location: Location
    transport: Transport
    base_url: str
    now: Callable[[], datetime]
    random: Callable[[int], bytes]
