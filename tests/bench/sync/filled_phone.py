"""A phone that has just joined, in a process of its own: how long until it has its areas.

The argument, JSON: folder; store (its url, for joining); through (the url it syncs by); code.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.device.storage.native import NativeStorage
from app.device.transport.native import NativeTransport
from sync.client.engine import SyncEngine
from sync.client.enrolment import enrol
from sync.client.local_store import LocalStore
from sync.client.own_store import own_store
from sync.client.store_api import StoreApi


async def run(given: dict[str, Any]) -> dict[str, Any]:
    storage = NativeStorage(Path(given["folder"]))
    await storage.open()
    local = LocalStore(
        storage.database_path, pragmas=storage.pragmas, now=lambda: datetime.now(UTC)
    )
    transport = NativeTransport()
    nobody = StoreApi(base_url=given["store"], token=None, transport=transport)
    await enrol(local, nobody, code=given["code"], nickname="Sam", random=os.urandom)
    engine = SyncEngine(
        local=local,
        api=own_store(local, given["through"], transport),
        photos=storage.photos,
        flush=storage.flush,
    )
    say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    began = time.monotonic()
    result = await engine.round()
    ended = time.monotonic()
    (observations,) = local.db.execute("SELECT COUNT(*) FROM observation").fetchone()
    transport.close()
    local.close()
    await storage.close()
    return {
        "began": began, "ended": ended, "changes": result.fetched, "observations": observations
    }  # fmt: skip


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    say(json.dumps(asyncio.run(run(json.loads(sys.argv[1])))))
