"""Who took part, who led, light and weather: in one tap, on disk at once, never lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import flet as ft
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.field.models.facts_model import FactsModel
from app.field.models.round_edits import RoundEdits
from app.field.models.round_model import Tab
from app.i18n import LANGUAGES, Words
from sync.client.records import RoundRecord
from sync.domain.fields import MAX_LEADER
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, EntityId
from sync.domain.words import EntityKind, Group, Light, RoundKind, Weather
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.app_on_screen import screen_below
from tests.field.planned import office_writes, on_a_planned_walk, record, start


async def facts_of(phone: Phone) -> FactsModel:
    await on_a_planned_walk(phone)
    await phone.round.show_tab(Tab.ROUND)
    return phone.round.facts


def recorded(phone: Phone) -> RoundRecord:
    return record(phone, phone.round.record.round_id)


def changes(phone: Phone) -> int:
    rows = phone.services.local.db.execute("SELECT COUNT(*) FROM outbox").fetchone()
    return int(rows[0])


def hinted(facts: FactsModel) -> Light | None:
    return None if facts.hint is None else facts.hint.light


# Participants


@walking
async def test_every_group_is_counted_with_plus_and_minus_and_added_up(phone: Phone) -> None:
    facts = await facts_of(phone)
    for _ in range(3):
        await facts.add(Group.RESIDENTS)
    await facts.add(Group.POLICE)
    await facts.take_away(Group.RESIDENTS)
    assert recorded(phone).participants == {Group.RESIDENTS: 2, Group.POLICE: 1}
    assert facts.total == 3
    assert "3 personer sammanlagt" in screen_below(phone).text


@walking
async def test_no_group_has_fewer_than_nobody_or_more_than_the_record_can_hold(
    phone: Phone,
) -> None:
    facts = await facts_of(phone)
    await facts.take_away(Group.OWNERS)
    assert facts.counts[Group.OWNERS] == 0
    facts.type_count(Group.OWNERS)
    await facts.counted(typed("999"))
    await facts.add(Group.OWNERS)
    assert facts.counts[Group.OWNERS] == 999
    assert recorded(phone).participants[Group.OWNERS] == 999


@walking
async def test_a_large_number_is_typed(phone: Phone) -> None:
    facts = await facts_of(phone)
    await screen_below(phone).press("count-residents")
    assert facts.counting is Group.RESIDENTS
    for text in ("1", "12", "120"):
        await facts.counted(typed(text))
    await facts.counted(typed("tolv"))
    await screen_below(phone).press("typed-residents")
    assert facts.counting is None
    assert recorded(phone).participants[Group.RESIDENTS] == 120


@walking
async def test_the_buttons_are_named_with_group_and_count(phone: Phone) -> None:
    facts = await facts_of(phone)
    for _ in range(3):
        await facts.add(Group.RESIDENTS)
    shown = screen_below(phone)
    assert "Boende: 3. Öka" in shown.name(shown.find("more-residents"))
    assert "Boende: 3. Minska" in shown.name(shown.find("less-residents"))
    for key in ("more-residents", "less-residents"):
        control: Any = shown.find(key).control
        assert control.width >= 56 and control.height >= 56


@walking
async def test_what_was_tapped_is_there_after_the_app_was_killed(phone: Phone) -> None:
    facts = await facts_of(phone)
    await facts.add(Group.MUNICIPALITY)
    await facts.choose_weather(Weather.RAIN)
    await phone.start()
    assert phone.round.facts.counts[Group.MUNICIPALITY] == 1
    assert phone.round.facts.weather is Weather.RAIN


@walking
async def test_many_quick_taps_make_few_changes_and_the_last_value_is_kept(phone: Phone) -> None:
    facts = await facts_of(phone)
    before = changes(phone)
    storage, flush = phone.services.storage, phone.services.storage.flush

    async def slow() -> None:
        await asyncio.sleep(0.02)
        await flush()

    phone.services.recorder._flush = slow
    taps = [asyncio.create_task(facts.add(Group.RESIDENTS)) for _ in range(30)]
    await asyncio.gather(*taps)
    assert facts.counts[Group.RESIDENTS] == 30
    assert recorded(phone).participants[Group.RESIDENTS] == 30
    assert changes(phone) - before <= 3
    assert storage is phone.services.storage


@walking
async def test_two_phones_count_different_groups_and_both_counts_stay(
    phone: Phone, other: Phone
) -> None:
    facts = await facts_of(phone)
    round_id = phone.round.record.round_id
    await phone.all_sent()
    await other.enrol()
    await other.news()
    assert other.app.home is not None
    await other.app.home.join(round_id)
    phone.link.is_up = other.link.is_up = False
    await facts.add(Group.RESIDENTS)
    await other.round.facts.add(Group.POLICE)
    await other.round.facts.add(Group.POLICE)
    phone.link.is_up = other.link.is_up = True
    for each in (phone, other):
        await each.all_sent()
    for each in (phone, other):
        await each.news()
        await until(lambda: each.round.facts.total == 3)  # noqa: B023
        assert recorded(each).participants == {Group.RESIDENTS: 1, Group.POLICE: 2}


@walking
async def test_a_full_phone_says_that_it_could_not_keep_the_count(phone: Phone) -> None:
    facts = await facts_of(phone)
    phone.room.for_flushing = False
    await facts.add(Group.RESIDENTS)
    assert phone.notice is not None and "Det finns inte plats" in phone.notice
    phone.room.for_flushing = True
    await facts.add(Group.RESIDENTS)
    assert recorded(phone).participants[Group.RESIDENTS] == 2


class SlowRecorder:
    """Writes what it is given after `pauses` turns of the loop."""

    def __init__(self, pauses: list[int]) -> None:
        self.pauses, self.written = pauses, dict[str, Any]()

    async def edit_round(self, round_: object, fields: dict[str, Any]) -> None:
        for _ in range(self.pauses.pop() if self.pauses else 0):
            await asyncio.sleep(0)
        self.written.update(fields)


class OnlyRecorder:
    def __init__(self, recorder: SlowRecorder) -> None:
        self.recorder = recorder


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.integers(0, 4)), max_size=25),
    st.lists(st.integers(0, 5), max_size=25),
)
def test_whatever_the_pace_the_last_value_of_every_field_is_written(
    taps: list[tuple[str, int, int]], pauses: list[int]
) -> None:
    async def tap() -> None:
        recorder = SlowRecorder(pauses)
        edits = RoundEdits(OnlyRecorder(recorder), a_round())  # type: ignore[arg-type]
        running = []
        for field, value, wait in taps:
            running.append(asyncio.create_task(edits.put({field: value})))
            for _ in range(wait):
                await asyncio.sleep(0)
        await asyncio.gather(*running)
        assert recorder.written == {field: value for field, value, _ in taps}
        assert edits.pending == {}

    asyncio.run(tap())


def a_round() -> RoundRecord:
    return RoundRecord(
        round_id=EntityId("r"),
        area=AreaCode("kirseberg"),
        kind=RoundKind.INSPECTION,
        started_at=None,
        ended_at=None,
        started_by=None,
    )


# Who led


@walking
async def test_who_led_is_typed_and_written_when_the_field_is_left(phone: Phone) -> None:
    facts = await facts_of(phone)
    for text in ("K", "Ki", "Kirseberg Samverkan "):
        await facts.type_led_by(typed(text))
    assert recorded(phone).led_by is None
    await facts.settle()
    assert recorded(phone).led_by == "Kirseberg Samverkan"
    assert phone.services.local.drafts() == {}


@walking
async def test_a_name_half_typed_when_the_app_is_killed_is_recorded_at_the_next_start(
    phone: Phone,
) -> None:
    facts = await facts_of(phone)
    await facts.type_led_by(typed("Kirseb"))
    await phone.start()
    assert phone.round.facts.led_by == "Kirseb"
    await phone.round.shown()
    assert recorded(phone).led_by == "Kirseb"


@walking
async def test_leaving_the_tab_records_what_was_typed(phone: Phone) -> None:
    facts = await facts_of(phone)
    await facts.type_led_by(typed("Räven"))
    await phone.round.show_tab(Tab.LIST)
    assert recorded(phone).led_by == "Räven"


@walking
async def test_the_nickname_and_who_led_before_are_one_tap_and_a_second_tap_takes_it_back(
    phone: Phone,
) -> None:
    facts = await facts_of(phone)
    await facts.choose_leader("BID Sofielund")
    await phone.round.end()
    await phone.round.leave()
    phone.clock.forward(seconds=60)
    assert phone.app.home is not None
    phone.app.home.choose_kind(RoundKind.INSPECTION)
    await phone.app.home.start()
    facts = phone.round.facts
    assert facts.leaders == ["Räven", "BID Sofielund"]
    await facts.choose_leader("Räven")
    assert recorded(phone).led_by == "Räven"
    await facts.choose_leader("Räven")
    assert recorded(phone).led_by == ""


@walking
async def test_a_typed_name_that_a_suggestion_took_the_place_of_comes_back_by_undo(
    phone: Phone,
) -> None:
    facts = await facts_of(phone)
    phone.app.notices.dismiss()
    await facts.type_led_by(typed("BID Sofielund "))
    before = facts.led_by_number
    await facts.choose_leader("Räven")
    assert phone.notice == "Ledde rundan: Räven"
    await phone.app.notices.undo()
    assert (facts.led_by, recorded(phone).led_by) == ("BID Sofielund", "BID Sofielund")
    assert facts.led_by_number > before + 1  # the field shows it
    await facts.choose_leader("BID Sofielund")
    assert recorded(phone).led_by == "" and phone.notice == "Ledde rundan: Inte angivet"
    await phone.app.notices.undo()
    assert recorded(phone).led_by == "BID Sofielund"


@walking
async def test_a_name_as_long_as_names_may_be_takes_another_line_in_its_button(
    phone: Phone,
) -> None:
    facts = await facts_of(phone)
    await facts.choose_leader("W" * MAX_LEADER)
    texts = [one.control for one in screen_below(phone).shown if isinstance(one.control, ft.Text)]
    (name,) = (one for one in texts if one.value == "W" * MAX_LEADER)
    assert name.expand and name.expand_loose


# Light and weather


@walking
async def test_the_sun_at_the_place_and_time_suggests_daylight_or_dark(phone: Phone) -> None:
    facts = await facts_of(phone)
    assert hinted(facts) is Light.DAYLIGHT
    assert "Förslag: dagsljus (solen går ner" in screen_below(phone).text
    phone.clock.at = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    await facts.shown()
    assert hinted(facts) is Light.DARK
    assert "Förslag: mörkt (solen gick ner" in screen_below(phone).text
    await screen_below(phone).press("light-dark")
    assert recorded(phone).light is Light.DARK
    assert "Förslag" not in screen_below(phone).text


@walking
async def test_where_the_phone_is_decides_not_where_the_area_is(phone: Phone) -> None:
    facts = await facts_of(phone)
    phone.stand_at(GeoPoint(lat_deg=78.22, lon_deg=15.65, accuracy_m=8.0))  # Longyearbyen
    await facts.shown()
    assert facts.hint is not None and facts.hint.moment is None
    assert "Förslag: mörkt (solen går inte upp i dag)" in screen_below(phone).text


@walking
async def test_light_and_weather_are_taken_back_by_the_same_tap_or_by_undo(phone: Phone) -> None:
    facts = await facts_of(phone)
    await facts.choose_light(Light.DARK)
    await facts.choose_light(Light.DARK)
    assert recorded(phone).light is None
    assert phone.notice == "Ljus: Inte angivet"
    await phone.app.notices.undo()
    assert recorded(phone).light is Light.DARK
    await facts.choose_weather(Weather.SNOW)
    await facts.choose_weather(Weather.FOG)
    assert phone.notice == "Väder: Dimma"
    await phone.app.notices.undo()
    assert recorded(phone).weather is Weather.SNOW
    await facts.choose_weather(Weather.SNOW)
    assert recorded(phone).weather is None and phone.notice == "Väder: Inte angivet"
    await phone.app.notices.undo()
    assert recorded(phone).weather is Weather.SNOW


@walking
async def test_the_facts_can_be_changed_after_the_end_until_the_protocol_is_approved(
    phone: Phone,
) -> None:
    facts = await facts_of(phone)
    await phone.round.end()
    phone.round.close_end()
    await phone.round.show_tab(Tab.ROUND)
    await facts.add(Group.RESIDENTS)
    assert recorded(phone).participants == {Group.RESIDENTS: 1}
    await phone.all_sent()
    office_writes(
        phone.store,
        EntityKind.ROUND,
        phone.round.record.round_id,
        protocol_approved_at="2026-11-21T09:00:00.000Z",
    )
    await phone.news()
    await until(lambda: not facts.is_editable)
    await facts.add(Group.RESIDENTS)
    await facts.choose_weather(Weather.SUN)
    await facts.choose_light(Light.DARK)
    await facts.choose_leader("Räven")
    await facts.type_led_by(typed("Räven"))
    await facts.settle()
    assert recorded(phone).participants == {Group.RESIDENTS: 1}
    assert recorded(phone).weather is None and recorded(phone).led_by is None
    shown = screen_below(phone)
    assert "Protokollet godkändes" in shown.text and "Boende: 1" in shown.text
    assert not {"more-residents", "weather-sun", "light-dark"} & shown.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tab_is_whole_in_every_language(phone: Phone, language: str) -> None:
    @walking
    async def look() -> None:
        phone.language = language
        await facts_of(phone)
        phone.app.notices.dismiss()
        shown = screen_below(phone)
        assert "round." not in shown.text and "{" not in shown.text
        assert Words(language)("round.group.owners") in shown.text
        for one in shown.pressable:
            assert one.key and shown.name(one), one.control

    look()


@walking
async def test_another_phones_facts_are_shown_after_sync(phone: Phone, other: Phone) -> None:
    await facts_of(phone)
    round_id = phone.round.record.round_id
    await phone.all_sent()
    await other.enrol()
    await other.news()
    await start_or_join(other, round_id)
    await other.round.facts.choose_weather(Weather.WIND)
    await other.all_sent()
    await phone.news()
    await until(lambda: phone.round.facts.weather is Weather.WIND)


async def start_or_join(phone: Phone, round_id: EntityId) -> None:
    if record(phone, round_id).started_at is None:
        await start(phone, round_id)
    elif phone.app.home is not None:
        await phone.app.home.join(round_id)
