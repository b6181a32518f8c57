"""The file with what could not be sent: whole, the same every time, and read with distrust."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest

from sync.client.hand_over import is_anything_unsent, write_hand_over
from sync.client.outbox import Outbox
from sync.client.records import NewPhoto
from sync.domain.change import Refusal
from sync.domain.words import Cover, EntityKind
from sync.hand_over import reader
from sync.hand_over.file import CHANGES, MANIFEST
from sync.hand_over.reader import BadHandOver, HandOver, NewerHandOver
from sync.wire import change_to_json
from tests.central.a_store import AStore, a_jpeg, sha256_of
from tests.client.a_phone import WalkingPhone, an_enrolled_phone
from tests.client.test_stands_aside import BadDisk
from tests.field.a_phone import walking

Parts = dict[str, bytes]

END_OF_ZIP_BYTES = 22
"""Of a zip without a comment; its bytes 16 to 19 say where the list of entries begins."""


def read_hand_over(content: bytes) -> HandOver:
    return reader.read_hand_over(io.BytesIO(content))


async def file_of(phone: WalkingPhone) -> bytes:
    out = io.BytesIO()
    await write_hand_over(out, phone.local, phone.photos, phone.store.clock())
    return out.getvalue()


async def a_phone_with_work(store: AStore, tmp_path: Path) -> WalkingPhone:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    round_ = await phone.start_round()
    await phone.save_defect(round_, photos=2)
    await phone.save_defect(round_, text="Åäö ”citat”\nny rad")
    return phone


def taken_apart(content: bytes) -> Parts:
    with ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def put_together(parts: Parts) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def changed(content: bytes, change: Callable[[Parts], None]) -> bytes:
    parts = taken_apart(content)
    change(parts)
    return put_together(parts)


@walking
async def test_all_that_waits_is_in_the_file_and_comes_out_again(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    waiting = Outbox(phone.local).next_message()
    read = read_hand_over(await file_of(phone))
    assert [one.change for one in read.changes] == waiting
    assert {one.refused for one in read.changes} == {None}
    assert read.photos == dict(phone.photos)
    manifest = read.manifest
    assert manifest.device_id == phone.local.fact("device_id")
    assert manifest.store_id == phone.local.fact("store_id")
    assert manifest.letter == phone.local.fact("letter")
    assert manifest.made_at == "2026-11-20T09:00:00.000Z"
    assert (manifest.counts.changes, manifest.counts.photos) == (len(waiting), 2)


@walking
async def test_the_same_phone_at_the_same_moment_makes_the_same_bytes(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    assert await file_of(phone) == await file_of(phone)


@walking
async def test_what_was_refused_goes_along_with_its_reason(store: AStore, tmp_path: Path) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    first = Outbox(phone.local).next_message()[0]
    no = Refusal(change_id=first.change_id, code="already_approved", reason="too late")
    phone.local.apply_answer(accepted=[], refused=[no], changes=[], facts={})
    read = read_hand_over(await file_of(phone))
    assert read.manifest.counts.refused == 1
    assert [one.change for one in read.changes if one.refused] == [first]
    assert read.changes[0].refused == ("already_approved", "too late")


@walking
async def test_a_change_in_the_file_has_the_form_of_the_wire(store: AStore, tmp_path: Path) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    lines = taken_apart(await file_of(phone))[CHANGES].decode().splitlines()
    assert [json.loads(line) for line in lines] == [
        change_to_json(one) for one in Outbox(phone.local).next_message()
    ]


@walking
async def test_a_photo_that_nobody_checked_stays_on_the_phone_and_is_counted(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    finding = await phone.save_defect(await phone.start_round(), photos=2)
    unchecked = finding.photos[0]
    await phone.recorder.decide_photo(finding, unchecked.photo_id, None)
    content = await file_of(phone)
    read = read_hand_over(content)
    assert set(read.photos) == {finding.photos[1].sha256}
    assert (read.manifest.counts.photos, read.manifest.counts.photos_unchecked) == (1, 1)
    assert phone.photos[unchecked.sha256] not in content


@walking
async def test_a_photo_that_is_gone_or_damaged_is_counted_and_stops_nothing(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    finding = await phone.save_defect(await phone.start_round(), photos=3)
    del phone.photos[finding.photos[0].sha256]
    phone.photos[finding.photos[1].sha256] = b"damaged"
    read = read_hand_over(await file_of(phone))
    assert set(read.photos) == {finding.photos[2].sha256}
    assert read.manifest.counts.photos_gone == 2


@walking
async def test_a_photo_that_cannot_be_read_now_keeps_nothing_else_out_of_the_file(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    finding = await phone.save_defect(await phone.start_round(), photos=3)
    phone.photos = disk = BadDisk(phone.photos, {finding.photos[0].sha256})
    read = read_hand_over(await file_of(phone))
    assert set(read.photos) == {one.sha256 for one in finding.photos[1:]}
    assert (read.manifest.counts.photos_unread, read.manifest.counts.photos_gone) == (1, 0)
    disk.bad = set()
    read = read_hand_over(await file_of(phone))
    assert (len(read.photos), read.manifest.counts.photos_unread) == (3, 0)


@walking
async def test_a_file_of_a_release_that_did_not_count_unread_photos_is_read(
    store: AStore, tmp_path: Path
) -> None:
    def older(parts: Parts) -> None:
        manifest = json.loads(parts[MANIFEST])
        del manifest["counts"]["photos_unread"]
        parts[MANIFEST] = json.dumps(manifest).encode()

    phone = await a_phone_with_work(store, tmp_path)
    read = read_hand_over(changed(await file_of(phone), older))
    assert (len(read.photos), read.manifest.counts.photos_unread) == (2, 0)


@walking
async def test_what_the_store_has_is_not_in_the_file(store: AStore, tmp_path: Path) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    assert is_anything_unsent(phone.local)
    await phone.sync()
    assert not is_anything_unsent(phone.local)
    read = read_hand_over(await file_of(phone))
    assert (read.changes, read.photos) == ((), {})


@walking
async def test_what_was_deleted_takes_its_photos_off_the_file(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    finding = await phone.save_defect(await phone.start_round(), photos=1)
    await phone.recorder.delete_observation(finding)
    read = read_hand_over(await file_of(phone))
    assert read.photos == {}
    assert read.changes[-1].change.fields["deleted_at"] is not None


@walking
async def test_drafts_are_counted(store: AStore, tmp_path: Path) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    phone.local.keep_drafts({"capture.1": {"text": "halv"}})
    assert read_hand_over(await file_of(phone)).manifest.counts.drafts == 1


# Read with distrust


@walking
async def test_a_file_that_is_cut_or_changed_anywhere_is_told_to_be_damaged(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    round_ = await phone.start_round()
    jpeg = a_jpeg(8, 8)
    phone.photos[sha256_of(jpeg)] = jpeg
    finding = await phone.save_defect(round_)
    photo = NewPhoto(
        photo_id=phone.local.new_id(), sha256=sha256_of(jpeg), width_px=8, height_px=8,
        size_bytes=len(jpeg), taken_at=None, position=0, cover=Cover.COVERED,
    )  # fmt: skip
    await phone.recorder.change_observation(finding, finding.content, photos=[photo])
    content = await file_of(phone)
    whole = read_hand_over(content)
    for end in range(0, len(content) - 1, 97):
        with pytest.raises(BadHandOver):
            read_hand_over(content[:end])
    for place in range(0, len(content), 31):
        bent = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
        try:
            read = read_hand_over(bent)
        except BadHandOver:
            continue
        assert read == whole, f"byte {place} was changed and nobody saw it"


@walking
async def test_a_file_whose_list_points_before_its_beginning_is_told_to_be_damaged(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    await phone.save_defect(await phone.start_round())
    content = bytearray(await file_of(phone))
    highest_byte_of_the_list = len(content) - END_OF_ZIP_BYTES + 19
    content[highest_byte_of_the_list] ^= 0x55
    with pytest.raises(BadHandOver):
        read_hand_over(bytes(content))


@pytest.mark.parametrize("content", [b"", b"PK", b"<html>log in</html>", bytes(1000)])
def test_what_is_no_zip_is_told_to_be_damaged(content: bytes) -> None:
    with pytest.raises(BadHandOver, match="damaged"):
        read_hand_over(content)


@walking
async def test_every_fault_is_told_where_it_is(store: AStore, tmp_path: Path) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    content = await file_of(phone)
    photo = next(name for name in taken_apart(content) if name.startswith("photos/"))

    def manifest_with(**fields: object) -> Callable[[Parts], None]:
        def change(parts: Parts) -> None:
            parts[MANIFEST] = json.dumps({**json.loads(parts[MANIFEST]), **fields}).encode()

        return change

    def put(name: str, part: bytes) -> Callable[[Parts], None]:
        def change(parts: Parts) -> None:
            parts[name] = part

        return change

    faults: list[tuple[Callable[[Parts], None], str]] = [
        (lambda parts: parts.pop(MANIFEST) and None, "manifest.json is missing"),
        (lambda parts: parts.pop(CHANGES) and None, "changes.jsonl is missing"),
        (lambda parts: parts.pop(photo) and None, "not whole"),
        (put(CHANGES, b""), "not whole"),
        (put(CHANGES, b"{}\n{"), "changes.jsonl line 1: "),
        (put(CHANGES, b"[1]\n"), "changes.jsonl line 1 must be a JSON object"),
        (put(CHANGES, b"\xff\n"), "changes.jsonl line 1 is not JSON"),
        (put(CHANGES, b'{"half of a letter": "\\ud83d"}\n'), "changes.jsonl line 1 is not JSON"),
        (manifest_with(nickname="half \ud83d"), "manifest.json is not JSON"),
        (manifest_with(made_at="9999-12-31T23:59:59.999Z"), "made_at"),
        (put(photo, b"other bytes"), "has"),
        (put("photos/../../etc/passwd", b""), "does not belong"),
        (put("photos/abc.jpg", b""), "64 hexadecimal"),
        (put("run.exe", b""), "does not belong"),
        (put(MANIFEST, b"[]"), "manifest.json must be a JSON object"),
        (manifest_with(version=None), "version must be 1"),
        (manifest_with(device_id=3), "device_id must be text"),
        (manifest_with(made_at="yesterday"), "made_at"),
        (manifest_with(counts={"changes": True}), "counts.changes"),
        (manifest_with(counts=None), "counts is missing"),
    ]
    for fault, told in faults:
        with pytest.raises(BadHandOver, match=told):
            read_hand_over(changed(content, fault))
    with pytest.raises(NewerHandOver):
        read_hand_over(changed(content, manifest_with(version=2)))


@walking
@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
async def test_a_file_packed_as_no_phone_does_is_told_to_be_damaged(
    store: AStore, tmp_path: Path, method: int
) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    out = io.BytesIO()
    with ZipFile(out, "w", method) as packed:
        for name, part in taken_apart(await file_of(phone)).items():
            packed.writestr(name, part)
    content = bytearray(out.getvalue())
    for place in (len(content) // 2, 60):
        content[place] ^= 0x55
        with pytest.raises(BadHandOver):
            read_hand_over(bytes(content))


@walking
async def test_a_part_that_grows_without_end_is_refused(store: AStore, tmp_path: Path) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    content = await file_of(phone)
    huge = changed(
        content, lambda parts: parts.update({f"photos/{'a' * 64}.jpg": bytes(30_000_000)})
    )
    assert len(huge) < 100_000
    with pytest.raises(BadHandOver, match="larger than"):
        read_hand_over(huge)


@walking
async def test_a_part_of_endless_lines_takes_no_more_memory_than_itself(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    content = await file_of(phone)
    lines = 10_000_000
    hollow = changed(content, lambda parts: parts.update({CHANGES: b"\n" * lines}))
    tracemalloc.start()
    try:
        with pytest.raises(BadHandOver, match=r"changes\.jsonl line 1 is not JSON"):
            read_hand_over(hollow)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * lines


@walking
async def test_unknown_keys_of_a_newer_phone_are_ignored(store: AStore, tmp_path: Path) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    content = await file_of(phone)

    def add(parts: Parts) -> None:
        manifest = json.loads(parts[MANIFEST])
        parts[MANIFEST] = json.dumps({**manifest, "note": "hej"}).encode()

    assert read_hand_over(changed(content, add)) == read_hand_over(content)
    kinds = {one.change.entity for one in read_hand_over(content).changes}
    assert kinds == {EntityKind.ROUND, EntityKind.OBSERVATION, EntityKind.PHOTO}
    assert replace(read_hand_over(content)) == read_hand_over(content)
