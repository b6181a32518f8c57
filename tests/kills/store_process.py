"""The store as a process that can be killed at any of its steps, and started again."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
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
from tests.kills.fault_points import Blow, FaultPoints, count_steps

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ARM = "/fault-points/arm"


def serve(*, folder: str, port: int, blow: dict[str, Any], fault: str) -> None:
    """Until it is killed: at that step after its start, or as it is armed later."""
    where = Path(folder)
    points = FaultPoints(where / "deaths")
    count_steps(points, where)
    points.arm(Blow(**blow))
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
            self._points.arm(Blow(**json.loads((await receive())["body"])))
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": json.dumps(passed).encode()})
            return

        async def counted(message: Message) -> None:
            self._points.passes(f"answer {message['type'].rpartition('.')[2]}")
            await send(message)

        self._points.passes("request in")
        await self._app(scope, receive, counted)
        self._points.passes("answer out")
