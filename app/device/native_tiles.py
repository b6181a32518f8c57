"""Tiles in a folder of a packaged app, given to its map by a server that only this phone reaches.

Its address holds a secret, so that no other app on the phone reads what area somebody walks in.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import secrets
import shutil
import threading
from base64 import b64decode
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from app.device.tiles import Kept, TilesLater, TilesNoRoom, TilesNotReached, tile_path
from sync.client.transport import Request, Response, Transport, TransportError
from sync.domain.tiles import Tile

log = logging.getLogger(__name__)

AT_ONCE = 4
TIMEOUT_S = 15.0
EMPTY_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNgYAAAAAMAASsJTYQAAAAASUVORK5CYII="
)
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class NativeTiles:
    """folder: for the tiles alone. The server starts when the map first asks for its address."""

    def __init__(self, folder: Path, base_url: str, transport: Transport) -> None:
        self._folder, self._base_url, self._transport = folder, base_url, transport
        self._secret = secrets.token_urlsafe(12)
        self._server: ThreadingHTTPServer | None = None

    def template(self, version: str) -> str:
        if self._server is None:
            self._server = self._serve()
        port = self._server.server_port
        return f"http://127.0.0.1:{port}/{self._secret}/{{z}}/{{x}}/{{y}}?v={version}"

    async def keep(self, tiles: Sequence[Tile], version: str) -> Kept:
        slots = asyncio.Semaphore(AT_ONCE)

        async def one(tile: Tile) -> Kept:
            async with slots:
                return await self._keep_one(tile, version)

        kept = Kept(count=0, size_bytes=0)
        for each in await asyncio.gather(*(one(tile) for tile in tiles)):
            kept += each
        return kept

    async def forget(self, but_version: str | None = None) -> None:
        if not self._folder.is_dir():
            return
        for of_version in self._folder.iterdir():
            if of_version.name != but_version:
                await asyncio.to_thread(shutil.rmtree, of_version)

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    async def _keep_one(self, tile: Tile, version: str) -> Kept:
        path = self._path(tile, version)
        if path.is_file():
            return Kept(count=1, size_bytes=path.stat().st_size)
        request = Request(
            method="GET", url=self._base_url + tile_path(tile, version), timeout_s=TIMEOUT_S
        )
        try:
            answer = await self._transport.request(request)
        except TransportError as error:
            raise TilesNotReached(str(error)) from error
        if answer.status == 404:
            return Kept(count=0, size_bytes=0, missing=1)
        _check(answer)
        try:
            await asyncio.to_thread(_write, path, answer.body)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise TilesNoRoom from error
            raise
        return Kept(count=1, size_bytes=len(answer.body))

    def _path(self, tile: Tile, version: str) -> Path:
        return self._folder / _safe(version) / str(tile.zoom) / str(tile.x) / str(tile.y)

    def _serve(self) -> ThreadingHTTPServer:
        tiles = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                picture = tiles._asked(self.path)
                self.send_response(404 if picture is None else 200)
                self.send_header("Content-Type", _media_type(picture or b""))
                self.send_header("Content-Length", str(len(picture or b"")))
                self.end_headers()
                self.wfile.write(picture or b"")

            def log_message(self, *_: object) -> None:
                """Where somebody looks on the map is nobody's business."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, name="tiles", daemon=True).start()
        return server

    def _asked(self, path: str) -> bytes | None:
        """None for whoever does not know the secret."""
        where, _, query = path.partition("?")
        _, secret, *numbers = where.split("/")
        if not secrets.compare_digest(secret.encode(), self._secret.encode()):
            return None
        try:
            zoom, x, y = (int(number) for number in numbers)
            tile = Tile(zoom=zoom, x=x, y=y)
        except ValueError:
            return None
        version = query.removeprefix("v=")
        kept = self._path(tile, version)
        return kept.read_bytes() if kept.is_file() else self._from_store(tile, version)

    def _from_store(self, tile: Tile, version: str) -> bytes:
        """An empty tile when there is no contact: the map shows its outlines there."""
        url = self._base_url + tile_path(tile, version)
        try:
            answer = requests.get(url, timeout=TIMEOUT_S, allow_redirects=False)
        except requests.RequestException as error:
            log.info("no tile: %s", type(error).__name__)
            return EMPTY_PNG
        return answer.content if _is_tile(answer.status_code, answer.headers) else EMPTY_PNG


def _check(answer: Response) -> None:
    if answer.status in (429, 503):
        wait = answer.headers.get("retry-after", "")
        raise TilesLater(float(wait) if wait.isdecimal() else 60.0)
    if not _is_tile(answer.status, answer.headers):
        raise TilesNotReached(f"an answer {answer.status} that is no tile")


def _is_tile(status: int, headers: Mapping[str, str]) -> bool:
    return status == 200 and headers.get("content-type", "").startswith("image/")


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a tile that is there is never asked for again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _safe(version: str) -> str:
    return "".join(letter for letter in version if letter.isalnum())[:40] or "0"


def _media_type(picture: bytes) -> str:
    if picture.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/webp" if picture.startswith(b"RIFF") else "image/png"
