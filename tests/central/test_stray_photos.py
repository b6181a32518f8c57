"""Files without a row and rows without a file, and what the nights do."""

from __future__ import annotations

import errno
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from sync.central import composition
from sync.central.blobs import blob_path
from sync.central.composition import open_store
from sync.central.night import Night, next_night
from sync.central.settings import read_settings
from sync.central.stray_photos import Strays, settle_strays
from sync.central.tables import photo_area, stored_photo
from sync.central.uploads import Uploads
from sync.domain.ids import Sha256
from sync.domain.words import EntityKind
from tests.central.a_store import (
    KIRSEBERG,
    AStore,
    Clock,
    Phone,
    a_change,
    a_jpeg,
    an_id,
    sha256_of,
)

WEEK = timedelta(days=7)


def settle(store: AStore) -> Strays:
    return settle_strays(store.services.engine, store.services.blobs, store.clock())


def an_orphan(store: AStore) -> Sha256:
    """As a store leaves it that dies between the file and its row."""
    data = a_jpeg()
    name = sha256_of(data)
    store.services.blobs.put(name, data)
    return name


def named_by_a_record(phone: Phone, sha256: Sha256) -> None:
    change = a_change(
        entity=EntityKind.PHOTO,
        device=phone.device_id,
        observation_id=an_id(),
        sha256=sha256,
        width_px=320,
        height_px=240,
        size_bytes=1000,
        position=0,
    )
    assert phone.sync(change).accepted == (change.change_id,)


def test_a_file_that_a_record_names_gets_its_row(store: AStore) -> None:
    phone, name = store.a_phone(), an_orphan(store)
    named_by_a_record(phone, name)
    assert phone.photo(name).status_code == 404
    assert settle(store) == Strays(noted=(name,))
    assert sha256_of(phone.photo(name).content) == name
    assert settle(store) == Strays()


def test_a_file_that_no_record_names_yet_stays_and_is_noted_when_one_does(store: AStore) -> None:
    name = an_orphan(store)
    assert settle(store) == Strays(unnamed=(name,))
    named_by_a_record(store.a_phone(), name)
    assert settle(store) == Strays(noted=(name,))


def test_a_row_without_its_file_is_told_of_and_stays(
    store: AStore, caplog: pytest.LogCaptureFixture
) -> None:
    phone, data = store.a_phone(), a_jpeg()
    phone.create(data)
    (store.folder / "photos" / blob_path(sha256_of(data))).unlink()
    assert settle(store) == Strays(missing=(sha256_of(data),))
    assert "1 photos are missing" in caplog.text
    assert settle(store) == Strays(missing=(sha256_of(data),))


def test_a_file_with_other_bytes_than_its_name_says_gets_no_row(store: AStore) -> None:
    phone, name = store.a_phone(), an_orphan(store)
    named_by_a_record(phone, name)
    (store.folder / "photos" / blob_path(name)).write_bytes(b"flipped")
    assert settle(store) == Strays(damaged=(name,))
    assert phone.photo(name).status_code == 404


def test_a_file_that_cannot_be_read_keeps_no_other_from_its_row(
    store: AStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, names = store.a_phone(), [an_orphan(store), an_orphan(store)]
    for name in names:
        named_by_a_record(phone, name)
    read = store.services.blobs.get

    def get(sha256: Sha256) -> bytes:
        if sha256 == min(names):
            raise OSError("a bad block")
        return read(sha256)

    monkeypatch.setattr(store.services.blobs, "get", get)
    assert settle(store) == Strays(noted=(max(names),), damaged=(min(names),))


def test_a_photo_sent_for_an_area_is_named_without_a_record(store: AStore) -> None:
    phone, data = store.a_phone(), a_jpeg()
    phone.create(data)
    with store.services.engine.begin() as connection:
        connection.execute(delete(stored_photo))
    assert settle(store) == Strays(noted=(sha256_of(data),))
    assert phone.photo(sha256_of(data)).content == data


def test_an_announced_photo_of_which_nothing_came_is_forgotten_after_a_week(store: AStore) -> None:
    phone, data = store.a_phone(), a_jpeg()
    phone.create(data, first=100)
    (store.folder / "uploads" / f"{sha256_of(data)}.part").unlink()
    store.clock.forward(days=6.9)
    assert store.services.uploads.sweep(WEEK) == 0
    store.clock.forward(days=0.2)
    assert store.services.uploads.sweep(WEEK) == 1
    assert phone.offset(sha256_of(data)).status_code == 404
    assert store.services.uploads.sweep(WEEK) == 0
    with store.services.engine.begin() as connection:
        areas = connection.execute(photo_area.select()).all()
    assert areas == []
    phone.create(data, area=KIRSEBERG)
    assert phone.photo(sha256_of(data)).content == data


def test_a_disk_with_no_room_to_tidy_up_stops_no_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_room(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(Uploads, "sweep", no_room)
    opened = open_store(read_settings({"RUNDAN_DATA": str(tmp_path)}), "http://127.0.0.1:9")
    assert "tidying up failed" in caplog.text
    opened.services.engine.dispose()
    opened.lock.close()


@pytest.mark.parametrize(
    ("after", "night"),
    [
        ("2026-11-20T01:59:59+00:00", "2026-11-20T02:00:00+00:00"),
        ("2026-11-20T02:00:00+00:00", "2026-11-21T02:00:00+00:00"),
        ("2026-07-01T12:00:00+00:00", "2026-07-02T01:00:00+00:00"),
        ("2026-03-28T12:00:00+00:00", "2026-03-29T01:00:00+00:00"),  # the hour before is left out
        ("2026-10-24T12:00:00+00:00", "2026-10-25T02:00:00+00:00"),  # the hour before comes twice
    ],
)
def test_a_night_is_three_o_clock_in_sweden(after: str, night: str) -> None:
    found = next_night(datetime.fromisoformat(after))
    assert found.astimezone(UTC) == datetime.fromisoformat(night)


def test_each_night_all_jobs_are_done_once_although_one_fails(store: AStore) -> None:
    done: list[str] = []

    def fails() -> None:
        done.append("fails")
        raise OSError("no room")

    night = Night([fails, lambda: done.append("sweeps")], now=store.clock)
    assert not night.step()
    store.clock.forward(days=1)
    assert night.step() and not night.step()
    assert done == ["fails", "sweeps"]
    store.clock.forward(days=3)
    assert night.step() and not night.step()
    assert done == ["fails", "sweeps"] * 2


def test_uploads_that_stood_still_for_seven_days_go_at_each_start_and_every_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, swept = Clock(), list[timedelta]()

    def noted(_: Uploads, untouched_for: timedelta) -> int:
        swept.append(untouched_for)
        return 0

    monkeypatch.setattr(Uploads, "sweep", noted)
    monkeypatch.setattr(composition, "now", clock)
    opened = open_store(read_settings({"RUNDAN_DATA": str(tmp_path)}), "http://127.0.0.1:9")
    assert swept == [WEEK]
    clock.forward(days=1)
    assert opened.night.step()
    assert swept == [WEEK] * 2
    opened.services.engine.dispose()
    opened.lock.close()
