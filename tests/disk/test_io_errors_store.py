"""Each call to the disk fails in turn: the store says so, keeps what it promised, and goes on."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from sync.central import uploads
from sync.central.engine import reading
from sync.central.photos import Complete
from sync.central.tables import change_log
from sync.client import photo_upload
from sync.client.errors import StoreInTrouble
from sync.client.photo_queue import PhotoQueue
from sync.client.transport import Request, Response
from sync.domain.ids import AreaCode, Sha256
from tests.central.a_store import DATABASE, AStore, a_jpeg, a_phone_of_its_own, sha256_of
from tests.client.a_phone import Link, WalkingPhone
from tests.disk.failing_disk import FAULTS, NO_ROOM, FailingDisk, Fault
from tests.disk.store_on_a_disk import half_there

IN_PIECES, AT_ONCE = 30_000, 500_000
"""Bytes per piece, of photos of some 65 kB."""


@dataclass
class StraightLink(Link):
    """Keeps every answer that says the store is in trouble."""

    troubles: list[Response] = field(default_factory=list)

    async def request(self, request: Request) -> Response:
        transport = httpx.ASGITransport(self.store.ask.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            answer = await client.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                content=request.body or b"",
            )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        made = Response(status=answer.status_code, headers=headers, body=answer.content)
        if made.status >= 500:
            self.troubles.append(made)
        return made


class Trouble:
    """A store on a disk that can fail, and a phone that asks it.

    What is asked is asked again and again, each time with the next call to the disk failing,
    until there is none left to fail. When the store has said that it is in trouble its disk is
    mended, and the same process must do what it is asked.
    """

    def __init__(self, folder: Path, fault: Fault) -> None:
        self.disk = FailingDisk(root=folder / "store", fault=fault)
        self.calls = 0
        self._folder = folder

    def start(self) -> None:
        self.store = AStore(self.disk.root)
        made = WalkingPhone(self.store, self._folder / "phone.db")
        made.link = self.link = StraightLink(self.store)
        self.phone = made
        self.code = self.store.code()
        asyncio.run(made.enrol(self.code))
        self.round = asyncio.run(made.start_round())

    def at_every_call(self, step: Callable[[], None]) -> None:
        """See FailingDisk.at_every_call."""
        self.calls += self.disk.at_every_call(step)

    def starts(self) -> None:
        self.store.close()
        try:
            self.store = AStore(self.disk.root)
        except (OSError, OperationalError):  # the process says so in a sentence and ends
            self.disk.mend()
            self.store = AStore(self.disk.root)
        self.link.store = self.phone.store = self.store
        assert self.faults() == []

    def lets_a_phone_in(self) -> None:
        made = a_phone_of_its_own()
        answer = self.store.enrol(self.code, made)
        if answer.status_code != 200:
            self._is_right(answer.status_code, answer.content)
            self.disk.mend()
            answer = self.store.enrol(self.code, made)
        assert answer.status_code == 200, answer.text

    def takes_a_defect(self) -> None:
        asyncio.run(self.phone.save_defect(self.round, photos=1))
        try:
            asyncio.run(self.phone.sync())
        except StoreInTrouble:
            assert self.link.troubles, "trouble that the store did not tell of"
        if self.link.troubles:
            for answer in self.link.troubles:
                self._is_right(answer.status, answer.body)
            self.link.troubles = []
            self.disk.mend()
            assert self.faults() == []
            asyncio.run(self.phone.sync())
        assert self.link.troubles == []
        assert waiting(self.phone) == set() and PhotoQueue(self.phone.local).waiting() == []
        assert self.faults() == []

    def takes_a_bundle(self) -> None:
        photos = [a_jpeg() for _ in range(3)]
        names = {sha256_of(data) for data in photos}
        phone = self.store.phone({"device_id": "", "token": str(self.phone.local.fact("token"))})
        answer = phone.bundle(*photos)
        if answer.status_code != 200:
            self._is_right(answer.status_code, answer.content)
            assert self.faults(newest=4) == []
            answer = phone.bundle(*photos)
        assert set(answer.json()["stored"]) == names
        assert [phone.photo(sha256_of(data)).content for data in photos] == photos
        assert self.faults(newest=4) == []

    def shows_a_photo(self) -> None:
        name = next(iter(self.phone.photos))
        token = {"device_id": "", "token": str(self.phone.local.fact("token"))}
        answer = self.store.phone(token).photo(name)
        if answer.status_code != 200:
            self._is_right(answer.status_code, answer.content)
            self.disk.mend()
            answer = self.store.phone(token).photo(name)
        assert answer.content == self.phone.photos[name]

    def faults(self, newest: int = 2) -> list[str]:
        self.disk.mend()  # what is asked here is not under test
        return faults(self.phone, self.store, newest)

    def _is_right(self, status: int, body: bytes) -> None:
        """A problem that says: later; or that there is no room, when a write was told so."""
        said, failed = (status, json.loads(body)["code"]), self.disk.failed
        allowed = {(503, "unavailable"), (507, "disk_full")}
        if self.disk.fault is NO_ROOM and failed[0].startswith("write"):
            allowed = {(507, "disk_full")}
        assert said in allowed, (failed, said)


def waiting(phone: WalkingPhone) -> set[str]:
    """The things of which changes are to be sent."""
    return {row[0] for row in phone.local.db.execute("SELECT entity_id FROM outbox").fetchall()}


def faults(phone: WalkingPhone, store: AStore, newest: int) -> list[str]:
    """What the phone was told is there and is not, and what is to be seen half."""
    found = half_there(store, newest)
    recorded = phone.local.db.execute("SELECT id FROM observation UNION SELECT id FROM photo")
    with reading(store.services.engine) as connection:
        logged = set(connection.execute(select(change_log.c.entity_id)).scalars())
    if {row[0] for row in recorded} - waiting(phone) - logged:
        found.append("a change that was accepted is not in the log")
    sent = phone.local.db.execute(
        "SELECT sha256 FROM photo_file WHERE stored_at IS NOT NULL ORDER BY rowid DESC LIMIT ?",
        [newest],
    )
    for (sha256,) in sent.fetchall():
        if store.services.blobs.get(Sha256(sha256)) != phone.photos[sha256]:
            found.append("a photo that was acknowledged is another")
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_whichever_call_fails_the_store_says_so_and_goes_on(
    tmp_path: Path, migrated: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(tmp_path, fault)
    trouble.disk.root.mkdir()
    shutil.copy(migrated, trouble.disk.root / DATABASE)
    with trouble.disk.watched():
        trouble.start()
        trouble.at_every_call(trouble.lets_a_phone_in)
        monkeypatch.setattr(photo_upload, "PIECE_BYTES", AT_ONCE)
        trouble.at_every_call(trouble.takes_a_defect)
        monkeypatch.setattr(photo_upload, "PIECE_BYTES", IN_PIECES)
        trouble.at_every_call(trouble.takes_a_defect)
        trouble.at_every_call(trouble.takes_a_bundle)
        trouble.at_every_call(trouble.shows_a_photo)
        trouble.at_every_call(trouble.starts)
        assert trouble.faults(newest=1_000_000) == []
        trouble.store.close()
    print(f"io_errors_store_{fault} {trouble.calls} calls")  # noqa: T201
    assert trouble.calls > 10


def test_a_store_that_notes_photos_before_it_writes_them_is_found_out(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def row_first(own: uploads.Uploads, sha256: Sha256, data: bytes, area: AreaCode | None) -> Any:
        own._commit([Complete(sha256=sha256, size_bytes=len(data), area=area)])
        own._blobs.write({sha256: data})
        return uploads.Progress(offset=len(data), length=len(data))

    monkeypatch.setattr(uploads.Uploads, "_store", row_first)
    trouble = Trouble(tmp_path, NO_ROOM)
    trouble.disk.root.mkdir()
    shutil.copy(migrated, trouble.disk.root / DATABASE)
    with trouble.disk.watched():
        trouble.start()
        with pytest.raises(AssertionError, match="row without its file"):
            trouble.at_every_call(trouble.takes_a_defect)
        trouble.store.close()
