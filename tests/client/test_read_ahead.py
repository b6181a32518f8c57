"""The next message is read while one is on its way; what goes is what is there when it goes."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from sync.central.engine import reading
from sync.central.tables import observation
from sync.client import outbox
from sync.client.engine import FIRST_CHANGES
from sync.client.outbox import Outbox
from sync.client.outbox_body import DamagedBody, body_of, change_of
from sync.client.phone_storage import PhoneStorageError
from sync.client.transport import Request, Response
from tests.central.a_store import AStore
from tests.client.a_phone import Link, WalkingPhone, an_enrolled_phone

MANY = FIRST_CHANGES + 30


@dataclass
class Meanwhile(Link):
    """Lets the phone go on before it passes the first message on, and counts what was read."""

    reads: list[int] = field(default_factory=list)
    has_read: list[int] = field(default_factory=list)
    changed: str | None = None
    phone: WalkingPhone | None = None

    async def request(self, request: Request) -> Response:
        if request.url.endswith("/sync"):
            before = len(self.reads)
            await asyncio.sleep(0)
            self.has_read.append(len(self.reads) - before)
            if self.changed is not None and self.phone is not None:
                rewrite(self.phone, self.changed)
                self.changed = None
        return await super().request(request)


def rewrite(phone: WalkingPhone, text: str) -> None:
    """As after another stamp was needed: the same change, with another body."""
    query = "SELECT change_id, body FROM outbox WHERE entity = 'observation' ORDER BY position DESC"
    change_id, body = phone.local.db.execute(query).fetchone()
    change = change_of(body)
    changed = body_of(replace(change, fields={**change.fields, "text": text}))
    phone.local.write(
        "UPDATE outbox SET body = :body WHERE change_id = :id", {"body": changed, "id": change_id}
    )


async def with_many_findings(store: AStore, tmp_path: Path) -> tuple[WalkingPhone, Meanwhile]:
    phone = await an_enrolled_phone(store, tmp_path / "phone.db")
    round_ = await phone.start_round()
    for number in range(MANY):
        await phone.save_defect(round_, text=f"nr {number}")
    phone.link = link = Meanwhile(store)
    link.phone = phone
    return phone, link


def texts(store: AStore) -> set[str]:
    with reading(store.services.engine) as connection:
        return set(connection.execute(select(observation.c.text)).scalars())


def test_the_next_message_is_read_while_the_one_before_is_on_its_way(
    store: AStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def walk() -> None:
        phone, link = await with_many_findings(store, tmp_path)
        monkeypatch.setattr(outbox, "change_of", lambda body: (link.reads.append(1), read(body))[1])
        await phone.sync()
        assert texts(store) == {f"nr {number}" for number in range(MANY)}
        left = MANY + 1 - FIRST_CHANGES
        assert link.has_read == [left, 0], "the second's changes, and none for the last"
        assert len(link.reads) == MANY + 1, "each was read once"

    read = outbox.change_of
    asyncio.run(walk())


def test_a_change_that_is_rewritten_meanwhile_goes_as_it_is_then(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone, link = await with_many_findings(store, tmp_path)
        link.changed = "Nytt"
        await phone.sync()
        assert "Nytt" in texts(store)
        assert f"nr {MANY - 1}" not in texts(store)
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


@pytest.mark.parametrize("error", [PhoneStorageError("no"), sqlite3.OperationalError("no")])
def test_a_disk_that_fails_while_reading_ahead_spoils_nothing_of_what_is_on_its_way(
    store: AStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def walk() -> None:
        phone, _ = await with_many_findings(store, tmp_path)
        calls: list[int] = []

        def fails_once(own: Outbox, *given: object) -> object:
            calls.append(1)
            if len(calls) == 2:
                raise error
            return rows(own, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(Outbox, "_next_rows", fails_once)
        await phone.sync()
        assert texts(store) == {f"nr {number}" for number in range(MANY)}

    rows = Outbox._next_rows
    asyncio.run(walk())


def test_what_is_damaged_is_told_of_when_its_turn_comes_and_not_before(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone, _ = await with_many_findings(store, tmp_path)
        phone.local.write("UPDATE outbox SET body = replace(body, 'nr 3', 'nr 4')", {})
        own = Outbox(phone.local)
        own.read_ahead(MANY, without=())
        assert own.next_message(2)
        with pytest.raises(DamagedBody):
            own.next_message(MANY)

    asyncio.run(walk())
