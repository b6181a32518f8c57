"""The short way: what phones ask all the time goes straight to its handler.

FastAPI describes the routes of these routers like all others. On the way to a handler, though, it
looks through every route there is and hops between threads for every dependency, which takes the
store several times longer than the photo itself (docs/sync-speed.md). So its routing is passed by
here; the handlers are the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from inspect import signature

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sync.central.problems import DISK_FAULTS, Problem, disk_failed, problem_response

Handler = Callable[[Request], Awaitable[Response]]


class ShortWay:
    """For those routes of these routers whose handlers take a request and nothing else, and whose
    path is fixed or ends in its one parameter. All others are left to FastAPI."""

    def __init__(self, app: ASGIApp, routers: Iterable[APIRouter]) -> None:
        self._app = app
        self._fixed: dict[tuple[str, str], Handler] = {}
        self._named: dict[tuple[str, str], tuple[str, Handler]] = {}
        for router in routers:
            for route in router.routes:
                assert isinstance(route, APIRoute)
                self._add(route)

    def _add(self, route: APIRoute) -> None:
        folder, _, last = route.path.rpartition("/")
        if "{" in folder or list(signature(route.endpoint).parameters) != ["request"]:
            return  # FastAPI answers it
        for method in route.methods or ():
            if last.startswith("{"):
                self._named[method, folder] = last.strip("{}"), route.endpoint
            else:
                self._fixed[method, route.path] = route.endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = self._handler(scope) if scope["type"] == "http" else None
        if handler is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await handler(request)
        except Problem as problem:
            response = problem_response(problem)
        except DISK_FAULTS as error:
            response = disk_failed(request, error)
        await response(scope, receive, send)

    def _handler(self, scope: Scope) -> Handler | None:
        method, path = scope["method"], scope["path"]
        fixed = self._fixed.get((method, path))
        if fixed is not None:
            return fixed
        folder, _, last = path.rpartition("/")
        name, handler = self._named.get((method, folder), ("", None))
        if handler is not None and last:
            scope["path_params"] = {name: last}
            return handler
        return None
