"""The phone as a process that can be killed at any of its steps, and started again."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.device.transport.native import NativeTransport
from sync.client.local_store import LocalStore
from sync.client.transport import Request, Response, Transport
from tests.kills.broken_phone import PhoneFault, a_local_store, a_recorder, a_storage
from tests.kills.fault_points import FaultPoints, blows_of, count_steps, note, noted
from tests.kills.plan import Plan
from tests.kills.walk import Walk

TABLES = ("round", "observation", "photo", "recheck")


START, START_AGAIN = "start", "start again"


def live(*, folder: str, blows: list[dict[str, Any]], fault: str) -> None:
    """Goes on with the walk from where the last life ended, to its end or until it dies."""
    where = Path(folder)
    points = FaultPoints(where / "deaths")
    points.enters(START_AGAIN if noted(where / "promises") else START)
    count_steps(points, where)
    points.arm(blows_of(blows))
    asyncio.run(_live(where, points, PhoneFault(fault)))


async def _live(folder: Path, points: FaultPoints, fault: PhoneFault) -> None:
    storage = a_storage(fault, folder / "phone")
    await storage.open()
    local = a_local_store(fault, storage)
    transport = NativeTransport()
    walk = Walk(
        folder=folder,
        plan=Plan.read(folder),
        photos=storage.photos,
        local=local,
        recorder=a_recorder(fault, local, storage),
        transport=_CountedTransport(transport, points),
    )
    promised = {line["promised"] for line in noted(folder / "promises")}
    if await _has_lost(walk, promised, folder / "losses"):
        return
    await walk.remove_unused_photos()
    for name, (do, _) in walk.verbs.items():
        if name not in promised:
            points.enters(name)
            await do()
            note(folder / "promises", {"promised": name, "changes": _waiting_ids(local)})
            await asyncio.sleep(0)
    steps = [asdict(one) for one in points.passed]
    points.arm([])
    await _has_lost(walk, set(walk.verbs), folder / "losses")
    (folder / "end.json").write_text(json.dumps({**await _state(walk), "steps": steps}))
    transport.close()
    local.close()
    await storage.close()


async def _has_lost(walk: Walk, promised: set[str], losses: Path) -> bool:
    lost = await walk.broken() + await walk.missing_photos()
    verbs = walk.verbs
    for name in verbs:
        if name in promised and not verbs[name][1]():
            lost.append(f"promised: {name}")
    if lost:
        note(losses, {"lost": lost})
    return bool(lost)


def _waiting_ids(local: LocalStore) -> list[str]:
    return [row[0] for row in local.db.execute("SELECT change_id FROM outbox").fetchall()]


async def _state(walk: Walk) -> dict[str, Any]:
    """What the phone shows at the end, to be compared with the store's."""
    tables = {table: list(walk.local.db.query(f"SELECT * FROM {table}")) for table in TABLES}
    return {
        "tables": tables,
        "files": await walk.photos.names(),
        "device_id": walk.local.fact("device_id"),
        "is_all_sent": walk.store.waiting().is_all_sent,
    }


class _CountedTransport:
    """A request about to go out is a step, and so is an answer that has come."""

    def __init__(self, inner: Transport, points: FaultPoints) -> None:
        self._inner, self._points = inner, points

    async def request(self, request: Request) -> Response:
        self._points.passes("request out")
        answer = await self._inner.request(request)
        self._points.passes("answer in")
        return answer
