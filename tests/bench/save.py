"""Tap on "Spara" to on disk, with 10 000 observations there already: the native store.

`python -m tests.bench.save` prints save_p50_ms and save_p99_ms; the floor is a plain fsync of as
many bytes as the write-ahead log of one save takes.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from app.device.storage.database import DURABLE
from app.device.storage.native import NativeStorage
from app.field.opening import sealed
from sync.client.local_store import LocalStore
from sync.client.recorder import Recorder
from sync.client.records import Content, Edit, NewPhoto
from sync.client.walk_store import WalkStore
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, Sha256
from sync.domain.words import Category, EntityKind, PlaceSource, RoundKind

ALREADY_THERE = 10_000
SAVES = 400
FLOOR_BYTES = 16 * 1024
AREA = AreaCode("kirseberg")


def main() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        saves = sorted(asyncio.run(_saves(Path(folder))))
        floor = sorted(_floor(Path(folder)))
    for name, times in (("save", saves), ("floor", floor)):
        _print(f"{name}_p50_ms {statistics.median(times):.2f} ms")
        _print(f"{name}_p99_ms {times[int(len(times) * 0.99)]:.2f} ms")


async def _saves(folder: Path) -> list[float]:
    local = LocalStore(str(folder / "rundan.db"), pragmas=DURABLE, now=lambda: datetime.now(UTC))
    local.set_facts({"device_id": "benchphone", "nickname": "Sam"})
    storage = NativeStorage(folder)
    await storage.open()
    recorder = Recorder(local=local, flush=sealed(local, storage))
    round_id = await recorder.start_round(kind=RoundKind.INSPECTION, area=AREA)
    local.record(
        [
            Edit(
                area=AREA,
                entity=EntityKind.OBSERVATION,
                entity_id=local.new_id(),
                fields={"round_id": round_id, "category": "belysning", "text": f"nummer {n}"},
            )
            for n in range(ALREADY_THERE)
        ]
    )
    round_ = WalkStore(local).round(round_id)
    if round_ is None:
        raise SystemExit("the round is not there")
    times = []
    for number in range(SAVES):
        photo = NewPhoto(
            photo_id=local.new_id(),
            sha256=Sha256(os.urandom(32).hex()),
            width_px=1600,
            height_px=1200,
            size_bytes=300_000,
            taken_at=None,
            position=0,
        )
        place = Place(
            point=GeoPoint(lat_deg=55.611, lon_deg=13.032, accuracy_m=8.0), source=PlaceSource.GPS
        )
        began = time.perf_counter()
        await recorder.save_observation(
            observation_id=local.new_id(),
            round_=round_,
            content=Content(
                category=Category.LIGHTING,
                text=f"Lampan utanför nummer {number} är trasig",
                place=place,
            ),
            photos=[photo],
            noted_at=datetime.now(UTC),
        )
        times.append((time.perf_counter() - began) * 1000)
    local.close()
    await storage.close()
    return times


def _floor(folder: Path) -> list[float]:
    times = []
    with (folder / "floor").open("ab") as file:
        for _ in range(SAVES):
            began = time.perf_counter()
            file.write(os.urandom(FLOOR_BYTES))
            file.flush()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
    return times


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
