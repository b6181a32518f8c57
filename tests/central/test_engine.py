from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from sync.central.engine import HEAD, MIGRATIONS, StoreIsNewer, migrate, open_engine, reading
from sync.central.facts import Fact, read_fact, write_fact
from sync.central.tables import metadata, photo, store_fact


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    opened = open_engine(f"sqlite:///{tmp_path / 'rundan.sqlite'}")
    migrate(opened)
    return opened


def test_the_migrations_make_the_tables_of_the_code(engine: Engine) -> None:
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        made = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        ).all()
    written = {name: " ".join(sql.split()) for name, sql in made}
    fresh = open_engine("sqlite://")
    with fresh.begin() as connection:
        metadata.create_all(connection)
        for table in metadata.tables:
            sql = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
            ).scalar_one()
            assert sorted(" ".join(sql.split()).replace(",", "").split()) == sorted(
                written[table].replace(",", "").split()
            )
    fresh.dispose()


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrating_again_changes_nothing_and_loads_no_migration(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.begin() as connection:
        write_fact(connection, Fact.STORE_ID, "kvar")
    monkeypatch.delattr("sync.central.engine._upgrade")
    migrate(engine)
    with reading(engine) as connection:
        assert read_fact(connection, Fact.STORE_ID) == "kvar"


def test_a_database_of_a_newer_release_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreIsNewer, match="9999"):
        migrate(engine)


def test_every_table_is_strict_and_every_write_is_durable(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in metadata.tables:
            sql = text("SELECT strict FROM pragma_table_list WHERE name = :name")
            assert connection.execute(sql, {"name": table}).scalar() == 1
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with pytest.raises(IntegrityError), engine.begin() as connection:
        row = {"id": "p", "area": "kirseberg", "clocks": "{}", "width_px": "bred"}
        connection.execute(insert(photo), row)


def test_an_error_of_the_database_does_not_repeat_what_people_wrote(engine: Engine) -> None:
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        row = {"id": "p", "area": "hemlig plats", "clocks": "{}", "width_px": "bred"}
        connection.execute(insert(photo), row)
    assert "hemlig" not in str(caught.value)


def test_many_writers_at_once_all_get_their_turn(engine: Engine) -> None:
    failures: list[Exception] = []

    def write(name: str) -> None:
        try:
            for number in range(10):
                with engine.begin() as connection:
                    count = connection.execute(select(func.count()).select_from(store_fact))
                    connection.execute(
                        insert(store_fact).values(
                            name=f"{name}-{number}", value=str(count.scalar())
                        )
                    )
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(engine) as connection:
        values = connection.execute(select(store_fact.c.value)).scalars().all()
    assert sorted(map(int, values)) == list(range(80))


def test_a_reader_sees_one_moment_and_stops_no_writer(engine: Engine) -> None:
    count = select(func.count()).select_from(store_fact)
    with reading(engine) as reader:
        before = reader.execute(count).scalar()
        with engine.begin() as writer:
            write_fact(writer, Fact.CLOCK, "nu")
        assert reader.execute(count).scalar() == before
    assert inspect(engine).has_table("change_log")


def test_no_writer_waits_long_for_its_turn_when_many_come_at_once(engine: Engine) -> None:
    waits: list[float] = []

    def write(name: str) -> None:
        for number in range(15):
            before = time.perf_counter()
            with engine.begin() as connection:
                connection.execute(insert(store_fact), {"name": f"{name}-{number}", "value": ""})
            waits.append(time.perf_counter() - before)

    threads = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waits) == 16 * 15
    assert sorted(waits)[-3] < 2


def test_a_writer_that_failed_gives_its_turn_to_the_next(engine: Engine) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), engine.begin() as connection:
            write_fact(connection, Fact.CLOCK, "halv")
            raise ZeroDivisionError
    with engine.connect() as connection:
        write_fact(connection, Fact.CLOCK, "en")
        connection.commit()
        with engine.begin() as another:
            write_fact(another, Fact.CLOCK, "två")
    with reading(engine) as connection:
        assert read_fact(connection, Fact.CLOCK) == "två"
