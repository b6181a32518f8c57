"""The databases of every release, brought up to date: nothing that waited is lost on the way."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from app.device.storage.database import DURABLE
from app.version import VERSION
from sync.central.engine import HEAD, migrate, revision_of
from sync.client.hand_over import unsent_changes
from sync.client.local_store import LocalStore
from sync.client.schema import MIGRATIONS
from sync.domain.words import Cover
from tests.central.a_store import DATABASE, AStore, Clock
from tests.client.a_phone import WalkingPhone, an_enrolled_phone
from tests.released.a_walk import DRAFT
from tests.released.killed import UNSYNCED, unsynced_engine
from tests.released.schemas import PHONES, PHOTOS, STORES

Opened = Callable[[Path], list[str]]
"""Opens a database with this release, and gives all that is in it then."""

ROOT = Path(__file__).parents[2]
RELEASES = sorted(path.stem for path in PHONES.glob("*.db"))
WAITS = {
    "outbox": "position, change_id, entity, entity_id, body, refused_code, refused_reason",
    "photo_file": "sha256, area, size_bytes, made_at, stored_at, refused_code, refused_reason",
}
"""What waits, in the columns that every release had."""
UNTIL = "python -m tests.released.schemas keeps the databases of this release: do it, once"


def known_releases() -> list[str]:
    """As CHANGELOG.md has them, the newest first; it may not be finished."""
    return re.findall(r"^## (\d+\.\d+\.\d+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_the_databases_of_every_release_are_kept() -> None:
    newest, *released = known_releases()
    if newest == VERSION:
        released.append(newest)
    missing = set(released) - set(RELEASES)
    assert not missing, UNTIL
    assert {path.stem for path in STORES.glob("*.sqlite")} == set(RELEASES), UNTIL


def test_what_is_migrated_later_than_the_last_release_belongs_to_a_newer_one() -> None:
    kept, newest = RELEASES[-1], known_releases()[0]
    with closing(sqlite3.connect(f"file:{PHONES / kept}.db?mode=ro", uri=True)) as connection:
        is_phone_newer = bool(MIGRATIONS.pending(Database(connection)))
    with closing(sqlite3.connect(f"file:{STORES / kept}.sqlite?mode=ro", uri=True)) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if is_phone_newer or revision != HEAD:
        reason = "a schema that was released never changes: give the next release its heading"
        assert newest not in RELEASES, f"{reason} in CHANGELOG.md"


@pytest.mark.parametrize("release", RELEASES)
def test_a_phone_of_that_release_loses_nothing_and_sends_everything(
    release: str, tmp_path: Path
) -> None:
    async def walk() -> None:
        shutil.copyfile(STORES / f"{release}.sqlite", tmp_path / DATABASE)
        shutil.copyfile(PHONES / f"{release}.db", tmp_path / "phone.db")
        before = kept_in(tmp_path / "phone.db")
        store = AStore(tmp_path)
        phone = WalkingPhone(store, tmp_path / "phone.db")
        phone.photos.update((path.stem, path.read_bytes()) for path in PHOTOS.glob("*.jpg"))
        after = kept_in(tmp_path / "phone.db", phone.local)
        assert {**after, **before} == {**after, "cursor": before["cursor"]}
        await decide_photos(phone)
        await phone.sync()
        left = [one.refused for one in unsent_changes(phone.local)]
        assert [code for code, _ in filter(None, left)] == ["already_approved"] and len(left) == 1
        assert phone.walk.waiting().photos == 0
        if release != "0.1.0":
            assert DRAFT in phone.local.drafts().values()
        await phone.save_defect(phone.walk.rounds_under_way()[0], text="Efter uppdateringen")
        await phone.sync()
        other = await an_enrolled_phone(store, tmp_path / "other.db", "Alex")
        await other.sync()
        (round_,) = other.walk.rounds_under_way()
        found = {one.text: len(one.photos) for one in other.walk.observations(round_.round_id)}
        assert found == {
            "Lampan är trasig": 1, "Bänken är målad": 1, "Glas på lekplatsen": 2,
            "Efter uppdateringen": 0,
        }  # fmt: skip
        store.close()

    asyncio.run(walk())


def kept_in(path: Path, local: LocalStore | None = None) -> dict[str, object]:
    """What must be the same after the migration, by name: facts, and what waits."""
    connection = sqlite3.connect(path) if local is None else local.db.conn
    facts: dict[str, object] = dict(connection.execute("SELECT name, value FROM fact"))
    for table, columns in WAITS.items():
        facts[table] = connection.execute(f"SELECT {columns} FROM {table}").fetchall()
    for table in ("observation", "photo", "round"):
        facts[table] = connection.execute(f"SELECT id, area FROM {table} ORDER BY id").fetchall()
    facts["texts"] = connection.execute("SELECT text FROM observation ORDER BY id").fetchall()
    if local is None:
        connection.close()
    return facts


async def decide_photos(phone: WalkingPhone) -> None:
    """The first release asked nobody about faces: somebody does it now."""
    for round_ in phone.walk.rounds_under_way():
        for finding in phone.walk.observations(round_.round_id):
            for photo in finding.photos:
                if photo.cover is None:
                    await phone.recorder.decide_photo(
                        finding, photo.photo_id, Cover.NOTHING_TO_COVER
                    )


@pytest.mark.parametrize("release", RELEASES)
def test_a_phone_that_dies_while_it_migrates_goes_on_as_if_it_had_not(
    release: str, tmp_path: Path
) -> None:
    def opened(path: Path) -> list[str]:
        LocalStore(str(path), pragmas=(*DURABLE, UNSYNCED), now=Clock()).close()
        return dump(path)

    assert_all_equal("phone", PHONES / f"{release}.db", tmp_path, opened)


@pytest.mark.parametrize("release", RELEASES)
def test_a_store_that_dies_while_it_migrates_goes_on_as_if_it_had_not(
    release: str, tmp_path: Path
) -> None:
    def opened(path: Path) -> list[str]:
        engine = unsynced_engine(path)
        migrate(engine)
        with engine.connect() as connection:
            assert revision_of(connection) == HEAD
        engine.dispose()
        return dump(path)

    assert_all_equal("store", STORES / f"{release}.sqlite", tmp_path, opened)


def assert_all_equal(kind: str, fixture: Path, folder: Path, opened: Opened) -> None:
    command = [sys.executable, "-m", "tests.released.killed", kind, str(fixture), str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    killed = sorted((path for path in folder.iterdir() if path.name.isdecimal()), key=_number)
    whole = opened(folder / "whole")
    assert len(killed) > 3 and [_number(path) for path in killed] == list(range(len(killed)))
    assert [path.name for path in killed if opened(path) != whole] == []


def dump(path: Path) -> list[str]:
    """All that is in it but the moments of migrating."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        lines = list(connection.iterdump())
    return [re.sub(r"'\d{4}-\d\d-\d\d \d\d:\d\d:[\d.]+\+00:00'", "''", line) for line in lines]


def _number(path: Path) -> int:
    return int(path.name)
