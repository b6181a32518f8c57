"""A store whose folder is on the disk under test, from its first start; what it promised phones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, text

from sync.central.api.app import create_api
from sync.central.blobs import Blobs
from sync.central.composition import Store, open_store
from sync.central.devices import Device, device_by_token
from sync.central.engine import reading
from sync.central.problems import Problem
from sync.central.settings import read_settings
from sync.central.tables import change_log, stored_photo
from sync.central.uploads import Progress
from sync.domain.change import Change
from sync.domain.ids import DeviceId, Sha256
from tests.central.a_store import (
    KIRSEBERG,
    TUS,
    AStore,
    Phone,
    a_change,
    a_jpeg,
    a_phone_of_its_own,
    sha256_of,
)
from tests.central.asking import Asking


@dataclass(frozen=True, slots=True)
class Enrolled:
    device_id: DeviceId
    token: str


@dataclass(frozen=True, slots=True)
class Logged:
    """Of this phone the store answered "accepted" to this change."""

    change: Change
    by: Enrolled


@dataclass(frozen=True, slots=True)
class Stored:
    """The store said it has all bytes of this photo."""

    data: bytes
    by: Enrolled


@dataclass(frozen=True, slots=True)
class Arrived:
    """The store said it has so many bytes of this photo."""

    sha256: Sha256
    offset: int
    by: Enrolled


@contextmanager
def started(folder: Path) -> Iterator[Store]:
    """The store as its process opens it, without a port."""
    store = open_store(read_settings({"RUNDAN_DATA": str(folder)}), "http://127.0.0.1:9")
    try:
        yield store
    finally:
        store.services.engine.dispose()
        store.lock.close()


def phone_of(store: Store, made: Enrolled) -> Phone:
    ask = Asking(create_api(store.services), {"Authorization": f"Bearer {made.token}"})
    return Phone(device_id=made.device_id, token=made.token, ask=ask)


def enrol(store: Store) -> Enrolled:
    with store.services.engine.begin() as connection:
        code = store.services.enrolment.make_code(connection, (KIRSEBERG,), timedelta(hours=1)).text
    made = a_phone_of_its_own()
    ask = Asking(create_api(store.services))
    answer = ask("POST", "/api/v1/enrol", json={"code": code, **made})
    assert answer.status_code == 200, answer.text
    return Enrolled(DeviceId(made["device_id"]), made["token"])


def whole_day(folder: Path, promise: Callable[[object], None]) -> None:
    """Two starts of the store; two phones hand in records, and photos in every way there is."""
    with started(folder) as store:
        sam, anna = enrol(store), enrol(store)
        promise(sam)
        promise(anna)
        for phone in (sam, anna):
            sync(store, phone, 3, promise)
        send_at_once(store, sam, promise)
        send_in_pieces(store, anna, 4, promise)
        send_bundle(store, anna, 3, promise)
        given_up = a_jpeg()
        phone_of(store, sam).create(given_up, first=100)
        address = f"/api/v1/photos/{sha256_of(given_up)}"
        assert phone_of(store, sam).ask("DELETE", address, headers=TUS).status_code == 204
    with started(folder) as store:
        sync(store, anna, 1, promise)
        send_at_once(store, anna, promise)
        send_in_pieces(store, sam, 3, promise, is_finished=False)


def sync(store: Store, by: Enrolled, count: int, promise: Callable[[object], None]) -> None:
    changes = [a_change(device=by.device_id) for _ in range(count)]
    answer = phone_of(store, by).sync(*changes)
    assert set(answer.accepted) == {change.change_id for change in changes}
    for change in changes:
        promise(Logged(change, by))


def send_at_once(store: Store, by: Enrolled, promise: Callable[[object], None]) -> None:
    data = a_jpeg()
    assert phone_of(store, by).create(data).headers["Upload-Offset"] == str(len(data))
    promise(Stored(data, by))


def send_bundle(store: Store, by: Enrolled, count: int, promise: Callable[[object], None]) -> None:
    photos = [a_jpeg() for _ in range(count)]
    stored = phone_of(store, by).bundle(*photos).json()["stored"]
    assert set(stored) == {sha256_of(data) for data in photos}
    for data in photos:
        promise(Stored(data, by))


def send_in_pieces(
    store: Store,
    by: Enrolled,
    pieces: int,
    promise: Callable[[object], None],
    *,
    is_finished: bool = True,
) -> None:
    data = a_jpeg()
    phone, sha256, step = phone_of(store, by), sha256_of(data), -(-len(data) // pieces)
    answer = phone.create(data, first=step)
    offset = int(answer.headers["Upload-Offset"])
    promise(Arrived(sha256, offset, by))
    while offset < len(data) and (is_finished or offset + step < len(data)):
        answer = phone.append(sha256, offset, data[offset : offset + step])
        assert answer.status_code == 204, answer.text
        offset = int(answer.headers["Upload-Offset"])
        promise(Arrived(sha256, offset, by))
    if is_finished:
        promise(Stored(data, by))


def faults_of(folder: Path, promised: tuple[object, ...], *, going_on: bool = True) -> list[str]:
    """What a store that is started in this folder has lost, or shows by half; in words.

    going_on: new phones, changes and photos are tried as well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with closing(AStore(folder)) as store:
        faults = half_there(store)
        for one in promised:
            fault = _loss(store, one)
            if fault is not None:
                faults.append(fault)
        if going_on:
            faults += goes_on(store)
    return faults


def _loss(store: AStore, promised: object) -> str | None:
    match promised:
        case Enrolled():
            return None if _device(store, promised) else "a phone is not let in any more"
        case Logged(change, _):
            return None if is_logged(store, change) else "an accepted change is gone"
        case Stored(data, by):
            progress = _progress(store, by, sha256_of(data))
            is_whole = progress == Progress(offset=len(data), length=len(data))
            return None if is_whole else "a stored photo is not known any more"
        case Arrived(sha256, offset, by):
            progress = _progress(store, by, sha256)
            there = 0 if progress is None else progress.offset
            return None if there >= offset else f"{offset} bytes had arrived, there are {there}"
    raise AssertionError(promised)


def half_there(store: AStore | Store, newest: int = 1_000_000) -> list[str]:
    """integrity_check, and what can be seen of a step that did not end.

    newest: of so many photos the file is read.
    """
    with reading(store.services.engine) as connection:
        found = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
        last = select(stored_photo.c.sha256).order_by(text("rowid DESC")).limit(newest)
        names = connection.execute(last).scalars().all()
    faults = [] if found == "ok" else [found]
    faults += [
        f"a photo's row without its file: {name}"
        for name in names
        if sha256_of(_bytes_of(store.services.blobs, Sha256(name)) or b"") != name
    ]
    return faults


def _bytes_of(blobs: Blobs, sha256: Sha256) -> bytes | None:
    try:
        return blobs.get(sha256)
    except FileNotFoundError:
        return None


def is_logged(store: AStore, change: Change) -> bool:
    with reading(store.services.engine) as connection:
        mine = change_log.c.change_id == change.change_id
        row = connection.execute(select(change_log.c.entity_id).where(mine)).one_or_none()
    return row is not None and row.entity_id == change.entity_id


def goes_on(store: AStore) -> list[str]:
    """Nothing when the store takes a new phone, its changes and its photos as ever."""
    phone, data = store.a_phone(), a_jpeg()
    change = a_change(device=phone.device_id)
    if phone.sync(change).accepted != (change.change_id,):
        return ["no change is taken any more"]
    phone.create(data, first=100)
    phone.append(sha256_of(data), 100, data[100:])
    return [] if phone.photo(sha256_of(data)).content == data else ["no photo is taken any more"]


def _progress(store: AStore, by: Enrolled, sha256: Sha256) -> Progress | None:
    device = _device(store, by)
    if device is None:
        return None
    try:
        return store.services.uploads.progress(device, sha256)
    except Problem:
        return None


def _device(store: AStore, made: Enrolled) -> Device | None:
    with reading(store.services.engine) as connection:
        try:
            return device_by_token(connection, made.token)
        except Problem:
            return None
