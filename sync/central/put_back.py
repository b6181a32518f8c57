"""Noticing that the database was put back from a copy, however far it has been written to since.

At every start and stop, and every night, the database and a file beside it get the next mark. A
copy has an older mark than the file; in another folder there is no file. What is missed is a copy
from after the last mark, put back where the store was killed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from sync.central.durable import sync_to_disk
from sync.central.facts import Fact, read_fact, write_fact

FILE = "last-mark"
NO_MARK = f"{0:012}"
_MARK = re.compile(r"[0-9]{12} [0-9a-f]{16}")
"""Sorts as text in the order of the marks."""

log = logging.getLogger(__name__)


def put_back_name(engine: Engine, folder: Path) -> str | None:
    """The name of the last time that the database was put back; None when it never was.

    Once, at a start. A phone that hears a new name looks for what the store has lost. A folder that
    was moved without the file has the same effect: phones ask for what is there.
    """
    beside = _beside(folder)
    with engine.begin() as connection:
        mark = read_fact(connection, Fact.MARK)
        if mark is not None and mark != beside and (beside is None or mark <= beside):
            log.warning("the database was put back from a copy: phones are told")
            write_fact(connection, Fact.PUT_BACK, f"{mark} {beside}")
        return read_fact(connection, Fact.PUT_BACK)


def mark(engine: Engine, folder: Path, random: Callable[[int], bytes]) -> None:
    """The database first: killed in between, it is ahead of the file, which no copy is."""
    file = folder / FILE
    with engine.begin() as connection:
        last = max(read_fact(connection, Fact.MARK) or NO_MARK, _beside(folder) or NO_MARK)
        new = f"{int(last[:12]) + 1:012} {random(8).hex()}"
        write_fact(connection, Fact.MARK, new)
    file.write_text(new)
    sync_to_disk(file)
    sync_to_disk(folder)


def _beside(folder: Path) -> str | None:
    """None also for a file that is no mark."""
    file = folder / FILE
    found = _MARK.fullmatch(file.read_text(errors="replace")) if file.exists() else None
    return None if found is None else found[0]
