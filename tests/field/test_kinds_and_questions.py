"""Defect, safe place, proposal; the tiles of an area; the category's own questions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.field.models.tiles import Tiles
from app.i18n import Words
from sync.client.outbox import Outbox
from sync.client.photo_queue import PhotoQueue
from sync.domain.words import Category, ObservationKind
from tests.central.a_store import KIRSEBERG, a_jpeg
from tests.field.a_phone import Phone, typed, walking
from tests.field.app_on_screen import screen_below

WORDS = Words()


def brief(phone: Phone, **area: Any) -> None:
    """What the store has said of the area; it says no more for now."""
    phone.link.is_up = False
    said = {"code": KIRSEBERG, "name": "Kirseberg", "outline": {"type": "Polygon"}, **area}
    phone.services.local.set_facts({"briefing": json.dumps({"areas": [said]})})
    phone.capture.briefed()


def shown(phone: Phone) -> list[Category]:
    return [tile.category for tile in phone.capture.tiles.shown(phone.capture.category)]


def left_waiting(phone: Phone) -> list[dict[str, Any]]:
    """The fields of the observations that wait to be sent."""
    changes = Outbox(phone.services.local).next_message()
    return [dict(one.fields) for one in changes if one.entity == "observation"]


# Kinds


@walking
async def test_a_defect_is_what_is_recorded_when_nothing_else_is_chosen(phone: Phone) -> None:
    await phone.walk()
    assert (await phone.save_a_defect()).kind is ObservationKind.DEFECT


@pytest.mark.parametrize("kind", [ObservationKind.POSITIVE, ObservationKind.PROPOSAL])
def test_what_is_good_or_wished_for_needs_neither_photo_nor_category(
    phone: Phone, kind: ObservationKind
) -> None:
    @walking
    async def walk() -> None:
        capture = await phone.walk()
        await screen_below(phone).press(f"kind-{kind.value}")
        capture.set_text(typed("Ljust och fint här"))
        await screen_below(phone).press("save-next")
        (found,) = phone.findings
        assert (found.kind, found.category, found.text) == (kind, None, "Ljust och fint här")
        assert capture.kind is ObservationKind.DEFECT, "the next one is a defect again"

    walk()


@walking
async def test_a_proposal_needs_no_place_and_a_safe_place_is_asked_for_its(phone: Phone) -> None:
    capture = await phone.walk()
    phone.clock.forward(minutes=10)
    capture.set_text(typed("En bänk"))
    capture.choose_kind(ObservationKind.POSITIVE)
    await capture.save()
    assert list(capture.missing) == ["place"]
    capture.choose_kind(ObservationKind.PROPOSAL)
    await capture.save()
    assert phone.findings[0].place is None


@walking
async def test_changing_the_kind_and_the_category_loses_neither_words_nor_answers(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    capture.set_text(typed("Lampan är trasig"))
    capture.choose(Category.LIGHTING)
    capture.typed_answer(capture.questions[0])(typed("L 1234"))
    capture.choose(Category.GRAFFITI)
    capture.choose_kind(ObservationKind.PROPOSAL)
    assert (capture.text, capture.answers, list(capture.questions)) == ("Lampan är trasig", {}, [])
    capture.choose_kind(ObservationKind.DEFECT)
    capture.choose(Category.LIGHTING)
    assert (capture.text, capture.answers) == ("Lampan är trasig", {"post_number": "L 1234"})


# Questions


@walking
async def test_answers_are_saved_with_the_defect_and_sent(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.pick(a_jpeg())
    capture.choose(Category.LIGHTING)
    capture.typed_answer(capture.questions[0])(typed("  L\u00a01234 \n"))
    await screen_below(phone).press("answer-belysning-dark_stretch-whole_street")
    phone.link.is_up = False
    await capture.save()
    wanted = {"post_number": "L 1234", "dark_stretch": "whole_street"}
    assert phone.findings[0].answers == wanted
    assert left_waiting(phone)[0]["answers"] == wanted
    phone.link.is_up = True
    await phone.all_sent()


@walking
async def test_offensive_graffiti_is_urgent_and_its_photo_is_sent_before_the_others(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    phone.link.is_up = False
    await phone.save_a_defect()
    phone.clock.forward(seconds=1)
    await phone.pick(a_jpeg())
    capture.choose(Category.GRAFFITI)
    await screen_below(phone).press("answer-klotter-offensive-yes")
    await capture.save()
    found = phone.findings[0]
    assert found.is_urgent and found.answers == {"offensive": True}
    assert PhotoQueue(phone.services.local).waiting()[0].sha256 == found.photos[0].sha256


@walking
async def test_graffiti_that_is_not_offensive_is_not_urgent(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.pick(a_jpeg())
    capture.choose(Category.GRAFFITI)
    await screen_below(phone).press("answer-klotter-offensive-no")
    await capture.save()
    assert not phone.findings[0].is_urgent
    assert phone.findings[0].answers == {"offensive": False}


@walking
async def test_the_same_answer_again_takes_it_back(phone: Phone) -> None:
    capture = await phone.walk()
    capture.choose(Category.GRAFFITI)
    for wanted in ({"offensive": True}, {}):
        await screen_below(phone).press("answer-klotter-offensive-yes")
        assert capture.answers == wanted


@walking
async def test_no_question_has_to_be_answered(phone: Phone) -> None:
    await phone.walk()
    assert (await phone.save_a_defect(category=Category.ROAD)).answers == {}


@pytest.mark.parametrize(
    ("letters", "answer"), [("12", 12), ("0", 0), ("", None), ("tolv", None), ("99999999", 99999)]
)
def test_a_number_is_a_number_or_no_answer(phone: Phone, letters: str, answer: int | None) -> None:
    @walking
    async def walk() -> None:
        capture = await phone.walk()
        capture.choose(Category.ROAD)
        depth = next(one for one in capture.questions if one.code == "depth_cm")
        capture.typed_answer(depth)(typed(letters))
        assert capture.answers.get("depth_cm") == (None if letters == "99999999" else answer)

    walk()


@walking
async def test_the_questions_stand_below_the_line_of_the_chosen_tile(phone: Phone) -> None:
    capture = await phone.walk()
    capture.choose(Category.GRAFFITI)
    keys = [str(one.key) for one in screen_below(phone).pressable]
    assert keys.index("category-klotter") < keys.index("answer-klotter-offensive-yes")
    assert keys.index("answer-klotter-offensive-no") < keys.index("category-skadegorelse")


# The order of the tiles


@walking
async def test_the_most_used_of_the_area_is_first_and_ties_are_in_the_catalogues_order(
    phone: Phone,
) -> None:
    await phone.walk()
    for category in (Category.SNOW_ICE, Category.CABINET, Category.CABINET, Category.ROAD):
        await phone.save_a_defect(category=category)
    fresh = [tile.category for tile in Tiles(phone.services.local, KIRSEBERG).shown(None)]
    assert fresh[:4] == [Category.CABINET, Category.ROAD, Category.SNOW_ICE, Category.LIGHTING]
    assert len(fresh) == len(Category)


@walking
async def test_tiles_do_not_move_while_the_round_is_open(phone: Phone) -> None:
    await phone.walk()
    before = shown(phone)
    for _ in range(3):
        await phone.save_a_defect(category=Category.OTHER)
    await phone.news()
    assert shown(phone) == before
    phone.round.open_edit(phone.findings[0])
    assert phone.round.edit is not None
    edited = phone.round.edit.tiles.shown(None)
    assert [tile.category for tile in edited] == before
    phone.round.edit.cancel()
    await phone.start()
    assert shown(phone)[0] is Category.OTHER


@walking
async def test_deleted_ones_and_those_of_other_areas_do_not_count(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect(category=Category.OTHER)
    await phone.services.recorder.delete_observation(saved)
    fresh = Tiles(phone.services.local, KIRSEBERG).shown(None)
    assert fresh[0].category is Category.LIGHTING


@walking
async def test_a_category_that_the_area_has_switched_off_is_not_offered(phone: Phone) -> None:
    await phone.walk()
    brief(phone, categories_off=["sno_is", "annat"])
    assert not {Category.SNOW_ICE, Category.OTHER} & set(shown(phone))
    assert "category-sno_is" not in screen_below(phone).keys()  # noqa: SIM118


@walking
async def test_one_that_was_chosen_before_it_was_switched_off_is_still_there(phone: Phone) -> None:
    await phone.walk()
    phone.capture.choose(Category.SNOW_ICE)
    brief(phone, categories_off=["sno_is"])
    assert Category.SNOW_ICE in shown(phone)


@walking
async def test_an_area_without_categories_is_not_asked_for_one(phone: Phone) -> None:
    capture = await phone.walk()
    await phone.news()  # what the store itself tells of its areas is not still on its way
    brief(phone, categories_off=[one.value for one in Category])
    await phone.pick(a_jpeg())
    await capture.save()
    assert len(phone.findings) == 1
