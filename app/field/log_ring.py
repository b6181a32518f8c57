"""The last things that happened in the app, for a fault report: never what a person wrote.

Of our own code's lines the template is kept, not what was filled in; of others' only who spoke.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePath
from types import TracebackType

from sync.domain.instants import to_text

LINES = 200
OURS = ("app.", "sync.")


class LogRing(logging.Handler):
    """now: the wall clock, aware."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(logging.INFO)
        self._now = now
        self._lines: deque[str] = deque(maxlen=LINES)

    def emit(self, record: logging.LogRecord) -> None:
        parts = [to_text(self._now()), record.levelname, record.name]
        if record.name.startswith(OURS):
            parts.append(str(record.msg))
        if record.exc_info is not None and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            parts.append(f"[{kind.__name__}{_where(trace)}]")
        self._lines.append(" ".join(parts))

    @property
    def lines(self) -> list[str]:
        """The oldest first."""
        return list(self._lines)


def listen(ring: LogRing) -> None:
    """From now on. Warnings still go to the console: Python does so only while nobody listens."""
    logging.basicConfig(level=logging.WARNING)
    root = logging.getLogger()
    for handler in root.handlers:
        if not isinstance(handler, LogRing) and handler.level == logging.NOTSET:
            handler.setLevel(logging.WARNING)
    root.addHandler(ring)
    for ours in OURS:
        logging.getLogger(ours.rstrip(".")).setLevel(logging.INFO)


def _where(trace: TracebackType | None) -> str:
    """Files and lines of our own code, from the outside in."""
    steps = []
    while trace is not None:
        path = PurePath(trace.tb_frame.f_code.co_filename)
        if {"app", "sync"} & set(path.parts):
            steps.append(f"{path.name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f" {' > '.join(steps)}" if steps else ""
