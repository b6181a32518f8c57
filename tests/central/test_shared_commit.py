from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from sync.central.shared_commit import SharedCommit


class Disk:
    """Commits batches; the first of them waits until `go` is set."""

    def __init__(self, bad: frozenset[int] = frozenset()) -> None:
        self.batches: list[list[int]] = []
        self.bad, self.is_busy, self.go = bad, Event(), Event()

    def __call__(self, batch: Sequence[int]) -> None:
        self.is_busy.set()
        assert self.go.wait(10)
        if self.bad & set(batch):
            raise OSError(f"bad: {sorted(batch)}")
        self.batches.append(sorted(batch))


def committed_together(disk: Disk, items: range) -> dict[int, Exception | None]:
    """One comes first; all others come while that one is being committed."""
    commit = SharedCommit(disk)
    with ThreadPoolExecutor(len(items)) as threads:
        first = threads.submit(commit, items[0])
        assert disk.is_busy.wait(10)
        others = [threads.submit(commit, item) for item in items[1:]]
        while len(commit._waiting) < len(others):
            time.sleep(0.001)
        disk.go.set()
        done = zip(items, (first, *others), strict=True)
        return {item: one.exception(10) for item, one in done}  # type: ignore[misc]


def test_who_comes_during_a_commit_shares_the_next_one() -> None:
    disk = Disk()
    assert set(committed_together(disk, range(6)).values()) == {None}
    assert disk.batches == [[0], [1, 2, 3, 4, 5]]


def test_one_that_cannot_be_committed_takes_no_other_with_it() -> None:
    disk = Disk(bad=frozenset({3}))
    errors = committed_together(disk, range(5))
    assert str(errors.pop(3)) == "bad: [3]"
    assert set(errors.values()) == {None}
    assert disk.batches == [[0], [1], [2], [4]]


def test_one_alone_is_committed_at_once_and_hears_of_its_own_error() -> None:
    disk = Disk(bad=frozenset({2}))
    disk.go.set()
    commit = SharedCommit(disk)
    commit(1)
    with pytest.raises(OSError, match="bad"):
        commit(2)
    commit(3)
    assert disk.batches == [[1], [3]]
