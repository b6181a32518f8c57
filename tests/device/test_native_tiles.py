"""The tiles of a packaged app: kept in a folder, given to its map by a server of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from app.device.native_tiles import EMPTY_PNG, NativeTiles
from app.device.tiles import Kept, TilesLater, TilesNotReached
from app.device.transport.native import NativeTransport
from sync.domain.tiles import Tile
from tests.central.some_tiles import TileServer, a_picture, a_tile, a_tile_server

TILE = Tile(zoom=14, x=8785, y=5133)
OTHER = Tile(zoom=14, x=8786, y=5133)


@pytest.fixture
def server() -> Iterator[TileServer]:
    with a_tile_server() as running:
        yield running


@pytest.fixture
def tiles(tmp_path: Path, server: TileServer) -> Iterator[NativeTiles]:
    transport = NativeTransport()
    made = NativeTiles(tmp_path / "tiles", f"http://127.0.0.1:{server.port}", transport)
    yield made
    made.close()
    transport.close()


def shown(tiles: NativeTiles, tile: Tile, version: str = "a") -> requests.Response:
    """What the map gets for this tile."""
    address = tiles.template(version)
    for name, number in (("{z}", tile.zoom), ("{x}", tile.x), ("{y}", tile.y)):
        address = address.replace(name, str(number))
    return requests.get(address, timeout=5)


def keep(tiles: NativeTiles, *wanted: Tile, version: str = "a") -> Kept:
    return asyncio.run(tiles.keep(wanted, version))


def test_a_tile_that_is_kept_is_shown_without_the_store(
    tiles: NativeTiles, server: TileServer
) -> None:
    assert keep(tiles, TILE, OTHER) == Kept(count=2, size_bytes=2 * len(a_tile()))
    server.answer = lambda _path: (500, {}, b"")
    asked = len(server.asked)
    answer = shown(tiles, TILE)
    assert (answer.status_code, answer.content) == (200, a_tile())
    assert answer.headers["content-type"] == "image/png"
    assert len(server.asked) == asked


def test_what_is_kept_is_not_fetched_again(tiles: NativeTiles, server: TileServer) -> None:
    keep(tiles, TILE)
    keep(tiles, TILE, OTHER)
    assert len(server.asked) == 2


def test_a_tile_that_is_not_kept_comes_from_the_store(
    tiles: NativeTiles, server: TileServer
) -> None:
    assert shown(tiles, TILE).content == a_tile()
    for no_tile in (
        (404, {}, b""),
        (200, {"Content-Type": "text/html"}, b"<html>log in to the network"),
        (302, {"Location": f"http://127.0.0.1:{server.port}/{TILE.path}"}, b""),
    ):
        asked = len(server.asked)
        server.answer = lambda _path, no_tile=no_tile: no_tile
        assert shown(tiles, OTHER).content == EMPTY_PNG
        assert len(server.asked) == asked + 1, "nobody is sent on"


def test_nobody_else_on_the_phone_gets_a_tile(tiles: NativeTiles) -> None:
    keep(tiles, TILE)
    template = tiles.template("a")
    port, secret = template.split(":")[2].split("/")[:2]
    for path in (f"/{TILE.path}", f"/wrong/{TILE.path}", "/", f"/{secret}/../../etc/passwd"):
        assert requests.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((503, {"Retry-After": "7"}, b""), TilesLater),
        ((500, {}, b""), TilesNotReached),
        ((200, {"Content-Type": "text/html"}, b"<html>log in to the network"), TilesNotReached),
    ],
)
def test_what_is_no_tile_is_never_kept(
    tiles: NativeTiles,
    server: TileServer,
    answer: tuple[int, dict[str, str], bytes],
    error: type[Exception],
) -> None:
    server.answer = lambda _path: answer
    with pytest.raises(error):
        keep(tiles, TILE)
    server.answer = a_picture
    assert keep(tiles, TILE).count == 1


def test_where_there_is_no_map_nothing_is_kept(tiles: NativeTiles, server: TileServer) -> None:
    server.answer = lambda _path: (404, {}, b"")
    assert keep(tiles, TILE) == Kept(count=0, size_bytes=0, missing=1)


def test_forgetting_takes_everything_or_all_but_one_version(
    tiles: NativeTiles, tmp_path: Path
) -> None:
    keep(tiles, TILE, version="a")
    keep(tiles, TILE, version="b")
    asyncio.run(tiles.forget("b"))
    assert [one.name for one in (tmp_path / "tiles").iterdir()] == ["b"]
    asyncio.run(tiles.forget())
    assert list((tmp_path / "tiles").iterdir()) == []


def test_a_version_is_never_a_path(tiles: NativeTiles, tmp_path: Path) -> None:
    keep(tiles, TILE, version="../../escaped")
    assert [one.name for one in (tmp_path / "tiles").iterdir()] == ["escaped"]
