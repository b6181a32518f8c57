"""Our store as a person starts it, `python -m sync.central`, on a folder of the benchmark's."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.sync.processes import Failed, serving


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningStore:
    """code: with which phones enrol. url: without a slash at its end."""

    url: str
    code: str
    pid: int
    data: Path

    def ask(self, query: str) -> int:
        """One number out of the store's database, read beside the store."""
        path = self.data / "rundan.sqlite"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return int(database.execute(query).fetchone()[0])

    def orphans(self) -> int:
        """Uploads nobody will end, and files of photos that no row knows."""
        parts = [path for path in (self.data / "uploads").rglob("*") if path.is_file()]
        files = [path for path in (self.data / "photos").rglob("*") if path.is_file()]
        known = self.ask("SELECT COUNT(*) FROM stored_photo")
        return len(parts) + max(0, len(files) - known) + self.ask("SELECT COUNT(*) FROM upload")

    def doubles(self, *, observations: int, photos: int) -> int:
        """How many more there are than were sent, of records, of photos and of changes."""
        return (
            self.ask("SELECT COUNT(*) FROM observation")
            - observations
            + self.ask("SELECT COUNT(*) FROM photo")
            - photos
            + self.ask("SELECT COUNT(*) - COUNT(DISTINCT change_id) FROM change_log")
        )


@contextmanager
def a_store(folder: Path) -> Iterator[RunningStore]:
    port = free_port()
    data = folder / "store"
    log = folder / "store.log"
    ours = {name: text for name, text in os.environ.items() if not name.startswith("RUNDAN_")}
    env = {**ours, "RUNDAN_PORT": str(port), "RUNDAN_DATA": str(data)}
    with serving(
        [sys.executable, "-m", "sync.central"], log=log, ready="Klart: ", env=env
    ) as process:
        code = re.search(r"^ +kod +([A-Z0-9]{6})$", log.read_text(encoding="utf-8"), re.MULTILINE)
        if code is None:
            raise Failed("the store printed no code")
        yield RunningStore(url=f"http://127.0.0.1:{port}", code=code[1], pid=process.pid, data=data)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
