"""SIGKILL at every step of phone and store: nothing lost, nothing doubled, nothing left over.

A walk joins a store, takes photos, saves, covers, edits, deletes, sees again, sends and shows
that all is sent. RUNDAN_SEED repeats a run, RUNDAN_KILL_ROUNDS makes it longer.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.figures import Say
from tests.kills.broken_phone import PhoneFault
from tests.kills.broken_store import StoreFault
from tests.kills.fault_points import Blow
from tests.kills.lane import Lane, Tally
from tests.kills.store_contents import Wrong
from tests.kills.zygote import Zygote

LANES = 2
ROUNDS = int(os.environ.get("RUNDAN_KILL_ROUNDS", "1"))
SOON = 40
"""A second blow falls within so many steps: while the phone or the store is coming back."""

WALKS_OF_BOTH, WALKS_ANY_MOMENT = 25, 55
ANY_MOMENT_S = 0.006
IN_MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 200_000_000
"""A kill asks nothing of the disk, and memory is quicker."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    if not IN_MEMORY.is_dir() or shutil.disk_usage(IN_MEMORY).free < ENOUGH_BYTES:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=IN_MEMORY, prefix="rundan-kills-") as made:
        yield Path(made)


@pytest.fixture(scope="module")
def zygotes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Zygote]]:
    opened = [Zygote(tmp_path_factory.mktemp("troubles")) for _ in range(LANES)]
    yield opened
    for one in opened:
        one.close()


def test_a_thousand_kills_lose_nothing_and_double_nothing(
    folder: Path, zygotes: Sequence[Zygote], migrated: Path, figure: Say
) -> None:
    seed = int(os.environ.get("RUNDAN_SEED", secrets.randbelow(10**9)))
    figure("kills_seed", seed)
    lanes = []
    for number, zygote in enumerate(zygotes):
        (folder / str(number)).mkdir()
        lanes.append(Lane(folder / str(number), zygote, migrated))
    on_phone, at_store = lanes[0].steps()
    walks = _walks(random.Random(seed), len(on_phone), len(at_store))
    with ThreadPoolExecutor(LANES) as threads:
        list(threads.map(_walk_all, lanes, (walks[n::LANES] for n in range(LANES))))
    tally = Tally()
    for lane in lanes:
        tally.add(lane.tally)
    for phase in sorted(tally.kills):
        figure(f"kills ({phase})", tally.kills[phase])
    figure("kills_total", tally.kills.total(), f"in {tally.walks} walks")
    figure("kinds_of_steps", len(tally.points), f"in {len(on_phone)} + {len(at_store)} steps")
    figure("lost", len(tally.wrong.lost))
    figure("doubled", len(tally.wrong.doubled))
    figure("left_over", len(tally.wrong.left))
    assert tally.wrong == Wrong()
    assert tally.kills.total() >= 1000, tally.kills


Walk = tuple[str, list[Blow], list[Blow]]


def _walks(chance: random.Random, on_phone: int, at_store: int) -> list[Walk]:
    def soon() -> Blow:
        return Blow(die_at=chance.randint(1, SOON))

    def any_moment(steps: int) -> Blow:
        return Blow(die_at=chance.randint(1, steps), after_s=chance.uniform(0, ANY_MOMENT_S))

    walks: list[Walk] = []
    for _ in range(ROUNDS):
        for step in range(1, on_phone + 1):
            walks.append(("phone", [Blow(die_at=step), soon()], []))
        for step in range(1, at_store + 1):
            walks.append(("store", [], [Blow(die_at=step), soon()]))
        for _ in range(WALKS_OF_BOTH):
            phone = [Blow(die_at=chance.randint(1, on_phone)), soon()]
            store = [Blow(die_at=chance.randint(1, at_store)), soon()]
            walks.append(("both", phone, store))
        for _ in range(WALKS_ANY_MOMENT):
            phone = [any_moment(on_phone), any_moment(SOON)]
            walks.append(("any moment", phone, [any_moment(at_store)]))
    return walks


def _walk_all(lane: Lane, walks: Sequence[Walk]) -> None:
    for phase, phone, store in walks:
        lane.walk(phase, phone=phone, store=store)
    lane.close()


# The matrix sees a product that is broken


@pytest.mark.parametrize(
    ("fault", "step", "kind"),
    [
        (PhoneFault.SAYS_SAVED_TOO_EARLY, "sql UPDATE", "lost"),
        (PhoneFault.WRITES_PHOTOS_IN_PLACE, "write", "lost"),
        (PhoneFault.SENDS_UNDER_NEW_IDS, "answer in", "doubled"),
    ],
)
def test_a_phone_that_does_not_keep_its_word_is_found_out(
    fault: PhoneFault,
    step: str,
    kind: str,
    folder: Path,
    zygotes: Sequence[Zygote],
    migrated: Path,
) -> None:
    lane = Lane(folder, zygotes[0], migrated, phone_fault=fault)
    on_phone, _ = lane.steps()
    for number in range(1, on_phone.count(step) + 1):
        lane.walk("broken", phone=[Blow(die_at=number, kind=step)])
        if getattr(lane.tally.wrong, kind):
            break
    lane.close()
    assert getattr(lane.tally.wrong, kind), lane.tally


@pytest.mark.parametrize(
    ("fault", "step"),
    [
        (StoreFault.ACKNOWLEDGES_BEFORE_WRITING, "sql INSERT"),
    ],
)
def test_a_store_that_acknowledges_too_early_is_found_out(
    fault: StoreFault, step: str, folder: Path, zygotes: Sequence[Zygote], migrated: Path
) -> None:
    lane = Lane(folder, zygotes[0], migrated, store_fault=fault)
    _, at_store = lane.steps()
    for number in range(1, at_store.count(step) + 1):
        lane.walk("broken", store=[Blow(die_at=number, kind=step)])
        if lane.tally.wrong.lost:
            break
    lane.close()
    assert lane.tally.wrong.lost, lane.tally
