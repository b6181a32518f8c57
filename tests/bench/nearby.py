"""Is it known here, and is anything here worth a visit: with 10 000 observations on the phone.

`python -m tests.bench.nearby` prints `nearby_p99_ms`, the worst of four: both questions, natively
and in the browser app's Python on its real storage; then the four by themselves.
"""

from __future__ import annotations

import inspect
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from sync.client.local_store import LocalStore
from sync.client.nearby import NearbyStore
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId
from sync.domain.words import Category
from tests.browser.pyodide_lab import PyodideLab
from tests.client.many_points import AREA, NOW, ManyPoints, a_local

POINTS = 10_000
ASKED = 1_000
KIRSEBERG = 0.009, 0.016
"""Half of its height and width, in degrees: 2 km by 2 km."""
CLUSTERS, CLUSTERED, CLUSTER = 20, 100, (0.0003, 0.0005)
"""Places with many defects: a hundred within some 60 m."""

Spot = tuple[float, float, str]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rundan.db"
        round_id, spots = _fill(path)
        with PyodideLab() as lab:
            content = path.read_bytes()
            code = _IN_THE_BROWSER.format(measure=inspect.getsource(measure))
            browser = lab.run(code, content=content, spots=spots, round_id=round_id)
        local = a_local(str(path))
        native = measure(local, spots, round_id, NOW)
        local.close()
    sides = {"native": native, "browser": browser}
    figures = {f"{side}_{name}": p99(times) for side, all_ in sides.items() for name, times in all_}
    _print(f"nearby_p99_ms {max(figures.values()):.2f} ms")
    for name, figure in figures.items():
        _print(f"nearby_p99_ms.{name} {figure:.2f} ms")


def _fill(path: Path) -> tuple[EntityId, list[Spot]]:
    """The database as sync leaves it, and where to ask: half of it where defects are dense."""
    local = a_local(str(path))
    many = ManyPoints(local)
    round_id = many.a_round()
    many.scatter(POINTS - CLUSTERS * CLUSTERED, round_id=round_id, half=KIRSEBERG)
    centres = [many.somewhere(KIRSEBERG) for _ in range(CLUSTERS)]
    for centre in centres:
        many.scatter(CLUSTERED, round_id=round_id, half=CLUSTER, middle=centre)
    many.write()
    chance = many.chance
    spots = []
    for number in range(ASKED):
        middle = chance.choice(centres) if number % 2 else many.somewhere(KIRSEBERG)
        spots.append((middle.lat_deg, middle.lon_deg, chance.choice(list(Category)).value))
    local.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    local.close()
    return round_id, spots


def measure(
    local: LocalStore, spots: list[Spot], round_id: EntityId, now: datetime
) -> list[tuple[str, list[float]]]:
    """Milliseconds of every question, by its name.

    Each is asked three times and the quickest counts: what the machine does besides is not told.
    """
    store = NearbyStore(local)
    known, visits = [], []
    for lat, lon, category in spots:
        here = GeoPoint(lat_deg=lat, lon_deg=lon)
        times = []
        for _ in range(3):
            began = time.perf_counter()
            store.known(AREA, here, Category(category), round_id=round_id, limit=3)
            between = time.perf_counter()
            store.worth_a_visit(AREA, here, round_id=round_id, now=now)
            times.append((between - began, time.perf_counter() - between))
        known.append(min(one for one, _ in times) * 1000)
        visits.append(min(one for _, one in times) * 1000)
    return [("known", known), ("visit", visits)]


def p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


_IN_THE_BROWSER = """
from __future__ import annotations

import time
from datetime import UTC, datetime

from app.device.storage.browser import BrowserStorage
from sync.client.local_store import LocalStore
from sync.client.nearby import NearbyStore
from sync.domain.geo import GeoPoint
from sync.domain.words import Category

AREA = "kirseberg"

{measure}

storage = BrowserStorage()
await storage.open()
with open(storage.database_path, "wb") as file:
    file.write(content)
await storage.flush()
local = LocalStore(
    storage.database_path, pragmas=storage.pragmas, now=lambda: datetime(2026, 6, 1, tzinfo=UTC)
)
measure(local, spots, round_id, local.now())
"""


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
