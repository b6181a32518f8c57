"""Changing what is saved, until the coordinator has approved it; nothing begun is lost."""

from __future__ import annotations

import asyncio
import io

from PIL import Image
from sqlalchemy import func, select

from app.device.camera import CameraDenied
from app.device.photo.shapes import Box
from app.field.models.edit_model import EditModel
from app.field.models.round_path import step_back
from app.i18n import Words
from sync.central.engine import reading
from sync.central.tables import field_conflict
from sync.client.photo_queue import PhotoQueue
from sync.client.records import ObservationRecord
from sync.domain.geo import GeoPoint
from sync.domain.words import Category, Cover, ObservationKind
from tests.central.a_store import a_jpeg
from tests.device.photo_cases import a_photo
from tests.field.a_phone import Phone, typed, walking
from tests.field.app_on_screen import screen_below
from tests.field.expand import Screen

WORDS = Words()


def edit_of(phone: Phone, finding: ObservationRecord) -> EditModel:
    phone.round.open_edit(finding)
    assert phone.round.edit is not None
    return phone.round.edit


async def settled() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


async def an_undecided_photo(phone: Phone, picture: bytes) -> ObservationRecord:
    """A defect as an older release saved it: nobody has looked for faces in its photo."""
    await phone.pick(picture)
    phone.capture.choose(Category.LIGHTING)
    await phone.capture.save()
    saved = phone.findings[0]
    await phone.services.recorder.decide_photo(saved, saved.photos[0].photo_id, None)
    phone.round.findings.refresh()
    assert phone.findings[0].photos[0].is_undecided
    return phone.findings[0]


@walking
async def test_everything_can_be_changed_and_taken_back(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect("Lampan är trasig")
    edit = edit_of(phone, saved)
    edit.set_text(typed("Klotter på lampan"))
    edit.choose(Category.GRAFFITI)
    edit.answer(edit.questions[0], True)
    edit.place.set_pin(GeoPoint(lat_deg=55.6120, lon_deg=13.0300))
    phone.picker.chosen = a_jpeg()
    await edit.pick()
    edit.pictures.remove(saved.photos[0].sha256)
    await edit.save()
    changed = phone.findings[0]
    assert (changed.text, changed.category) == ("Klotter på lampan", Category.GRAFFITI)
    assert changed.is_urgent and changed.answers == {"offensive": True}
    assert [one.photo_id for one in changed.photos] != [saved.photos[0].photo_id]
    assert changed.photos[0].cover is Cover.NOTHING_TO_COVER
    await phone.app.notices.undo()
    assert phone.findings[0].content == saved.content
    assert [one.photo_id for one in phone.findings[0].photos] == [saved.photos[0].photo_id]


@walking
async def test_a_defect_can_become_a_proposal_and_keeps_its_words(phone: Phone) -> None:
    await phone.walk()
    edit = edit_of(phone, await phone.save_a_defect("En bänk"))
    edit.choose_kind(ObservationKind.PROPOSAL)
    await edit.save()
    assert (phone.findings[0].kind, phone.findings[0].text) == (
        ObservationKind.PROPOSAL,
        "En bänk",
    )


@walking
async def test_back_keeps_the_change_and_it_is_offered(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect("Lampan är trasig")
    edit = edit_of(phone, saved)
    edit.set_text(typed("Lampan blinkar"))
    phone.picker.chosen = a_jpeg()
    await edit.pick()
    await step_back(phone.round)
    await settled()
    assert phone.round.edit is None and phone.findings[0].text == "Lampan är trasig"
    assert WORDS("edit.unsaved") in screen_below(phone).text
    edit = edit_of(phone, saved)
    assert edit.offers_draft and edit.text == "Lampan är trasig"
    await screen_below(phone).press("continue-draft")
    assert (edit.text, len(edit.pictures.photos)) == ("Lampan blinkar", 2)
    await edit.save()
    await settled()
    assert (phone.findings[0].text, len(phone.findings[0].photos)) == ("Lampan blinkar", 2)
    assert phone.services.local.drafts() == {} and phone.round.unsaved.finding is None


@walking
async def test_a_change_survives_an_end_without_warning_and_is_continued_from_the_round(
    phone: Phone,
) -> None:
    await phone.walk()
    saved = await phone.save_a_defect("Lampan är trasig")
    edit = edit_of(phone, saved)
    edit.choose(Category.CABINET)
    edit.pictures.remove(saved.photos[0].sha256)
    await settled()
    await phone.start()
    await phone.round.shown()
    await screen_below(phone).press("continue-edit")
    again = phone.round.edit
    assert again is not None and again.category is Category.CABINET
    assert list(again.pictures.photos) == []
    await again.save()
    assert phone.findings[0].photos == ()


@walking
async def test_a_change_that_is_thrown_away_can_be_brought_back(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect("Lampan är trasig")
    edit_of(phone, saved).set_text(typed("Något annat"))
    await step_back(phone.round)
    await settled()
    await screen_below(phone).press("discard-edit")
    assert phone.round.unsaved.finding is None and phone.services.local.drafts() == {}
    await phone.app.notices.undo()
    assert phone.round.unsaved.finding is not None
    edit = edit_of(phone, saved)
    await edit.continue_draft()
    assert edit.text == "Något annat"


@walking
async def test_a_change_that_is_changed_back_leaves_no_draft(phone: Phone) -> None:
    await phone.walk()
    edit = edit_of(phone, await phone.save_a_defect(category=Category.LIGHTING))
    edit.choose(Category.LITTER)
    await settled()
    assert len(phone.services.local.drafts()) == 1
    edit.choose(Category.LIGHTING)
    await settled()
    assert phone.services.local.drafts() == {}


@walking
async def test_an_approved_one_is_shown_with_the_reason_and_without_anything_to_change(
    phone: Phone,
) -> None:
    await phone.walk()
    saved = await phone.save_a_defect("Lampan är trasig")
    await phone.all_sent()
    phone.office_writes(saved.observation_id, status="approved")
    await phone.news()
    edit = edit_of(phone, phone.findings[0])
    await edit.shown()
    shown = screen_below(phone)
    assert WORDS("edit.approved") in shown.text and "Lampan är trasig" in shown.text
    assert not {"edit-save", "text-0", "category-belysning", "change-place"} & shown.keys()
    await edit.save()
    assert phone.sync.waiting.is_all_sent


@walking
async def test_an_approval_that_comes_while_it_is_changed_closes_it(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect("Lampan är trasig")
    await phone.all_sent()
    edit = edit_of(phone, phone.findings[0])
    edit.set_text(typed("För sent"))
    phone.office_writes(saved.observation_id, status="approved")
    await phone.news()
    assert edit.is_read_only and "edit-save" not in screen_below(phone).keys()  # noqa: SIM118


@walking
async def test_what_another_phone_changed_meanwhile_stays(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect("Lampan är trasig")
    await phone.all_sent()
    edit = edit_of(phone, phone.findings[0])
    phone.office_writes(saved.observation_id, text="Lampan utanför nummer 12 är trasig")
    await phone.news()
    edit.choose(Category.CABINET)
    await edit.save()
    found = phone.findings[0]
    assert (found.text, found.category) == (
        "Lampan utanför nummer 12 är trasig",
        Category.CABINET,
    )


@walking
async def test_a_change_continued_later_has_not_seen_what_came_in_between(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect("Lampan är trasig")
    await phone.all_sent()
    edit = edit_of(phone, phone.findings[0])
    edit.set_text(typed("Två lampor"))
    await settled()
    edit.cancel()
    phone.office_writes(saved.observation_id, text="Tre lampor")
    await phone.news()
    edit = edit_of(phone, phone.findings[0])
    await edit.continue_draft()
    await edit.save()
    with reading(phone.store.services.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(field_conflict)) == 0
    await phone.all_sent()
    with reading(phone.store.services.engine) as connection:
        fields = connection.scalars(select(field_conflict.c.field)).all()
    assert fields == ["text", "text"]


@walking
async def test_an_undecided_photo_is_decided_later_and_only_then_sent(phone: Phone) -> None:
    await phone.walk()
    phone.link.is_up = False
    saved = await an_undecided_photo(phone, a_jpeg())
    assert PhotoQueue(phone.services.local).waiting() == []
    edit = edit_of(phone, saved)
    await edit.shown()
    await screen_below(phone).press("nothing-to-cover")
    assert phone.findings[0].photos[0].cover is Cover.NOTHING_TO_COVER
    await screen_below(phone).press("look-again")
    assert phone.findings[0].photos[0].cover is None
    await screen_below(phone).press("nothing-to-cover")
    phone.link.is_up = True
    await phone.all_sent()


@walking
async def test_a_saved_photo_is_covered_later_and_the_uncovered_one_is_gone(phone: Phone) -> None:
    await phone.walk()
    phone.link.is_up = False
    saved = await an_undecided_photo(phone, a_photo("landscape_3.jpg"))
    edit = edit_of(phone, saved)
    await edit.shown()
    await screen_below(phone).press("cover")
    cover = phone.round.cover
    assert cover is not None and cover.photo.width_px > 0
    cover.shapes.append(Box(left=0.2, top=0.2, right=0.8, bottom=0.8))
    await cover.burn()
    (photo,) = phone.findings[0].photos
    assert photo.cover is Cover.COVERED and photo.photo_id == saved.photos[0].photo_id
    names = await phone.services.storage.photos.names()
    assert names == [photo.sha256, f"{photo.sha256}.small"]
    jpeg = await phone.services.storage.photos.read(photo.sha256)
    picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
    assert picture.getpixel((picture.width // 2, picture.height // 2)) == (0, 0, 0)
    phone.link.is_up = True
    await phone.all_sent()


@walking
async def test_every_control_of_the_edit_screen_has_a_key_and_a_name(phone: Phone) -> None:
    await phone.walk()
    edit = edit_of(phone, await phone.save_a_defect())
    edit.choose(Category.ROAD)
    shown = screen_below(phone)
    for one in shown.pressable:
        assert one.key and shown.name(one), type(one.control).__name__


# The camera


def lens_of(phone: Phone) -> str:
    return phone.capture.camera


async def camera_on(phone: Phone, edit: EditModel) -> Screen:
    """The button on the screen, and what the preview does once it is there."""
    await screen_below(phone).press("camera-on")
    await edit.lens.shown()
    return screen_below(phone)


@walking
async def test_a_photo_is_taken_while_changing_as_while_recording(phone: Phone) -> None:
    await phone.walk()
    edit = edit_of(phone, await phone.save_a_defect("Lampan är trasig"))
    await screen_below(phone).press("another-photo")
    edit.camera_turned()
    assert edit.lens.state == "off", "nobody has asked for it yet"
    assert WORDS("capture.no_faces") in screen_below(phone).text
    phone.camera.has_torch = True
    shown = await camera_on(phone, edit)
    assert WORDS("capture.no_faces") in shown.text
    await shown.press("torch")
    assert phone.camera.is_torch_on
    await shown.press("shutter")
    assert edit.lens.state == "off" and len(edit.pictures.photos) == 2
    assert "cover" in screen_below(phone).keys()  # noqa: SIM118
    await edit.save()
    assert [one.cover for one in phone.findings[0].photos][1] is Cover.NOTHING_TO_COVER


@walking
async def test_a_photo_taken_while_changing_is_covered_and_one_is_back_at_the_change(
    phone: Phone,
) -> None:
    await phone.walk()
    edit = edit_of(phone, await phone.save_a_defect("Lampan är trasig"))
    await screen_below(phone).press("another-photo")
    await (await camera_on(phone, edit)).press("shutter")
    await screen_below(phone).press("cover")
    assert phone.round.cover is not None
    await step_back(phone.round)
    assert phone.round.cover is None and phone.round.edit is edit
    assert len(edit.pictures.photos) == 2


@walking
async def test_for_those_who_use_the_camera_one_more_photo_turns_it_on(phone: Phone) -> None:
    await phone.walk()
    await phone.take_picture()
    phone.capture.choose(Category.LIGHTING)
    await phone.capture.save()
    edit = edit_of(phone, phone.findings[0])
    edit.camera_turned()
    assert edit.lens.state == "off", "who changes a text wants no camera"
    await screen_below(phone).press("another-photo")
    edit.camera_turned()
    assert edit.lens.state == "starting"
    edit.pictures.show(edit.pictures.photos[0].sha256)
    edit.camera_turned()
    assert edit.lens.state == "off"


@walking
async def test_there_is_one_camera_and_it_is_back_where_it_was(phone: Phone) -> None:
    await phone.walk()
    await phone.take_picture()
    phone.capture.choose(Category.LIGHTING)
    await phone.capture.save()
    assert lens_of(phone) == "ready"
    edit = edit_of(phone, phone.findings[0])
    assert lens_of(phone) == "off"
    await screen_below(phone).press("another-photo")
    edit.camera_turned()
    await edit.lens.shown()
    await step_back(phone.round)
    await settled()
    assert edit.lens.state == "off" and lens_of(phone) == "starting"


@walking
async def test_only_a_new_photo_can_be_taken_again(phone: Phone) -> None:
    await phone.walk()
    edit = edit_of(phone, await phone.save_a_defect("Lampan är trasig"))
    assert "retake" not in screen_below(phone).keys()  # noqa: SIM118
    await screen_below(phone).press("another-photo")
    await (await camera_on(phone, edit)).press("shutter")
    await screen_below(phone).press("retake")
    assert len(edit.pictures.photos) == 1 and edit.pictures.wants_another


@walking
async def test_a_camera_that_does_not_work_leaves_the_phones_own(phone: Phone) -> None:
    await phone.walk()
    edit = edit_of(phone, await phone.save_a_defect("Lampan är trasig"))
    await screen_below(phone).press("another-photo")
    phone.camera.fails = CameraDenied()
    shown = await camera_on(phone, edit)
    assert WORDS("camera.denied") in shown.text
    assert WORDS("wayback.open") in shown.text
    phone.app.pages.open_way_back("camera.denied")
    await phone.app.try_again()
    assert (edit.lens.state, lens_of(phone)) == ("starting", "off")
    await edit.lens.shown()
    phone.picker.chosen = a_jpeg()
    await screen_below(phone).press("system-camera")
    assert len(edit.pictures.photos) == 2 and edit.problem is None
