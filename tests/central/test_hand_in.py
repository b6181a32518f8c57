"""The file of a phone that could not send, taken in by the store as if the phone had sent it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from sync.central.devices import revoke_device
from sync.central.engine import reading
from sync.central.hand_in import HandedIn, HandIn, WrongStore, said_in
from sync.central.tables import change_log, observation, photo, stored_photo
from sync.client.outbox_body import body_of, change_of
from sync.client.store_api import UploadState
from sync.domain.ids import AreaCode, DeviceId
from sync.hand_over.file import MANIFEST
from sync.hand_over.reader import BadHandOver
from tests.central.a_store import KIRSEBERG, ROSENGARD, AStore, a_jpeg, an_id, sha256_of
from tests.client.a_phone import WalkingPhone, an_enrolled_phone
from tests.client.test_hand_over import changed, file_of
from tests.field.a_phone import walking

BROUGHT_BY = "the-coordinators-account"


def hand_in_of(store: AStore) -> HandIn:
    services = store.services
    return HandIn(
        engine=services.engine,
        ledger=services.ledger,
        uploads=services.uploads,
        store_id=services.store_id,
    )


def take(store: AStore, content: bytes, *areas: AreaCode) -> HandedIn:
    return hand_in_of(store).take(
        io.BytesIO(content), areas=frozenset(areas or (KIRSEBERG,)), received_from=BROUGHT_BY
    )


def counts(store: AStore) -> tuple[int, int, int]:
    """Changes in the log, observations, photos on disk."""
    with reading(store.services.engine) as connection:
        return tuple(  # type: ignore[return-value]
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (change_log, observation, stored_photo)
        )


async def a_phone_with_work(store: AStore, tmp_path: Path, *, photos: int = 2) -> WalkingPhone:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    round_ = await phone.start_round()
    await phone.save_defect(round_, photos=photos)
    await phone.save_defect(round_, text="Trasig bänk")
    return phone


@walking
async def test_the_store_has_all_of_the_file_and_the_same_file_again_adds_nothing(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    content = await file_of(phone)
    handed = take(store, content)
    assert (handed.known, handed.photos_known) == (0, 0)
    assert (handed.refused, handed.photos_refused) == ((), ())
    assert handed.taken == handed.contents.manifest.counts.changes
    assert (handed.photos_taken, handed.contents.findings) == (2, 2)
    after = counts(store)
    assert after == (handed.taken, 2, 2)
    for sha256, data in phone.photos.items():
        assert store.services.blobs.get(sha256) == data  # type: ignore[arg-type]
    again = take(store, content)
    assert (again.taken, again.known) == (0, handed.taken)
    assert (again.photos_taken, again.photos_known) == (0, 2)
    assert counts(store) == after


@walking
async def test_a_phone_that_comes_back_after_its_file_was_handed_in_doubles_nothing(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    take(store, await file_of(phone))
    after = counts(store)
    result = await phone.sync()
    assert counts(store) == after
    assert phone.walk.waiting().is_all_sent
    assert (result.photos_sent, result.photos_left) == (2, 0)
    sent = [request for request in phone.link.requests if "/photos" in request.url]
    assert len(sent) == 2, "a photo that is there costs one request"


@walking
async def test_what_came_half_way_over_the_network_is_completed_by_the_file(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path, photos=1)
    content = await file_of(phone)
    (data,) = phone.photos.values()
    answer = await phone.api.create_upload(sha256_of(data), KIRSEBERG, len(data), data[:100])
    assert isinstance(answer, UploadState) and answer.offset == 100
    handed = take(store, content)
    assert (handed.photos_taken, handed.photos_refused) == (1, ())
    await phone.sync()
    assert phone.walk.waiting().is_all_sent


@walking
async def test_a_phone_that_was_shut_out_is_told_of_and_its_file_is_taken(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    device_id = DeviceId(phone.local.fact("device_id") or "")
    store.clock.forward(hours=1)
    with store.services.engine.begin() as connection:
        revoke_device(connection, device_id, store.clock())
    store.clock.forward(hours=1)
    await phone.save_defect(await phone.start_round(), text="efteråt")
    content = await file_of(phone)
    contents = hand_in_of(store).look(io.BytesIO(content))
    assert contents.phone is not None and contents.phone.revoked_at is not None
    assert contents.after_revoked == 2, "a round and a defect"
    assert counts(store)[0] == 0, "looking takes nothing"
    handed = take(store, content)
    assert handed.taken == contents.manifest.counts.changes


@walking
async def test_a_phone_that_the_store_does_not_know_is_told_of(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    phone.local.set_facts({"device_id": "somebodyelses"})
    contents = hand_in_of(store).look(io.BytesIO(await file_of(phone)))
    assert contents.phone is None
    assert contents.manifest.nickname == "Sam"


@walking
async def test_only_the_areas_of_whoever_brings_the_file_are_written(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    handed = take(store, await file_of(phone), ROSENGARD)
    assert handed.taken == 0
    assert {one.code for one in handed.refused} == {"not_your_area"}
    assert {one.code for one in handed.photos_refused} == {"unknown_photo"}
    assert counts(store) == (0, 0, 0)
    take(store, await file_of(phone), KIRSEBERG)
    handed = take(store, await file_of(phone), ROSENGARD)
    assert {one.code for one in handed.photos_refused} == {"not_your_area"}


@walking
async def test_what_is_refused_can_be_read_and_the_rest_is_taken(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path)

    def forge(parts: dict[str, bytes]) -> None:
        lines = [json.loads(line) for line in parts["changes.jsonl"].decode().splitlines()]
        observations = [one for one in lines if one["entity"] == "observation"]
        observations[-1]["fields"]["status"] = "approved"  # which no phone may write
        parts["changes.jsonl"] = "".join(json.dumps(one) + "\n" for one in lines).encode()

    handed = take(store, changed(await file_of(phone), forge))
    (refused,) = handed.refused
    assert refused.change.fields["text"] == "Trasig bänk"
    assert (refused.code, said_in(refused.change)) == ("not_allowed", "Trasig bänk")
    assert counts(store)[1] == 1


@walking
async def test_what_a_damaged_phone_may_have_turned_is_shown_and_not_taken(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path)

    def turn(parts: dict[str, bytes]) -> None:
        lines = [json.loads(line) for line in parts["changes.jsonl"].decode().splitlines()]
        of_bench = next(one for one in lines if one["fields"].get("text") == "Trasig bänk")
        of_bench["fields"]["text"] = "Trasig bönk"
        of_bench["refused"] = {"code": "damaged_on_phone", "reason": ""}
        about = json.loads(parts[MANIFEST])
        about["counts"]["refused"] = 1
        parts[MANIFEST] = json.dumps(about).encode()
        parts["changes.jsonl"] = "".join(json.dumps(one) + "\n" for one in lines).encode()

    handed = take(store, changed(await file_of(phone), turn))
    (shown,) = handed.refused
    assert (shown.code, said_in(shown.change)) == ("damaged_on_phone", "Trasig bönk")
    assert counts(store)[1] == 1
    await phone.sync()
    with reading(store.services.engine) as connection:
        assert "Trasig bänk" in connection.execute(select(observation.c.text)).scalars().all()


@walking
async def test_a_photo_that_nobody_looked_at_or_no_record_names_does_not_come_in(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path, photos=1)
    await phone.sync()
    finding = phone.walk.observations(phone.walk.rounds_under_way()[0].round_id)[-1]
    bare, foreign = a_jpeg(), a_jpeg()
    with store.services.engine.begin() as connection:
        connection.execute(
            photo.insert().values(
                id=an_id(), area=KIRSEBERG, observation_id=finding.observation_id,
                sha256=sha256_of(bare), clocks="{}",
            )
        )  # fmt: skip

    def add(parts: dict[str, bytes]) -> None:
        for data in (bare, foreign):
            parts[f"photos/{sha256_of(data)}.jpg"] = data
        manifest = json.loads(parts[MANIFEST])
        manifest["counts"]["photos"] = 2
        parts[MANIFEST] = json.dumps(manifest).encode()

    handed = take(store, changed(await file_of(phone), add))
    assert {one.sha256: one.code for one in handed.photos_refused} == {
        sha256_of(bare): "not_covered",
        sha256_of(foreign): "unknown_photo",
    }
    assert not store.services.blobs.exists(sha256_of(bare))


@walking
async def test_a_photo_with_a_place_inside_it_is_refused_as_online(
    store: AStore, tmp_path: Path
) -> None:
    phone = await an_enrolled_phone(store, tmp_path / "a.db")
    finding = await phone.save_defect(await phone.start_round(), photos=1)
    told = a_jpeg(comment=b"hemma hos mig")
    old = finding.photos[0].sha256
    (body,) = phone.local.db.execute(
        "SELECT body FROM outbox WHERE instr(body, ?) > 0", [old]
    ).fetchone()
    change = change_of(body)
    named = body_of(replace(change, fields={**change.fields, "sha256": sha256_of(told)}))
    with phone.local.db.conn:
        for table in ("photo", "photo_file"):
            statement = f"UPDATE {table} SET sha256 = ? WHERE sha256 = ?"
            phone.local.db.execute(statement, [sha256_of(told), old])
        phone.local.db.execute("UPDATE outbox SET body = ? WHERE body = ?", [named, body])
    phone.photos[sha256_of(told)] = told
    handed = take(store, await file_of(phone))
    assert [one.code for one in handed.photos_refused] == ["has_metadata"]
    assert handed.refused == ()


@walking
async def test_a_bad_file_takes_nothing(store: AStore, tmp_path: Path) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    content = await file_of(phone)
    name = next(n for n in ZipFile(io.BytesIO(content)).namelist() if n.startswith("photos/"))
    bad = [
        b"",
        b"<html>log in</html>",
        content[: len(content) // 2],
        content[:-1],
        changed(content, lambda parts: parts.update({name: b"other bytes"})),
        changed(content, lambda parts: parts.update({"photos/../../x.jpg": b""})),
        changed(content, lambda parts: parts.update({f"photos/{'a' * 64}.jpg": bytes(30_000_000)})),
    ]
    for one in bad:
        with pytest.raises(BadHandOver):
            take(store, one)
    assert counts(store) == (0, 0, 0)


@walking
async def test_the_file_of_another_stores_phone_takes_nothing(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    phone.local.set_facts({"store_id": "another"})
    with pytest.raises(WrongStore):
        take(store, await file_of(phone))
    phone.local.set_facts({"store_id": None})  # it could not be read on a damaged phone
    assert take(store, await file_of(phone)).refused == ()


@walking
async def test_the_log_says_who_made_a_change_and_who_brought_it(
    store: AStore, tmp_path: Path
) -> None:
    phone = await a_phone_with_work(store, tmp_path)
    take(store, await file_of(phone))
    with reading(store.services.engine) as connection:
        rows = connection.execute(select(change_log.c.device_id, change_log.c.received_from)).all()
    assert {tuple(row) for row in rows} == {(phone.local.fact("device_id"), BROUGHT_BY)}
