"""The list on the screen: what a row says, what it asks for, and how much of it is built."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.device.connectivity import Link
from app.field.models.round_model import Tab
from app.field.models.round_path import step_back
from app.field.screens.days import past_day
from app.field.screens.round_screen import RoundScreen
from app.i18n import Words
from sync.client.finding_list import Show
from sync.client.records import ObservationRecord
from sync.domain.instants import to_text
from sync.domain.words import Category, Cover, ObservationKind, Verdict
from tests.central.a_store import a_jpeg
from tests.client.many_points import ManyPoints
from tests.field import app_on_screen
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.expand import Screen


def screen(phone: Phone) -> Screen:
    return Screen(lambda: RoundScreen(phone.app, phone.round, phone.app.words))


def keys(phone: Phone) -> set[str]:
    return screen(phone).keys()


def rows(phone: Phone) -> list[str]:
    """The ids of the observations on the screen, from the top."""
    shown = [one.key or "" for one in screen(phone).shown]
    return [key.removeprefix("finding-") for key in shown if key.startswith("finding-")]


async def an_undecided_photo(phone: Phone) -> ObservationRecord:
    """As an older release saved it: nobody was asked."""
    saved = await phone.save_a_defect()
    phone.link.is_up = False
    await phone.services.recorder.decide_photo(saved, saved.photos[0].photo_id, None)
    phone.round.findings.refresh()
    return saved


@walking
async def test_a_row_says_number_kind_answers_and_that_it_goes_first(phone: Phone) -> None:
    capture = await phone.walk()
    capture.choose_kind(ObservationKind.PROPOSAL)
    capture.set_text(typed("En bänk till"))
    await capture.save()
    await phone.pick(a_jpeg())
    capture.choose(Category.GRAFFITI)
    (offensive,) = [one for one in capture.questions if one.code == "offensive"]
    capture.answer(offensive, True)
    await capture.save()
    await phone.round.show_tab(Tab.LIST)
    text = screen(phone).text
    assert "A-1 Förslag" in text and "A-2 Klotter" in text
    assert "Går först" in text
    assert "Är det kränkande? Då går det först. Ja" in text


@walking
async def test_a_row_names_the_stop_it_was_noted_at(phone: Phone) -> None:
    await phone.walk()
    stop = await phone.services.recorder.add_stop(
        phone.round.record, name="Tunneln", place=None, position=0
    )
    saved = await phone.save_a_defect()
    await phone.services.recorder.change_observation(saved, replace(saved.content, stop_id=stop))
    await phone.round.show_tab(Tab.LIST)
    assert "Tunneln" in screen(phone).text


@walking
async def test_each_choice_shows_its_own_and_says_when_there_is_none(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect()
    await phone.all_sent()
    await phone.round.show_tab(Tab.LIST)
    for show, count in (
        (Show.WAITING, 0),
        (Show.MINE, 1),
        (Show.POSITIVE, 0),
        (Show.DEFECT, 1),
        (Show.ALL, 1),
    ):
        await screen(phone).press(f"show-{show.value}")
        assert len(rows(phone)) == count, show
        assert ("Inget här." in screen(phone).text) == (count == 0)


@walking
async def test_a_photo_nobody_has_looked_at_is_covered_from_the_list(phone: Phone) -> None:
    await phone.walk()
    saved = await an_undecided_photo(phone)
    await phone.round.show_tab(Tab.LIST)
    assert "Bilden väntar på att du tittar" in screen(phone).text
    await screen(phone).press(f"cover-{saved.observation_id}")
    cover = phone.round.cover
    assert cover is not None and cover.photo.width_px > 0
    cover.add_box()
    await cover.burn()
    assert phone.round.cover is None
    (photo,) = phone.findings[0].photos
    assert (photo.cover, photo.sha256 != saved.photos[0].sha256) == (Cover.COVERED, True)
    names = await phone.services.storage.photos.names()
    assert photo.sha256 in names and saved.photos[0].sha256 not in names
    assert f"cover-{saved.observation_id}" not in keys(phone)


@walking
async def test_nothing_to_cover_is_one_tap_and_can_be_taken_back(phone: Phone) -> None:
    await phone.walk()
    saved = await an_undecided_photo(phone)
    await phone.round.findings.cover(phone.findings[0])
    assert phone.round.cover is not None
    await phone.round.cover.nothing()
    assert phone.findings[0].photos[0].cover is Cover.NOTHING_TO_COVER
    await phone.app.notices.undo()
    assert phone.findings[0].photos[0].is_undecided
    assert saved.photos[0].sha256 == phone.findings[0].photos[0].sha256


@walking
async def test_of_two_thousand_rows_a_few_are_built(phone: Phone) -> None:
    await phone.walk()
    many = ManyPoints(phone.services.local)
    now = phone.clock()
    for number in range(2000):
        many.a_point(round_id=phone.round.record.round_id, noted_at=now + timedelta(seconds=number))
    many.write()
    phone.round.synced()
    await phone.round.show_tab(Tab.LIST)
    assert phone.round.count == 2000
    assert 4 <= len(rows(phone)) <= 12
    assert len(screen(phone).shown) < 600
    phone.round.findings.window.scrolled(100_000.0, 800.0)
    assert 4 <= len(rows(phone)) <= 24


@walking
async def test_an_ended_round_can_be_opened_again_from_its_list(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect()
    await phone.round.end()
    phone.round.close_end()
    assert "round-ended" in keys(phone)
    await screen(phone).press("reopen-round")
    assert phone.round.record.ended_at is None


@pytest.mark.parametrize(
    ("days_ago", "said"),
    [(0, "i dag"), (1, "i går"), (20, "12 maj"), (200, "13 november 2025")],
)
def test_days_are_said_as_people_say_them(days_ago: int, said: str) -> None:
    now = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
    assert past_day(to_text(now - timedelta(days=days_ago)), now, Words("sv")) == said


@walking
async def test_what_was_painted_over_a_saved_photo_is_there_again_after_back(phone: Phone) -> None:
    await phone.walk()
    await an_undecided_photo(phone)
    await phone.round.findings.cover(phone.findings[0])
    cover = phone.round.cover
    assert cover is not None
    cover.add_box()
    painted = list(cover.shapes)
    await step_back(phone.round)
    await phone.round.findings.cover(phone.findings[0])
    again = phone.round.cover
    assert again is not None and again.shapes == painted
    await again.burn()
    assert phone.findings[0].photos[0].cover is Cover.COVERED


@walking
async def test_a_row_tells_of_each_photo_and_of_what_is_new_how_far_it_has_come(
    phone: Phone,
) -> None:
    await phone.walk()
    await until(lambda: phone.sync.waiting.is_all_sent)
    assert phone.app.settings is not None
    await phone.app.settings.toggle_wifi_only()
    phone.link_kind = Link.MOBILE
    saved = await phone.save_a_defect()
    await phone.news()
    await phone.round.show_tab(Tab.LIST)
    text = screen(phone).text
    assert "På telefonen" in text and "Bilder hos samordnaren: 0 av 1" in text
    phone.round.open_edit(saved)
    assert "Bilden: På telefonen" in app_on_screen.screen(phone).text
    await step_back(phone.round)
    phone.link_kind = Link.WIFI
    await phone.all_sent()
    assert "Hos samordnaren" in screen(phone).text
    assert "Bilder hos" not in screen(phone).text
    phone.store_report(saved.observation_id, "Registrerat")
    await phone.news()
    phone.link.is_up = False
    await phone.services.recorder.recheck(
        phone.findings[0],
        recheck_id=phone.services.local.new_id(),
        round_=phone.round.record,
        verdict=Verdict.REMAINS,
        place=None,
    )
    phone.round.synced()
    text = screen(phone).text
    assert "Hos staden, ärende 412345" in text
    assert "Det senaste finns bara på telefonen" in text
    phone.round.open_edit(phone.findings[0])
    assert "Bilden: Hos samordnaren" in app_on_screen.screen(phone).text
