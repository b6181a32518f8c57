"""The store as a process that can be killed at any of its steps, and started again."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from sync.central.api.app import create_api
from sync.central.api.services import open_services
from sync.central.composition import ABANDONED_AFTER
from sync.central.engine import migrate, open_engine
from tests.central.a_store import DATABASE
from tests.kills.broken_store import StoreFault, services_with
from tests.kills.fault_points import FaultPoints, Step, blows_of, count_steps

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ARM = "/fault-points/arm"
_ID = re.compile(r"[0-9a-f-]{36,64}")


def serve(*, folder: str, port: int, blows: list[dict[str, Any]], fault: str) -> None:
    """Until it is killed: by one of those blows, or as it is armed later."""
    where = Path(folder)
    points = FaultPoints(where / "deaths")
    points.enters("start")
    count_steps(points, where)
    points.arm(blows_of(blows))
    engine = open_engine(f"sqlite:///{where / DATABASE}")
    migrate(engine)
    services = open_services(
        engine=engine,
        data_folder=where,
        version="0.0.0",
        now=lambda: datetime.now(UTC),
        random=os.urandom,
    )
    services.uploads.sweep(ABANDONED_AFTER)
    app = create_api(services_with(StoreFault(fault), services))
    config = uvicorn.Config(
        _CountedApp(app, points),
        host="127.0.0.1",
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
    )
    uvicorn.Server(config).run()


class _CountedApp:
    """A request that has come and an answer that goes out are steps too."""

    def __init__(self, app: Any, points: FaultPoints) -> None:
        self._app, self._points = app, points

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == ARM:
            passed = self._points.passed
            self._points.arm(blows_of(json.loads((await receive())["body"])))
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": _json(passed)})
            return

        async def counted(message: Message) -> None:
            self._points.passes(f"answer {message['type'].rpartition('.')[2]}")
            await send(message)

        self._points.enters(f"{scope['method']} {_ID.sub('…', scope['path'])}")
        self._points.passes("request in")
        await self._app(scope, receive, counted)
        self._points.passes("answer out")


def _json(steps: Sequence[Step]) -> bytes:
    return json.dumps([asdict(one) for one in steps]).encode()
