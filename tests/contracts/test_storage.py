"""One contract for storage: a folder, OPFS in Chromium, IndexedDB in WebKit."""

import hashlib
import itertools
import random
import time
from collections.abc import Iterator

import pytest

from app.device.storage.errors import (
    AlreadyOpen,
    PhotoMissing,
    StorageFull,
    StorageUnavailable,
)
from tests.browser.pyodide_lab import PyodideLab
from tests.contracts.storage_sides import (
    BROWSER,
    CLOSED,
    NO_OPFS,
    OPENED,
    BrowserSide,
    Side,
    browser_side,
    native_side,
)

SIDES = ["native", "chromium-opfs", "webkit-indexeddb"]
HOW_MANY = "db.execute('SELECT COUNT(*) FROM defect').fetchone()[0]"
ROWS = "db.execute('SELECT id, body FROM defect ORDER BY id').fetchall()"
PHOTO = bytes(range(256)) * 1500
KILLS = 3
TOO_MUCH = """
with database_errors():
    db.execute("INSERT INTO defect VALUES (2, ?)", ["x" * 100000])
    db.commit()
await storage.flush()
"""
names = (f"{hashlib.sha256(str(n).encode()).hexdigest()}" for n in itertools.count())


@pytest.fixture(scope="module", params=SIDES)
def running(request: pytest.FixtureRequest) -> Iterator[Side]:
    with native_side() if request.param == "native" else browser_side(request.param) as side:
        yield side


@pytest.fixture
def side(running: Side) -> Iterator[Side]:
    """Open, with an empty table."""
    running.run(
        CLOSED + OPENED + "db.execute('DELETE FROM defect'); db.commit(); await storage.flush()"
    )
    yield running


def test_what_was_written_is_there_after_a_reload(side: Side) -> None:
    name = next(names)
    side.run(
        "await storage.photos.write(name, photo)\n"
        "db.execute('INSERT INTO defect VALUES (1, ?)', ['trasig lampa åäö']); db.commit()\n"
        "await storage.flush()",
        name=name,
        photo=PHOTO,
    )
    side.reload()
    side.run(OPENED)
    assert [tuple(row) for row in side.run(ROWS)] == [(1, "trasig lampa åäö")]
    assert side.run("await storage.photos.read(name)", name=name) == PHOTO


def test_the_kind_of_storage_says_how_far_it_can_be_trusted(side: Side) -> None:
    expected = {"native": {"durable"}, "chromium-opfs": {"durable"}}
    kinds = expected.get(side.name, {"fallback", "forgetful"})
    assert side.run("storage.persistence.value") in kinds


def test_what_was_flushed_survives_a_kill_in_the_middle_of_commits(side: Side) -> None:
    """The photo of every row is written first, as the app does it."""
    random_s = random.Random(20261120)
    for _ in range(KILLS):
        side.forget_notes()
        side.start(
            "first = db.execute('SELECT coalesce(max(id), 0) FROM defect').fetchone()[0] + 1\n"
            "for number in range(first, first + 100000):\n"
            "    await storage.photos.write(f'photo{number}', str(number).encode() * 20000)\n"
            "    db.execute('INSERT INTO defect VALUES (?, ?)', [number, 'x' * 3000])\n"
            "    db.commit()\n"
            "    await storage.flush()\n"
            "    await note(number)"
        )
        side.wait_for_notes(3)
        time.sleep(random_s.uniform(0, 0.4))
        side.kill()
        promised = side.wait_for_notes(3)
        side.run(OPENED)
        assert side.run("db.execute('PRAGMA integrity_check').fetchone()[0]") == "ok"
        there = {row[0] for row in side.run("db.execute('SELECT id FROM defect').fetchall()")}
        assert set(promised) <= there
        photos = "[await storage.photos.read(f'photo{n}') == str(n).encode() * 20000 for n in ids]"
        assert all(side.run(photos, ids=sorted(there)))


def test_a_full_disk_is_told_and_leaves_nothing_half(side: Side) -> None:
    name = next(names)
    side.run("db.execute('INSERT INTO defect VALUES (1, ?)', ['before']); db.commit()")
    side.run("await storage.flush()")
    side.fill()
    with pytest.raises(StorageFull):
        side.run("await storage.photos.write(name, photo)", name=name, photo=PHOTO)
    with pytest.raises(StorageFull):
        side.run(TOO_MUCH)
    side.free()
    side.reload()
    side.run(OPENED)
    assert [row[0] for row in side.run(ROWS)] == [1]
    assert name not in side.run("await storage.photos.names()")
    side.run("await storage.photos.write(name, photo)", name=name, photo=PHOTO)
    assert side.run("await storage.photos.read(name)", name=name) == PHOTO


def test_after_a_full_disk_the_next_record_that_fits_is_kept(side: Side) -> None:
    side.fill()
    with pytest.raises(StorageFull):
        side.run(TOO_MUCH)
    side.free()
    side.run("db.rollback(); db.execute('INSERT INTO defect VALUES (8, ?)', ['y']); db.commit()")
    side.run("await storage.flush()")
    side.kill()
    side.run(OPENED)
    assert 8 in [row[0] for row in side.run(ROWS)]
    assert side.run("db.execute('PRAGMA integrity_check').fetchone()[0]") == "ok"


def test_a_kill_keeps_what_was_flushed_at_the_same_time_and_nothing_uncommitted(side: Side) -> None:
    side.run(
        "import asyncio\n"
        "async def one(n):\n"
        "    await asyncio.sleep(n / 1000)\n"
        "    db.execute('INSERT INTO defect VALUES (?, ?)', [n, 'x' * 5000]); db.commit()\n"
        "    await storage.flush()\n"
        "await asyncio.gather(*(one(n) for n in range(40)))\n"
        "None"
    )
    side.run("db.execute('INSERT INTO defect VALUES (40, ?)', ['kept']); db.commit()")
    side.run("db.execute('INSERT INTO defect VALUES (41, ?)', ['open']); await storage.flush()")
    side.kill()
    side.run(OPENED)
    assert [row[0] for row in side.run(ROWS)] == list(range(41))


def test_an_unknown_photo_is_missing(side: Side) -> None:
    name = next(names)
    with pytest.raises(PhotoMissing):
        side.run("await storage.photos.read(name)", name=name)
    with pytest.raises(PhotoMissing):
        side.run("await storage.photos.delete(name)", name=name)


def test_photos_are_listed_replaced_and_deleted(side: Side) -> None:
    first, second = next(names), next(names)
    side.run("for n in both: await storage.photos.write(n, b'1')", both=[first, second])
    side.run("await storage.photos.write(name, b'')", name=first)
    assert side.run("await storage.photos.read(name)", name=first) == b""
    assert {first, second} <= set(side.run("await storage.photos.names()"))
    side.run("await storage.photos.delete(name)", name=first)
    listed = side.run("await storage.photos.names()")
    assert first not in listed
    assert second in listed
    assert listed == sorted(listed)


def test_commits_beside_ten_thousand_rows_are_there_for_who_opens_after_closing(
    side: Side, capsys: pytest.CaptureFixture[str]
) -> None:
    side.run(
        "db.executemany('INSERT INTO defect VALUES (?, ?)', ((n, 'x' * 400) for n in range(10000)))"
        "; db.commit(); await storage.flush()"
    )
    took_ms = side.run(
        "import time\n"
        "took = []\n"
        "for n in range(10000, 10300):\n"
        "    start = time.perf_counter()\n"
        "    db.execute('INSERT INTO defect VALUES (?, ?)', [n, 'y' * 400]); db.commit()\n"
        "    await storage.flush()\n"
        "    took.append((time.perf_counter() - start) * 1000)\n"
        "sorted(took)"
    )
    with capsys.disabled():
        print(f"\n{side.name}: commit + flush p50 {took_ms[150]:.1f} ms, p99 {took_ms[297]:.1f} ms")  # noqa: T201
    side.run("db.close(); await storage.close()")
    side.run(OPENED, tab="second")
    assert (
        side.run("db.execute('SELECT COUNT(*) FROM defect').fetchone()[0]", tab="second") == 10300
    )
    side.close_tab("second")


WATCH_THE_ORDER = """
import js
js.eval('''{
  self.unflushed = null; self.disorder = 0; self.written = 0;
  const files = FileSystemSyncAccessHandle.prototype;
  for (const name of ["write", "truncate", "flush"]) {
    const real = files[name];
    files[name] = function (...given) {
      if (name === "flush") self.unflushed = null;
      else {
        if (self.unflushed && self.unflushed !== this) self.disorder++;
        self.unflushed = this; self.written++;
      }
      return real.apply(this, given);
    };
  }
}''')
None
"""


def test_one_file_is_on_disk_before_another_is_written(pyodide_lab: PyodideLab) -> None:
    """What SQLite's log relies on when the power goes; checkpoints happen on the way here."""
    pyodide_lab.reload()
    pyodide_lab.run(BROWSER + OPENED + WATCH_THE_ORDER)
    pyodide_lab.run(
        "for n in range(400):\n"
        "    db.execute('INSERT INTO defect (body) VALUES (?)', ['x' * 5000]); db.commit()\n"
    )
    assert pyodide_lab.run("js.disorder") == 0
    assert pyodide_lab.run("js.written") > 1000
    assert pyodide_lab.run("js.eval('unflushed !== null')")
    pyodide_lab.run("await storage.flush()")
    assert pyodide_lab.run("js.eval('unflushed === null')")
    pyodide_lab.run("db.close(); await storage.close()")


def test_a_private_window_says_that_it_forgets() -> None:
    with PyodideLab("chromium", private=True) as lab:
        side = BrowserSide("private", lab)
        side.run(OPENED)
        assert side.run("storage.persistence.value") == "forgetful"


def test_storage_that_was_in_opfs_never_turns_up_empty_elsewhere(pyodide_lab: PyodideLab) -> None:
    pyodide_lab.reload()
    pyodide_lab.run(BROWSER + OPENED)
    pyodide_lab.reload()
    refused = BrowserSide("refused", pyodide_lab, NO_OPFS)
    with pytest.raises(StorageUnavailable):
        refused.run(OPENED)
    pyodide_lab.reload()
    pyodide_lab.run(BROWSER + OPENED + CLOSED)


def test_files_of_our_own_are_apart_from_photos_and_there_after_a_reload(side: Side) -> None:
    side.run(
        "await storage.beside.write('seal', b'1')\n"
        "await storage.beside.overwrite('seal', b'a longer one')\n"
        "await storage.beside.overwrite('seal', b'short')\n"
        "await storage.beside.overwrite('new', b'2')\n"
        "await storage.beside.delete('new')"
    )
    side.reload()
    side.run(OPENED)
    assert side.run("await storage.beside.read('seal')") == b"short"
    assert side.run("await storage.beside.names()") == ["seal"]
    assert "seal" not in side.run("await storage.photos.names()")
    with pytest.raises(PhotoMissing):
        side.run("await storage.beside.read('new')")


def test_a_second_tab_is_told_and_may_open_when_the_first_has_closed(side: Side) -> None:
    side.run("await storage.photos.write('first-tab', b'1')")
    with pytest.raises(AlreadyOpen):
        side.run(OPENED, tab="second")
    side.close_tab("main")
    side.run(OPENED, tab="second")
    assert "first-tab" in side.run("await storage.photos.names()", tab="second")
    side.close_tab("second")
