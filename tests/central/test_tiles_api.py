"""The base map as phones ask for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from sync.central.api.app import create_api
from sync.central.areas import Area, put_area
from sync.central.settings import BadSettings, read_settings
from sync.central.tiles.attribution import of_source
from sync.central.tiles.base_map import BaseMap, Source
from sync.central.tiles.importing import import_tiles
from sync.central.tiles.opening import open_base_map
from sync.central.tiles.provider import Provider
from sync.central.tiles.summary import tiles_for_briefing
from sync.central.tiles.tile_file import TileFile
from sync.domain.tiles import Tile, tile_at, tiles_of
from tests.central.a_store import KIRSEBERG, AStore, code_of
from tests.central.asking import Asking
from tests.central.some_tiles import (
    BLUE,
    KIRSEBERG_BOX,
    TileServer,
    a_picture,
    a_tile,
    a_tile_server,
    an_mbtiles,
)

BOX = KIRSEBERG_BOX
RING = [
    [BOX.west, BOX.south], [BOX.east, BOX.south], [BOX.east, BOX.north], [BOX.west, BOX.north],
    [BOX.west, BOX.south],
]  # fmt: skip
AREA = Area(code=KIRSEBERG, name="Kirseberg", outline={"type": "Polygon", "coordinates": [RING]})
MIDDLE = tile_at(BOX.centre, 13)


@pytest.fixture
def mapped(store: AStore, tmp_path: Path) -> AStore:
    """A store with a map of Kirseberg, zooms 12 and 13."""
    with store.services.engine.begin() as connection:
        put_area(connection, AREA)
    pictures = {tile: a_tile() for tile in tiles_of(BOX, (12, 13))}
    source = an_mbtiles(tmp_path / "a.mbtiles", {**pictures, MIDDLE: a_tile(BLUE)})
    import_tiles(source, store.services.base_map.file, [AREA])
    return store


def path_of(tile: Tile) -> str:
    return f"/api/v1/tiles/{tile.path}"


def test_anybody_gets_a_tile_and_may_keep_it_for_a_day(mapped: AStore) -> None:
    answer = mapped.ask("GET", path_of(MIDDLE))
    assert (answer.status_code, answer.content) == (200, a_tile(BLUE))
    assert answer.headers["content-type"] == "image/png"
    assert "max-age=86400" in answer.headers["cache-control"]


def test_a_tile_that_is_still_the_same_is_not_sent_again(mapped: AStore) -> None:
    tag = mapped.ask("GET", path_of(MIDDLE)).headers["etag"]
    again = mapped.ask("GET", path_of(MIDDLE), headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")


def test_rows_are_counted_from_the_north(mapped: AStore) -> None:
    with closing(sqlite3.connect(mapped.services.base_map.file.path)) as db:
        (row,) = db.execute(
            "SELECT tile_row FROM tiles WHERE tile_data = ?", [a_tile(BLUE)]
        ).fetchone()
    assert row == (1 << 13) - 1 - MIDDLE.y


def test_a_tile_of_another_programs_file_is_where_web_maps_have_it(
    store: AStore, tmp_path: Path
) -> None:
    """Kirsebergs torg: 12/2196/1283 by the formula of OpenStreetMap's wiki, row 2812 in MBTiles."""
    with store.services.engine.begin() as connection:
        put_area(connection, AREA)
    source = an_mbtiles(tmp_path / "a.mbtiles", {})
    with closing(sqlite3.connect(source)) as db, db:
        for row, picture in ((2812, a_tile(BLUE)), (2811, a_tile())):
            db.execute("INSERT INTO tiles VALUES (12, 2196, ?, ?)", [row, picture])
    import_tiles(source, store.services.base_map.file, [AREA])
    shown = [store.ask("GET", f"/api/v1/tiles/12/2196/{y}").content for y in (1283, 1284)]
    assert shown == [a_tile(BLUE), a_tile()]


@pytest.mark.parametrize("path", ["9/0/0", "3/8/0", "0/0/1"])
def test_where_there_is_no_map_the_answer_is_not_kept(mapped: AStore, path: str) -> None:
    answer = mapped.ask("GET", f"/api/v1/tiles/{path}")
    assert (answer.status_code, code_of(answer)) == (404, "not_found")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["99/0/0", "-1/0/0", "a/b/c", "5/1.5/2", "5/9999999999999/1"])
def test_what_is_no_tile_at_all_is_a_problem(mapped: AStore, path: str) -> None:
    assert mapped.ask("GET", f"/api/v1/tiles/{path}").status_code in (404, 422)


def test_a_store_without_a_map_says_so(store: AStore) -> None:
    assert store.ask("GET", path_of(MIDDLE)).status_code == 404
    assert store.ask("GET", "/api/v1/tiles/kirseberg").status_code == 404
    assert tiles_for_briefing(store.services.base_map, [AREA]) is None


def test_the_summary_says_what_a_download_will_be(mapped: AStore) -> None:
    told = mapped.ask("GET", "/api/v1/tiles/kirseberg").json()
    tiles = list(tiles_of(BOX, (12, 13)))
    assert told["count"] == len(tiles)
    assert told["bytes"] == (len(tiles) - 1) * len(a_tile()) + len(a_tile(BLUE))
    assert (told["min_zoom"], told["max_zoom"]) == (12, 13)
    assert told["attribution"] == "© Stadskartan"
    assert told["is_estimate"] is False
    assert told["version"]
    assert mapped.ask("GET", "/api/v1/tiles/atlantis").status_code == 404


def test_the_briefing_of_a_phone_has_the_map(mapped: AStore) -> None:
    phone = mapped.a_phone(KIRSEBERG)
    told = phone.ask("GET", "/api/v1/briefing").json()["tiles"]
    assert told["attribution"] == "© Stadskartan"
    assert (told["min_zoom"], told["max_zoom"]) == (12, 13)
    assert told["bytes"]["kirseberg"] > 0


def test_a_map_that_is_damaged_takes_nothing_else_down(mapped: AStore) -> None:
    path = mapped.services.base_map.file.path
    path.write_bytes(path.read_bytes()[:512] + b"rot" * 500)
    phone = mapped.a_phone(KIRSEBERG)
    assert mapped.ask("GET", path_of(MIDDLE)).status_code == 404
    assert phone.ask("GET", "/api/v1/briefing").json()["tiles"] is None


@pytest.fixture
def source() -> Iterator[TileServer]:
    with a_tile_server() as server:
        yield server


def with_source(store: AStore, server: TileServer) -> tuple[Asking, BaseMap]:
    with store.services.engine.begin() as connection:
        put_area(connection, AREA)
    provider = Provider(template=server.template, user_agent="Rundan/test")
    base_map = BaseMap(
        file=TileFile(store.folder),
        source=Source(provider=provider, attribution=of_source(server.template, "© Källan")),
    )
    services = replace(store.services, base_map=base_map)
    return Asking(create_api(services)), base_map


def test_a_tile_that_is_missing_is_asked_of_the_source_once(
    store: AStore, source: TileServer
) -> None:
    ask, base_map = with_source(store, source)
    for _ in range(3):
        assert ask("GET", path_of(MIDDLE)).content == a_tile()
    assert source.asked == [f"/{MIDDLE.path}.png"]
    assert base_map.file.read(MIDDLE) == a_tile()


def test_the_source_is_not_asked_for_the_rest_of_the_world(
    store: AStore, source: TileServer
) -> None:
    ask, _ = with_source(store, source)
    paris = Tile(zoom=13, x=4149, y=2818)
    assert ask("GET", path_of(paris)).status_code == 404
    assert ask("GET", "/api/v1/tiles/2/2/1").status_code == 404
    assert source.asked == []


@pytest.mark.parametrize(
    ("refusal", "wait_s"),
    [((429, {"Retry-After": "120"}, b""), 120), ((403, {}, b""), 3600), ((500, {}, b""), 10)],
)
def test_a_source_that_says_no_is_left_alone_for_a_while(
    store: AStore, source: TileServer, refusal: tuple[int, dict[str, str], bytes], wait_s: int
) -> None:
    ask, base_map = with_source(store, source)
    at = [1000.0]
    assert base_map.source is not None
    base_map.source.clock = lambda: at[0]
    source.answer = lambda _path: refusal
    first = ask("GET", path_of(MIDDLE))
    assert (first.status_code, code_of(first)) == (503, "unavailable")
    assert int(first.headers["retry-after"]) == wait_s
    source.answer = a_picture
    assert ask("GET", path_of(MIDDLE)).status_code == 503
    assert len(source.asked) == 1
    at[0] += wait_s + 1
    assert ask("GET", path_of(MIDDLE)).status_code == 200


def test_before_everything_has_been_fetched_the_size_is_an_estimate(
    store: AStore, source: TileServer
) -> None:
    ask, _ = with_source(store, source)
    told = ask("GET", "/api/v1/tiles/kirseberg").json()
    assert told["is_estimate"] is True
    assert told["bytes"] > 1_000_000
    assert told["attribution"] == "© Källan"


def test_the_source_is_a_setting(tmp_path: Path) -> None:
    env = {
        "RUNDAN_DATA": str(tmp_path),
        "RUNDAN_TILES_URL": "https://example.org/{z}/{x}/{y}.png?key=s3cret",
        "RUNDAN_TILES_ATTRIBUTION": "© Någon",
    }
    settings = read_settings(env)
    assert "s3cret" not in repr(settings)
    base_map = open_base_map(settings, "1.0")
    assert base_map.source is not None
    assert base_map.source.attribution == "© Någon"
    assert "s3cret" not in repr(base_map)


@pytest.mark.parametrize(
    "address", ["example.org", "https://example.org/s3cret", "https://u:s3cret@e.org/{z}/{x}/{y}"]
)
def test_a_source_that_cannot_be_is_named_without_its_key(address: str) -> None:
    with pytest.raises(BadSettings) as error:
        read_settings({"RUNDAN_TILES_URL": address})
    assert "RUNDAN_TILES_URL" in str(error.value)
    assert "s3cret" not in str(error.value)
