"""A database that is not whole any more is noticed, and what can be read comes out of it.

The damage is done to the database of a real phone: bytes turned, the file or its log cut short.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.device.storage.database import DURABLE
from app.device.storage.errors import StorageDamaged, database_errors
from app.device.storage.native import NativeStorage
from app.device.storage.protocol import OwnFiles
from app.field.opening import DatabaseDamaged, open_database, sealed
from sync.client.hand_over import unsent_changes, write_hand_over
from sync.client.local_store import LocalStore
from sync.client.outbox_body import DamagedBody, body_of, change_of
from sync.client.photo_queue import PhotoQueue
from sync.client.recorder import Recorder
from sync.client.records import Content
from sync.client.salvage import DAMAGED, Salvaged, put_back, salvage
from sync.client.scope import FILL
from sync.client.walk_store import WalkStore
from sync.domain.change import Change
from sync.domain.clock import Hlc
from sync.domain.ids import DeviceId
from sync.domain.words import Category, RoundKind
from sync.hand_over.reader import read_hand_over
from tests.central.a_store import KIRSEBERG, AStore, Clock, a_change, an_id
from tests.central.test_hand_in import counts, take
from tests.client.a_phone import a_place, an_enrolled_phone
from tests.field.a_phone import walking

Damage = Callable[[bytes, random.Random], bytes]
FINDINGS = 60
TRIES = int(os.environ.get("RUNDAN_TEST_DAMAGES", "12"))
"""Of each kind of damage; every one is another place of the file."""


@dataclass
class PhoneDisk:
    """A phone's folder as it was when the phone lost its power, to be damaged again and again."""

    folder: Path
    promised: list[Change]
    store_id: str

    def copy(self, to: Path) -> Path:
        shutil.copytree(self.folder, to)
        return to


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> PhoneDisk:
    """Sixty findings: the first third in the database, the rest in its log."""
    folder = tmp_path_factory.mktemp("phone")
    live = folder / "live"
    return asyncio.run(_walked(live, folder / "cut", findings=FINDINGS, in_database=21))


@pytest.fixture(scope="module")
def short_walk(tmp_path_factory: pytest.TempPathFactory) -> PhoneDisk:
    """Two findings on the page of the outbox that the database has as it was after the first."""
    folder = tmp_path_factory.mktemp("phone")
    return asyncio.run(_walked(folder / "live", folder / "cut", findings=2, in_database=1))


async def _walked(live: Path, cut: Path, *, findings: int, in_database: int) -> PhoneDisk:
    storage, clock = NativeStorage(live), Clock()
    await storage.open()
    local = await open_database(storage, clock)
    local.set_facts(
        {
            "device_id": "samsphone", "token": "t" * 40, "store_id": "a-store", "letter": "B",
            "nickname": "Sam", "cursor": "7",
            "areas": '[{"code": "kirseberg", "name": "Kirseberg", "outline": {}}]',
        }
    )  # fmt: skip
    recorder = Recorder(local=local, flush=sealed(local, storage))
    round_id = await recorder.start_round(kind=RoundKind.INSPECTION, area=KIRSEBERG)
    round_ = WalkStore(local).round(round_id)
    assert round_ is not None
    for number in range(findings):
        clock.forward(seconds=30)
        await recorder.save_observation(
            observation_id=local.new_id(),
            round_=round_,
            content=a_content(f"Lampa {number} är trasig vid porten, {'mycket ' * 20}mörkt"),
            photos=[],
            noted_at=clock(),
        )
        if number + 1 == in_database:
            local.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    local.keep_drafts({f"new/{round_id}": {"text": "halv", "photos": []}})
    promised = [change_of(row[0]) for row in local.db.execute("SELECT body FROM outbox")]
    shutil.copytree(live, cut)  # with the log as it is now: the power is gone
    local.close()
    await storage.close()
    return PhoneDisk(folder=cut, promised=promised, store_id="a-store")


def waiting(local: LocalStore) -> list[Change]:
    return [one.change for one in unsent_changes(local) if one.refused is None]


def a_content(text: str) -> Content:
    return Content(category=Category.LIGHTING, text=text, place=a_place())


def turned(content: bytes, rng: random.Random) -> bytes:
    """One to eight bytes somewhere, near each other as a bad block has them."""
    at = rng.randrange(len(content))
    length = rng.randint(1, 8)
    new = bytes(byte ^ rng.randint(1, 255) for byte in content[at : at + length])
    return content[:at] + new + content[at + length :]


def shortened(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))]


def blanked(content: bytes, rng: random.Random) -> bytes:
    """A page of zeros, as a lost block has them."""
    at = rng.randrange(0, len(content), 4096)
    return content[:at] + bytes(min(4096, len(content) - at)) + content[at + 4096 :]


@pytest.mark.parametrize("file", ["rundan.db", "rundan.db-wal"])
@pytest.mark.parametrize("damage", [turned, shortened, blanked])
def test_nothing_is_lost_in_silence_wherever_the_damage_is(
    disk: PhoneDisk, tmp_path: Path, file: str, damage: Damage
) -> None:
    rng = random.Random(f"{file} {damage.__name__}")
    noticed = saved = 0
    for number in range(TRIES):
        folder = disk.copy(tmp_path / str(number))
        path = folder / file
        path.write_bytes(damage(path.read_bytes(), rng))
        left = b"".join(_files(disk, folder))
        found = asyncio.run(what_a_start_finds(folder))
        missing = [one for one in disk.promised if one not in found.changes]
        assert found.is_noticed or not missing, f"{len(missing)} lost in silence"
        noticed += found.is_noticed
        there = {one.change_id for one in found.changes}
        readable = {one.change_id for one in disk.promised if body_of(one).encode() in left}
        assert readable <= there, "what can be read comes out"
        saved += len(there)
    share = saved / (TRIES * len(disk.promised))
    told = f"noticed {noticed} of {TRIES}, {share:.1%} of changes there"
    sys.stdout.write(f"{file} {damage.__name__}: {told}\n")
    assert share > (0.4 if damage is shortened else 0.9)


@dataclass
class Found:
    is_noticed: bool
    changes: list[Change]


async def what_a_start_finds(folder: Path) -> Found:
    """The changes that are there after a start, or after the rescue that it offers."""
    storage = NativeStorage(folder)
    await storage.open()
    try:
        try:
            local = await open_database(storage, Clock())
        except DatabaseDamaged as damage:
            out = io.BytesIO()
            await damage.rescue.write_file(out)
            handed = read_hand_over(out)
            damage.rescue.close()
            return Found(True, [one.change for one in handed.changes])
        changes = waiting(local)
        local.close()
        return Found(False, changes)
    finally:
        await storage.close()


@walking
async def test_a_damaged_phone_starts_over_as_itself_and_sends_what_was_salvaged(
    disk: PhoneDisk, tmp_path: Path, store: AStore
) -> None:
    folder = disk.copy(tmp_path / "phone")
    database = folder / "rundan.db"
    content = bytearray(database.read_bytes())
    content[4096 * 2 : 4096 * 3] = os.urandom(4096)
    database.write_bytes(content)
    damaged = database.read_bytes()
    storage = NativeStorage(folder)
    await storage.open()
    stranger = "5" * 64
    await storage.photos.write(stranger, b"nobody knows whether somebody has looked at it")
    with pytest.raises(DatabaseDamaged) as told:
        await open_database(storage, Clock())
    rescue = told.value.rescue
    rescue.drafts = {"edit/x": {"text": "stod på skärmen"}}
    await rescue.start_over()
    kept = [name for name in await storage.beside.names() if name.endswith(".db")]
    assert [await storage.beside.read(name) for name in kept] == [damaged]

    local = await open_database(storage, Clock())
    assert {local.fact(name) for name in ("device_id", "letter", "store_id")} == {
        "samsphone", "B", "a-store",
    }  # fmt: skip
    assert local.fact("cursor") == "0", "all that the store has is asked for again"
    changes = waiting(local)
    assert len(changes) > FINDINGS // 2
    (round_,) = WalkStore(local).rounds_under_way()
    listed = WalkStore(local).observations(round_.round_id)
    assert {one.entity_id for one in changes} <= {
        round_.round_id, *(one.observation_id for one in listed),
    }  # fmt: skip
    assert "edit/x" in local.drafts()
    assert stranger in WalkStore(local).known_photos(), "it is kept, and never sent"
    assert PhotoQueue(local).waiting() == []
    recorder = Recorder(local=local, flush=sealed(local, storage))
    await recorder.start_round(kind=RoundKind.INSPECTION, area=KIRSEBERG)
    local.close()
    again = await open_database(storage, Clock())
    assert len(waiting(again)) == len(changes) + 1, "its seal is true again"
    again.set_facts({"store_id": store.services.store_id})
    out = io.BytesIO()
    await write_hand_over(out, again, storage.photos, Clock()())
    take(store, out.getvalue(), KIRSEBERG)
    assert counts(store)[0] == len(changes) + 1
    again.close()
    await storage.close()


@walking
async def test_starting_over_may_be_cut_anywhere(disk: PhoneDisk, tmp_path: Path) -> None:
    for cut_at in range(1, 7):
        folder = disk.copy(tmp_path / str(cut_at))
        (folder / "rundan.db").write_bytes(b"")
        (folder / "rundan.db-wal").write_bytes((disk.folder / "rundan.db-wal").read_bytes())
        storage = CutStorage(folder, cut_at)
        await storage.open()
        with pytest.raises(DatabaseDamaged) as told:
            await open_database(storage, Clock())
        salvaged = len(waiting(await told.value.rescue.salvaged()))
        assert salvaged > 0
        try:
            await told.value.rescue.start_over()
        except PowerCut:
            folder = Path(shutil.copytree(folder, tmp_path / f"{cut_at}-off"))
        told.value.rescue.close()
        await storage.close()
        whole = NativeStorage(folder)
        await whole.open()
        try:
            local = await open_database(whole, Clock())
        except DatabaseDamaged as still:
            await still.rescue.start_over()
            local = await open_database(whole, Clock())
        assert len(waiting(local)) == salvaged
        assert any(name.startswith("damaged-") for name in await whole.beside.names())
        local.close()
        await whole.close()


class PowerCut(Exception):
    """The phone is off."""


class CutFiles:
    def __init__(self, files: OwnFiles, storage: CutStorage) -> None:
        self._files, self._storage = files, storage
        self.folder = storage.own_folder

    async def write(self, name: str, content: bytes) -> None:
        self._storage.step()
        await self._files.write(name, content)
        self._storage.step()

    async def overwrite(self, name: str, content: bytes) -> None:
        await self._files.overwrite(name, content)

    async def read(self, name: str) -> bytes:
        return await self._files.read(name)

    async def delete(self, name: str) -> None:
        self._storage.step()
        await self._files.delete(name)

    async def names(self) -> list[str]:
        return await self._files.names()

    def remove_parts(self) -> None:
        """Whole files only."""


class CutStorage(NativeStorage):
    """Ends before the n-th step of what is written beside, and for good."""

    def __init__(self, folder: Path, cut_at: int) -> None:
        super().__init__(folder)
        self.own_folder = folder / "beside"
        self._left = cut_at
        self.beside = CutFiles(self.beside, self)  # type: ignore[assignment]

    def step(self) -> None:
        self._left -= 1
        if self._left <= 0:
            raise PowerCut


# Each way of noticing


@walking
async def test_a_database_that_became_empty_or_older_is_noticed(
    disk: PhoneDisk, tmp_path: Path
) -> None:
    gone = disk.copy(tmp_path / "gone")
    (gone / "rundan.db").unlink()
    (gone / "rundan.db-wal").unlink()
    assert (await what_a_start_finds(gone)).is_noticed
    older = disk.copy(tmp_path / "older")
    (older / "rundan.db-wal").unlink()
    found = await what_a_start_finds(older)
    assert found.is_noticed and 0 < len(found.changes) < len(disk.promised)
    unsealed = disk.copy(tmp_path / "unsealed")
    shutil.rmtree(unsealed / "beside")
    assert not (await what_a_start_finds(unsealed)).is_noticed, "of a release without seals"
    (unsealed / "rundan.db").unlink()
    (unsealed / "photos" / ("a" * 64)).write_bytes(b"a photo")
    assert (await what_a_start_finds(unsealed)).is_noticed, "photos that nothing knows of"


@walking
async def test_a_schema_whose_letters_are_none_any_more_is_noticed(
    disk: PhoneDisk, tmp_path: Path
) -> None:
    """SQLite quotes it in its error, and Python cannot read the error."""
    folder = disk.copy(tmp_path / "phone")
    (folder / "rundan.db-wal").unlink()
    content = (folder / "rundan.db").read_bytes()
    name, start = b"outbox_entityoutbox", b"CREATE INDEX outbox_entity"
    assert name in content and start in content
    content = content.replace(name, b"\x80" * len(name)).replace(start, b"?" * len(start))
    (folder / "rundan.db").write_bytes(content)
    found = await what_a_start_finds(folder)
    assert found.is_noticed and found.changes


@walking
async def test_a_new_phone_and_a_whole_one_are_not_suspected(
    disk: PhoneDisk, tmp_path: Path
) -> None:
    assert (await what_a_start_finds(tmp_path / "new")) == Found(False, [])
    found = await what_a_start_finds(disk.copy(tmp_path / "whole"))
    assert (found.is_noticed, found.changes) == (False, disk.promised)


def test_a_letter_that_turned_inside_a_change_is_noticed_before_it_is_sent() -> None:
    change = a_change(text="Lampan är trasig")
    body = body_of(change)
    assert change_of(body) == change
    with pytest.raises(DamagedBody):
        change_of(body.replace("trasig", "trbsig"))
    without_sum = body[: body.rindex(', "crc32"')] + "}"
    assert change_of(without_sum) == change, "as releases before wrote it"


def test_a_change_with_a_turned_letter_is_kept_and_not_sent_by_itself(
    disk: PhoneDisk,
) -> None:
    database, log = _files(disk)
    word = "Lampa 59 är".encode()
    assert word in log
    found = salvage(database, log.replace(word, b"Lampa 59 xr".ljust(len(word))))
    (row,) = [one for one in found.outbox.values() if one["refused_code"] == DAMAGED]
    assert "Lampa 59 xr" in str(row["body"])
    assert len(found.outbox) == len(disk.promised)


def test_a_spoilt_start_of_the_log_costs_its_first_page_only(short_walk: PhoneDisk) -> None:
    """Which frames are of today is then told by nothing but the frames themselves."""
    database, log = _files(short_walk)
    spoilt = b"no database any more ".ljust(84, b".")
    found = salvage(database, spoilt + log[len(spoilt) :])
    assert found.outbox.keys() == {one.change_id for one in short_walk.promised}


@pytest.mark.parametrize("start_is_spoilt", [False, True])
def test_pages_of_a_log_before_this_one_do_not_hide_newer_ones(
    short_walk: PhoneDisk, start_is_spoilt: bool
) -> None:
    """SQLite writes a new log over the front of the one that was taken into the database."""
    database, log = _files(short_walk)
    older = b""
    for number in range(1, len(database) // 4096 + 1):
        salt = int.from_bytes(log[16:20], "big") - 1
        head = number.to_bytes(4, "big") + bytes(4) + salt.to_bytes(4, "big") + log[20:24]
        older += head + bytes(8) + database[(number - 1) * 4096 : number * 4096]
    start = b"no log any more ".ljust(32, b".") if start_is_spoilt else log[:32]
    found = salvage(database, start + log[32:] + older)
    assert found.outbox.keys() == {one.change_id for one in short_walk.promised}


def _files(disk: PhoneDisk, folder: Path | None = None) -> tuple[bytes, bytes]:
    """folder: a copy of the disk."""
    database = (folder or disk.folder) / "rundan.db"
    log = database.with_name("rundan.db-wal")
    return database.read_bytes(), log.read_bytes() if log.exists() else b""


def test_what_is_left_of_the_records_alone_is_sent_and_not_taken_for_sent(
    disk: PhoneDisk, tmp_path: Path
) -> None:
    """The pages of the outbox are gone: nothing says any more which changes had been sent."""
    folder = disk.copy(tmp_path / "phone")
    database = sqlite3.connect(folder / "rundan.db")
    database.execute("PRAGMA secure_delete = ON")
    database.execute("DELETE FROM outbox")
    database.commit()
    database.execute("VACUUM")
    database.close()
    local = LocalStore(":memory:", now=Clock())
    put_back(local, salvage(_files(disk, folder)[0], b""), known_facts={}, files=())
    assert said(waiting(local)) == said(disk.promised)
    assert not WalkStore(local).waiting().is_all_sent
    local.close()


@walking
async def test_what_comes_again_after_damage_is_known_to_the_store_that_has_it(
    store: AStore, tmp_path: Path
) -> None:
    """Of what has been edited since, the record shows only what the edit left of it."""
    phone = await an_enrolled_phone(store, tmp_path / "phone.db")
    saved = await phone.save_defect(await phone.start_round())
    await phone.sync()
    finding = phone.finding(saved.observation_id)
    await phone.recorder.change_observation(finding, replace(finding.content, text="Två lampor"))
    await phone.sync()
    before = counts(store)
    phone.local.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    found = salvage(phone.path.read_bytes(), b"")
    phone.local.close()
    phone.path = tmp_path / "again.db"
    phone.__post_init__()
    put_back(phone.local, found, known_facts={}, files=())
    assert not phone.walk.waiting().is_all_sent
    await phone.sync()
    assert phone.walk.waiting().is_all_sent, list(unsent_changes(phone.local))
    assert counts(store) == before


def test_a_record_that_is_not_whole_keeps_nothing_else_back(disk: PhoneDisk) -> None:
    found = salvage(*_files(disk))
    (round_,) = found.records["round"].values()
    spoilt = [{**round_, "id": number} for number in ("no id", "x" * 36)]
    spoilt += [{**round_, "id": an_id(), "clocks": '{"kind": "no stamp"}'}]
    spoilt += [{**round_, "id": an_id(), "area": "?"}, {**round_, "id": an_id(), "kind": "?"}]
    found.records["round"] |= {str(one["id"]): one for one in spoilt}
    lost, here = "5" * 64, "6" * 64
    for sha256, names in ((lost, ("sha256", "size_bytes")), (here, ("sha256", "size_bytes"))):
        row = {"id": an_id(), "area": "kirseberg", "sha256": sha256, "clocks": clocks_of(*names)}
        found.records.setdefault("photo", {})[str(row["id"])] = {**row, "size_bytes": None}
    local = LocalStore(":memory:", now=Clock())
    put_back(local, found, known_facts={}, files=[here])
    assert {one.change_id for one in disk.promised} <= {one.change_id for one in waiting(local)}
    expected = {row[0] for row in local.db.execute("SELECT sha256 FROM photo_file")}
    assert lost not in expected, "it would wait for ever"
    local.close()


def clocks_of(*names: str) -> str:
    stamp = f"{Hlc(wall_ms=1, counter=0, device=DeviceId('samsphone')).to_text()}/{an_id()}"
    return json.dumps(dict.fromkeys(names, stamp))


def said(changes: list[Change]) -> dict[str, Change]:
    """But for what their writer saw, which is nowhere but in the outbox."""
    return {one.change_id: replace(one, bases=None) for one in changes}


def test_a_first_fill_that_damage_cut_off_begins_anew() -> None:
    found = Salvaged(facts={"device_id": "samsphone", FILL: "17.0191"})
    local = LocalStore(":memory:", now=Clock())
    put_back(local, found, known_facts={}, files=())
    assert (local.fact(FILL), local.fact("cursor")) == ("", "0")
    filled = LocalStore(":memory:", now=Clock())
    put_back(filled, Salvaged(), known_facts={}, files=())
    assert filled.fact(FILL) is None, "it was over"
    local.close()
    filled.close()


def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "rundan.db"
    file.write_bytes(os.urandom(16_384))
    before = file.read_bytes()
    with pytest.raises(StorageDamaged):
        LocalStore(str(file), pragmas=DURABLE, now=Clock(), guard=database_errors)
    assert file.read_bytes() == before
