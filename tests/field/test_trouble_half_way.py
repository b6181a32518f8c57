"""A disk that is full or slow in the middle: nothing begun is lost, nothing uncovered stays."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from app.device.photo.shapes import Box
from app.device.storage.errors import StorageFull, StorageUnavailable
from app.field.models.draft_keeper import TYPING_S
from sync.client.hand_over import unsent_changes
from sync.client.route_store import RouteStore
from sync.domain.geo import GeoPoint
from sync.domain.words import Category, Cover, EntityKind
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.test_drafts import killed, written


@walking
async def test_covering_after_an_undone_save_leaves_no_uncovered_photo_on_the_phone(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose(Category.LIGHTING)
    await capture.save()
    await capture.undo_saved()
    (photo,) = capture.photos
    await capture.pictures.cover(photo.sha256)
    cover = phone.round.cover
    assert cover is not None
    cover.shapes.append(Box(left=0.25, top=0.25, right=0.75, bottom=0.75))
    await cover.burn()
    await capture.save()
    names = await phone.services.storage.photos.names()
    assert {name.split(".")[0] for name in names} == {phone.findings[0].photos[0].sha256}
    assert photo.sha256 not in names and phone.findings[0].photos[0].cover is Cover.COVERED


@walking
async def test_a_decision_taken_back_after_the_photo_has_gone_stands(phone: Phone) -> None:
    await phone.walk()
    found = await phone.save_a_defect()
    await phone.all_sent()
    await phone.services.recorder.decide_photo(found, found.photos[0].photo_id, None)
    assert phone.findings[0].photos[0].cover is Cover.NOTHING_TO_COVER
    assert not list(unsent_changes(phone.services.local))


@walking
async def test_a_photo_that_cannot_be_read_now_stays_in_the_draft(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    await written()
    sha256 = capture.photos[0].sha256
    await phone.start()
    files = phone.services.storage.photos

    async def fails(name: str) -> bytes:
        raise StorageUnavailable("busy")

    with monkeypatch.context() as broken:
        broken.setattr(files, "read", fails)
        await phone.round.shown()
    phone.capture.choose(Category.LITTER)
    await written()
    back = await killed(phone)
    assert [photo.sha256 for photo in back.photos] == [sha256]
    assert back.photos[0].jpeg is not None


@walking
async def test_a_decision_made_while_the_photos_are_read_is_kept(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    await written()
    sha256 = capture.photos[0].sha256
    await phone.start()
    files, pictures = phone.services.storage.photos, phone.capture.pictures
    read = files.read

    async def slow(name: str) -> bytes:
        if pictures.undecided:
            await pictures.nothing_to_cover(sha256)
        return await read(name)

    monkeypatch.setattr(files, "read", slow)
    await phone.round.shown()
    assert phone.capture.photos[0].cover is Cover.NOTHING_TO_COVER
    assert phone.capture.photos[0].jpeg is not None


@walking
async def test_a_draft_that_could_not_be_written_is_written_when_the_app_goes_away(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    long = "Lampan är trasig " * 1000
    phone.fill_database()
    capture.text = long
    capture.said_something()
    await written()
    phone.empty_database()
    phone.app.seen(False)
    await written()
    assert (await killed(phone)).text == long


@walking
async def test_what_happens_while_a_record_is_written_makes_no_draft_of_it(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose(Category.LIGHTING)
    storage = phone.services.storage
    flush = storage.flush

    async def slow() -> None:
        capture.said_something()  # a new fix, a late letter
        await asyncio.sleep(0.01)
        await flush()

    with monkeypatch.context() as slowly:
        slowly.setattr(phone.services.recorder, "_flush", slow)
        await capture.save()
    await asyncio.sleep(TYPING_S + 0.1)
    assert phone.services.local.drafts() == {}


@walking
async def test_the_last_letters_before_a_save_that_failed_are_in_the_draft(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose(Category.LIGHTING)
    await written()
    capture.set_text(typed("Lampan är trasig"))

    def full(*args: object, **more: object) -> None:
        raise StorageFull("no room")

    with monkeypatch.context() as cramped:
        cramped.setattr(phone.services.local, "record", full)
        await capture.save()
    assert capture.problem is not None and phone.findings == []
    await written()
    back = await killed(phone)
    assert (back.text, len(back.photos)) == ("Lampan är trasig", 1)


@walking
async def test_a_late_letter_after_a_change_was_saved_is_no_unsaved_change(phone: Phone) -> None:
    await phone.walk()
    found = await phone.save_a_defect()
    phone.round.open_edit(found)
    edit = phone.round.edit
    assert edit is not None
    edit.set_text(typed("Två lampor är trasiga"))
    await edit.save()
    edit.set_text(typed("Två lampor är trasiga "))
    edit.choose(Category.GRAFFITI)
    await asyncio.sleep(TYPING_S + 0.1)
    assert phone.services.local.drafts() == {} and phone.round.unsaved.finding is None


@walking
async def test_who_led_is_not_written_into_an_approved_protocol(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    await phone.round.facts.type_led_by(typed("Sam"))
    local, round_ = phone.services.local, phone.round.record
    local.write(
        "UPDATE round SET protocol_approved_at = started_at WHERE id = :id",
        {"id": round_.round_id},
    )
    phone.round.synced()
    await phone.round.facts.settle()
    assert not [one for one in unsent_changes(local) if one.change.entity is EntityKind.ROUND]


@walking
async def test_a_point_that_comes_while_the_route_is_written_is_kept_for_the_next(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.walk()
    route, services = phone.round.route, phone.services
    await route.switch()
    for step in range(5):
        phone.clock.forward(seconds=20)
        phone.stand_at(GeoPoint(lat_deg=55.6110 + step * 0.0003, lon_deg=13.0320, accuracy_m=5.0))
    save_route = services.recorder.save_route

    async def slow(*args: object, **more: object) -> None:
        await save_route(*args, **more)  # type: ignore[arg-type]
        phone.clock.forward(seconds=20)
        phone.stand_at(GeoPoint(lat_deg=55.6130, lon_deg=13.0320, accuracy_m=5.0))

    monkeypatch.setattr(services.recorder, "save_route", slow)
    await route.pause()
    store = RouteStore(
        local=services.local, recorder=services.recorder, flush=services.storage.flush
    )
    (kept,) = store.points(phone.round.record.round_id)
    assert kept.point.lat_deg == pytest.approx(55.6130)
    assert route.is_unfinished and kept.taken_at - phone.clock() < timedelta(seconds=1)


@walking
async def test_an_answer_about_what_is_known_already_is_nothing_begun(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect()
    capture = phone.capture
    phone.clock.forward(seconds=1)
    await phone.take_picture()
    capture.choose(Category.LIGHTING)
    await phone.round.known.another()
    await capture.save()
    await phone.round.end()
    await phone.all_sent()
    await phone.news()
    end = phone.round.end_page
    assert end is not None and end.drafts == 0
    await until(lambda: phone.sync.may_hand_over)


@walking
async def test_a_change_begun_on_what_was_approved_meanwhile_does_not_wait_for_ever(
    phone: Phone,
) -> None:
    await phone.walk()
    found, deleted = await phone.save_a_defect("ett"), await phone.save_a_defect("två")
    open_ = await phone.save_a_defect("tre")
    for one in (found, deleted, open_):
        phone.services.local.keep_drafts({f"edit/{one.observation_id}": {"text": "Påbörjad"}})
    await phone.all_sent()
    phone.office_writes(found.observation_id, status="approved")
    await phone.news()
    await phone.services.recorder.delete_observation(deleted)
    await phone.start()
    assert list(phone.services.local.drafts()) == [f"edit/{open_.observation_id}"]
