"""The sides of storage under contract: a folder, Chromium's OPFS, WebKit's IndexedDB.

Each can be started again as a phone does it: by reload, or by having everything killed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from app.device.storage import errors
from app.device.storage.errors import StorageError
from tests.browser.lab_engines import profile_folder
from tests.browser.pyodide_lab import PyodideLab, PythonError

OPENED = """
import sqlite3
from app.device.storage.errors import database_errors
storage = make_storage()
await storage.open()
db = sqlite3.connect(storage.database_path)
for pragma in storage.pragmas:
    db.execute(f"PRAGMA {pragma}").fetchall()
db.execute("CREATE TABLE IF NOT EXISTS defect (id INTEGER PRIMARY KEY, body TEXT) STRICT")
db.commit()
await storage.flush()
"""

CLOSED = """
if "storage" in globals():
    db.close()
    await storage.close()
"""


class Side(Protocol):
    """run(): Python with `make_storage` at hand, as in PyodideLab."""

    name: str

    def run(self, code: str, *, tab: str = "main", **data: Any) -> Any: ...
    def start(self, code: str) -> None: ...
    def wait_for_notes(self, count: int) -> list[Any]: ...
    def forget_notes(self) -> None: ...
    def close_tab(self, tab: str) -> None: ...
    def reload(self) -> None: ...
    def kill(self) -> None: ...
    def fill(self) -> None:
        """From now on there is no room."""

    def free(self) -> None: ...


NO_ROOM = """
import js
js.eval('''{
  const noRoom = () => { throw new DOMException("simulated", "QuotaExceededError"); };
  const places = [[IDBObjectStore.prototype, "put"]];
  if (self.FileSystemSyncAccessHandle) places.push([FileSystemSyncAccessHandle.prototype, "write"]);
  const real = places.map(([place, name]) => place[name]);
  for (const [place, name] of places) place[name] = noRoom;
  self.makeRoom = () => places.forEach(([place, name], n) => { place[name] = real[n]; });
}''')
None
"""
ROOM = "js.makeRoom()"
NO_OPFS = """
import js
js.eval('''navigator.storage.getDirectory = async () => {
  throw new DOMException("simulated", "UnknownError");
}''')
"""
BROWSER = "from app.device.storage.browser import BrowserStorage as make_storage\n"


class BrowserSide:
    def __init__(self, name: str, lab: PyodideLab, prepare: str = "") -> None:
        self.name = name
        self._lab = lab
        self._prepare = prepare
        self._ready: set[str] = set()

    def run(self, code: str, *, tab: str = "main", **data: Any) -> Any:
        if tab not in self._ready:
            self._lab.run(self._prepare + "\n" + BROWSER, worker=tab)
            self._ready.add(tab)
        try:
            return self._lab.run(code, worker=tab, **data)
        except PythonError as error:
            raise _ours(error.kind, str(error)) or error from error

    def start(self, code: str) -> None:
        self.run("None")
        self._lab.start(code)

    def wait_for_notes(self, count: int) -> list[Any]:
        return self._lab.wait_for_notes(count)

    def forget_notes(self) -> None:
        self._lab.forget_notes()

    def close_tab(self, tab: str) -> None:
        self._lab.close_worker(tab)
        self._ready.discard(tab)

    def reload(self) -> None:
        self._lab.reload()
        self._ready.clear()

    def kill(self) -> None:
        self._lab.kill()
        self._ready.clear()
        self._lab.open()

    def fill(self) -> None:
        self.run(NO_ROOM)

    def free(self) -> None:
        self.run(ROOM)


def _ours(kind: str, text: str) -> StorageError | None:
    found = getattr(errors, kind, None)
    if isinstance(found, type) and issubclass(found, StorageError):
        return found(text)
    return None


@contextlib.contextmanager
def browser_side(name: str) -> Iterator[BrowserSide]:
    engine, _, place = name.partition("-")
    with PyodideLab(engine) as lab:
        yield BrowserSide(name, lab, NO_OPFS if place == "indexeddb" else "")


class NativeSide:
    """Every tab is a process, which a small loop in it feeds with code."""

    name = "native"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._notes = folder / "notes"
        self._notes.touch()

    def run(self, code: str, *, tab: str = "main", **data: Any) -> Any:
        process = self._send(code, tab, data)
        assert process.stdout is not None
        value, kind, text = eval(process.stdout.readline())
        if kind:
            raise _ours(kind, text) or RuntimeError(text)
        return value

    def start(self, code: str) -> None:
        self._send(code, "main", {})

    def wait_for_notes(self, count: int) -> list[Any]:
        deadline = time.monotonic() + 30
        while len(notes := self._notes.read_text().splitlines()) < count:
            assert time.monotonic() < deadline, notes
            time.sleep(0.002)
        return [int(note) for note in notes]

    def forget_notes(self) -> None:
        self._notes.write_text("")

    def close_tab(self, tab: str) -> None:
        process = self._processes.pop(tab)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()

    def reload(self) -> None:
        self.kill()

    def kill(self) -> None:
        for tab in list(self._processes):
            self.close_tab(tab)

    def fill(self) -> None:
        """The kernel's own refusal for photos, SQLite's own for the database."""
        self.run(_LIMIT)

    def free(self) -> None:
        self.run(_NO_LIMIT)

    def _send(self, code: str, tab: str, data: dict[str, Any]) -> subprocess.Popen[str]:
        process = self._processes.get(tab)
        if process is None:
            process = self._processes[tab] = subprocess.Popen(
                [sys.executable, "-c", _LOOP, str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert process.stdin is not None
        process.stdin.write(repr((textwrap.dedent(code), data)) + "\n")
        process.stdin.flush()
        return process


_LIMIT = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
db.execute("VACUUM")
pages = db.execute("PRAGMA page_count").fetchone()[0]
db.execute(f"PRAGMA max_page_count={pages}").fetchall()
resource.setrlimit(resource.RLIMIT_FSIZE, (0, -1))
"""
_NO_LIMIT = """
resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
db.execute("PRAGMA max_page_count=1073741823").fetchall()
"""

_LOOP = """
import ast, asyncio, sys, traceback
from pathlib import Path
from app.device.storage.native import NativeStorage
folder = Path(sys.argv[1])
async def note(value):
    with (folder / "notes").open("a") as file:
        file.write(f"{value}\\n")
names = {"make_storage": lambda: NativeStorage(folder / "data"), "note": note}
loop = asyncio.new_event_loop()
for line in sys.stdin:
    code, data = eval(line)
    names.update(data)
    tree = ast.parse(code)
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = tree.body[-1]
        target = [ast.Name(id="_value", ctx=ast.Store())]
        tree.body[-1] = ast.copy_location(ast.Assign(targets=target, value=last.value), last)
        ast.fix_missing_locations(tree)
    names["_value"] = None
    try:
        block = compile(tree, "<run>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        pending = eval(block, names)
        if pending is not None:
            loop.run_until_complete(pending)
        print((names["_value"], "", ""), flush=True)
    except BaseException as error:
        print((None, type(error).__name__, traceback.format_exc()), flush=True)
"""


@contextlib.contextmanager
def native_side() -> Iterator[NativeSide]:
    with profile_folder() as folder:
        side = NativeSide(folder)
        try:
            yield side
        finally:
            side.kill()
