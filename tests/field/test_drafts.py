"""What is begun is on disk by itself: after an end without warning it is there, once."""

from __future__ import annotations

import asyncio

import pytest

from app.field.models.capture_model import CaptureModel
from app.field.models.draft_keeper import TYPING_S
from app.i18n import Words
from sync.domain.geo import GeoPoint
from sync.domain.words import Category, Cover, ObservationKind, PlaceSource
from tests.central.a_store import a_jpeg
from tests.field.a_phone import Phone, typed, walking
from tests.field.devices import KIRSEBERGS_TORG

PIN = GeoPoint(lat_deg=55.6120, lon_deg=13.0300)


async def written() -> None:
    """What happens at once has happened; what waits for more letters has not."""
    for _ in range(20):
        await asyncio.sleep(0)


async def killed(phone: Phone) -> CaptureModel:
    """The app ends without warning, and is opened again."""
    await phone.start()
    await phone.round.shown()
    return phone.capture


@walking
async def test_everything_on_the_screen_comes_back_after_an_end_without_warning(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    capture.choose(Category.LIGHTING)
    capture.answer(capture.questions[1], "whole_street")
    await phone.take_picture()
    await capture.pictures.nothing_to_cover(capture.photos[0].sha256)
    capture.place.set_pin(PIN)
    before = capture.photos[0]
    await written()
    back = await killed(phone)
    assert back.category is Category.LIGHTING
    assert back.answers == {"dark_stretch": "whole_street"}
    (photo,) = back.photos
    assert (photo.sha256, photo.cover) == (before.sha256, Cover.NOTHING_TO_COVER)
    assert photo.jpeg == before.jpeg and photo.thumbnail == before.thumbnail
    place = back.place.chosen
    assert place is not None and (place.point, place.source) == (PIN, PlaceSource.PIN)
    await back.save()
    assert len(phone.findings) == 1 and len(phone.findings[0].photos) == 1


@walking
async def test_typed_text_is_on_disk_half_a_second_later_the_latest_of_it(phone: Phone) -> None:
    capture = await phone.walk()
    for text in ("L", "La", "Lampan", "Lampan är trasig"):
        capture.set_text(typed(text))
    await asyncio.sleep(TYPING_S + 0.1)
    assert (await killed(phone)).text == "Lampan är trasig"


@walking
async def test_typing_without_a_pause_is_written_all_the_same(phone: Phone) -> None:
    capture = await phone.walk()
    loop = asyncio.get_running_loop()
    begun, letters = loop.time(), ""
    while loop.time() - begun < 2 * TYPING_S:
        letters += "a"
        capture.set_text(typed(letters))
        await asyncio.sleep(0.02)
    back = await killed(phone)
    assert len(back.text) > len(letters) / 3


@walking
async def test_an_app_that_goes_to_the_background_has_written_the_last_letter(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    capture.set_text(typed("Lampan är tras"))
    phone.app.seen(False)
    await written()
    assert (await killed(phone)).text == "Lampan är tras"


@walking
async def test_each_round_has_a_draft_of_its_own(phone: Phone) -> None:
    capture = await phone.walk()
    capture.set_text(typed("På den första"))
    first = phone.round.record.round_id
    await phone.round.leave()
    assert phone.app.home is not None
    await phone.app.home.start()
    assert phone.capture.text == ""
    phone.capture.set_text(typed("På den andra"))
    await phone.round.leave()
    await phone.start()
    assert phone.app.home is not None
    await phone.app.home.join(first)
    assert phone.capture.text == "På den första"


@walking
async def test_saving_ends_the_draft(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect("Lampan är trasig")
    await written()
    assert phone.services.local.drafts() == {}
    back = await killed(phone)
    assert back.is_empty and len(phone.findings) == 1


@walking
async def test_text_typed_just_before_saving_makes_no_draft_after_it(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose(Category.LIGHTING)
    capture.set_text(typed("sista ordet"))
    await capture.save()
    await asyncio.sleep(TYPING_S + 0.1)
    assert phone.services.local.drafts() == {}
    assert phone.findings[0].text == "sista ordet"


class KilledError(BaseException):
    """The phone's battery is empty at this point."""


@pytest.mark.parametrize("point", ["before the record", "after the record"])
def test_an_end_in_the_middle_of_saving_leaves_the_draft_or_the_record(
    phone: Phone, point: str
) -> None:
    @walking
    async def walk() -> None:
        capture = await phone.walk()
        await phone.take_picture()
        capture.choose(Category.LIGHTING)
        capture.set_text(typed("Lampan är trasig"))
        await phone.round.drafts.now()
        recorder = phone.services.recorder
        write = recorder._write

        async def dies(*edits: object, **more: object) -> None:
            if point == "after the record":
                await write(*edits, **more)  # type: ignore[arg-type]
            raise KilledError

        recorder._write = dies  # type: ignore[method-assign]
        with pytest.raises(KilledError):
            await capture.save()
        back = await killed(phone)
        is_recorded = point == "after the record"
        assert len(phone.findings) == (1 if is_recorded else 0)
        assert back.is_empty is is_recorded
        if not is_recorded:
            assert (back.text, len(back.photos)) == ("Lampan är trasig", 1)
            await back.save()
        (found,) = phone.findings
        assert (found.text, len(found.photos)) == ("Lampan är trasig", 1)

    walk()


@walking
async def test_photos_of_a_draft_are_not_cleared_away_and_those_of_none_are(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.pick(a_jpeg())
    kept = capture.photos[0].sha256
    await phone.pick(a_jpeg())
    capture.remove_photo(capture.photos[1].sha256)
    await written()
    await killed(phone)
    assert await phone.services.storage.photos.names() == [kept, f"{kept}.small"]


@walking
async def test_a_draft_whose_photo_is_gone_still_has_its_words(phone: Phone) -> None:
    capture = await phone.walk()
    capture.choose(Category.LITTER)
    await phone.take_picture()
    await written()
    await phone.services.storage.photos.delete(capture.photos[0].sha256)
    back = await killed(phone)
    assert back.category is Category.LITTER and list(back.photos) == []


@walking
async def test_discarding_empties_the_screen_and_undo_brings_all_of_it_back(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.choose_kind(ObservationKind.PROPOSAL)
    capture.set_text(typed("En bänk"))
    capture.place.set_pin(PIN)
    await capture.discard()
    assert capture.is_empty and phone.notice == Words()("capture.discarded")
    await written()
    assert phone.services.local.drafts() == {}
    await phone.app.notices.undo()
    assert (capture.text, len(capture.photos)) == ("En bänk", 1)
    assert capture.kind is ObservationKind.PROPOSAL
    assert capture.place.chosen is not None and capture.place.chosen.point == PIN
    await written()
    assert (await killed(phone)).text == "En bänk"


@walking
async def test_undoing_a_discard_never_throws_away_what_was_begun_since(phone: Phone) -> None:
    capture = await phone.walk()
    capture.set_text(typed("Det första"))
    await capture.discard()
    undo = phone.app.notices.undo
    capture.set_text(typed("Det andra"))
    await undo()
    assert capture.text == "Det andra"
    assert phone.notice == Words()("capture.undo_too_late")


@walking
async def test_a_full_phone_says_once_that_the_draft_is_not_kept(phone: Phone) -> None:
    capture = await phone.walk()
    phone.room.for_flushing = False
    capture.choose(Category.LITTER)
    await written()
    assert phone.notice == Words()("app.storage_full.body")
    phone.app.notices.dismiss()
    capture.choose(Category.GRAFFITI)
    await written()
    assert phone.notice is None
    phone.room.for_flushing = True
    capture.choose(Category.LIGHTING)
    await written()
    assert (await killed(phone)).category is Category.LIGHTING


@walking
async def test_the_place_of_a_draft_without_photo_is_where_the_phone_is_then(phone: Phone) -> None:
    capture = await phone.walk()
    capture.choose(Category.LITTER)
    await written()
    back = await killed(phone)
    assert back.place.chosen is None
    phone.stand_at(KIRSEBERGS_TORG)
    assert back.place.chosen is not None


@walking
async def test_a_draft_of_another_release_never_keeps_the_round_from_opening(phone: Phone) -> None:
    capture = await phone.walk()
    capture.set_text(typed("Lampan är trasig"))
    await phone.round.drafts.now()
    ((name, draft),) = phone.services.local.drafts().items()
    strange = {**draft, "category": "gungor", "photos": [{"sha256": "a" * 64}]}
    phone.services.local.keep_drafts({name: strange})
    back = await killed(phone)
    assert (back.text, back.category, list(back.photos)) == ("Lampan är trasig", None, [])
    phone.stand_at(KIRSEBERGS_TORG)
    await phone.save_a_defect()
    assert len(phone.findings) == 1
