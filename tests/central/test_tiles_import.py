"""Taking a map into the store: good files, bad files, and a store that runs meanwhile."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sync.central.commands import tiles as command
from sync.central.composition import ASSETS, areas_from_file
from sync.central.tiles.importing import NotAMap, import_tiles
from sync.central.tiles.tile_file import TileFile
from sync.domain.geo import GeoBox
from sync.domain.tiles import Tile, tile_at, tiles_of
from tests.central.some_tiles import BLUE, KIRSEBERG_BOX, a_tile, an_mbtiles, tiles_around

AREAS = areas_from_file(ASSETS / "areas.json")
STOCKHOLM = GeoBox(south=59.30, west=18.0, north=59.35, east=18.1)
MIDDLE = tile_at(KIRSEBERG_BOX.centre, 13)


@pytest.fixture
def file(tmp_path: Path) -> TileFile:
    folder = tmp_path / "store"
    folder.mkdir()
    return TileFile(folder)


def test_a_map_of_the_area_is_taken_with_all_its_tiles(tmp_path: Path, file: TileFile) -> None:
    tiles = tiles_around()
    imported = import_tiles(an_mbtiles(tmp_path / "a.mbtiles", tiles), file, AREAS)
    assert imported.count == len(tiles)
    assert (imported.min_zoom, imported.max_zoom) == (12, 13)
    assert "Kirseberg" in imported.areas
    assert imported.attribution == "© Stadskartan"
    assert all(file.read(tile) == data for tile, data in tiles.items())


def test_a_tile_in_the_south_of_the_file_is_in_the_south_of_the_map(
    tmp_path: Path, file: TileFile
) -> None:
    """MBTiles counts rows from the south, web maps from the north."""
    north, south = Tile(zoom=13, x=MIDDLE.x, y=MIDDLE.y), Tile(zoom=13, x=MIDDLE.x, y=MIDDLE.y + 1)
    source = an_mbtiles(tmp_path / "a.mbtiles", {north: a_tile(), south: a_tile(BLUE)})
    import_tiles(source, file, AREAS)
    with closing(sqlite3.connect(source)) as db:
        rows = dict(db.execute("SELECT tile_data, tile_row FROM tiles"))
    assert rows[a_tile(BLUE)] == rows[a_tile()] - 1
    assert (file.read(north), file.read(south)) == (a_tile(), a_tile(BLUE))


def test_a_file_that_says_it_counts_from_the_north_is_believed(
    tmp_path: Path, file: TileFile
) -> None:
    upside_down = Tile(zoom=13, x=MIDDLE.x, y=MIDDLE.tms_row)
    source = an_mbtiles(tmp_path / "a.mbtiles", {upside_down: a_tile()}, scheme="xyz")
    import_tiles(source, file, AREAS)
    assert file.read(MIDDLE) == a_tile()


def test_a_file_with_a_view_over_shared_pictures_is_taken(tmp_path: Path, file: TileFile) -> None:
    source = tmp_path / "shared.mbtiles"
    with closing(sqlite3.connect(source)) as db, db:
        db.executescript(
            """
            CREATE TABLE metadata (name TEXT, value TEXT);
            CREATE TABLE images (tile_id TEXT, tile_data BLOB);
            CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER,
                tile_id TEXT);
            CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, tile_data
                FROM map JOIN images USING (tile_id);
            """
        )
        db.execute("INSERT INTO images VALUES ('same', ?)", [a_tile()])
        for tile in tiles_of(KIRSEBERG_BOX, [12]):
            place = [tile.zoom, tile.x, tile.tms_row, "same"]
            db.execute("INSERT INTO map VALUES (?, ?, ?, ?)", place)
    import_tiles(source, file, AREAS)
    file.add(MIDDLE, a_tile(BLUE))
    assert file.read(MIDDLE) == a_tile(BLUE)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_photographs_from_the_air_are_taken_too(tmp_path: Path, file: TileFile, kind: str) -> None:
    picture = a_tile(kind=kind)
    import_tiles(an_mbtiles(tmp_path / "a.mbtiles", {MIDDLE: picture}), file, AREAS)
    assert file.read(MIDDLE) == picture


def _text(path: Path) -> None:
    path.write_text("a map, honestly")


def _vector(path: Path) -> None:
    an_mbtiles(path, {MIDDLE: gzip.compress(b"\x1a\x00")}, format="pbf")


def _secret_vector(path: Path) -> None:
    an_mbtiles(path, {MIDDLE: gzip.compress(b"\x1a\x00")})


def _elsewhere(path: Path) -> None:
    an_mbtiles(path, tiles_around(STOCKHOLM), bounds="13.0,55.5,13.1,55.7")


def _cut_off(path: Path) -> None:
    an_mbtiles(path, {tile: a_tile() for tile in tiles_of(KIRSEBERG_BOX, range(12, 16))})
    path.write_bytes(path.read_bytes()[:9000])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "finns inte"),
        (Path.mkdir, "är ingen fil"),
        (_text, "ingen MBTiles-fil"),
        (lambda path: path.write_bytes(b""), "ingen MBTiles-fil"),
        (lambda path: an_mbtiles(path, without=["tiles"]), "tiles saknas"),
        (lambda path: an_mbtiles(path, without=["metadata"]), "metadata saknas"),
        (lambda path: an_mbtiles(path, {}), "inga kartrutor"),
        (_vector, "vektorrutor"),
        (_secret_vector, "vektorrutor"),
        (lambda path: an_mbtiles(path, {MIDDLE: b"GIF89a nothing"}), "ingen bild"),
        (_elsewhere, "visar inget av områdena"),
        (_cut_off, "går inte att läsa"),
    ],
)
def test_what_is_no_map_of_here_is_refused_with_a_sentence_and_the_old_map_stays(
    tmp_path: Path, file: TileFile, make: Callable[[Path], object], says: str
) -> None:
    import_tiles(an_mbtiles(tmp_path / "old.mbtiles", {MIDDLE: a_tile()}), file, AREAS)
    before = file.version
    bad = tmp_path / "new.mbtiles"
    make(bad)
    with pytest.raises(NotAMap, match=says):
        import_tiles(bad, file, AREAS)
    assert (file.read(MIDDLE), file.version) == (a_tile(), before)
    assert not file.part.exists()


def test_a_new_map_has_another_version_and_nothing_of_the_old_one(
    tmp_path: Path, file: TileFile
) -> None:
    import_tiles(an_mbtiles(tmp_path / "old.mbtiles", tiles_around()), file, AREAS)
    before = file.version
    import_tiles(an_mbtiles(tmp_path / "new.mbtiles", {MIDDLE: a_tile(BLUE)}), file, AREAS)
    assert file.version != before
    assert file.read(MIDDLE) == a_tile(BLUE)
    assert file.read(tile_at(KIRSEBERG_BOX.centre, 12)) is None


def test_a_map_that_is_being_read_is_replaced_under_the_reader(
    tmp_path: Path, file: TileFile
) -> None:
    import_tiles(an_mbtiles(tmp_path / "old.mbtiles", {MIDDLE: a_tile()}), file, AREAS)
    with closing(sqlite3.connect(file.path)) as reader:
        cursor = reader.execute("SELECT tile_data FROM tiles")
        import_tiles(an_mbtiles(tmp_path / "new.mbtiles", {MIDDLE: a_tile(BLUE)}), file, AREAS)
        assert cursor.fetchone() == (a_tile(),)
    assert file.read(MIDDLE) == a_tile(BLUE)


def test_the_journal_of_a_write_that_was_killed_does_not_meet_the_new_map(
    tmp_path: Path, file: TileFile
) -> None:
    import_tiles(an_mbtiles(tmp_path / "old.mbtiles", {MIDDLE: a_tile()}), file, AREAS)
    journal = file.path.with_name(f"{file.path.name}-journal")
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(1024))
    import_tiles(an_mbtiles(tmp_path / "new.mbtiles", {MIDDLE: a_tile(BLUE)}), file, AREAS)
    assert not journal.exists()
    assert file.read(MIDDLE) == a_tile(BLUE)


def test_links_in_the_attribution_become_plain_text(tmp_path: Path, file: TileFile) -> None:
    text = '&copy; <a href="https://example.org">OpenStreetMap</a> contributors'
    source = an_mbtiles(tmp_path / "a.mbtiles", attribution=text)
    assert import_tiles(source, file, AREAS).attribution == "© OpenStreetMap contributors"


def test_a_file_that_does_not_say_whose_it_is_is_called_by_its_name(
    tmp_path: Path, file: TileFile
) -> None:
    source = an_mbtiles(tmp_path / "a.mbtiles", attribution="", name="Malmö 2026")
    assert import_tiles(source, file, AREAS).attribution == "Karta: Malmö 2026"


def test_the_command_imports_before_the_store_has_ever_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUNDAN_DATA", str(tmp_path / "data"))
    source = an_mbtiles(tmp_path / "a.mbtiles")
    assert command_line("import", str(source)) == 0
    assert "Kartan är inläst" in capsys.readouterr().out
    assert TileFile(tmp_path / "data").read(MIDDLE) is not None


def test_the_command_says_in_one_sentence_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUNDAN_DATA", str(tmp_path / "data"))
    assert command_line("import", str(tmp_path / "no.mbtiles")) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "finns inte" in said


def command_line(*arguments: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    command.add_arguments(parser.add_subparsers(dest="command"))
    return command.run(parser.parse_args(["tiles", *arguments]))
