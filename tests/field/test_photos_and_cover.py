"""Faces and number plates: no photo is sent unseen, and what is covered is gone."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageFilter

from app.device.photo.shapes import Box
from app.field.models.capture_model import CaptureModel
from app.field.models.cover_model import CoverModel
from app.field.models.round_path import path_in, step_back
from app.i18n import Words
from sync.domain.words import Category, Cover
from tests.central.a_store import a_jpeg
from tests.device.photo_cases import a_photo
from tests.field.a_phone import Phone, until, walking
from tests.field.app_on_screen import screen_below

WORDS = Words()


async def files(phone: Phone) -> list[str]:
    names = await phone.services.storage.photos.names()
    return [name for name in names if not name.endswith(".small")]


async def covering(phone: Phone) -> CoverModel:
    shown = phone.capture.pictures.shown_photo
    assert shown is not None
    await phone.capture.pictures.cover(shown.sha256)
    assert phone.round.cover is not None
    return phone.round.cover


async def cover_the_middle(phone: Phone) -> None:
    cover = await covering(phone)
    cover.shapes.append(Box(left=0.25, top=0.25, right=0.75, bottom=0.75))
    await cover.burn()
    assert cover.problem is None and phone.round.cover is None


def blurred() -> bytes:
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(a_photo("landscape_3.jpg"))).convert("RGB")
    picture.filter(ImageFilter.GaussianBlur(20)).save(out, "JPEG", quality=90)
    return out.getvalue()


def black() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), (2, 2, 2)).save(out, "JPEG")
    return out.getvalue()


@walking
async def test_the_question_is_right_under_the_photo_and_one_tap_answers_it(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    shown = screen_below(phone)
    assert WORDS("capture.faces_seen") in shown.text
    await shown.press("nothing-to-cover")
    assert capture.photos[0].cover is Cover.NOTHING_TO_COVER
    assert WORDS("capture.decided.nothing") in screen_below(phone).text
    await screen_below(phone).press("look-again")
    assert capture.photos[0].cover is None


@walking
async def test_the_save_button_says_what_it_decides_and_the_decision_is_recorded(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    assert WORDS("capture.save_next") in screen_below(phone).text
    await phone.take_picture()
    assert WORDS("capture.save_nothing") in screen_below(phone).text
    capture.choose(Category.LIGHTING)
    await screen_below(phone).press("save-next")
    assert phone.findings[0].photos[0].cover is Cover.NOTHING_TO_COVER
    await phone.all_sent()


@walking
async def test_when_something_is_missing_the_button_still_says_that_it_decides(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    await capture.save()
    assert list(capture.missing) == ["category"] and capture.photos[0].cover is None
    assert WORDS("capture.save_nothing_anyway") in screen_below(phone).text
    await capture.save()
    assert phone.findings[0].photos[0].cover is Cover.NOTHING_TO_COVER


@walking
async def test_a_covered_photo_is_what_is_kept_and_the_uncovered_one_is_gone(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.pick(a_photo("landscape_3.jpg"))
    uncovered = capture.photos[0].sha256
    await cover_the_middle(phone)
    (photo,) = capture.photos
    assert photo.cover is Cover.COVERED and photo.sha256 != uncovered
    assert await files(phone) == [photo.sha256]
    await phone.start()
    await phone.round.shown()
    assert [one.sha256 for one in phone.capture.photos] == [photo.sha256]
    phone.capture.choose(Category.LIGHTING)
    await phone.capture.save()
    (found,) = phone.findings[0].photos
    assert (found.sha256, found.cover) == (photo.sha256, Cover.COVERED)
    await phone.all_sent()
    jpeg = await phone.services.storage.photos.read(found.sha256)
    picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
    middle = picture.crop(tuple(round(s * f) for f in (0.26, 0.74) for s in picture.size))  # type: ignore[arg-type]
    assert middle.getcolors() == [(middle.width * middle.height, (0, 0, 0))]


@walking
async def test_the_uncovered_photo_stays_when_the_covered_one_cannot_be_kept(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.pick(a_photo("landscape_3.jpg"))
    before = capture.photos[0]
    cover = await covering(phone)
    cover.shapes.append(Box(left=0.2, top=0.2, right=0.6, bottom=0.6))
    phone.room.for_flushing = False
    await cover.burn()
    assert cover.problem == "cover.disk_full"
    assert list(capture.photos) == [before]
    assert before.sha256 in await files(phone)
    phone.room.for_flushing = True
    await cover.burn()
    assert await files(phone) == [capture.photos[0].sha256] != [before.sha256]


@walking
async def test_back_from_covering_decides_nothing(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    await covering(phone)
    assert path_in(phone.round) == "/dolj"
    await step_back(phone.round)
    assert phone.round.cover is None and capture.photos[0].is_undecided


@walking
async def test_what_was_painted_is_there_again_after_back_and_it_is_said_that_it_is_not_done(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    cover = await covering(phone)
    cover.press(0.4, 0.4)
    cover.drag(0.6, 0.6)
    cover.lift()
    painted = list(cover.shapes)
    await step_back(phone.round)
    assert capture.photos[0].is_undecided
    assert capture.problem == "cover.not_done"
    assert "Du har målat men inte tryckt Klart" in screen_below(phone).text
    again = await covering(phone)
    assert again.shapes == painted and not again.is_empty
    assert capture.problem is None
    await again.burn()
    assert capture.photos[0].cover is Cover.COVERED and capture.problem is None


@walking
async def test_what_was_painted_goes_when_the_photo_is_decided_otherwise(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    cover = await covering(phone)
    cover.add_box()
    await step_back(phone.round)
    shown = capture.pictures.shown_photo
    assert shown is not None
    await capture.pictures.nothing_to_cover(shown.sha256)
    assert capture.problem is None
    await capture.pictures.look_again(shown.sha256)
    assert (await covering(phone)).shapes == []


@walking
async def test_a_picture_that_a_saved_defect_has_too_is_not_deleted_under_it(phone: Phone) -> None:
    capture = await phone.walk()
    picture = a_photo("landscape_3.jpg")
    await phone.pick(picture)
    capture.choose(Category.LIGHTING)
    await capture.save()
    first = phone.findings[0].photos[0].sha256
    await phone.pick(picture)
    await cover_the_middle(phone)
    assert sorted(await files(phone)) == sorted([first, capture.photos[0].sha256])


@walking
async def test_a_removed_photo_comes_back_where_it_was(phone: Phone) -> None:
    capture = await phone.walk()
    for _ in range(3):
        await phone.pick(a_jpeg())
    before = [one.sha256 for one in capture.photos]
    await capture.pictures.nothing_to_cover(before[1])
    capture.remove_photo(before[1])
    assert [one.sha256 for one in capture.photos] == [before[0], before[2]]
    await screen_below(phone).press("put-photo-back")
    assert [one.sha256 for one in capture.photos] == before
    assert capture.photos[1].cover is Cover.NOTHING_TO_COVER


@walking
async def test_a_removed_photo_leaves_the_phone_when_the_rest_is_saved(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.pick(a_jpeg())
    await phone.pick(a_jpeg())
    capture.remove_photo(capture.photos[1].sha256)
    capture.choose(Category.LIGHTING)
    kept = capture.photos[0].sha256
    await capture.save()
    assert await files(phone) == [kept]


@walking
async def test_taking_it_again_puts_the_camera_back_and_can_be_undone(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    before = capture.photos[0].sha256
    await screen_below(phone).press("retake")
    assert list(capture.photos) == []
    assert "shutter" in screen_below(phone).keys()  # noqa: SIM118
    await screen_below(phone).press("put-photo-back")
    assert capture.photos[0].sha256 == before


@pytest.mark.parametrize(("picture", "key"), [(blurred(), "blurry"), (black(), "dark")])
def test_a_bad_photo_is_pointed_out_and_saved_all_the_same(
    phone: Phone, picture: bytes, key: str
) -> None:
    @walking
    async def walk() -> None:
        capture = await phone.walk()
        await phone.pick(picture)
        assert WORDS(f"capture.{key}") in screen_below(phone).text
        capture.choose(Category.LIGHTING)
        await capture.save()
        assert len(phone.findings[0].photos) == 1

    walk()


@walking
async def test_a_good_photo_is_not_complained_about(phone: Phone) -> None:
    await phone.walk()
    await phone.pick(a_photo("landscape_3.jpg"))
    assert "bad-photo" not in screen_below(phone).keys()  # noqa: SIM118


@walking
async def test_the_torch_is_a_button_only_where_there_is_one(phone: Phone) -> None:
    capture = await phone.walk()
    capture.want_camera()
    await capture.preview_shown()
    assert "torch" not in screen_below(phone).keys()  # noqa: SIM118
    capture.camera_off()
    phone.camera.has_torch = True
    capture.want_camera()
    await capture.preview_shown()
    await screen_below(phone).press("torch")
    assert phone.camera.is_torch_on and capture.lens.is_torch_on
    await screen_below(phone).press("torch")
    assert not phone.camera.is_torch_on


@walking
async def test_a_torch_that_does_not_light_says_so_and_the_camera_goes_on(phone: Phone) -> None:
    capture = await phone.walk()
    phone.camera.has_torch = True
    capture.want_camera()
    await capture.preview_shown()
    phone.camera.has_torch = False
    await capture.lens.switch_torch()
    assert capture.problem == "camera.torch_failed"
    await capture.shutter()
    assert len(capture.photos) == 1


@walking
async def test_undoing_the_save_brings_all_of_it_back_undecided_as_it_was(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose(Category.GRAFFITI)
    capture.answer(capture.questions[0], True)
    await capture.save()
    saved = phone.findings[0]
    assert saved.is_urgent and "A-1" in screen_below(phone).text
    await screen_below(phone).press("undo-saved")
    assert phone.findings == []
    assert capture.category is Category.GRAFFITI and capture.photos[0].is_undecided
    assert capture.answers == {"offensive": True}
    await capture.save()
    (again,) = phone.findings
    assert again.observation_id != saved.observation_id and len(again.photos) == 1
    await phone.all_sent()
    await until(lambda: phone.findings[0].receipt == "with_coordinator")


def is_empty(capture: CaptureModel) -> bool:
    return capture.is_empty and capture.problem is None


@walking
async def test_many_photos_are_saved_in_the_order_of_the_strip(phone: Phone) -> None:
    capture = await phone.walk()
    for _ in range(4):
        await phone.pick(a_jpeg())
    order = [one.sha256 for one in capture.photos]
    capture.choose(Category.LITTER)
    await capture.save()
    assert is_empty(capture)
    assert [one.sha256 for one in phone.findings[0].photos] == order
