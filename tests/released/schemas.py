"""The databases of every release, phone's and store's, as files that are never made again.

`python -m tests.released.schemas` keeps those of the release in app/version.py, once, when it is
made. A release before the newest schema is made by copying what it had room for (`--release`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlite_utils import Database

from app.version import VERSION
from sync.central.engine import MIGRATIONS as REVISIONS
from sync.central.engine import open_engine
from sync.client.schema import MIGRATIONS
from tests.released.a_walk import cut_off_walk

DATA = Path(__file__).parents[1] / "data"
PHONES, STORES, PHOTOS = DATA / "phone-schemas", DATA / "store-schemas", DATA / "phone-photos"
BEFORE = {"0.1.0": ("m001_first_tables", "0001"), "0.2.0": ("m004_what_is_near", "0003")}
"""Releases before these files were kept -> the last migration that each had, its revision."""

_FACTS_SINCE_0_2_0 = {
    "letter", "briefing", "briefing_etag", "briefing_checked_at", "route_of_round",
    "older_wire_since", "store_is_named", "letters_given",
}  # fmt: skip


def keep(release: str) -> None:
    for folder in (PHONES, STORES, PHOTOS):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        walk = asyncio.run(cut_off_walk(Path(made)))
        walk.store.close()
        walk.phone.local.close()
        phone, store = PHONES / f"{release}.db", STORES / f"{release}.sqlite"
        if release == VERSION and release not in BEFORE:
            _copy_whole(Path(made) / "phone.db", phone)
            _copy_whole(Path(made) / "rundan.sqlite", store)
        else:
            last, revision = BEFORE[release]
            _empty_phone(phone, last)
            _empty_store(store, revision)
            _copy_known(Path(made) / "phone.db", phone)
            _copy_known(Path(made) / "rundan.sqlite", store)
        for name, content in walk.phone.photos.items():
            (PHOTOS / f"{name}.jpg").write_bytes(content)


def _copy_whole(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as made:
        made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        made.execute("PRAGMA journal_mode=DELETE")
        made.execute("VACUUM")
    shutil.copyfile(source, target)


def _empty_phone(path: Path, last: str) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as made:
        database = Database(made)
        names = [migration.name for migration in MIGRATIONS.pending(database)]
        MIGRATIONS.apply(database, stop_before=names[names.index(last) + 1 :])
        made.commit()


def _empty_store(path: Path, revision: str) -> None:
    path.unlink(missing_ok=True)
    engine = open_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(REVISIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def _copy_known(source: Path, target: Path) -> None:
    """Tables, columns, kinds of things and fields that the older one had."""
    with closing(sqlite3.connect(target)) as made, made:
        made.execute("ATTACH ? AS newer", [str(source)])
        columns = {
            table: [row[1] for row in made.execute(f"PRAGMA table_info({table})")]
            for (table,) in made.execute(
                "SELECT name FROM main.sqlite_master WHERE type = 'table'"
            ).fetchall()
        }
        for table, names in columns.items():
            if table.startswith(("sqlite_", "_sqlite", "alembic")):
                continue
            listed = ", ".join(names)
            made.execute(f"INSERT INTO main.{table} ({listed}) SELECT {listed} FROM newer.{table}")
        if "stop" not in columns:
            _forget_what_came_later(made, columns)
    with closing(sqlite3.connect(target)) as made:
        made.execute("PRAGMA journal_mode=DELETE")
        made.execute("VACUUM")


def _forget_what_came_later(made: sqlite3.Connection, columns: dict[str, list[str]]) -> None:
    log = "outbox" if "outbox" in columns else "change_log"
    facts = "fact" if "fact" in columns else "store_fact"
    marks = ", ".join("?" for _ in _FACTS_SINCE_0_2_0)
    made.execute(f"DELETE FROM {facts} WHERE name IN ({marks})", sorted(_FACTS_SINCE_0_2_0))
    made.execute(f"DELETE FROM {log} WHERE entity IN ('stop', 'route', 'recheck')")
    column = "body" if log == "outbox" else "fields"
    for rowid, entity, text in made.execute(
        f"SELECT rowid, entity, {column} FROM {log}"
    ).fetchall():
        said = json.loads(text)
        fields = said["fields"] if log == "outbox" else said
        known = {name: value for name, value in fields.items() if name in columns[entity]}
        kept = {**said, "fields": known} if log == "outbox" else known
        if known:
            made.execute(
                f"UPDATE {log} SET {column} = ? WHERE rowid = ?",
                [json.dumps(kept, ensure_ascii=False), rowid],
            )
        else:
            made.execute(f"DELETE FROM {log} WHERE rowid = ?", [rowid])
    for table in ("round", "observation", "photo", "report"):
        for key, text in made.execute(f"SELECT id, clocks FROM {table}").fetchall():
            clocks = {k: v for k, v in json.loads(text).items() if k in columns[table]}
            made.execute(
                f"UPDATE {table} SET clocks = ? WHERE id = ?",
                [json.dumps(clocks, sort_keys=True), key],
            )


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--release", default=VERSION)
    keep(asked.parse_args().release)
