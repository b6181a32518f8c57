"""The part `fill`: a new phone, 5 Mbit/s and 40 ms, in an area with 2 000 open observations.

Then the same with 20 000 more that are done, which it must neither get nor wait for. Megabytes of
both directions, with HTTP's headers; thumbnails are not in them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.bench.sync.figures import count, percentile, remark, say
from tests.bench.sync.link import Line, a_link
from tests.bench.sync.many_defects import write
from tests.bench.sync.processes import Failed, module, together
from tests.bench.sync.store import RunningStore, a_store

LINE = Line(bits_per_s=5e6, round_trip_s=0.040)
OPEN, DONE = 2000, 20_000
TURNS = 3


def fill(folder: Path) -> None:
    for name, done in (("fill", 0), ("fill_done", DONE)):
        (folder / name).mkdir()
        with a_store(folder / name) as store:
            remark(f"{name}: {write(store.data, done=done, still_open=OPEN)} changes in the log")
            _measure(name, folder / name, store)


def _measure(name: str, folder: Path, store: RunningStore) -> None:
    times, sizes, waits, got = [], [], [], 0
    for turn in range(TURNS):
        with a_link(store.url, LINE) as link:
            where = {"folder": folder / f"phone{turn}", "store": store.url, "through": link.url}
            (measured,) = together([module("filled_phone", **where, code=store.code)])
            if measured["observations"] != OPEN:
                raise Failed(f"the phone has {measured['observations']} observations")
            got = measured["changes"]
            times.append(measured["ended"] - measured["began"])
            sizes.append(link.counted.total / 1e6)
            waits += [(one.seconds or 0.0) * 1000 for one in link.counted.exchanges]
    say(f"{name}_s", min(times), "s", 2)
    say(f"{name}_s.worst", max(times), "s", 2)
    say(f"{name}_mb", max(sizes), "MB")
    say(f"{name}_part_ms", percentile(waits, 50), "ms", 1)
    count(f"{name}_changes", got, "changes")


PARTS: dict[str, Callable[[Path], None]] = {"fill": fill}
