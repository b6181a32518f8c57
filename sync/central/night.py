"""Tidying up: at a start of the store, and every night while it runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

log = logging.getLogger(__name__)

ZONE = ZoneInfo("Europe/Stockholm")
HOUR = 3
LOOK_EVERY_S = 60.0


class Night:
    """jobs: as of `tidy`. now: the store's wall clock."""

    def __init__(
        self, jobs: Sequence[Callable[[], object]], *, now: Callable[[], datetime]
    ) -> None:
        self._jobs, self._now = jobs, now
        self._due = next_night(now())
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="night", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns when the job under way, if there is one, is done."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def step(self) -> bool:
        """Does the jobs when a night has come since the last time; says whether it did."""
        if self._now() < self._due:
            return False
        self._due = next_night(self._now())
        tidy(self._jobs)
        return True

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            self.step()


def tidy(jobs: Sequence[Callable[[], object]]) -> None:
    """Does each job on its own: one that fails holds up no other, and no start of the store."""
    for job in jobs:
        try:
            job()
        except Exception:  # the next night, or the next start, tries again
            log.exception("tidying up failed")


def next_night(after: datetime) -> datetime:
    """The next three o'clock, by the clocks of Sweden."""
    here = after.astimezone(ZONE)
    night = here.replace(hour=HOUR, minute=0, second=0, microsecond=0, fold=0)
    return night if night > here else night + timedelta(days=1)
