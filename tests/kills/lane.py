"""One store and one phone after the other against it, both in processes that are killed."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sync.domain.ids import AreaCode
from tests.central.a_store import DATABASE, AStore
from tests.kills.broken_phone import PhoneFault
from tests.kills.broken_store import StoreFault
from tests.kills.fault_points import Blow, Step, noted
from tests.kills.plan import Plan, a_plan
from tests.kills.store_contents import (
    Wrong,
    left_in_store,
    wrong_with_tables,
    wrong_with_walk,
)
from tests.kills.store_process import ARM
from tests.kills.walk import PAUSE_S, TRIES
from tests.kills.zygote import Ended, Zygote

WALKS_PER_STORE = 10
"""Then a fresh one: temporary folders in memory may be small."""


Point = tuple[str, str, int]


@dataclass(kw_only=True)
class Tally:
    """kinds: of the steps that were the last of a process. points: side, place and number of those
    that were aimed at, and how often."""

    walks: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    points: Counter[Point] = field(default_factory=Counter)
    wrong: Wrong = field(default_factory=Wrong)

    def add(self, other: Tally) -> None:
        self.walks += other.walks
        self.kills += other.kills
        self.kinds += other.kinds
        self.points += other.points
        self.wrong.add(other.wrong)


class Lane:
    """zygote: with no living child; not closed here. faults: the product broken on purpose."""

    def __init__(
        self,
        folder: Path,
        zygote: Zygote,
        migrated: Path,
        *,
        phone_fault: PhoneFault = PhoneFault.NONE,
        store_fault: StoreFault = StoreFault.NONE,
    ) -> None:
        self._folder, self._zygote, self._migrated = folder, zygote, migrated
        self._phone_fault, self._store_fault = phone_fault, store_fault
        self._port = _free_port()
        self._walks = 0
        self._store_pid = 0
        self._store_blows: list[Blow] = []
        self._phase = ""
        self.tally = Tally()

    def close(self) -> None:
        self._end_store()

    def walk(self, phase: str, *, phone: Sequence[Blow] = (), store: Sequence[Blow] = ()) -> None:
        """One walk to its end. Each side dies once per blow that it meets, and starts again.

        Those of the store count from the walk's beginning, and then from its start.
        """
        self._phase = phase
        folder, plan = self._begin_walk()
        self._store_blows = list(store)
        self._arm(store)
        left = list(phone)
        for _ in range(len(phone) + 1):
            died = self._phone_lives(folder, left)
            if died:
                left.remove(_last_blow(folder))
            promises = noted(folder / "promises")
            if "sent" in {line["promised"] for line in promises}:
                # said to a person who may hand the phone over now: it has to be true already
                self.tally.wrong.add(wrong_with_walk(self._store, plan, _changes(promises)))
            if not died:
                break
        self._store_blows.clear()
        self._arm([])
        self.tally.walks += 1
        lost = [one for line in noted(folder / "losses") for one in line["lost"]]
        self.tally.wrong.lost += lost
        if not lost:  # else the phone has stopped there
            self._judge(folder, plan)
        shutil.rmtree(folder)

    def steps(
        self, *, phone: Sequence[Blow] = (), store: Sequence[Blow] = ()
    ) -> tuple[list[Step], list[Step]]:
        """Those of the phone's last life and the store's in one walk, in order."""
        folder, plan = self._begin_walk()
        self._phase, self._store_blows = "steps", list(store)
        self._arm(store)
        left = list(phone)
        while self._phone_lives(folder, left):
            left.remove(_last_blow(folder))
        at_store = self._arm([])
        on_phone = json.loads((folder / "end.json").read_text())["steps"]
        self._judge(folder, plan)
        shutil.rmtree(folder)
        return [Step(**one) for one in on_phone], at_store

    def _begin_walk(self) -> tuple[Path, Plan]:
        if self._walks % WALKS_PER_STORE == 0:
            self._open_store()
        self._walks += 1
        folder = self._folder / f"walk{self._walks}"
        url = f"http://127.0.0.1:{self._port}"
        return folder, a_plan(folder, url=url, code=self._code, nickname=f"Sam {self._walks}")

    def _phone_lives(self, folder: Path, blows: Sequence[Blow]) -> bool:
        """True when it was killed; the store is started again as often as it dies meanwhile."""
        phone = self._zygote.fork(
            "phone",
            folder=str(folder),
            blows=[asdict(one) for one in blows],
            fault=self._phone_fault,
        )
        while (ended := self._zygote.wait()).pid != phone:
            self._store_died(ended)
        if ended.signal:
            self.tally.kills[f"{self._phase}: phone"] += 1
        return bool(ended.signal)

    def _judge(self, folder: Path, plan: Plan) -> None:
        wrong = self.tally.wrong
        for side, where in (("phone", folder), ("store", self._store)):
            for one in noted(where / "deaths"):
                self.tally.kinds[f"{side} {one['at']}"] += 1
                if one["place"] and not one["after_s"]:
                    self.tally.points[side, one["place"], one["die_at"]] += 1
            (where / "deaths").unlink(missing_ok=True)
        end = json.loads((folder / "end.json").read_text())
        wrong.add(wrong_with_walk(self._store, plan, _changes(noted(folder / "promises"))))
        wrong.add(wrong_with_tables(self._store, end["tables"]))
        wrong.left += [f"on the phone: {one}" for one in _left_on_phone(end, plan)]
        wrong.left += left_in_store(self._store)

    # The store

    @property
    def _store(self) -> Path:
        return self._folder / "store"

    def _open_store(self) -> None:
        self._end_store()
        shutil.rmtree(self._store, ignore_errors=True)
        self._store.mkdir()
        shutil.copy(self._migrated, self._store / DATABASE)
        prepared = AStore(self._store)
        self._code = prepared.code(AreaCode("kirseberg"), hours=1_000_000)
        prepared.close()
        self._start_store([])

    def _start_store(self, blows: Sequence[Blow]) -> None:
        self._store_pid = self._zygote.fork(
            "store",
            folder=str(self._store),
            port=self._port,
            blows=[asdict(one) for one in blows],
            fault=self._store_fault,
        )

    def _store_died(self, ended: Ended) -> None:
        assert ended.pid == self._store_pid and ended.signal, ended
        self.tally.kills[f"{self._phase}: store"] += 1
        if self._store_blows:  # else it was told to, after the walk's end, a moment before
            self._store_blows.remove(_last_blow(self._store))
        self._start_store(self._store_blows)

    def _end_store(self) -> None:
        if self._store_pid:
            self._zygote.kill(self._store_pid)
            self._store_pid = 0

    def _arm(self, blows: Sequence[Blow]) -> list[Step]:
        """The steps that the store has counted since it was armed last."""
        for _ in range(TRIES):
            connection = http.client.HTTPConnection("127.0.0.1", self._port)
            try:
                connection.request("POST", ARM, json.dumps([asdict(one) for one in blows]))
                return [Step(**one) for one in json.loads(connection.getresponse().read())]
            except (ConnectionError, http.client.HTTPException):
                ended = self._zygote.ended()
                if ended is not None:
                    self._store_died(ended)
                time.sleep(PAUSE_S)  # it is starting
            finally:
                connection.close()
        raise AssertionError("the store does not start")


def _last_blow(folder: Path) -> Blow:
    *_, last = noted(folder / "deaths")
    del last["at"]
    return Blow(**last)


def _changes(promises: list[dict[str, object]]) -> set[str]:
    found: set[str] = set()
    for line in promises:
        changes = line["changes"]
        assert isinstance(changes, list)
        found.update(changes)
    return found


def _left_on_phone(end: dict[str, object], plan: Plan) -> set[str]:
    files = end["files"]
    assert isinstance(files, list)
    wanted = set(plan.hashes.values()) - {plan.hashes["uncovered"]}
    return set(files) ^ wanted


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
