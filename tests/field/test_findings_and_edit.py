"""The list of what was recorded: receipts, deleting, changing, and taking both back."""

from __future__ import annotations

import pytest

from app.device.storage.errors import PhotoMissing
from app.field.models.edit_model import EditModel
from app.i18n import Words
from sync.client.records import ObservationRecord, Receipt
from sync.client.transport import Request, Response
from sync.domain.geo import GeoPoint
from sync.domain.status import Status
from sync.domain.words import Category, PlaceSource
from sync.headers import STORE_HEADER
from tests.field.a_phone import Phone, typed, until, walking

LONG_TEXT = "å" * 1900


def edit_of(phone: Phone, finding: ObservationRecord) -> EditModel:
    phone.round.open_edit(finding)
    assert phone.round.edit is not None
    return phone.round.edit


@walking
async def test_the_newest_is_first(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect("först")
    await phone.save_a_defect("sedan")
    assert [one.text for one in phone.findings] == ["sedan", "först"]


@walking
async def test_deleting_takes_it_off_the_list_and_undo_brings_it_back_with_its_photo(
    phone: Phone,
) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.round.findings.delete(saved)
    assert (phone.findings, phone.round.count, phone.notice) == ([], 0, "Borttagen")
    await phone.app.notices.undo()
    assert phone.findings[0].photos == saved.photos
    assert phone.notice == "Tillbaka igen"
    await phone.start()
    assert len(phone.findings) == 1


@walking
async def test_undo_works_once(phone: Phone) -> None:
    await phone.walk()
    await phone.round.findings.delete(await phone.save_a_defect())
    await phone.app.notices.undo()
    phone.app.notices.dismiss()
    await phone.app.notices.undo()
    assert len(phone.findings) == 1


@walking
async def test_a_deleted_one_is_deleted_for_the_others_too(phone: Phone, other: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    await phone.round.findings.delete(saved)
    await phone.all_sent()
    await other.enrol()
    await other.news()
    assert other.services.walk.observations(saved.round_id) == []


@walking
async def test_a_full_phone_that_cannot_delete_says_so_and_keeps_it(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    phone.room.for_flushing = False
    await phone.round.findings.delete(saved)
    assert phone.notice == Words()("app.storage_full.body")
    phone.room.for_flushing = True


@walking
async def test_the_receipt_turns_from_the_phone_to_the_coordinator(phone: Phone) -> None:
    await phone.walk()
    phone.link.is_up = False
    saved = await phone.save_a_defect()
    assert saved.receipt is Receipt.ON_PHONE
    phone.link.is_up = True
    await phone.all_sent()
    assert phone.findings[0].receipt is Receipt.WITH_COORDINATOR


@walking
async def test_a_refusal_by_the_coordinator_reaches_the_phone_with_its_reason(
    phone: Phone,
) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    phone.office_writes(
        saved.observation_id, status="rejected", status_reason="Inget är trasigt här"
    )
    await phone.news()
    found = phone.findings[0]
    assert (found.status, found.status_reason) == (Status.REJECTED, "Inget är trasigt här")
    assert found.is_editable


@walking
async def test_pictures_of_the_list_are_read_once(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    findings = phone.round.findings
    await findings.load_thumbnails()
    assert findings.thumbnails[saved.photos[0].sha256].startswith(b"\xff\xd8")
    await phone.services.storage.photos.delete(f"{saved.photos[0].sha256}.small")
    await findings.load_thumbnails()
    assert saved.photos[0].sha256 in findings.thumbnails


@walking
async def test_a_picture_of_another_phone_comes_from_the_store_also_when_there_is_no_room(
    phone: Phone,
) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    sha256 = saved.photos[0].sha256
    await phone.services.storage.photos.delete(f"{sha256}.small")
    phone.room.for_photos = False
    await phone.round.findings.load_thumbnails()
    assert phone.round.findings.thumbnails[sha256].startswith(b"\xff\xd8")
    with pytest.raises(PhotoMissing):
        await phone.services.storage.photos.read(f"{sha256}.small")


@walking
async def test_a_picture_that_cannot_be_fetched_now_is_fetched_later(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    sha256 = saved.photos[0].sha256
    await phone.services.storage.photos.delete(f"{sha256}.small")
    phone.link.is_up = False
    await phone.round.findings.load_thumbnails()
    assert sha256 not in phone.round.findings.thumbnails
    phone.link.is_up = True
    await phone.round.findings.load_thumbnails()
    assert sha256 in phone.round.findings.thumbnails


# Changing


@walking
async def test_an_edit_is_saved_and_undo_brings_back_what_was(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect("Lampan är trasig")
    edit = edit_of(phone, saved)
    edit.set_text(typed("Lampan blinkar"))
    edit.choose(Category.LITTER)
    edit.place.set_pin(pin := GeoPoint(lat_deg=55.6120, lon_deg=13.0300))
    await edit.save()
    assert phone.round.edit is None
    assert phone.notice == "Ändringen är sparad"
    changed = phone.findings[0]
    assert (changed.text, changed.category) == ("Lampan blinkar", Category.LITTER)
    assert changed.place is not None
    assert (changed.place.point, changed.place.source) == (pin, PlaceSource.PIN)
    await phone.app.notices.undo()
    back = phone.findings[0]
    assert (back.text, back.category, back.place) == (saved.text, saved.category, saved.place)


@walking
async def test_an_edit_that_changes_nothing_sends_nothing(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    phone.app.notices.dismiss()
    edit = edit_of(phone, saved)
    await edit.save()
    assert phone.sync.waiting.is_all_sent
    assert phone.notice is None


@walking
async def test_cancelling_an_edit_changes_nothing(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    edit = edit_of(phone, saved)
    edit.set_text(typed("Något annat"))
    edit.cancel()
    assert phone.round.edit is None
    assert phone.findings == [saved]


@walking
async def test_a_full_phone_keeps_the_edit_on_the_screen(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    edit = edit_of(phone, saved)
    edit.set_text(typed(LONG_TEXT))
    phone.fill_database()
    await edit.save()
    assert edit.problem == "capture.save_failed"
    assert phone.round.edit is edit and edit.text == LONG_TEXT
    phone.empty_database()
    await edit.save()
    assert phone.findings[0].text == LONG_TEXT


@walking
async def test_an_edit_of_a_defect_without_place_does_not_say_that_it_waits_for_gps(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    phone.clock.forward(minutes=5)
    capture.set_text(typed("Mörkt i tunneln"))
    await capture.save()
    await capture.save()
    edit = edit_of(phone, phone.findings[0])
    assert edit.place.chosen is None
    assert not edit.place.is_listening


@walking
async def test_what_the_coordinator_has_approved_cannot_be_changed(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    assert phone.findings[0].is_editable
    phone.office_writes(saved.observation_id, status="approved")
    await phone.news()
    assert not phone.findings[0].is_editable


@walking
async def test_a_change_that_comes_after_the_approval_is_refused_with_its_reason(
    phone: Phone,
) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    phone.office_writes(saved.observation_id, status="approved")
    phone.link.is_up = False
    edit = edit_of(phone, phone.findings[0])
    edit.set_text(typed("För sent"))
    await edit.save()
    phone.link.is_up = True
    await phone.news()
    assert phone.findings[0].refused_code == "already_approved"
    assert phone.sync.waiting.refused == 1


@walking
async def test_a_photo_that_the_store_refuses_is_told_and_holds_up_nothing(phone: Phone) -> None:
    await phone.walk()

    def no_photos(request: Request) -> Response | None:
        if "/photos" not in request.url:
            return None
        problem = b'{"status": 422, "code": "not_a_picture", "detail": "no", "type": "x",'
        return Response(
            status=422,
            headers={
                "content-type": "application/problem+json",
                STORE_HEADER.lower(): phone.store.services.store_id,
            },
            body=problem + b' "title": "no"}',
        )

    phone.link.answers_itself = no_photos
    await phone.save_a_defect()
    await until(lambda: phone.findings[0].photos[0].refused_reason is not None)
    await phone.news()
    assert (phone.sync.waiting.records, phone.sync.waiting.photos) == (0, 0)
    assert phone.sync.waiting.refused == 1
