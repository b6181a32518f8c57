"""Answers with bytes turned, cut off or put in at random: a phone keeps what it has."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.client.engine import SyncEngine
from sync.client.errors import NotTheStore, SyncError
from sync.client.local_store import LocalStore
from sync.client.own_store import own_store
from sync.client.transport import Request, Response
from sync.headers import DIGEST_HEADER, digest_of
from tests.central.a_store import AStore
from tests.client.a_phone import BASE_URL, PhotoFiles, an_enrolled_phone, nothing_to_flush

EXAMPLES = 100
Rows = list[tuple[object, ...]]


def to_bytes(answer: Response) -> bytes:
    head = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    return head.encode("latin-1") + b"\n" + answer.body


def from_bytes(status: int, raw: bytes) -> Response:
    head, _, body = raw.partition(b"\n\n")
    pairs = (line.partition(": ") for line in head.decode("latin-1").split("\n"))
    return Response(status=status, headers={n.lower(): v for n, _, v in pairs if n}, body=body)


@st.composite
def damages(draw: st.DrawFn) -> tuple[str, float, int]:
    kind = draw(st.sampled_from(["turn", "cut", "put in", "noise"]))
    return kind, draw(st.floats(0, 1, exclude_max=True)), draw(st.integers(1, 255))


def damaged(raw: bytes, damage: tuple[str, float, int]) -> bytes:
    kind, where, what = damage
    at = int(where * len(raw))
    match kind:
        case "turn":
            return raw[:at] + bytes([raw[at] ^ what]) + raw[at + 1 :]
        case "cut":
            return raw[:at]
        case "put in":
            return raw[:at] + bytes([what]) * what + raw[at:]
        case _:
            return bytes((n * what) % 256 for n in range(at))


@dataclass(repr=False)
class Recorded:
    """A phone with things to send and to fetch, and what the store answers it, by request.

    before, after: what the phone has, and what it has when every answer came whole.
    """

    database: sqlite3.Connection
    photos: PhotoFiles
    answers: dict[tuple[str, str], Response]
    store: AStore
    before: dict[str, Rows] = field(default_factory=dict)
    after: dict[str, Rows] = field(default_factory=dict)


@dataclass
class DamagedLink:
    """Gives what was recorded; the answer to the request `at` is damaged."""

    recorded: Recorded
    at: tuple[str, str]
    damage: tuple[str, float, int]
    status: int | None
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def request(self, request: Request) -> Response:
        key = request.method, request.url.removeprefix(BASE_URL)
        self.asked.append(key)
        answer = self.recorded.answers[key]
        if key != self.at:
            return answer
        return from_bytes(self.status or answer.status, damaged(to_bytes(answer), self.damage))


@pytest.fixture
def recorded(store: AStore, tmp_path: Path) -> Iterator[Recorded]:
    async def record() -> Recorded:
        other = await an_enrolled_phone(store, tmp_path / "other.db", "Alex")
        await other.save_defect(await other.start_round(), text="Någon annans")
        await other.sync()
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round(), photos=1)
        copy = sqlite3.connect(":memory:")
        phone.local.db.conn.backup(copy)
        answers: dict[tuple[str, str], Response] = {}

        link = phone.link

        class Recording:
            async def request(self, request: Request) -> Response:
                answer = await link.request(request)
                answers[request.method, request.url.removeprefix(BASE_URL)] = answer
                return answer

        phone.link = Recording()  # type: ignore[assignment]
        await phone.sync()
        assert phone.walk.waiting().is_all_sent
        return Recorded(copy, phone.photos, answers, store)

    made = asyncio.run(record())
    local = LocalStore(":memory:", pragmas=(), now=store.clock)
    made.database.backup(local.db.conn)
    made.before = contents(local)
    local.close()
    made.after, error = a_round(made, DamagedLink(made, ("", ""), ("cut", 0.0, 1), None))
    assert error is None
    yield made
    made.database.close()


def contents(local: LocalStore) -> dict[str, Rows]:
    """All rows of all tables, without when or how often something was asked for."""
    tables = local.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    timed = ("briefing_checked_at", "briefing_etag", "clock")
    found: dict[str, Rows] = {}
    for (table,) in tables:
        found[table] = local.db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
    found["photo_file"] = local.db.execute(
        "SELECT sha256, stored_at, refused_code FROM photo_file ORDER BY sha256"
    ).fetchall()
    found["fact"] = [row for row in found["fact"] if row[0] not in timed]
    return found


def a_round(recorded: Recorded, link: DamagedLink) -> tuple[dict[str, Rows], SyncError | None]:
    local = LocalStore(":memory:", pragmas=(), now=recorded.store.clock)
    recorded.database.backup(local.db.conn)
    engine = SyncEngine(
        local=local,
        api=own_store(local, BASE_URL, link),
        photos=recorded.photos,
        flush=nothing_to_flush,
    )
    try:
        asyncio.run(engine.round())
    except SyncError as error:
        return contents(local), error
    else:
        return contents(local), None
    finally:
        local.close()


@pytest.mark.parametrize(
    ("of", "at", "half"),
    [
        (
            "sync",
            b'"refused":[',
            b'"refused":[{"change_id":"x","code":"\\ud83d","reason":"\\uDE00"}',
        ),
        ("sync", b'"store_id":', b'"fill":"\\ud83d","store_id":'),
        ("sync", b'"text":"', b'"text":"\\ud83d'),
        ("sync", b'"text":"', b'"text":"\xed\xa0\xbd'),
        ("briefing", b'"name":"', b'"name":"\\ud83d'),
    ],
    ids=["refusal", "mark", "text", "bytes", "area"],
)
def test_half_a_letter_which_no_database_holds_is_no_answer_and_stops_nothing_else(
    recorded: Recorded, of: str, at: bytes, half: bytes
) -> None:
    """As whole as the store can say it is: its digest is right."""
    key = next(key for key in recorded.answers if of in key[1])
    own = recorded.answers[key]
    assert at in own.body
    body = own.body.replace(at, half, 1)
    headers = {**own.headers, DIGEST_HEADER.lower(): digest_of(body)}
    changed = replace(own, headers=headers, body=body)
    told = replace(recorded, answers={**recorded.answers, key: changed})
    found, error = a_round(told, DamagedLink(told, ("", ""), ("cut", 0.0, 1), None))
    if of == "sync":
        assert isinstance(error, NotTheStore)
        assert found == recorded.before
    else:
        assert error is None
        assert found["photo_file"] == recorded.after["photo_file"]


@given(damage=damages(), status=st.sampled_from([None, None, None, 200, 201, 204, 304, 401, 404]))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@pytest.mark.parametrize("of", ["sync", "briefing", "photos"])
def test_a_damaged_answer_changes_nothing_or_what_the_whole_one_would_have_changed(
    recorded: Recorded, of: str, damage: tuple[str, float, int], status: int | None
) -> None:
    """The second when the damage met a header that nobody reads."""
    at = next(key for key in recorded.answers if of in key[1])
    found, error = a_round(recorded, DamagedLink(recorded, at, damage, status))
    if of == "sync" and error is not None:
        assert found == recorded.before
        return
    for table, rows in found.items():
        for row in rows:
            assert row in recorded.before[table] or row in recorded.after[table]
    if of != "photos":
        assert found["photo_file"] == recorded.after["photo_file"]
    assert found["outbox"] == []
