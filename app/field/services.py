"""What the field app's models work with, once the phone's storage is open."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.device.camera import Camera
from app.device.connectivity import AskLink
from app.device.location import Location
from app.device.permissions import AskPermission
from app.device.photo.codec import PhotoCodec
from app.device.picker import Picker
from app.device.room import AskRoom
from app.device.sharing import Sharing
from app.device.signals import Signals
from app.device.storage.protocol import Storage
from app.device.tiles import MapTiles
from sync.client.kept_photos import confirmed_photos, photos_in_drafts
from sync.client.local_store import LocalStore
from sync.client.own_store import own_store
from sync.client.recorder import Recorder
from sync.client.store_api import StoreApi
from sync.client.transport import Transport
from sync.client.walk_store import WalkStore
from sync.domain.instants import from_text

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """now: the wall clock, aware. random: n random bytes. base_url: of the store, no slash.

    persist: asks the browser not to clear what is kept here; True where it promises.
    """

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
    persist: Callable[[], Awaitable[bool]]
    signals: Signals
    ask_link: AskLink
    ask_room: AskRoom
    ask_permission: AskPermission
    tiles: MapTiles
    sharing: Sharing

    @property
    def store_api(self) -> StoreApi:
        """The store, asked as this phone."""
        return own_store(self.local, self.base_url, self.transport)

    async def ask_to_keep(self) -> None:
        """Nothing follows from a no: the person is told of storage that forgets, not of this."""
        if not await self.persist():
            log.info("the browser does not promise to keep what is stored")

    async def remove_unused_photos(self) -> None:
        """Deletes the files of photos that were taken but never saved with a defect."""
        known = self.walk.known_photos()
        for name in await self.storage.photos.names():
            if name.split(".")[0] not in known:
                await self.storage.photos.delete(name)

    async def sweep_photos(self, keep_days: int) -> int:
        """Deletes the files of photos that the store has had for so long; returns how many.

        What the store has not confirmed stays, and so does what is in a draft. Both moments are of
        the store's clock: no photo goes because the phone's jumped ahead.
        """
        synced_at = self.local.fact("synced_at")
        if synced_at is None:
            return 0
        before = from_text(synced_at) - timedelta(days=keep_days)
        wanted = photos_in_drafts(self.local)
        gone = {sha256 for sha256 in confirmed_photos(self.local, before) if sha256 not in wanted}
        if not gone:
            return 0
        swept = [n for n in await self.storage.photos.names() if n.split(".")[0] in gone]
        for name in swept:
            await self.storage.photos.delete(name)
        return sum("." not in name for name in swept)
