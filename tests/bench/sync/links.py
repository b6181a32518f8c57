"""The parts over a link: bytes on the wire, nothing new, first contact, and the slow round."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.sync.figures import count, percentile, remark, say
from tests.bench.sync.link import Line, a_link
from tests.bench.sync.photos import KB, MB
from tests.bench.sync.processes import Failed, module, together
from tests.bench.sync.store import RunningStore, a_store

TEN, BIG = 10, 3 * MB
CUT_EVERY = 1 * MB
FIRST = Line(bits_per_s=5e6, round_trip_s=0.040)
FIRST_RECORDS = 300
SLOW = Line(bits_per_s=2e6, round_trip_s=0.300, loss=0.01)
SLOW_RECORDS, SLOW_PHOTOS_EACH, SLOW_PHOTO = 40, 2, 300 * KB
QUIET_ROUNDS = 200


def wire(folder: Path) -> None:
    """Ten records with photos of 3 MB, on a good link and on one cut every 1 MB.

    Bytes in both directions, with HTTP's headers; the payload is the photos and 1 kB per record.
    """
    with a_store(folder) as store:
        good = _sent(folder / "good", store, Line())
        cut = _sent(folder / "cut", store, Line(cut_every=CUT_EVERY))
        say("wire_good_ratio", good["ratio"], "x", 4)
        say("wire_cut_ratio", cut["ratio"], "x", 4)
        count("wire_cuts", int(cut["cuts"]), "cuts")
        count("wire_cut_rounds", int(cut["rounds"]), "rounds")
        count("orphans", store.orphans(), "files")
        count("doubles", store.doubles(observations=2 * TEN, photos=2 * TEN), "records")


def noop(folder: Path) -> None:
    """Nothing to hand in or fetch: from the request's last byte to the answer's first."""
    with a_store(folder) as store:
        with a_link(store.url, Line()) as link:
            phone = _phone(folder / "phone", store, link.url, records=1, quiet_rounds=QUIET_ROUNDS)
            together([phone])
            quiet = link.counted.exchanges[-QUIET_ROUNDS:]
        times = [(one.seconds or 0.0) * 1000 for one in quiet]
        say("noop_ms", percentile(times, 50), "ms", 2)
        say("noop_ms.p99", percentile(times, 99), "ms", 2)
        count("noop_bytes", max(one.size for one in quiet), "bytes")


def first(folder: Path) -> None:
    """300 records wait, 5 Mbit/s and 40 ms round trip: from contact to the first receipt."""
    with a_store(folder) as store:
        times = []
        for turn in range(5):
            with a_link(store.url, FIRST) as link:
                given = {"records": FIRST_RECORDS, "photos_each": 1, "photo_bytes": 20 * KB}
                phone = _phone(folder / f"phone{turn}", store, link.url, **given)
                (measured,) = together([phone])
            times.append((measured["first_record"] - measured["began"]) * 1000)
        say("first_record_ms", min(times), "ms", 1)
        say("first_record_ms.worst", max(times), "ms", 1)


def slow(folder: Path) -> None:
    """40 observations and 80 photos of 300 kB over 2 Mbit/s, 300 ms round trip, 1 % loss."""
    payload = SLOW_RECORDS * (KB + SLOW_PHOTOS_EACH * SLOW_PHOTO)
    with a_store(folder) as store, a_link(store.url, SLOW) as link:
        given = {
            "records": SLOW_RECORDS,
            "photos_each": SLOW_PHOTOS_EACH,
            "photo_bytes": SLOW_PHOTO,
        }
        (measured,) = together([_phone(folder / "phone", store, link.url, **given)])
        _expect_all(measured)
        seconds = measured["ended"] - measured["began"]
        say("slow_round_s", seconds, "s", 1)
        say("slow_round_ratio", seconds / (payload * 8 / (SLOW.bits_per_s or 1)), "x")
        say("slow_records_s", measured["last_record"] - measured["began"], "s", 2)


def _sent(folder: Path, store: RunningStore, line: Line) -> dict[str, float]:
    with a_link(store.url, line) as link:
        phone = _phone(folder, store, link.url, records=TEN, photos_each=1, photo_bytes=BIG)
        (measured,) = together([phone])
        _expect_all(measured)
        ratio = link.counted.total / (TEN * (KB + BIG))
        return {"ratio": ratio, "cuts": link.counted.cuts, "rounds": measured["rounds"]}


def _phone(folder: Path, store: RunningStore, through: str, **given: Any) -> list[str]:
    usual = {"photos_each": 0, "photo_bytes": 20 * KB}
    where = {"folder": folder, "store": store.url, "through": through, "code": store.code}
    return module("phone", **where, **{**usual, **given})


def _expect_all(measured: dict[str, Any]) -> None:
    if measured["photos_left"]:
        remark(f"{measured['photos_left']} photos were not sent")
        raise Failed(f"not all was sent after {measured['rounds']} rounds")


PARTS: dict[str, Callable[[Path], None]] = {
    "wire": wire, "noop": noop, "first": first, "slow": slow
}  # fmt: skip
