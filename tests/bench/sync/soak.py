"""100 submissions a second, a record and its photo of 200 kB each, for 60 s, into one process.

They come at their times whether or not the ones before are done, so waiting counts. A submission
succeeds when its record is accepted and its photo stored; its time ends with the photo's receipt.
They come from phones that fetch nothing of each other, as if each walked in an area of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.sync.figures import count, percentile, remark, say
from tests.bench.sync.photos import KB
from tests.bench.sync.processes import cpu_s, memory_mb, module, together
from tests.bench.sync.store import a_store

A_SECOND = 100
SECONDS = 60
PHOTO_BYTES = 200 * KB
WARM_SECONDS = 5
"""Before the memory is looked at for the first time: buffers and pools have their size then."""


def soak(folder: Path) -> None:
    given = {"a_second": A_SECOND, "photo_bytes": PHOTO_BYTES}
    with a_store(folder) as store:
        where = {"store": store.url, "code": store.code}
        together([module("crowd", seconds=WARM_SECONDS, **where, **given)])
        before_mb, before_s = memory_mb(store.pid), cpu_s(store.pid)
        (measured,) = together([module("crowd", seconds=SECONDS, **where, **given)])
        used_ms = (cpu_s(store.pid) - before_s) * 1000
        time.sleep(1)
        after_mb = memory_mb(store.pid)
        wanted = A_SECOND * SECONDS
        times = [seconds * 1000 for seconds in measured["times"]]
        say("soak_success_pct", 100 * len(times) / wanted, "%", 2)
        if times:
            say("soak_p50_ms", percentile(times, 50), "ms", 1)
            say("soak_p99_ms", percentile(times, 99), "ms", 1)
        say("soak_store_cpu_ms", used_ms / wanted, "ms", 2)
        say("soak_memory_start_mb", before_mb, "MB", 1)
        say("soak_memory_end_mb", after_mb, "MB", 1)
        sent = wanted + A_SECOND * WARM_SECONDS
        if len(times) == wanted:
            count("soak_doubles", store.doubles(observations=sent, photos=sent), "records")
        for reason, number in measured["failures"].items():
            remark(f"{number} submissions failed: {reason}")


PARTS: dict[str, Callable[[Path], None]] = {"soak": soak}
