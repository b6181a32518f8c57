"""Fetching an area's tiles from a tile server of this machine, which has rules of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from sync.central.tiles.fetching import Progress, fetch_tiles
from sync.central.tiles.provider import BadTemplate, Provider, address_of, checked_template
from sync.central.tiles.tile_file import TileFile
from sync.domain.tiles import Tile, count_of, tile_at, tiles_of
from tests.central.some_tiles import KIRSEBERG_BOX, a_picture, a_tile, a_tile_server, an_mbtiles
from tests.central.test_tiles_import import command_line

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TileFile:
    monkeypatch.setenv("RUNDAN_DATA", str(tmp_path / "data"))
    return TileFile(tmp_path / "data")


def fetch(template: str, *more: str) -> int:
    zooms = [] if "--min-zoom" in more else ["--min-zoom", "12", "--max-zoom", "13"]
    fast = [] if "--per-second" in more else ["--per-second", "20"]
    given = ["--url-template", template, "--area", "kirseberg", *zooms, *fast, *more]
    return command_line("fetch", *given)


def after(count: int, answer: Answer) -> Callable[[str], Answer]:
    """A server that gives `count` pictures and then says this."""
    numbers = itertools.count(1)
    return lambda path: a_picture(path) if next(numbers) <= count else answer


def test_the_tiles_of_an_area_are_fetched_once_each(
    file: TileFile, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_tile_server() as server:
        assert fetch(server.template) == 0
    wanted = [f"/{tile.path}.png" for tile in tiles_of(KIRSEBERG_BOX, (12, 13))]
    assert sorted(server.asked) == sorted(wanted)
    assert all(file.read(tile) == a_tile() for tile in tiles_of(KIRSEBERG_BOX, (12, 13)))
    assert "Klart: 8 rutor" in capsys.readouterr().out


def test_the_server_is_told_who_asks(file: TileFile) -> None:
    with a_tile_server() as server:
        fetch(server.template)
    assert len(server.agents) == 1
    assert server.agents.pop().startswith("Rundan/")


@dataclass
class SlowServer:
    """On a clock of its own. takes_s: how long each answer takes."""

    takes_s: list[float]
    now_s: float = 0.0
    asked_at: list[float] = field(default_factory=list)

    def get(self, tile: Tile) -> bytes:
        self.asked_at.append(self.now_s)
        self.now_s += self.takes_s.pop(0)
        return a_tile()

    def clock(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def test_no_more_is_asked_in_a_second_than_was_said(tmp_path: Path) -> None:
    server = SlowServer(takes_s=[0.03, 0.25, 0.01, 0.01, 0.4, 0.02, 0.02, 0.02])
    tiles = tiles_of(KIRSEBERG_BOX, (12, 13))
    fetch_tiles(
        tiles,
        cast(Provider, server),
        TileFile(tmp_path),
        Progress(wanted=8),
        per_second=10,
        tell=lambda progress: None,
        clock=server.clock,
        sleep=server.sleep,
    )
    gaps = [later - earlier for earlier, later in itertools.pairwise(server.asked_at)]
    assert gaps == pytest.approx([0.1, 0.25, 0.1, 0.1, 0.4, 0.1, 0.1])


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((429, {"Retry-After": "600"}, b""), "10 minuter"),
        ((429, {}, b""), "långsammare"),
        ((503, {"Retry-After": "30"}, b""), "30 sekunder"),
        ((403, {}, b"no bulk downloading"), "villkor"),
        ((401, {}, b""), "nyckel"),
        ((200, {"Content-Type": "text/html"}, b"<html>Log in"), "inte är en kartbild"),
        ((200, {"Content-Type": "application/x-protobuf"}, b"\x1f\x8b\x08"), "vektorrutor"),
    ],
)
def test_what_the_provider_will_not_give_ends_it_and_what_came_is_kept(
    file: TileFile, capsys: pytest.CaptureFixture[str], answer: Answer, says: str
) -> None:
    with a_tile_server(after(3, answer)) as server:
        assert fetch(server.template) == 1
        assert len(server.asked) == 4
    said = capsys.readouterr().err
    assert says in said
    assert "3 av 8 rutor" in said
    assert sum(file.has(tile) for tile in tiles_of(KIRSEBERG_BOX, (12, 13))) == 3


def test_a_fetch_that_stopped_goes_on_where_it_was(
    file: TileFile, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_tile_server(after(5, (429, {}, b""))) as server:
        assert fetch(server.template) == 1
        asked = set(server.asked[:5])
    with a_tile_server() as server:
        assert fetch(server.template) == 0
    assert len(server.asked) == 3
    assert not asked & set(server.asked)
    assert "5 fanns redan" in capsys.readouterr().out


def test_a_server_that_fails_for_a_moment_is_asked_again(
    file: TileFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.central.tiles.fetching.PAUSE_S", 0.01)
    answers = iter([(500, {}, b""), (502, {}, b"")])
    with a_tile_server(lambda path: next(answers, a_picture(path))) as server:
        assert fetch(server.template) == 0
    assert len(server.asked) == 10


def test_a_server_that_is_not_there_ends_it(
    file: TileFile, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sync.central.tiles.fetching.PAUSE_S", 0.01)
    assert fetch("http://127.0.0.1:9/secret-key/{z}/{x}/{y}.png") == 1
    said = capsys.readouterr().err
    assert "svarar inte" in said
    assert "secret-key" not in said


def test_a_tile_that_the_provider_has_not_is_passed_over(
    file: TileFile, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(path: str) -> Answer:
        return (404, {}, b"") if path.startswith("/12/") else a_picture(path)

    with a_tile_server(answer) as server:
        assert fetch(server.template) == 0
    assert "finns inte hos leverantören" in capsys.readouterr().out


def test_more_tiles_than_is_sensible_are_refused_unless_one_insists(
    file: TileFile, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = count_of(KIRSEBERG_BOX, range(12, 20))
    with a_tile_server() as server:
        assert fetch(server.template, "--min-zoom", "12", "--max-zoom", "19") == 2
        assert server.asked == []
        assert f"--max-tiles {wanted}" in capsys.readouterr().err
        assert fetch(server.template, "--max-tiles", "8") == 0
        assert fetch(server.template, "--max-tiles", "7") == 2


@pytest.mark.parametrize(
    ("template", "area", "says"),
    [
        ("https://example.org/tiles", "kirseberg", "{z}, {x} och {y}"),
        ("ftp://example.org/{z}/{x}/{y}", "kirseberg", "https://"),
        ("https://{s}.example.org/{z}/{x}/{y}", "kirseberg", "klamrar"),
        ("https://example.org/{z}/{x}/{y}", "atlantis", "välj bland"),
    ],
)
def test_what_cannot_be_fetched_is_said_before_anything_is_asked(
    file: TileFile, capsys: pytest.CaptureFixture[str], template: str, area: str, says: str
) -> None:
    assert command_line("fetch", "--url-template", template, "--area", area) == 2
    assert says in capsys.readouterr().err


def test_a_fetch_adds_to_an_imported_map_and_names_both_sources(
    file: TileFile, tmp_path: Path
) -> None:
    import_of = an_mbtiles(tmp_path / "a.mbtiles", {tile_at(KIRSEBERG_BOX.centre, 14): a_tile()})
    assert command_line("import", str(import_of)) == 0
    version = file.version
    with a_tile_server() as server:
        assert fetch(server.template, "--attribution", "© Kartverket") == 0
    assert file.metadata()["attribution"] == "© Stadskartan · © Kartverket"
    assert file.version == version


def test_rows_may_be_counted_from_the_south() -> None:
    template = checked_template("https://example.org/{z}/{x}/{-y}.png?key=1")
    tile = Tile(zoom=2, x=1, y=0)
    assert address_of(template, tile) == "https://example.org/2/1/3.png?key=1"


def test_a_fault_in_an_address_never_repeats_it() -> None:
    with pytest.raises(BadTemplate) as error:
        checked_template("https://example.org/?key=s3cret")
    assert "s3cret" not in str(error.value)
