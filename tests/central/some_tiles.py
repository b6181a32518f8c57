"""Maps made to order: MBTiles files, solid tiles, and a tile server of this machine."""

from __future__ import annotations

import io
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image

from sync.domain.geo import GeoBox
from sync.domain.tiles import Tile, tiles_of

KIRSEBERG_BOX = GeoBox(south=55.594, west=13.020, north=55.632, east=13.075)
RED, GREEN, BLUE = (200, 30, 30), (30, 160, 60), (40, 80, 200)


def a_tile(colour: tuple[int, int, int] = RED, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(out, kind)
    return out.getvalue()


def tiles_around(box: GeoBox = KIRSEBERG_BOX, *zooms: int) -> dict[Tile, bytes]:
    picture = a_tile()
    return {tile: picture for tile in tiles_of(box, zooms or (12, 13))}


def an_mbtiles(
    path: Path,
    tiles: Mapping[Tile, bytes] | None = None,
    *,
    without: Iterable[str] = (),
    **metadata: str,
) -> Path:
    """A file as other programs write them: rows from the south."""
    facts = {"name": "Prov", "format": "png", "attribution": "© Stadskartan", **metadata}
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        db.execute(
            "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, "
            "tile_row INTEGER, tile_data BLOB)"
        )
        db.executemany("INSERT INTO metadata VALUES (?, ?)", facts.items())
        rows = (tiles_around() if tiles is None else tiles).items()
        db.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)",
            [(tile.zoom, tile.x, (1 << tile.zoom) - 1 - tile.y, data) for tile, data in rows],
        )
        for name in without:
            db.execute(f"DROP TABLE {name}")
    return path


@dataclass
class TileServer:
    """answers: what a path is answered with, (status, headers, body). asked: when, and by whom."""

    answer: Callable[[str], tuple[int, dict[str, str], bytes]]
    port: int = 0
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    @property
    def template(self) -> str:
        return f"http://127.0.0.1:{self.port}/{{z}}/{{x}}/{{y}}.png"


def a_picture(_path: str) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "image/png"}, a_tile()


@contextmanager
def a_tile_server(
    answer: Callable[[str], tuple[int, dict[str, str], bytes]] = a_picture,
) -> Iterator[TileServer]:
    told = TileServer(answer=answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            told.agents.add(self.headers.get("User-Agent", ""))
            status, headers, body = told.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
