"""SIGKILL at every step of phone and store, three times: nothing lost, doubled or left over.

A walk joins a store, takes photos, saves, covers, edits, deletes, sees again, sends and shows
that all is sent. RUNDAN_SEED repeats a run, RUNDAN_KILL_ROUNDS makes it longer.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.figures import Say
from tests.kills.broken_phone import PhoneFault
from tests.kills.broken_store import StoreFault
from tests.kills.fault_points import Blow
from tests.kills.lane import Lane, Point, Tally
from tests.kills.phone_process import START, START_AGAIN
from tests.kills.store_contents import Wrong
from tests.kills.zygote import Zygote

LANES = 2
ROUNDS = int(os.environ.get("RUNDAN_KILL_ROUNDS", "1"))
TIMES = 3
"""So often a process dies at each numbered step, in one round."""

AT_A_TIME = ((8, 3), (2, 1), (1, 1), (1, 1), (1, 1), (1, 1))
"""Steps of the phone and of the store that one walk is to die at. Not all are met: after a death
less is left to be done. Those that were not are aimed at again, with fewer at a time."""

WALKS_ANY_MOMENT = 55
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
    points = _points(lanes[0])
    chance, tally = random.Random(seed), Tally()
    for walks in _rounds(chance, points, tally):
        with ThreadPoolExecutor(LANES) as threads:
            list(threads.map(_walk_all, lanes, (walks[n::LANES] for n in range(LANES))))
        for lane in lanes:
            tally.add(lane.tally)
            lane.tally = Tally()
    for lane in lanes:
        lane.close()
    for phase in sorted(tally.kills):
        figure(f"kills ({phase})", tally.kills[phase])
    figure("kills_total", tally.kills.total(), f"in {tally.walks} walks")
    figure("kinds_of_steps", len(tally.kinds))
    for side in (PHONE, STORE):
        times = [tally.points[one] for one in points if one[0] == side]
        figure(f"kills_at_each_{side}", min(times), f"or more, at {len(times)} numbered steps")
    figure("lost", len(tally.wrong.lost))
    figure("doubled", len(tally.wrong.doubled))
    figure("left_over", len(tally.wrong.left))
    assert tally.wrong == Wrong()
    assert tally.kills.total() >= 1000, tally.kills
    seldom = [one for one in points if tally.points[one] < TIMES * ROUNDS]
    assert not seldom, f"killed fewer than {TIMES * ROUNDS} times: {seldom}"


Walk = tuple[str, list[Blow], list[Blow]]
PHONE, STORE = "phone", "store"
SAVES, SYNCS = Blow(place="saved", die_at=2), Blow(place="POST /api/v1/sync", die_at=2)


def _points(lane: Lane) -> list[Point]:
    """Every step that each walk has, and those of a start after a death, which differ."""
    (phone, store), (_, store_later) = lane.steps(), lane.steps()
    phone_again, store_again = lane.steps(phone=[SAVES], store=[SYNCS])
    found = {(PHONE, one.place, one.number) for one in phone}
    found |= {(PHONE, START_AGAIN, one.number) for one in phone_again if one.place == START_AGAIN}
    later = {(STORE, one.place, one.number) for one in store_later}
    found |= {(STORE, one.place, one.number) for one in store} & later
    found |= {(STORE, START, one.number) for one in store_again if one.place == START}
    return sorted(found)


def _rounds(chance: random.Random, points: Sequence[Point], tally: Tally) -> Iterator[list[Walk]]:
    """Each is walked before the next is asked for; tally: of all so far."""
    for of_phone, of_store in AT_A_TIME:
        missing = {side: _missing(chance, side, points, tally) for side in (PHONE, STORE)}
        walks: list[Walk] = []
        while missing[PHONE] or missing[STORE]:
            phone, store = missing[PHONE][:of_phone], missing[STORE][:of_store]
            del missing[PHONE][:of_phone], missing[STORE][:of_store]
            phone += [SAVES] if any(one.place == START_AGAIN for one in phone) else []
            store += [SYNCS] if any(one.place == START for one in store) else []
            walks.append(("each", phone, store))
        yield walks
    yield [_any_moment(chance, points) for _ in range(WALKS_ANY_MOMENT * ROUNDS)]


def _missing(chance: random.Random, side: str, points: Sequence[Point], tally: Tally) -> list[Blow]:
    found = [
        Blow(place=place, die_at=number)
        for on, place, number in points
        if on == side
        for _ in range(TIMES * ROUNDS - tally.points[on, place, number])
    ]
    chance.shuffle(found)
    return found


def _any_moment(chance: random.Random, points: Sequence[Point]) -> Walk:
    """Between two steps, wherever that is; and again while the phone is coming back."""

    def within(steps: int, place: str = "") -> Blow:
        after_s = chance.uniform(0, ANY_MOMENT_S)
        return Blow(place=place, die_at=chance.randint(1, steps), after_s=after_s)

    steps = Counter(side for side, _, _ in points)
    coming_back = sum(place == START_AGAIN for _, place, _ in points)
    phone = [within(steps[PHONE]), within(coming_back, START_AGAIN)]
    return "any moment", phone, [within(steps[STORE])]


def _walk_all(lane: Lane, walks: Sequence[Walk]) -> None:
    for phase, phone, store in walks:
        lane.walk(phase, phone=phone, store=store)


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
    for number in range(1, sum(one.kind == step for one in on_phone) + 1):
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
    for number in range(1, sum(one.kind == step for one in at_store) + 1):
        lane.walk("broken", store=[Blow(die_at=number, kind=step)])
        if lane.tally.wrong.lost:
            break
    lane.close()
    assert lane.tally.wrong.lost, lane.tally
