"""Reported here already: asked when it is known what and where, answered in one tap, undone."""

from __future__ import annotations

import pytest

from app.field.models.capture_model import draft_name
from app.field.models.known_model import KnownModel
from app.field.screens.round_screen import RoundScreen
from app.widgets.catalogue import QuestionKind
from sync.client.records import ObservationRecord
from sync.domain.fields import MAX_TEXT
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId
from sync.domain.words import Category, Cover, ObservationKind, RoundKind, Verdict
from tests.central.a_store import a_jpeg
from tests.field.a_phone import Phone, typed, walking
from tests.field.devices import KIRSEBERGS_TORG
from tests.field.expand import Screen

NEAR = GeoPoint(lat_deg=55.61110, lon_deg=13.0320, accuracy_m=8.0)
"""11 m north of the square."""
FAR = GeoPoint(lat_deg=55.6140, lon_deg=13.0320, accuracy_m=8.0)


def known(phone: Phone) -> KnownModel:
    return phone.round.known


def screen(phone: Phone) -> Screen:
    return Screen(lambda: RoundScreen(phone.app, phone.round, phone.app.words))


def keys(phone: Phone) -> set[str]:
    return screen(phone).keys()


async def theirs(phone: Phone, other: Phone, at: GeoPoint = NEAR) -> ObservationRecord:
    """Noted by somebody else on a round of their own, and known to this phone."""
    await other.walk()
    other.stand_at(at)
    found = await other.save_a_defect("Lampan vid trappan")
    await other.all_sent()
    await phone.walk()
    await phone.news()
    return found


async def begin(phone: Phone, category: Category = Category.LIGHTING) -> None:
    await phone.pick(a_jpeg())
    phone.capture.choose(category)
    await known(phone).look()


def found_ids(phone: Phone) -> list[EntityId]:
    return [near.point.observation_id for near in known(phone).found]


@walking
async def test_it_is_asked_when_category_and_place_are_known(phone: Phone, other: Phone) -> None:
    saved = await theirs(phone, other)
    await known(phone).look()
    assert found_ids(phone) == []
    await begin(phone)
    assert found_ids(phone) == [saved.observation_id]
    assert known(phone).small[saved.photos[0].sha256].startswith(b"\xff\xd8")
    shown = screen(phone)
    assert "Redan noterad i dag, Hos samordnaren – 11 m härifrån" in shown.text
    assert "Lampan vid trappan" in shown.text


@walking
async def test_what_is_on_this_phone_alone_is_not_said_to_be_with_the_coordinator(
    phone: Phone,
) -> None:
    await phone.walk(at=NEAR)
    phone.link.is_up = False
    await phone.save_a_defect()
    await phone.round.leave()
    assert phone.app.home is not None
    phone.app.home.choose_kind(RoundKind.INSPECTION)
    await phone.app.home.start()
    await phone.round.shown()
    phone.stand_at(KIRSEBERGS_TORG)
    await begin(phone)
    assert "Redan noterad i dag, På telefonen – 11 m härifrån" in screen(phone).text


@walking
async def test_it_says_when_it_was_reported_and_the_citys_word(phone: Phone, other: Phone) -> None:
    saved = await theirs(phone, other)
    phone.store_report(saved.observation_id, "Pågående", sent_at="2026-05-12T10:00:00.000Z")
    await phone.news()
    await begin(phone)
    assert "Redan anmäld 12 maj" in screen(phone).text
    assert ", Pågående – 11 m härifrån" in screen(phone).text


@walking
async def test_another_category_another_place_and_another_kind_ask_nothing(
    phone: Phone, other: Phone
) -> None:
    await theirs(phone, other)
    await begin(phone, Category.LITTER)
    assert found_ids(phone) == []
    phone.capture.choose(Category.LIGHTING)
    phone.capture.choose_kind(ObservationKind.PROPOSAL)
    await known(phone).look()
    assert found_ids(phone) == []
    phone.capture.choose_kind(ObservationKind.DEFECT)
    phone.capture.place.set_pin(FAR)
    await known(phone).look()
    assert found_ids(phone) == []
    assert "also-seen" not in " ".join(keys(phone))


@walking
async def test_seeing_it_too_adds_photos_and_text_to_it_and_makes_no_new_one(
    phone: Phone, other: Phone
) -> None:
    saved = await theirs(phone, other)
    await begin(phone)
    phone.capture.set_text(typed("Den blinkar"))
    picture = phone.capture.photos[0]
    await screen(phone).press(f"also-seen-{saved.observation_id}")
    assert phone.capture.is_empty and phone.findings == []
    assert phone.services.local.draft(draft_name(phone.round.record.round_id)) is None
    (visit,) = phone.services.walk.rechecks(saved.observation_id)
    assert (visit.verdict, visit.text) == (Verdict.ALSO_SEEN, "Den blinkar")
    assert visit.round_id == phone.round.record.round_id
    photos = phone.services.walk.observation(saved.observation_id).photos  # type: ignore[union-attr]
    (added,) = [one for one in photos if one.recheck_id == visit.recheck_id]
    assert (added.sha256, added.cover) == (picture.sha256, Cover.NOTHING_TO_COVER)
    assert phone.notice is not None and "Du har sett den också" in phone.notice
    assert found_ids(phone) == []
    await phone.all_sent()
    await other.news()
    assert other.services.walk.rechecks(saved.observation_id) == [visit]


@walking
async def test_undo_takes_it_back_and_the_draft_is_on_the_screen_again(
    phone: Phone, other: Phone
) -> None:
    saved = await theirs(phone, other)
    await begin(phone)
    phone.capture.set_text(typed("Den blinkar"))
    picture, place = phone.capture.photos[0], phone.capture.place.chosen
    await known(phone).also_seen(known(phone).found[0])
    await phone.app.notices.undo()
    assert phone.services.walk.rechecks(saved.observation_id) == []
    capture = phone.capture
    assert (capture.text, capture.category) == ("Den blinkar", Category.LIGHTING)
    assert [photo.sha256 for photo in capture.photos] == [picture.sha256]
    assert capture.photos[0].is_undecided
    assert capture.place.chosen == place
    await capture.save()
    assert phone.findings[0].text == "Den blinkar"
    assert phone.findings[0].photos[0].sha256 == picture.sha256


def answer(phone: Phone, code: str, given: str | bool) -> None:
    """What a person answers to a question of the category that is chosen."""
    question = next(one for one in phone.capture.questions if one.code == code)
    if question.kind is QuestionKind.TEXT:
        phone.capture.typed_answer(question)(typed(str(given)))
    else:
        phone.capture.answer(question, given)


@walking
async def test_what_was_answered_is_kept_in_it_and_in_the_words_of_the_visit(
    phone: Phone, other: Phone
) -> None:
    saved = await theirs(phone, other)
    await begin(phone)
    phone.capture.set_text(typed("Den blinkar"))
    answer(phone, "post_number", "1204")
    answer(phone, "dark_stretch", "whole_street")
    await known(phone).also_seen(known(phone).found[0])
    text = "Den blinkar\nNummer på lampstolpen: 1204\nHur långt är det mörkt? Hela gatan"
    assert phone.services.walk.rechecks(saved.observation_id)[0].text == text
    await phone.all_sent()
    await other.news()
    fresh = other.services.walk.observation(saved.observation_id)
    assert fresh is not None
    assert fresh.answers == {"post_number": "1204", "dark_stretch": "whole_street"}
    assert other.services.walk.rechecks(saved.observation_id)[0].text == text


@walking
async def test_what_is_answered_in_it_already_stays_and_undo_takes_back_the_rest(
    phone: Phone, other: Phone
) -> None:
    await other.walk()
    other.stand_at(NEAR)
    await other.pick(a_jpeg())
    other.capture.choose(Category.LIGHTING)
    answer(other, "post_number", "7")
    await other.capture.save()
    saved = other.findings[0]
    await other.all_sent()
    await phone.walk()
    await phone.news()
    await begin(phone)
    answer(phone, "post_number", "1204")
    answer(phone, "dark_stretch", "one_lamp")
    await known(phone).also_seen(known(phone).found[0])
    fresh = phone.services.walk.observation(saved.observation_id)
    assert fresh is not None
    assert fresh.answers == {"post_number": "7", "dark_stretch": "one_lamp"}
    assert "1204" in phone.services.walk.rechecks(saved.observation_id)[0].text
    await phone.app.notices.undo()
    fresh = phone.services.walk.observation(saved.observation_id)
    assert fresh is not None and fresh.answers == {"post_number": "7"}
    assert phone.capture.answers == {"post_number": "1204", "dark_stretch": "one_lamp"}


@walking
async def test_offensive_graffiti_that_is_seen_too_becomes_urgent_until_it_is_undone(
    phone: Phone, other: Phone
) -> None:
    await other.walk()
    other.stand_at(NEAR)
    saved = await other.save_a_defect("Klotter", Category.GRAFFITI)
    await other.all_sent()
    await phone.walk()
    await phone.news()
    await begin(phone, Category.GRAFFITI)
    answer(phone, "offensive", True)
    await known(phone).also_seen(known(phone).found[0])
    fresh = phone.services.walk.observation(saved.observation_id)
    assert fresh is not None and fresh.is_urgent and fresh.answers == {"offensive": True}
    visit = phone.services.walk.rechecks(saved.observation_id)[0]
    assert visit.text == "Är det kränkande? Ja"
    await phone.app.notices.undo()
    fresh = phone.services.walk.observation(saved.observation_id)
    assert fresh is not None and not fresh.is_urgent and fresh.answers == {}


@walking
async def test_what_is_approved_stays_as_it_is_and_the_answers_stand_in_the_visit(
    phone: Phone, other: Phone
) -> None:
    saved = await theirs(phone, other)
    phone.office_writes(saved.observation_id, status="approved")
    await phone.news()
    await begin(phone)
    answer(phone, "post_number", "1204")
    await known(phone).also_seen(known(phone).found[0])
    fresh = phone.services.walk.observation(saved.observation_id)
    assert fresh is not None and fresh.answers == {}
    visit = phone.services.walk.rechecks(saved.observation_id)[0]
    assert visit.text == "Nummer på lampstolpen: 1204"
    await phone.all_sent()
    assert phone.sync.waiting.refused == 0


@walking
async def test_a_text_that_fills_its_field_gives_way_to_the_answers(
    phone: Phone, other: Phone
) -> None:
    saved = await theirs(phone, other)
    await begin(phone)
    phone.capture.set_text(typed("å" * MAX_TEXT))
    answer(phone, "post_number", "1204")
    await known(phone).also_seen(known(phone).found[0])
    text = phone.services.walk.rechecks(saved.observation_id)[0].text
    assert len(text) == MAX_TEXT and text.endswith("å\nNummer på lampstolpen: 1204")


@walking
async def test_undo_throws_nothing_away_that_was_begun_meanwhile(
    phone: Phone, other: Phone
) -> None:
    await theirs(phone, other)
    await begin(phone)
    await known(phone).also_seen(known(phone).found[0])
    undo = phone.app.notices.shown
    phone.capture.set_text(typed("Något annat"))
    phone.app.notices.shown = undo
    await phone.app.notices.undo()
    assert phone.capture.text == "Något annat"


@walking
async def test_new_anyway_is_not_asked_again_for_this_one_but_for_the_next(
    phone: Phone, other: Phone
) -> None:
    saved = await theirs(phone, other)
    await begin(phone)
    await screen(phone).press("known-new")
    assert found_ids(phone) == []
    phone.capture.set_text(typed("En annan lampa"))
    await known(phone).look()
    assert found_ids(phone) == []
    await phone.capture.save()
    assert phone.findings[0].text == "En annan lampa"
    await begin(phone)
    assert saved.observation_id in found_ids(phone)


@walking
async def test_new_anyway_holds_after_a_restart_and_can_be_taken_back(
    phone: Phone, other: Phone
) -> None:
    saved = await theirs(phone, other)
    await begin(phone)
    await known(phone).another()
    notice = phone.app.notices.shown
    assert notice is not None and notice.undo is not None
    await notice.undo()
    assert found_ids(phone) == [saved.observation_id]
    await known(phone).another()
    await phone.start()
    await phone.round.shown()
    phone.stand_at(KIRSEBERGS_TORG)
    await known(phone).look()
    assert phone.capture.category is Category.LIGHTING
    assert found_ids(phone) == []


@walking
async def test_what_was_just_noted_here_says_its_number(phone: Phone) -> None:
    await phone.walk()
    first = await phone.save_a_defect()
    assert first.number is not None
    phone.stand_at(GeoPoint(lat_deg=55.61103, lon_deg=13.0320, accuracy_m=5.0))
    await begin(phone)
    assert f"Nyss noterad av {first.number} – 3 m härifrån" in screen(phone).text
    phone.capture.place.set_pin(NEAR)
    await known(phone).look()
    assert found_ids(phone) == []


@walking
async def test_several_are_folded_to_the_nearest_and_all_three_can_be_seen(
    phone: Phone, other: Phone
) -> None:
    await other.walk()
    for metres in (2, 4, 8, 12):
        lat = KIRSEBERGS_TORG.lat_deg + metres / 111_195
        other.stand_at(GeoPoint(lat_deg=lat, lon_deg=13.0320, accuracy_m=5.0))
        await other.save_a_defect()
        other.stand_at(FAR)
    await other.all_sent()
    await phone.walk()
    await phone.news()
    await begin(phone)
    assert len(known(phone).found) == 3
    assert len([key for key in keys(phone) if key.startswith("also-seen-")]) == 1
    await screen(phone).press("known-more")
    assert len([key for key in keys(phone) if key.startswith("also-seen-")]) == 3


@walking
async def test_a_full_phone_keeps_the_draft_on_the_screen_and_says_so(
    phone: Phone, other: Phone
) -> None:
    saved = await theirs(phone, other)
    await begin(phone)
    phone.capture.set_text(typed("å" * 1900))
    phone.fill_database()
    await known(phone).also_seen(known(phone).found[0])
    phone.empty_database()
    assert phone.capture.problem == "capture.save_failed"
    assert phone.capture.photos and phone.services.walk.rechecks(saved.observation_id) == []


@walking
async def test_pressed_again_after_a_full_disk_it_is_seen_once(phone: Phone, other: Phone) -> None:
    saved = await theirs(phone, other)
    await begin(phone)
    (near,) = known(phone).found
    phone.room.for_flushing = False
    await known(phone).also_seen(near)
    assert phone.capture.problem == "capture.save_failed"
    phone.room.for_flushing = True
    await known(phone).also_seen(near)
    assert len(phone.services.walk.rechecks(saved.observation_id)) == 1
    assert phone.services.local.draft(draft_name(phone.round.record.round_id)) is None


@walking
async def test_saving_is_never_in_the_way(phone: Phone, other: Phone) -> None:
    await theirs(phone, other)
    await begin(phone)
    assert known(phone).found
    await phone.capture.save()
    assert len(phone.findings) == 1


@pytest.mark.parametrize("language", ["sv", "en", "ar"])
def test_the_card_speaks_every_language(phone: Phone, other: Phone, language: str) -> None:
    async def card() -> None:
        await theirs(phone, other)
        phone.app.words.switch_to(language)
        await begin(phone)
        text = screen(phone).text
        assert phone.app.words("known.also_seen") in text
        assert "known." not in text and "list." not in text

    walking(card)()
