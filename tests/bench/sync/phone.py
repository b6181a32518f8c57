"""One phone in a process of its own: the engine, storage and transport of a packaged app.

The argument, JSON: folder; store (its url); through (the url it syncs by, a link's or the store's);
code; quiet_rounds (after all is sent);
records; photos_each; photo_bytes; streams (photos at a time, None: as the app has it).
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.device.storage.native import NativeStorage
from app.device.transport.native import NativeTransport
from sync.client import engine as engine_module
from sync.client.engine import SyncEngine
from sync.client.errors import SyncError
from sync.client.local_store import LocalStore
from sync.client.photo_queue import PhotoQueue
from sync.client.store_api import StoreApi
from tests.bench.sync.round_on_a_phone import enrolled, fill

MOST_ROUNDS = 500
PAUSE_S = 0.02
"""Before a round after one that failed; a phone waits longer, which would only measure waiting."""


@dataclass(slots=True)
class Milestones:
    """Seconds since the clock of the machine started, as all processes here read it."""

    local: LocalStore
    began: float = 0.0
    cpu_before: float = 0.0
    first_record: float | None = None
    last_record: float | None = None
    waiting: int = field(default=0)

    def begin(self) -> None:
        self.waiting = self._waiting()
        self.cpu_before = time.process_time()
        self.began = time.monotonic()

    def look(self) -> None:
        if self.last_record is not None:
            return
        waiting = self._waiting()
        if self.first_record is None and waiting < self.waiting:
            self.first_record = time.monotonic()
        if waiting == 0:
            self.last_record = time.monotonic()

    def _waiting(self) -> int:
        return int(self.local.db.execute("SELECT COUNT(*) FROM outbox").fetchone()[0])


async def run(given: dict[str, Any]) -> dict[str, Any]:
    if given.get("streams") is not None:
        engine_module.PHOTOS_AT_A_TIME = given["streams"]
    storage = NativeStorage(Path(given["folder"]))
    await storage.open()
    local = LocalStore(
        storage.database_path, pragmas=storage.pragmas, now=lambda: datetime.now(UTC)
    )
    token = await enrolled(local, store=given["store"], code=given["code"], storage=storage)
    await fill(
        local,
        storage,
        records=given["records"],
        photos_each=given["photos_each"],
        photo_bytes=given["photo_bytes"],
    )
    transport = NativeTransport()
    milestones = Milestones(local)
    engine = SyncEngine(
        local=local,
        api=StoreApi(base_url=given["through"], token=token, transport=transport),
        photos=storage.photos,
        flush=storage.flush,
        progress=milestones.look,
    )
    say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    milestones.begin()
    rounds = await _until_all_is_sent(engine, local)
    ended, cpu_s = time.monotonic(), time.process_time() - milestones.cpu_before
    for _ in range(given.get("quiet_rounds", 0)):
        await engine.round()
    left = len(PhotoQueue(local).waiting())
    transport.close()
    local.close()
    await storage.close()
    return {
        "began": milestones.began,
        "ended": ended,
        "cpu_s": cpu_s,
        "first_record": milestones.first_record,
        "last_record": milestones.last_record,
        "rounds": rounds,
        "photos_left": left,
    }


async def _until_all_is_sent(engine: SyncEngine, local: LocalStore) -> int:
    for number in range(1, MOST_ROUNDS + 1):
        try:
            await engine.round()
        except SyncError:
            await asyncio.sleep(PAUSE_S)
            continue
        if not PhotoQueue(local).waiting():
            return number
        await asyncio.sleep(PAUSE_S)
    return MOST_ROUNDS


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    say(json.dumps(asyncio.run(run(json.loads(sys.argv[1])))))
