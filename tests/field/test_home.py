"""The start screen: what is under way, planned, over, and what nobody planned."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.field.models.app_model import Phase
from app.field.models.home_model import COMING_SHOWN, HomeModel
from app.i18n import LANGUAGES
from sync.domain.instants import to_text
from sync.domain.words import EntityKind, RoundKind
from tests.central.a_store import ROSENGARD, Clock
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.app_on_screen import screen_below
from tests.field.planned import STOPS, office_writes, plan, record, start

DAY = timedelta(days=1)
A_PLACE = STOPS["Kirsebergs torg"]


def home_of(phone: Phone) -> HomeModel:
    home = phone.app.home
    assert home is not None
    home.refresh()
    return home


@walking
async def test_without_rounds_the_screen_says_so_and_how_to_start_one(phone: Phone) -> None:
    await phone.enrol()
    assert home_of(phone).is_empty
    shown = screen_below(phone)
    assert "Ingen runda är planerad" in shown.text
    assert "start-round" in shown.keys()  # noqa: SIM118


@walking
async def test_todays_round_is_there_with_all_one_needs_and_starts_with_one_tap(
    phone: Phone,
) -> None:
    round_id = plan(phone.store, phone.clock() + timedelta(hours=5))
    await phone.enrol()
    await phone.news()
    home = home_of(phone)
    assert [one.round_id for one in home.today] == [round_id]
    shown = screen_below(phone)
    assert "I dag" in shown.text and "Trygghetsvandring, Kirseberg" in shown.text
    assert "Samling: Kirsebergs bibliotek" in shown.text
    await shown.press(f"start-{round_id}")
    assert phone.app.phase is Phase.ROUND
    begun = phone.round.record
    assert begun.round_id == round_id and begun.started_by == "Räven"
    assert begun.kind is RoundKind.SAFETY_WALK


@walking
async def test_where_a_planned_walk_stops_is_told_before_it_starts(phone: Phone) -> None:
    now = phone.clock()
    today = plan(phone.store, now + timedelta(hours=5), stops=STOPS)
    tomorrow = plan(phone.store, now + DAY, stops={"Kirsebergs torg": STOPS["Kirsebergs torg"]})
    plan(phone.store, now + 2 * DAY)
    await phone.enrol()
    await phone.news()
    home = home_of(phone)
    assert [one.name for one in home.stops_of(today)] == list(STOPS)
    text = screen_below(phone).text
    assert "3 stopp: Kirsebergs torg, Beijers park, Vattentornet" in text
    assert "1 stopp: Kirsebergs torg" in text
    assert text.count(" stopp: ") == 2
    assert record(phone, today).started_at is None and record(phone, tomorrow).started_at is None


@walking
async def test_many_stops_are_told_in_short_and_all_of_them_when_asked(phone: Phone) -> None:
    names = [f"Plats {number}" for number in range(1, 10)]
    walk = plan(phone.store, phone.clock() + DAY, stops=dict.fromkeys(names, STOPS["Vattentornet"]))
    await phone.enrol()
    await phone.news()
    home_of(phone)
    shown = screen_below(phone)
    assert "9 stopp: Plats 1, Plats 2, Plats 3 och 6 till" in shown.text
    await shown.press(f"stops-{walk}")
    assert f"9 stopp: {', '.join(names)}" in screen_below(phone).text
    assert f"stops-{walk}" not in screen_below(phone).keys()  # noqa: SIM118


@walking
async def test_a_stop_without_a_name_is_told_by_its_number(phone: Phone) -> None:
    plan(phone.store, phone.clock() + DAY, stops={"": STOPS["Vattentornet"]})
    await phone.enrol()
    await phone.news()
    home_of(phone)
    assert "1 stopp: Stopp 1" in screen_below(phone).text


@walking
async def test_starting_too_early_is_taken_back_with_undo(phone: Phone) -> None:
    round_id = plan(phone.store, phone.clock() + 3 * DAY)
    await phone.enrol()
    await phone.news()
    await home_of(phone).start_planned(record(phone, round_id))
    assert phone.notice == "Rundan har börjat"
    offered = phone.app.notices.shown
    phone.capture.set_text(typed("Halv"))
    assert phone.notice is None, "it stands in the way of what is being recorded"
    phone.capture.set_text(typed(""))
    phone.app.notices.shown = offered
    await phone.round.shown()
    await phone.app.notices.undo()
    assert phone.app.phase is Phase.HOME
    assert record(phone, round_id).started_at is None
    assert [one.round_id for one in home_of(phone).coming] == [round_id]
    assert not phone.location.is_listening
    await phone.start()
    assert phone.app.phase is Phase.HOME


@walking
async def test_all_of_todays_rounds_are_shown_then_the_coming_ones_in_order(phone: Phone) -> None:
    now = phone.clock()
    later = plan(phone.store, now + 9 * DAY)
    second = plan(phone.store, now + timedelta(hours=6))
    first = plan(phone.store, now + timedelta(hours=1), kind=RoundKind.FAULT_REPORT)
    tomorrow = plan(phone.store, now + DAY)
    await phone.enrol()
    await phone.news()
    home = home_of(phone)
    assert [one.round_id for one in home.today] == [first, second]
    assert [one.round_id for one in home.coming] == [tomorrow, later]
    text = screen_below(phone).text
    assert "I morgon" in text and "Söndag 29/11" in text
    assert text.index("Felanmälningsrunda, Kirseberg") < text.index("I morgon")


@walking
async def test_rounds_under_way_are_first_of_all(phone: Phone, other: Phone) -> None:
    plan(phone.store, phone.clock() + timedelta(hours=1))
    await phone.walk()
    await phone.all_sent()
    await other.enrol()
    await other.news()
    home = home_of(other)
    assert len(home.under_way) == 1 and len(home.today) == 1
    text = screen_below(other).text
    assert text.index("Pågår nu") < text.index("I dag")


@walking
async def test_a_button_of_a_round_says_which_round_it_is_about(phone: Phone) -> None:
    now = phone.clock()
    today = plan(phone.store, now + timedelta(hours=1), stops=dict.fromkeys("abcdef", A_PLACE))
    tomorrow = plan(phone.store, now + DAY, kind=RoundKind.INSPECTION)
    await phone.walk()
    under_way = phone.round.record
    await phone.all_sent()
    await phone.round.leave()
    shown = screen_below(phone)
    names = {
        one.key: shown.name(one)
        for one in shown.pressable
        if one.key and one.key.partition("-")[2] in (today, tomorrow, under_way.round_id)
    }
    start, end = (phone.app.words.time(to_text(now + timedelta(hours=hours))) for hours in (1, 3))
    assert len(names) == 4
    when = f"Trygghetsvandring, Kirseberg, I dag {start}–{end}"
    assert f"Starta: {when}" in names[f"start-{today}"]
    assert f"Visa alla stopp: {when}" in names[f"stops-{today}"]
    assert "Starta: Inspektionsrunda, Kirseberg, I morgon" in names[f"start-{tomorrow}"]
    joining = names[f"join-{under_way.round_id}"]
    assert "Gå med: Inspektionsrunda, Kirseberg, " in joining and "Startad" not in joining


@walking
async def test_buttons_of_rounds_that_are_alike_have_names_of_their_own(phone: Phone) -> None:
    at = phone.clock() + timedelta(hours=1)
    alike = [plan(phone.store, at) for _ in range(3)]
    await phone.walk()
    await phone.all_sent()
    await phone.round.leave()
    shown = screen_below(phone)
    starts = [
        shown.name(one) for one in shown.pressable if one.key in {f"start-{n}" for n in alike}
    ]
    assert len(starts) == len(set(starts)) == 3
    assert [sum(number in name for name in starts) for number in ("(2)", "(3)")] == [1, 1]


@walking
async def test_a_round_that_nobody_ended_stands_below_todays(phone: Phone, other: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    phone.clock.forward(seconds=13 * 3600)
    other.clock.at = phone.store.clock.at = phone.clock.at
    plan(phone.store, phone.clock() + timedelta(hours=1))
    await other.enrol()
    await other.news()
    home = home_of(other)
    assert (len(home.under_way), len(home.forgotten)) == (0, 1)
    text = screen_below(other).text
    assert text.index("I dag") < text.index("Inte avslutade")
    assert "Gå med" in text


@walking
async def test_a_round_begun_by_a_clock_that_is_a_year_slow_is_under_way_and_forgotten_later(
    phone: Phone,
) -> None:
    phone.clock.forward(days=-365)
    await phone.walk()
    await phone.news()
    await phone.round.leave()
    assert (len(home_of(phone).under_way), len(home_of(phone).forgotten)) == (1, 0)
    for clock in (phone.clock, phone.store.clock):
        clock.forward(hours=13)
    await phone.news()
    assert (len(home_of(phone).under_way), len(home_of(phone).forgotten)) == (0, 1)


@walking
async def test_a_planned_round_that_nobody_started_is_offered_for_a_day_and_then_gone(
    phone: Phone,
) -> None:
    now = phone.clock()
    missed = plan(phone.store, now - timedelta(hours=23))
    plan(phone.store, now - timedelta(hours=25))
    await phone.enrol()
    await phone.news()
    assert [one.round_id for one in home_of(phone).missed] == [missed]
    assert "Blev inte av" in screen_below(phone).text
    phone.clock.forward(hours=2)
    assert home_of(phone).is_empty


@walking
async def test_a_round_that_was_cancelled_is_gone_after_sync(phone: Phone) -> None:
    round_id = plan(phone.store, phone.clock() + DAY)
    await phone.enrol()
    await phone.news()
    office_writes(phone.store, EntityKind.ROUND, round_id, deleted_at="2026-11-20T10:00:00.000Z")
    await phone.news()
    assert home_of(phone).is_empty


@walking
async def test_many_coming_rounds_are_shown_a_few_at_a_time(phone: Phone) -> None:
    for week in range(COMING_SHOWN + 3):
        plan(phone.store, phone.clock() + (1 + 7 * week) * DAY)
    await phone.enrol()
    await phone.news()
    assert len(home_of(phone).coming_shown) == COMING_SHOWN
    assert "Visa 3 till" in screen_below(phone).text
    await screen_below(phone).press("all-coming")
    assert len(home_of(phone).coming_shown) == COMING_SHOWN + 3


@walking
async def test_a_round_that_nobody_planned_takes_two_taps_also_on_a_day_with_a_plan(
    phone: Phone,
) -> None:
    plan(phone.store, phone.clock() + timedelta(hours=1))
    await phone.start(phone.store.code())
    assert phone.app.enrol is not None
    phone.app.enrol.set_nickname(typed("Räven"))
    await phone.app.enrol.go()
    await phone.news()
    await phone.start()
    assert "start-round" not in screen_below(phone).keys()  # noqa: SIM118
    await screen_below(phone).press(f"kind-{RoundKind.INSPECTION.value}")
    await screen_below(phone).press("start-round")
    assert phone.app.phase is Phase.ROUND
    assert phone.round.record.kind is RoundKind.INSPECTION
    assert phone.round.record.planned_start_at is None


@walking
async def test_two_phones_that_start_the_same_plan_without_contact_walk_one_round(
    phone: Phone, other: Phone
) -> None:
    round_id = plan(phone.store, phone.clock(), stops=STOPS)
    for each in (phone, other):
        await each.enrol()
        await each.news()
        each.link.is_up = False
    await start(phone, round_id)
    phone.clock.forward(seconds=40)
    await start(other, round_id)
    for each in (phone, other):
        each.link.is_up = True
        await each.all_sent()
    for each in (phone, other):
        await each.news()
    assert record(phone, round_id) == record(other, round_id)
    assert record(phone, round_id).started_at is not None
    home = phone.services.walk
    assert [one.round_id for one in home.rounds_under_way()] == [round_id]
    assert home.planned_rounds("2026-11-19T00:00:00.000Z") == []


@walking
async def test_a_plan_that_somebody_started_meanwhile_is_joined(phone: Phone, other: Phone) -> None:
    round_id = plan(phone.store, phone.clock())
    for each in (phone, other):
        await each.enrol()
        await each.news()
    seen = record(other, round_id)
    await start(phone, round_id)
    await phone.all_sent()
    await other.news()
    await until(lambda: record(other, round_id).started_at)
    phone.clock.forward(seconds=60)
    await home_of(other).start_planned(seen)
    assert other.app.phase is Phase.ROUND
    assert other.round.record.started_by == "Räven"


@walking
async def test_a_plan_of_another_area_stays_with_that_area(phone: Phone) -> None:
    plan(phone.store, phone.clock(), area=ROSENGARD)
    await phone.enrol()
    await phone.news()
    assert home_of(phone).is_empty


@walking
async def test_a_full_phone_that_cannot_start_the_plan_says_so(phone: Phone) -> None:
    round_id = plan(phone.store, phone.clock())
    await phone.enrol()
    await phone.news()
    phone.room.for_flushing = False
    await home_of(phone).start_planned(record(phone, round_id))
    assert phone.app.phase is Phase.HOME and not home_of(phone).is_busy
    assert phone.notice is not None and "Det finns inte plats" in phone.notice


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_is_told_in_every_language(phone: Phone, language: str) -> None:
    @walking
    async def look() -> None:
        plan(phone.store, phone.clock() + timedelta(hours=1))
        plan(phone.store, phone.clock() + 4 * DAY)
        phone.language = language
        await phone.enrol()
        await phone.news()
        home_of(phone)
        text = screen_below(phone).text
        assert "home." not in text and "{" not in text

    look()


def test_the_day_is_that_of_the_phones_own_zone(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half past eleven at night in Malmö is still today, although UTC says so too late."""
    import time

    monkeypatch.setenv("TZ", "Europe/Stockholm")
    time.tzset()

    @walking
    async def look() -> None:
        phone.clock.at = Clock().at.replace(hour=22, minute=50)  # 23.50
        plan(phone.store, phone.clock.at + timedelta(minutes=5))
        after_midnight = plan(phone.store, phone.clock.at + timedelta(minutes=15))
        phone.store.clock.at = phone.clock.at
        await phone.enrol()
        await phone.news()
        home = home_of(phone)
        assert len(home.today) == 1
        assert [one.round_id for one in home.coming] == [after_midnight]
        assert "23.55" in screen_below(phone).text

    try:
        look()
    finally:
        monkeypatch.undo()
        time.tzset()
