"""The office takes in the file of a phone: it sees whose it is first, and what came of it last."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import flet as ft
import pytest

from app.i18n import Words
from app.office.models.hand_in import HandInModel
from app.office.models.pictures import Pictures
from app.office.models.room import Room
from app.office.models.session import Session
from app.office.tray import Arrived, Failed, Progress
from sync.central.accounts import Role
from sync.central.blobs import Blobs
from sync.central.desk import Desk
from sync.central.enrolment import Enrolment
from sync.domain.change import Change, Json
from sync.domain.clock import Hlc
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId, Sha256
from sync.domain.instants import to_ms, to_text
from sync.domain.words import EntityKind
from sync.hand_over.file import VERSION, Counts, Manifest, UnsentChange, write_file
from tests.central.a_store import sha256_of
from tests.office.office_server import a_photo_of
from tests.office.small_store import KIRSEBERG, STORE_ID, SmallStore, a_small_store, taking_files


class HandTray:
    """A browser in the hand: the test says what it sends."""

    picking: ft.ClientAction | None = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def listen(self, *, progress: Progress, arrived: Arrived, failed: Failed) -> None:
        self.progress, self._arrived, self.failed = progress, arrived, failed

    def done_with(self, file: Path) -> None:
        file.unlink()

    def send(self, content: bytes) -> None:
        file = self._folder / f"{os.urandom(4).hex()}.zip"
        file.write_bytes(content)
        asyncio.run(self._arrived(file))  # type: ignore[arg-type]

    @property
    def files(self) -> list[Path]:
        return list(self._folder.iterdir())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SmallStore]:
    store = a_small_store(tmp_path)
    store.photos = Blobs.in_folder(tmp_path / "photos")  # type: ignore[assignment]
    yield store
    store.engine.dispose()


@pytest.fixture
def tray(tmp_path: Path) -> HandTray:
    (tmp_path / "tray").mkdir()
    return HandTray(tmp_path / "tray")


@pytest.fixture
def model(store: SmallStore, tray: HandTray, tmp_path: Path) -> HandInModel:
    desk = Desk(
        engine=store.engine,
        accounts=store.accounts,
        review=store.review,
        stuck=store.stuck,
        enrolment=Enrolment(now=store.clock, random=os.urandom),
        hand_in=taking_files(store, tmp_path),
        blobs=store.photos,  # type: ignore[arg-type]
        folder=tmp_path,
        now=store.clock,
        wake_worker=lambda: None,
        link_for=lambda code: f"https://rundan.example/#{code}",
    )
    session = Session(desk=desk, words=Words("sv"), account=store.coordinator)
    room = Room(session=session, pictures=Pictures(session=session))
    room.areas = desk.areas(store.coordinator)
    model = HandInModel(session=session, room=room, tray=tray)
    model.open()
    return model


def a_file(
    store: SmallStore, *, photo: bytes | None = None, area: str = KIRSEBERG, **manifest: str | None
) -> bytes:
    """Of a phone with one defect on it, and a photo if there is one."""
    observation_id, device = EntityId(store.an_id()), DeviceId("samsphone")

    def change(entity: EntityKind, entity_id: str, **fields: Json) -> UnsentChange:
        return UnsentChange(
            change=Change(
                change_id=ChangeId(store.an_id()),
                area=AreaCode(area),
                entity=entity,
                entity_id=EntityId(entity_id),
                fields=fields,
                made_at=Hlc(wall_ms=to_ms(store.clock()), counter=0, device=device),
                device_id=device,
            ),
            refused=None,
        )

    changes = [
        change(
            EntityKind.OBSERVATION, observation_id, round_id=store.an_id(), kind="defect",
            category="belysning", text="Lampan är trasig", noted_at=to_text(store.clock()),
        )
    ]  # fmt: skip
    photos: list[tuple[Sha256, AreaCode, bytes]] = []
    if photo is not None:
        photos.append((sha256_of(photo), AreaCode(area), photo))
        changes.append(
            change(
                EntityKind.PHOTO, store.an_id(), observation_id=observation_id,
                sha256=sha256_of(photo), width_px=1200, height_px=900, size_bytes=len(photo),
                position=0, cover="covered",
            )
        )  # fmt: skip

    async def contents() -> AsyncIterator[tuple[Sha256, AreaCode, bytes]]:
        for one in photos:
            yield one

    told = Manifest(
        version=VERSION,
        store_id=STORE_ID,
        device_id=device,
        letter="B",
        nickname="Räven",
        made_at=to_text(store.clock()),
        counts=Counts(changes=0, refused=0, photos=0, photos_unchecked=0, photos_gone=0, drafts=0),
    )
    out = io.BytesIO()
    asyncio.run(write_file(out, changes, contents(), lambda: replace(told, **manifest)))  # type: ignore[arg-type]
    return out.getvalue()


def test_a_file_is_looked_at_taken_and_seen_in_the_list(
    store: SmallStore, tray: HandTray, model: HandInModel
) -> None:
    photo = a_photo_of("lampa", "#334455")
    tray.progress(0.4)
    assert model.progress == 0.4
    tray.send(a_file(store, photo=photo))
    assert model.contents is not None and model.contents.manifest.nickname == "Räven"
    assert model.contents.phone is None, "nobody enrolled it here"
    asyncio.run(model.room.refresh())
    assert model.room.rows == (), "nothing is taken before the yes"
    asyncio.run(model.take())
    assert model.result is not None
    assert (model.result.taken, model.result.photos_taken) == (2, 1)
    assert model.refused_lines() == []
    (row,) = model.room.rows
    assert row.text == "Lampan är trasig"
    account = model.session.account
    assert account is not None and model.session.desk.photo(account, sha256_of(photo)) == photo
    assert tray.files == []


def test_what_is_refused_is_told_with_its_words_and_the_reason(
    store: SmallStore, tray: HandTray, model: HandInModel
) -> None:
    tray.send(a_file(store, photo=a_photo_of("x", "#000000"), area="rosengard"))
    asyncio.run(model.take())
    assert model.refused_lines() == [
        "Observation ”Lampan är trasig”: den hör till ett område som inte är ditt",
        "Uppgifter om en bild: den hör till ett område som inte är ditt",
        "En bild: ingen observation hör till bilden",
    ]


def test_a_file_that_cannot_be_taken_says_what_to_do(
    store: SmallStore, tray: HandTray, model: HandInModel
) -> None:
    whole = a_file(store)
    told = {
        b"no zip": "Filen är skadad",
        whole[:-30]: "Filen är skadad",
        a_file(store, store_id="another"): "hör till ett annat lager",
    }
    for content, words in told.items():
        tray.send(content)
        assert words in (model.problem or "")
        assert (model.contents, model.session.problem) == (None, None)
    tray.failed("office.refused.file_too_large")
    assert "Högst 512 MB" in (model.problem or "")
    assert tray.files == []


def test_a_no_takes_nothing_and_keeps_no_copy(
    store: SmallStore, tray: HandTray, model: HandInModel
) -> None:
    tray.send(a_file(store))
    model.close()
    assert (model.is_open, tray.files) == (False, [])
    tray.send(a_file(store))
    assert (model.contents, tray.files) == (None, []), "it arrived when nobody waited for it"
    asyncio.run(model.room.refresh())
    assert model.room.rows == ()


def test_the_city_takes_no_files(store: SmallStore, tray: HandTray, model: HandInModel) -> None:
    model.session.account = store.an_account("fgk", Role.CITY, KIRSEBERG)
    tray.send(a_file(store))
    assert model.problem == "Ditt konto får läsa men inte bestämma här."
