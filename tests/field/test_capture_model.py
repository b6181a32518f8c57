"""Recording a defect: nothing is lost, nothing is doubled, and what is missing is asked once."""

from __future__ import annotations

import asyncio

import pytest

from app.device.camera import CameraDenied, CameraError, NoCamera
from app.device.photo.errors import HeicNotSupported
from app.device.photo.source import PhotoSource
from app.field.models.capture_model import CameraState, thumbnail_name
from app.i18n import Words
from sync.client.records import Receipt
from sync.domain.words import Category
from tests.central.a_store import a_jpeg
from tests.device.photo_cases import a_photo, png_claiming
from tests.field.a_phone import Phone, typed, walking

LONG_TEXT = "å" * 1900


@walking
async def test_three_things_and_save_is_a_defect_on_disk(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose(Category.LIGHTING)
    await capture.save()
    assert phone.capture.just_saved
    await phone.start()
    (found,) = phone.findings
    assert found.category is Category.LIGHTING
    assert found.place is not None
    assert found.receipt is Receipt.ON_PHONE
    (photo,) = found.photos
    jpeg = await phone.services.storage.photos.read(photo.sha256)
    assert jpeg.startswith(b"\xff\xd8")
    small = await phone.services.storage.photos.read(thumbnail_name(photo.sha256))
    assert len(small) < 20_000


@walking
async def test_after_saving_the_screen_is_empty_for_the_next_one(phone: Phone) -> None:
    capture = await phone.walk()
    first_field = capture.number
    await phone.save_a_defect(text="Lampan är trasig")
    assert (capture.is_empty, capture.text, list(capture.photos)) == (True, "", [])
    assert capture.number == first_field + 1
    assert phone.round.count == 1


@walking
async def test_saving_nothing_says_what_to_do(phone: Phone) -> None:
    capture = await phone.walk()
    capture.set_text(typed("   "))
    await capture.save()
    assert phone.notice == Words()("capture.nothing")
    assert phone.findings == []


@walking
async def test_saving_asks_once_for_what_is_missing_and_saves_on_the_second_press(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    capture.set_text(typed("Glas på lekplatsen"))
    await capture.save()
    assert list(capture.missing) == ["photo", "category"]
    assert phone.findings == []
    await capture.save()
    (found,) = phone.findings
    assert (found.text, found.category, found.photos) == ("Glas på lekplatsen", None, ())


@walking
async def test_giving_one_of_what_is_missing_makes_it_ask_for_the_rest(phone: Phone) -> None:
    capture = await phone.walk()
    capture.set_text(typed("Glas"))
    await capture.save()
    capture.choose(Category.LITTER)
    assert list(capture.missing) == []
    await capture.save()
    assert list(capture.missing) == ["photo"]
    assert phone.findings == []


@walking
async def test_pressing_save_twice_at_once_saves_one(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose(Category.LIGHTING)
    await asyncio.gather(capture.save(), capture.save())
    assert len(phone.findings) == 1


@walking
async def test_saving_waits_for_a_photo_that_is_being_taken(phone: Phone) -> None:
    capture = await phone.walk()
    capture.set_text(typed("Lampan"))
    await capture.save()  # it asks, as there is no photo yet
    saves: list[asyncio.Task[None]] = []
    phone.camera.before_picture = lambda: saves.append(asyncio.ensure_future(capture.save()))
    await phone.take_picture()
    await asyncio.gather(*saves)
    assert phone.findings == []
    assert len(capture.photos) == 1


@walking
async def test_choosing_the_same_tile_again_lets_go_of_it(phone: Phone) -> None:
    capture = await phone.walk()
    capture.choose(Category.GRAFFITI)
    capture.choose(Category.GRAFFITI)
    assert capture.category is None


@walking
async def test_the_same_picture_twice_is_one_photo(phone: Phone) -> None:
    capture = await phone.walk()
    picture = a_jpeg()
    await phone.pick(picture)
    await phone.pick(picture)
    assert len(capture.photos) == 1


@walking
async def test_a_person_who_changes_their_mind_in_the_file_chooser_changes_nothing(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    phone.picker.chosen = None
    await capture.pick()
    assert capture.is_empty and capture.problem is None


@walking
async def test_pasted_text_with_control_characters_is_saved_without_them(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose(Category.LIGHTING)
    capture.set_text(typed("Lampan\r\när\x0b trasig\x07 \ud83d"))
    await capture.save()
    assert phone.findings[0].text == "Lampan\när\n trasig"


# Photos that are none


class NoHeic:
    """The codec of a browser that cannot read an iPhone's photos."""

    async def prepare(self, original: PhotoSource) -> object:
        raise HeicNotSupported


@pytest.mark.parametrize(
    ("picture", "key"),
    [
        (b"", "photo.error.empty_photo"),
        (b"Hej! Det h\xc3\xa4r \xc3\xa4r ingen bild." * 20, "photo.error.not_a_picture"),
        (a_photo("image00971.jpg")[:30_000], "photo.error.damaged_photo"),
        (png_claiming(60_000, 60_000), "photo.error.too_many_pixels"),
    ],
    ids=["empty", "no picture", "damaged", "huge"],
)
def test_a_photo_that_cannot_be_used_leaves_text_place_and_category(
    phone: Phone, picture: bytes, key: str
) -> None:
    async def walk() -> None:
        capture = await phone.walk()
        capture.set_text(typed("Lampan är trasig"))
        capture.choose(Category.LIGHTING)
        place = capture.place.chosen
        await phone.pick(picture)
        assert capture.problem == key
        assert not capture.is_preparing
        kept = (capture.text, capture.category, capture.place.chosen)
        assert kept == ("Lampan är trasig", Category.LIGHTING, place)
        assert "Texten och platsen finns kvar" in Words()(key)
        await phone.pick(a_jpeg())
        assert capture.problem is None
        await capture.save()
        assert len(phone.findings[0].photos) == 1

    asyncio.run(walk())


@walking
async def test_an_iphones_photo_is_taken_where_it_can_be_read(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.pick(a_photo("IMG_5195.HEIC"))
    assert capture.problem is None
    assert capture.photos[0].jpeg.startswith(b"\xff\xd8")


@walking
async def test_an_iphones_photo_that_cannot_be_read_names_the_setting_to_change(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    object.__setattr__(phone.services, "codec", NoHeic())
    capture.set_text(typed("Lampan är trasig"))
    await phone.pick(a_photo("IMG_5195.HEIC"))
    assert capture.problem == HeicNotSupported.key
    assert "Mest kompatibelt" in Words()(capture.problem or "")
    assert capture.text == "Lampan är trasig" and capture.place.chosen is not None


# The camera


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (CameraDenied(), "camera.denied"),
        (NoCamera(), "camera.none"),
        (CameraError(), "camera.failed"),
    ],
)
def test_a_camera_that_does_not_open_says_why_and_a_file_still_works(
    phone: Phone, error: CameraError, key: str
) -> None:
    async def walk() -> None:
        capture = await phone.walk()
        phone.camera.fails = error
        capture.want_camera()
        await capture.preview_shown()
        assert (capture.problem, capture.camera) == (key, CameraState.OFF)
        await phone.save_a_defect()
        assert len(phone.findings) == 1

    asyncio.run(walk())


@walking
async def test_a_camera_that_fails_at_the_shutter_keeps_the_rest(phone: Phone) -> None:
    capture = await phone.walk()
    capture.set_text(typed("Lampan är trasig"))
    capture.want_camera()
    await capture.preview_shown()
    phone.camera.fails = CameraError()
    await capture.shutter()
    assert capture.problem == "camera.failed"
    assert capture.text == "Lampan är trasig"
    phone.camera.fails = None
    await phone.take_picture()
    assert len(capture.photos) == 1 and capture.problem is None


@walking
async def test_who_has_used_the_camera_has_it_on_again_next_time(phone: Phone) -> None:
    capture = await phone.walk()
    assert capture.camera is CameraState.OFF
    await phone.take_picture()
    await phone.start()
    await phone.round.shown()
    assert phone.capture.camera is CameraState.STARTING


# A full disk


@walking
async def test_no_room_for_the_photo_loses_neither_text_nor_place(phone: Phone) -> None:
    capture = await phone.walk()
    capture.set_text(typed("Lampan är trasig"))
    phone.room.for_photos = False
    await phone.take_picture()
    assert capture.problem == "app.storage_full.body"
    assert list(capture.photos) == []
    assert capture.text == "Lampan är trasig" and capture.place.chosen is not None
    phone.room.for_photos = True
    await phone.take_picture()
    assert capture.problem is None and len(capture.photos) == 1


@walking
async def test_no_room_in_the_database_loses_neither_text_nor_photo_and_makes_no_twin(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose(Category.LIGHTING)
    capture.set_text(typed(LONG_TEXT))
    phone.fill_database()
    await capture.save()
    assert capture.problem == "capture.save_failed"
    assert not phone.capture.just_saved, "it must not say Sparad"
    assert (capture.text, len(capture.photos)) == (LONG_TEXT, 1)
    phone.empty_database()
    await capture.save()
    assert phone.capture.just_saved
    (found,) = phone.findings
    assert (found.text, len(found.photos)) == (LONG_TEXT, 1)


@walking
async def test_no_room_to_flush_is_not_saved_and_saving_again_makes_no_twin(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose(Category.LIGHTING)
    phone.room.for_flushing = False
    await capture.save()
    assert capture.problem == "capture.save_failed"
    assert not phone.capture.just_saved, "it must not say Sparad"
    assert len(capture.photos) == 1
    phone.room.for_flushing = True
    await capture.save()
    assert phone.capture.just_saved
    await phone.all_sent()
    (found,) = phone.findings
    assert len(found.photos) == 1
    assert found.receipt is Receipt.WITH_COORDINATOR


@walking
async def test_what_is_changed_between_two_tries_to_save_is_what_is_saved(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose(Category.LIGHTING)
    phone.room.for_flushing = False
    await capture.save()
    phone.room.for_flushing = True
    first = capture.photos[0].sha256
    capture.remove_photo(first)
    await phone.pick(a_jpeg())
    capture.set_text(typed("En annan bild"))
    await capture.save()
    (found,) = phone.findings
    assert found.text == "En annan bild"
    assert [photo.sha256 for photo in found.photos] != [first]
    assert len(found.photos) == 1
