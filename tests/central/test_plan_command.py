"""`rundan plan`, as it is typed, on a data folder; also while the store runs."""

from __future__ import annotations

import fcntl
import json
import re
import shlex
from pathlib import Path

import pytest
from sqlalchemy import text

from sync.central.__main__ import main
from sync.central.commands.open_folder import ledger_of, open_database
from sync.central.composition import open_store
from sync.central.engine import reading
from sync.central.settings import read_settings
from sync.domain.ids import AreaCode
from sync.domain.words import EntityKind
from tests.central.a_store import as_told

SUMMER = (
    "--area", "kirseberg", "--kind", "inspection", "--start", "2025-06-17 10.00",
    "--rrule", "FREQ=WEEKLY;BYDAY=TU,FR", "--until", "2025-08-08", "--except", "2025-06-20",
)  # fmt: skip
WALK = ("--area", "kirseberg", "--kind", "safety_walk", "--start", "2026-12-01 18.00")


class Terminal:
    """What a person types, and what is printed for them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys

    def plan(self, *arguments: str) -> str:
        code, out, errors = self.run("plan", *arguments)
        assert (code, errors) == (0, "")
        return out

    def refused(self, *arguments: str) -> str:
        code, out, errors = self.run("plan", *arguments)
        assert (code, out) == (2, "")
        return errors

    def run(self, *arguments: str) -> tuple[int, str, str]:
        try:
            code = main(list(arguments))
        except SystemExit as stop:
            code = int(str(stop.code))
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def rounds(self) -> list[dict[str, object]]:
        engine = open_database(self.folder)
        query = text("SELECT * FROM round WHERE deleted_at IS NULL ORDER BY planned_start_at")
        with reading(engine) as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        engine.dispose()
        return rows


@pytest.fixture
def terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.setenv("RUNDAN_DATA", str(tmp_path))
    return Terminal(tmp_path, capsys)


def test_a_summer_is_planned_in_one_line_and_told_round_by_round(terminal: Terminal) -> None:
    printed = terminal.plan(*SUMMER, "--meeting-place", "Kirsebergs torg")
    assert "15 inspektionsrundor i Kirseberg planerade" in printed
    assert "v. 25  tisdag 17 juni 2025  10.00–12.00" in printed
    assert "v. 32  fredag 8 augusti 2025  10.00–12.00" in printed
    assert "20 juni" not in printed
    rounds = terminal.rounds()
    assert len(rounds) == 15
    assert len({row["plan_id"] for row in rounds}) == 1
    assert rounds[0]["planned_start_at"] == "2025-06-17T08:00:00.000Z"
    assert rounds[0]["planned_end_at"] == "2025-06-17T10:00:00.000Z"
    assert {row["meeting_place"] for row in rounds} == {"Kirsebergs torg"}
    assert {row["started_at"] for row in rounds} == {None}


def test_running_the_same_twice_makes_no_doubles_and_says_so(terminal: Terminal) -> None:
    terminal.plan(*SUMMER)
    again = terminal.plan(*SUMMER)
    assert "inget nytt" in again and "Redan planerade" in again
    assert len(terminal.rounds()) == 15
    longer = terminal.plan(*SUMMER[:-3], "2025-08-15")
    assert "v. 33  tisdag 12 augusti 2025" in longer
    assert len({row["plan_id"] for row in terminal.rounds()}) == 1


def test_a_dry_run_shows_and_keeps_nothing(terminal: Terminal) -> None:
    printed = terminal.plan(*SUMMER, "--dry-run")
    assert "inget sparat" in printed and printed.count("v. ") == 15
    assert terminal.rounds() == []


def test_stops_and_the_route_come_with_the_round(terminal: Terminal) -> None:
    terminal.plan(
        *WALK, "--minutes", "90", "--stop", "Kirsebergs torg", "--stop", "Bron@55.6105,13.0345",
        "--route", "55.6110,13.0320 55.6105,13.0345",
    )  # fmt: skip
    walk = terminal.rounds()[0]
    assert json.loads(str(walk["planned_route"])) == [[55.611, 13.032], [55.6105, 13.0345]]
    assert (walk["plan_id"], walk["planned_end_at"]) == (None, "2026-12-01T18:30:00.000Z")
    engine = open_database(terminal.folder)
    with reading(engine) as connection:
        stops = connection.execute(text("SELECT * FROM stop ORDER BY position")).mappings().all()
    engine.dispose()
    assert [stop["name"] for stop in stops] == ["Kirsebergs torg", "Bron"]
    assert {stop["round_id"] for stop in stops} == {walk["id"]}
    assert json.loads(stops[1]["place"])["source"] == "pin"


def test_a_place_outside_the_area_asks_for_anyway(terminal: Terminal) -> None:
    away = (*WALK, "--stop", "Triangeln@55.5936,13.0007")
    said = terminal.refused(*away)
    assert "'Triangeln'" in said and "--anyway" in said
    said = terminal.refused(*WALK, "--route", "55.6110,13.0320 55.5936,13.0007")
    assert "1 av 2 punkter" in said and "--anyway" in said
    assert terminal.rounds() == []
    terminal.plan(*away, "--anyway")
    assert len(terminal.rounds()) == 1


def test_every_fault_is_named_at_once_with_its_remedy(terminal: Terminal) -> None:
    said = terminal.refused(
        "--area", "limhamn", "--kind", "picknick", "--start", "snart", "--minutes", "0",
        "--until", "2025-08-08",
    )  # fmt: skip
    for field, remedy in (
        ("--area", "kirseberg, rosengard, sofielund"),
        ("--kind", "safety_walk"),
        ("--start", "2026-11-24"),
        ("--minutes", "1440"),
        ("--until", "--rrule"),
    ):
        line = next(line for line in said.splitlines() if line.startswith(field))
        assert remedy in line
    assert len(terminal.refused().splitlines()) == 3
    assert "--foo" in terminal.refused("--foo")
    assert terminal.rounds() == []


def test_a_rule_without_an_end_is_refused(terminal: Terminal) -> None:
    rule = ("--rrule", "FREQ=WEEKLY;BYDAY=TU")
    assert "--until" in terminal.refused(*WALK, *rule)
    assert "400" in terminal.refused(*WALK, "--rrule", "FREQ=DAILY", "--until", "2028-12-01")
    assert terminal.rounds() == []


def test_a_round_is_called_off_with_its_stops(terminal: Terminal) -> None:
    printed = terminal.plan(*WALK, "--stop", "Kirsebergs torg")
    round_id = re.search(r"[0-9a-f-]{36}", printed)
    assert round_id is not None
    assert round_id[0] in terminal.plan("list", "--all")
    assert "Inställt" in terminal.plan("cancel", round_id[0])
    assert terminal.rounds() == []
    assert "Redan inställd" in terminal.plan("cancel", round_id[0])
    assert "INSTÄLLD" in terminal.plan("list", "--all")
    engine = open_database(terminal.folder)
    with reading(engine) as connection:
        left = connection.execute(text("SELECT COUNT(*) FROM stop WHERE deleted_at IS NULL"))
        assert left.scalar() == 0
    engine.dispose()
    terminal.plan(*WALK)
    assert len(terminal.rounds()) == 1


def test_one_day_of_a_plan_is_called_off_and_stays_so(terminal: Terminal) -> None:
    printed = terminal.plan(*SUMMER)
    plan_id = printed.split("Plan ")[1].split()[0]
    off = terminal.plan("cancel", "--plan", plan_id, "--date", "2025-07-01")
    assert off.count("v. ") == 1 and "1 juli" in off
    assert len(terminal.rounds()) == 14
    assert "Inställda förut" in terminal.plan(*SUMMER)
    assert len(terminal.rounds()) == 14
    assert "2025-06-18" in terminal.refused("cancel", "--plan", plan_id, "--date", "2025-06-18")
    tried = terminal.plan("cancel", "--plan", plan_id, "--dry-run")
    assert tried.count("v. ") == 15 and len(terminal.rounds()) == 14
    terminal.plan("cancel", "--plan", plan_id)
    assert terminal.rounds() == []


def test_what_cannot_be_called_off_is_told_why(terminal: Terminal) -> None:
    terminal.plan(*WALK)
    assert "rundan plan list" in terminal.refused("cancel")
    assert "rundan plan list" in terminal.refused("cancel", "okänd")
    assert "--plan" in terminal.refused("cancel", "okänd", "--date", "2025-07-01")
    round_id = str(terminal.rounds()[0]["id"])
    engine = open_database(terminal.folder)
    with engine.begin() as connection:
        connection.execute(text("UPDATE round SET started_at = '2026-12-01T17:00:00.000Z'"))
    engine.dispose()
    assert "redan startat" in terminal.refused("cancel", round_id)


def test_the_list_begins_with_today(terminal: Terminal) -> None:
    terminal.plan(*SUMMER)
    assert terminal.plan("list") == "Inget är planerat.\n"
    terminal.plan("--area", "Rosengård", *WALK[2:5], "1 december 2099 kl 18")
    printed = terminal.plan("list")
    assert "tisdag 1 december 2099  18.00–20.00  Rosengård, trygghetsvandring" in printed
    assert terminal.plan("list", "--area", "kirseberg") == "Inget är planerat.\n"
    assert "rosengard" in terminal.refused("list", "--area", "hyllie")


def test_it_works_while_the_store_runs_and_phones_get_it(terminal: Terminal) -> None:
    store = open_store(read_settings({"RUNDAN_DATA": str(terminal.folder)}), "http://127.0.0.1:9")
    engine = store.services.engine
    terminal.plan(*WALK)
    with reading(engine) as connection:
        fetched = store.services.ledger.since(
            connection, areas=frozenset({AreaCode("kirseberg")}), cursor=0, without_device=None
        )
    store.lock.close()
    engine.dispose()
    [change] = as_told(fetched)
    assert change.entity is EntityKind.ROUND
    assert change.fields["planned_start_at"] == "2026-12-01T17:00:00.000Z"


def test_the_examples_of_the_manual_can_be_typed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "operation.md").read_text(encoding="utf-8")
    block = next(one for one in manual.split("```") if "rundan plan --area" in one)
    typed = [shlex.split(one) for one in block.replace("\\\n", " ").splitlines()]
    examples = [words[2:] for words in typed if words[:2] == ["rundan", "plan"]]
    monkeypatch.chdir(terminal.folder)
    line = {"type": "LineString", "coordinates": [[13.032, 55.611], [13.0345, 55.6105]]}
    Path("promenad.geojson").write_text(json.dumps(line), encoding="utf-8")
    planned = [one for one in examples if one[0].startswith("--")]
    assert len(planned) == 3
    for example in planned:
        assert "planerad" in terminal.plan(*example)
    assert len(terminal.rounds()) == 1 + 15 + 1


def test_the_store_can_start_while_a_plan_is_being_made(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with (tmp_path / "rundan.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert ledger_of(engine) is not None
    engine.dispose()


def test_a_running_store_of_an_older_release_is_told(terminal: Terminal) -> None:
    with (terminal.folder / "rundan.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert "äldre" in terminal.refused(*WALK)
