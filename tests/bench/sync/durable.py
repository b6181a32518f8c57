"""300 x (1 kB record + 200 kB photo) over loopback: ours, the peers and the floor in turns.

One: one client. Ours is the phone as it is, with up to three photos at a time; the floor and
tus-js-client go one at a time and three at a time, and their better time counts; PouchDB replicates
as it does. one_serial is all of them with one request at a time: the servers' own speed.
Four: four clients at once, each with a quarter, all one at a time.

Before each the disk is given what the one before it left to be written: whoever asks the disk would
wait for what others, who do not ask, have left to it.

Ours ends when the phone, too, has on disk that all of it is stored. tus carries no records.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sync.client.engine import PHOTOS_AT_A_TIME as SHIPPED
from tests.bench.sync.figures import best, remark, say
from tests.bench.sync.peers import PEERS, Load, NotThere, Peer, install
from tests.bench.sync.photos import KB
from tests.bench.sync.processes import Failed, cpu_s, module, serving, span, together
from tests.bench.sync.store import RunningStore, a_store, free_port

RECORDS = 300
PHOTO_BYTES = 200 * KB
TURNS = 3


@dataclass(slots=True)
class Times:
    """Seconds of every turn, by who was measured."""

    of: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, seconds: float) -> None:
        self.of.setdefault(name, []).append(seconds)

    def together(self, *names: str) -> list[float]:
        """The better of these in each turn; empty when none was measured."""
        known = [self.of[name] for name in names if name in self.of]
        return [min(turn) for turn in zip(*known, strict=False)]


def one(folder: Path) -> None:
    times = _turns(folder, clients=1, at_a_time=(1, SHIPPED))
    _print(times, "one", ours=[SHIPPED], others=[1, SHIPPED])
    _print(times, "one_serial", ours=[1], others=[1])
    best("records_ack_s", times.of["ack"], "s")
    _print_cpu(times, "one")


def four(folder: Path) -> None:
    times = _turns(folder, clients=4, at_a_time=(1,))
    _print(times, "four", ours=[1], others=[1])
    _print_cpu(times, "four")


def _turns(folder: Path, *, clients: int, at_a_time: Sequence[int]) -> Times:
    times = Times()
    peers = _peers()
    with a_store(folder) as store:
        for turn in range(TURNS):
            for streams in at_a_time:
                here = folder / f"turn{turn}-{streams}"
                here.mkdir()
                os.sync()
                _ours(here, store, times, clients, streams)
                os.sync()
                times.add(f"floor{streams}", _floor(here, clients, streams))
                for peer in tuple(peers):
                    if streams not in peer.streams:
                        continue
                    load = Load(
                        records=RECORDS, photo_bytes=PHOTO_BYTES, clients=clients, streams=streams
                    )
                    os.sync()
                    try:
                        times.add(f"{peer.name}{streams}", peer.seconds(here / peer.name, load))
                    except Failed as reason:
                        remark(f"peer {peer.name} could not be run: {reason}")
                        peers.remove(peer)
                shutil.rmtree(here)
    return times


def _peers() -> list[Peer]:
    try:
        install()
    except NotThere as reason:
        for peer in PEERS:
            remark(f"peer {peer.name} could not be run: {reason}")
        return []
    return list(PEERS)


def _ours(here: Path, store: RunningStore, times: Times, clients: int, streams: int) -> None:
    phones = [
        module(
            "phone",
            folder=here / f"phone{number}",
            store=store.url,
            through=store.url,
            code=store.code,
            records=RECORDS // clients,
            photos_each=1,
            photo_bytes=PHOTO_BYTES,
            streams=streams,
        )
        for number in range(clients)
    ]
    cpu_before = cpu_s(store.pid)
    measured = together(phones)
    times.add("store_cpu", cpu_s(store.pid) - cpu_before)
    times.add("phone_cpu", sum(one["cpu_s"] for one in measured))
    if any(one["photos_left"] for one in measured):
        raise Failed("the store did not take every photo")
    began = min(one["began"] for one in measured)
    times.add(f"ours{streams}", span(measured))
    times.add("ack", max(one["last_record"] for one in measured) - began)


def _floor(here: Path, clients: int, streams: int) -> float:
    """Several streams are several clients: that costs it nothing but threads it has anyway."""
    port = free_port()
    floor = "tests.bench.sync.floor_server"
    command: list[str | Path] = [sys.executable, "-m", floor, str(port), here / "floor"]
    with serving(command, log=here / "floor.log", ready="listening"):
        number = clients * streams
        given = {"records": RECORDS // number, "photo_bytes": PHOTO_BYTES}
        return span(together([module("floor_client", port=port, **given)] * number))


def _print(times: Times, name: str, *, ours: Sequence[int], others: Sequence[int]) -> None:
    of_ours = best(f"sync_{name}_s", times.together(*(f"ours{n}" for n in ours)), "s")
    floor = best(f"floor_{name}_s", times.together(*(f"floor{n}" for n in others)), "s")
    say(f"floor_ratio_{name}", of_ours / floor, "x", 2)
    measured = {peer.name: times.together(*(f"{peer.name}{n}" for n in others)) for peer in PEERS}
    peers = [best(f"peer_{peer}_{name}_s", turns, "s") for peer, turns in measured.items() if turns]
    if peers:
        say(f"peer_ratio_{name}", min(peers) / of_ours, "x", 2)
    else:
        remark(f"peer_ratio_{name} is not known: no peer could be run")


def _print_cpu(times: Times, name: str) -> None:
    """Processor time of all turns: hardly touched by what else the machine does."""
    for whose in ("store", "phone"):
        best(f"sync_{name}_{whose}_cpu_s", times.of[f"{whose}_cpu"], "s", 2)


PARTS: dict[str, Callable[[Path], None]] = {"one": one, "four": four}
