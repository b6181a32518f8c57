"""Stops of a safety walk: arriving, what is said there, scores, and what is found there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.field.models.place_model import USELESS
from app.field.models.round_model import Tab
from app.field.models.round_path import path_in
from app.field.models.stop_model import StopModel
from app.field.place_doubts import doubts
from app.field.screens.place_list_screen import PlaceListScreen
from app.i18n import LANGUAGES, Words
from sync.central.areas import KnownPlace, put_area
from sync.central.engine import reading
from sync.central.tables import field_conflict
from sync.client.direction import Direction, direction, rounded_m
from sync.client.outbox import Outbox
from sync.client.records import StopRecord
from sync.domain.geo import GeoPoint
from sync.domain.instants import to_text
from sync.domain.words import Category, EntityKind, Perception
from tests.central.test_tiles_api import AREA
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.app_on_screen import screen_below
from tests.field.devices import KIRSEBERGS_TORG
from tests.field.expand import Screen
from tests.field.planned import STOPS, office_writes, on_a_planned_walk, stop


def open_stop(phone: Phone) -> StopModel:
    model = phone.round.stops.open
    assert model is not None
    return model


async def arrived(phone: Phone, name: str = "Beijers park") -> StopModel:
    await on_a_planned_walk(phone)
    await phone.round.stops.arrive(stop(phone, name))
    return open_stop(phone)


async def on_the_same_walk(phone: Phone, other: Phone) -> None:
    round_id = phone.round.record.round_id
    await phone.all_sent()
    await other.enrol()
    await other.news()
    assert other.app.home is not None
    await other.app.home.join(round_id)


# The list


@walking
async def test_planned_stops_are_on_the_phone_in_their_order(phone: Phone) -> None:
    await on_a_planned_walk(phone)
    assert [phone.round.stops.title(one) for one in phone.round.stops.stops] == [
        "Stopp 1: Kirsebergs torg",
        "Stopp 2: Beijers park",
        "Stopp 3: Vattentornet",
    ]


@walking
async def test_distance_and_direction_are_told_from_where_the_phone_is(phone: Phone) -> None:
    await on_a_planned_walk(phone)
    await phone.round.show_tab(Tab.ROUND)
    assert "Inte besökt än" in screen_below(phone).text
    phone.stand_at(KIRSEBERGS_TORG)
    assert phone.round.stops.way_to(stop(phone, "Beijers park")) == (530, Direction.NORTH)
    assert "530 m åt norr" in screen_below(phone).text


@walking
async def test_a_stop_without_a_place_says_so(phone: Phone) -> None:
    await on_a_planned_walk(phone)
    await phone.services.recorder.edit_stop(stop(phone, "Vattentornet"), {"place": None})
    phone.round.stops.refresh()
    phone.stand_at(KIRSEBERGS_TORG)
    assert phone.round.stops.way_to(stop(phone, "Vattentornet")) is None
    await phone.round.show_tab(Tab.ROUND)
    assert "Utan plats på kartan" in screen_below(phone).text


@pytest.mark.parametrize(
    ("north", "east", "wanted"),
    [
        (1, 0, "n"), (1, 1.77, "ne"), (0, 1, "e"), (-1, 1.77, "se"),
        (-1, 0, "s"), (-1, -1.77, "sw"), (0, -1, "w"), (1, -1.77, "nw"),
    ],
)  # fmt: skip
def test_eight_directions(north: float, east: float, wanted: str) -> None:
    there = GeoPoint(lat_deg=55.6 + north * 0.001, lon_deg=13.0 + east * 0.001)
    assert direction(GeoPoint(lat_deg=55.6, lon_deg=13.0), there) == wanted


def test_distances_are_as_exact_as_a_phone_knows_them() -> None:
    assert [rounded_m(m) for m in (0, 4, 12, 523.7, 999, 1049, 1051)] == [
        0, 0, 10, 520, 1000, 1000, 1100,
    ]  # fmt: skip


# Arriving and leaving


@walking
async def test_arriving_opens_the_stop_and_says_when(phone: Phone) -> None:
    model = await arrived(phone)
    assert model.stop.arrived_at is not None and model.stop.left_at is None
    assert phone.notice == "Framme: Stopp 2: Beijers park"
    assert "Ni är här sedan" in screen_below(phone).text


@walking
async def test_arriving_at_the_next_stop_leaves_the_one_before(phone: Phone) -> None:
    await arrived(phone)
    phone.clock.forward(minutes=10)
    await phone.round.stops.arrive(stop(phone, "Vattentornet"))
    assert stop(phone, "Beijers park").left_at is not None
    here = phone.round.stops.here
    assert here is not None and here.name == "Vattentornet"
    await phone.app.notices.undo()
    here = phone.round.stops.here
    assert here is not None and here.name == "Beijers park"
    assert stop(phone, "Vattentornet").arrived_at is None
    assert phone.round.stops.open is None


@walking
async def test_leaving_is_taken_back_by_undo(phone: Phone) -> None:
    await arrived(phone)
    await screen_below(phone).press("stop-leave")
    assert phone.round.stops.here is None and phone.round.stops.open is None
    await phone.app.notices.undo()
    here = phone.round.stops.here
    assert here is not None and here.name == "Beijers park"


@walking
async def test_coming_back_to_a_stop_keeps_when_the_group_came_first(phone: Phone) -> None:
    model = await arrived(phone)
    first = model.stop.arrived_at
    await phone.round.stops.leave(model.stop)
    phone.clock.forward(minutes=30)
    await phone.round.stops.arrive(stop(phone, "Beijers park"))
    again = stop(phone, "Beijers park")
    assert again.arrived_at == first and again.left_at is None


@walking
async def test_the_stop_is_found_again_after_the_app_was_killed(phone: Phone) -> None:
    await arrived(phone)
    await phone.start()
    here = phone.round.stops.here
    assert here is not None and here.name == "Beijers park"


# What is said


@walking
async def test_texts_are_drafts_with_every_letter_and_one_change_when_the_field_is_left(
    phone: Phone,
) -> None:
    model = await arrived(phone)
    for text in ("L", "Lj", "Ljust och öppet"):
        await model.type_good(typed(text))
    assert stop(phone, "Beijers park").good == ""
    kept = phone.services.local.drafts()
    assert kept == {f"stop.{model.stop.stop_id}": {"good": "Ljust och öppet"}}
    await model.settle()
    assert stop(phone, "Beijers park").good == "Ljust och öppet"
    assert phone.services.local.drafts() == {}


@walking
async def test_a_score_that_is_replaced_or_taken_away_comes_back_by_undo(phone: Phone) -> None:
    model = await arrived(phone)
    phone.app.notices.dismiss()
    await model.score(Perception.LIGHT, 4)
    assert phone.notice is None  # nothing is lost by the first
    await model.score(Perception.LIGHT, 2)
    assert phone.notice == "Ljuset: 2 av 5"
    await phone.app.notices.undo()
    assert model.stop.scores == {Perception.LIGHT: 4}
    await model.score(Perception.LIGHT, 4)
    assert phone.notice == "Ljuset: inget svar" and model.stop.scores == {}
    await phone.app.notices.undo()
    assert model.stop.scores == {Perception.LIGHT: 4}


@walking
async def test_what_was_typed_when_the_app_was_killed_is_recorded_at_the_next_start(
    phone: Phone,
) -> None:
    model = await arrived(phone)
    await model.type_bad(typed("Lampan är"))
    await model.type_voices(typed("”Här går jag inte på kvällen”"))
    await phone.start()
    phone.round.stops.show(stop(phone, "Beijers park"))
    assert open_stop(phone).texts["bad"] == "Lampan är"
    await phone.round.stops.close()
    await phone.round.shown()
    there = stop(phone, "Beijers park")
    assert (there.bad, there.voices) == ("Lampan är", "”Här går jag inte på kvällen”")


@walking
async def test_back_and_leaving_the_round_lose_nothing_that_was_typed(phone: Phone) -> None:
    model = await arrived(phone)
    await model.type_good(typed("Träden"))
    phone.app.pages.above.clear()
    await phone.app.back()
    assert phone.round.stops.open is None
    assert stop(phone, "Beijers park").good == "Träden"
    phone.round.stops.show(stop(phone, "Beijers park"))
    await open_stop(phone).type_bad(typed("Buskarna"))
    await phone.round.leave()
    assert phone.services.local.drafts() == {}
    await phone.start()


@walking
async def test_two_phones_that_write_different_fields_of_one_stop_lose_nothing(
    phone: Phone, other: Phone
) -> None:
    model = await arrived(phone)
    await on_the_same_walk(phone, other)
    other.round.stops.show(stop(other, "Beijers park"))
    phone.link.is_up = other.link.is_up = False
    await model.type_good(typed("Ljust"))
    await model.score(Perception.LIGHT, 4)
    await model.settle()
    theirs = open_stop(other)
    await theirs.type_bad(typed("Glas"))
    await theirs.score(Perception.FEELING, 2)
    await theirs.settle()
    phone.link.is_up = other.link.is_up = True
    for each in (other, phone):
        await each.all_sent()
    for each in (phone, other):
        await each.news()
        await until(lambda: said(stop(each, "Beijers park")) == ("Ljust", "Glas"))  # noqa: B023
        scores = stop(each, "Beijers park").scores
        assert scores == {Perception.LIGHT: 4, Perception.FEELING: 2}
    assert model.texts["bad"] == "Glas"


def said(one: StopRecord) -> tuple[str, str]:
    return one.good, one.bad


@walking
async def test_a_field_being_typed_in_stays_while_others_come_in(
    phone: Phone, other: Phone
) -> None:
    model = await arrived(phone)
    await on_the_same_walk(phone, other)
    await model.type_good(typed("Halv men"))
    other.round.stops.show(stop(other, "Beijers park"))
    await open_stop(other).type_bad(typed("Glas"))
    await open_stop(other).settle()
    await other.all_sent()
    await phone.news()
    await until(lambda: model.texts["bad"] == "Glas")
    assert model.texts["good"] == "Halv men"


@walking
async def test_what_came_into_the_field_that_is_being_typed_in_was_not_seen(
    phone: Phone, other: Phone
) -> None:
    model = await arrived(phone)
    await on_the_same_walk(phone, other)
    await model.type_good(typed("Ljust"))
    other.round.stops.show(stop(other, "Beijers park"))
    await open_stop(other).type_good(typed("Många ute"))
    await open_stop(other).settle()
    await other.all_sent()
    await phone.news()
    await until(lambda: stop(phone, "Beijers park").good == "Många ute")
    await model.settle()
    await phone.all_sent()
    with reading(phone.store.services.engine) as connection:
        fields = connection.scalars(select(field_conflict.c.field)).all()
    assert fields == ["good", "good"]


# Scores


@walking
async def test_a_score_is_one_tap_and_the_same_tap_takes_it_away(phone: Phone) -> None:
    await arrived(phone)
    await screen_below(phone).press("score-light-4")
    assert stop(phone, "Beijers park").scores == {Perception.LIGHT: 4}
    assert "Ljuset: 4 av 5" in screen_below(phone).text
    await screen_below(phone).press("score-light-2")
    assert stop(phone, "Beijers park").scores == {Perception.LIGHT: 2}
    await screen_below(phone).press("score-light-2")
    assert stop(phone, "Beijers park").scores == {}
    assert "Ljuset: inget svar" in screen_below(phone).text


@walking
async def test_scores_are_named_and_the_chosen_one_is_marked_without_colour(phone: Phone) -> None:
    model = await arrived(phone)
    await model.score(Perception.PEOPLE, 3)
    shown = screen_below(phone)
    names = [shown.name(shown.find(f"score-people-{n}")) for n in range(1, 6)]
    assert all(f"Folk i närheten: {n} av 5" in names[n - 1] for n in range(1, 6))
    ticks = [
        one
        for one in shown.shown
        if shown.find("score-people-3").control in one.around
        and getattr(one.control, "icon", None) is not None
    ]
    assert ticks


# What is found at a stop


@walking
async def test_what_is_found_at_a_stop_belongs_to_it_until_the_group_goes_on(
    phone: Phone,
) -> None:
    model = await arrived(phone)
    await screen_below(phone).press("stop-record")
    assert phone.round.tab is Tab.CAPTURE
    assert "Hör till Stopp 2: Beijers park" in screen_below(phone).text
    phone.stand_at(KIRSEBERGS_TORG)
    first = await phone.save_a_defect()
    assert first.stop_id == model.stop.stop_id
    await phone.round.stops.leave(stop(phone, "Beijers park"))
    second = await phone.save_a_defect()
    assert second.stop_id is None


@walking
async def test_not_here_is_one_tap_for_this_phone_and_can_be_taken_back(phone: Phone) -> None:
    model = await arrived(phone)
    await phone.round.record_here()
    phone.stand_at(KIRSEBERGS_TORG)
    phone.capture.choose(Category.LITTER)
    await screen_below(phone).press("stop-not-here")
    assert "Hör inte till något stopp" in screen_below(phone).text
    assert (await phone.save_a_defect()).stop_id is None
    await phone.start()
    assert phone.round.stops.stop_id is None
    await screen_below(phone).press("stop-here")
    assert phone.round.stops.stop_id == model.stop.stop_id
    await phone.round.shown()
    phone.stand_at(KIRSEBERGS_TORG)
    assert (await phone.save_a_defect()).stop_id == model.stop.stop_id


@walking
async def test_the_next_stop_is_here_again_for_a_phone_that_said_not_here(phone: Phone) -> None:
    await arrived(phone)
    await phone.round.say_not_here()
    await phone.round.stops.arrive(stop(phone, "Vattentornet"))
    assert phone.round.stops.stop_id == stop(phone, "Vattentornet").stop_id


@walking
async def test_where_one_phone_says_the_group_is_all_phones_are(phone: Phone, other: Phone) -> None:
    await on_a_planned_walk(phone)
    await on_the_same_walk(phone, other)
    await phone.round.stops.arrive(stop(phone, "Beijers park"))
    await phone.all_sent()
    await other.news()
    await until(lambda: other.round.stops.here is not None)
    await other.round.shown()
    other.stand_at(KIRSEBERGS_TORG)
    found = await other.save_a_defect()
    assert found.stop_id == stop(phone, "Beijers park").stop_id


@walking
async def test_the_group_is_where_somebody_came_last_whatever_the_clocks_say(phone: Phone) -> None:
    await on_a_planned_walk(phone)
    for name, days in (
        ("Beijers park", 0),
        ("Vattentornet", -365),
    ):  # the clock is set back on the way
        phone.clock.forward(days=days)
        at = {"arrived_at": to_text(phone.clock())}
        await phone.services.recorder.edit_stop(stop(phone, name), at)
    phone.round.synced()
    assert phone.round.stops.here == stop(phone, "Vattentornet")


# Stops nobody planned


@walking
async def test_a_stop_is_added_where_the_group_stands_in_its_place_in_the_order(
    phone: Phone,
) -> None:
    await on_a_planned_walk(phone)
    await phone.round.stops.arrive(stop(phone, "Kirsebergs torg"))
    phone.clock.forward(minutes=5)
    phone.stand_at(GeoPoint(lat_deg=55.6133, lon_deg=13.03, accuracy_m=7.0))
    await phone.round.stops.close()
    await phone.round.show_tab(Tab.ROUND)
    await screen_below(phone).press("add-stop")
    model = open_stop(phone)
    assert phone.round.stops.title(model.stop) == "Stopp 2"
    assert model.stop.place is not None and model.stop.place.point.lat_deg == 55.6133
    await model.type_name(typed("Gångtunneln"))
    await model.settle()
    assert [one.name for one in phone.round.stops.stops] == [
        "Kirsebergs torg", "Gångtunneln", "Beijers park", "Vattentornet",
    ]  # fmt: skip


@walking
async def test_an_added_stop_is_taken_back_with_undo(phone: Phone) -> None:
    await on_a_planned_walk(phone)
    await phone.round.stops.add_here()
    assert len(phone.round.stops.stops) == 4
    await phone.app.notices.undo()
    assert len(phone.round.stops.stops) == 3 and phone.round.stops.here is None


@pytest.mark.parametrize(
    ("fix", "note", "doubt"),
    [
        ({"age_s": 90}, "Platsen var mer än en minut gammal", "place.doubt.stale"),
        ({"is_mocked": True}, "en app som låtsas vara GPS", "place.doubt.mocked"),
    ],
)
@walking
async def test_what_speaks_against_the_place_of_an_added_stop_is_kept_and_said(
    phone: Phone, fix: dict[str, Any], note: str, doubt: str
) -> None:
    await on_a_planned_walk(phone, stops={})
    phone.location.walk_to(KIRSEBERGS_TORG, **fix)
    await phone.round.stops.add_here()
    place = phone.round.stops.stops[0].place
    assert place is not None
    assert doubts(place, Words()) == [Words()(doubt)]
    shown = screen_below(phone)
    assert note in shown.text
    await shown.press("stop-doubt-pin")
    assert open_stop(phone).moving is not None


@walking
async def test_a_fix_that_is_much_too_old_is_no_place_of_a_stop(phone: Phone) -> None:
    await on_a_planned_walk(phone, stops={})
    phone.location.walk_to(KIRSEBERGS_TORG, age_s=USELESS.total_seconds())
    await phone.round.stops.add_here()
    assert phone.round.stops.stops[0].place is None
    assert "Utan plats på kartan" in screen_below(phone).text


@walking
async def test_a_good_place_of_an_added_stop_is_not_spoken_of(phone: Phone) -> None:
    await on_a_planned_walk(phone, stops={})
    phone.location.walk_to(KIRSEBERGS_TORG)
    await phone.round.stops.add_here()
    assert "stop-doubt" not in screen_below(phone).keys()  # noqa: SIM118


@walking
async def test_a_walk_without_planned_stops_gets_its_first(phone: Phone) -> None:
    await on_a_planned_walk(phone, stops={})
    await phone.round.show_tab(Tab.ROUND)
    assert "Inga stopp är planerade" in screen_below(phone).text
    await screen_below(phone).press("add-stop")
    assert len(phone.round.stops.stops) == 1


@walking
async def test_a_deleted_stop_comes_back_with_undo_and_all_that_was_said(phone: Phone) -> None:
    model = await arrived(phone)
    await model.type_good(typed("Träden"))
    await screen_below(phone).press("stop-delete")
    assert len(phone.round.stops.stops) == 2 and phone.round.stops.open is None
    await phone.app.notices.undo()
    assert stop(phone, "Beijers park").good == "Träden"


@walking
async def test_a_stop_is_moved_with_the_pin_and_back_with_undo(phone: Phone) -> None:
    model = await arrived(phone)
    before = model.stop.place
    await screen_below(phone).press("stop-move")
    await screen_below(phone).press("pin-north")
    assert path_in(phone.round) == "/stopp/plats"
    moving = model.moving
    assert moving is not None
    moving.set_pin(GeoPoint(lat_deg=55.62, lon_deg=13.03))
    model.moved()
    await until(lambda: model.stop.place != before)
    assert model.stop.place is not None and model.stop.place.point.lat_deg == 55.62
    await until(lambda: phone.notice == "Stoppet är flyttat")
    await phone.app.notices.undo()
    assert model.stop.place == before


@walking
async def test_a_stop_is_moved_to_a_known_place_and_outside_the_area_is_said(
    phone: Phone,
) -> None:
    church = KnownPlace(name="Kirsebergs kyrka", point=STOPS["Beijers park"])
    with phone.store.services.engine.begin() as connection:
        put_area(connection, replace(AREA, places=(church,)))
    await on_a_planned_walk(phone)
    phone.round.stops.show(stop(phone, "Vattentornet"))
    model = open_stop(phone)
    model.move()
    assert model.moving is not None
    place = model.moving
    listed = Screen(
        lambda: PlaceListScreen(phone.app, place, model.moved, model.moved, Words("sv"))
    )
    assert "Kirsebergs kyrka" in listed.text
    assert "pin-outside-area" not in screen_below(phone).keys()  # noqa: SIM118
    place.set_pin(GeoPoint(lat_deg=55.5860, lon_deg=13.0450))
    assert "Nålen är utanför Kirseberg." in screen_below(phone).text


# The end


@walking
async def test_after_the_approval_a_stop_is_shown_and_not_changed(phone: Phone) -> None:
    model = await arrived(phone)
    await model.type_good(typed("Träden"))
    await phone.round.end()
    await phone.all_sent()
    office_writes(
        phone.store,
        EntityKind.ROUND,
        phone.round.record.round_id,
        protocol_approved_at="2026-11-21T09:00:00.000Z",
    )
    await phone.news()
    await until(lambda: not phone.round.stops.is_editable)
    phone.round.stops.show(stop(phone, "Beijers park"))
    model = open_stop(phone)
    await model.score(Perception.LIGHT, 1)
    await model.type_bad(typed("Nytt"))
    await model.settle()
    there = stop(phone, "Beijers park")
    assert there.scores == {} and there.bad == "" and there.good == "Träden"
    shown = screen_below(phone)
    assert "Protokollet är godkänt" in shown.text
    assert not {"stop-delete", "stop-move", "stop-arrive", "stop-leave"} & shown.keys()


@walking
async def test_nobody_arrives_at_a_stop_of_a_round_that_has_ended(phone: Phone) -> None:
    await arrived(phone)
    await phone.round.stops.close()
    await phone.round.end()
    phone.round.close_end()
    await phone.round.show_tab(Tab.ROUND)
    keys = screen_below(phone).keys()
    assert not any(key.startswith("arrive-") for key in keys) and "add-stop" not in keys


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stop_is_whole_in_every_language(phone: Phone, language: str) -> None:
    @walking
    async def look() -> None:
        phone.language = language
        await arrived(phone)
        shown = screen_below(phone)
        assert "round." not in shown.text and "{" not in shown.text
        for one in shown.pressable:
            named = any(getattr(c, "exclude_semantics", False) for c in one.around)
            assert named or shown.name(one), one.control
        await phone.round.stops.close()
        await phone.round.show_tab(Tab.ROUND)
        phone.stand_at(KIRSEBERGS_TORG)
        assert "round." not in screen_below(phone).text

    look()


@walking
async def test_places_of_stops_never_stand_in_a_message(phone: Phone) -> None:
    """The plan's places are for who walks, not for whoever sees the phone's messages."""
    await on_a_planned_walk(phone)
    outbox = Outbox(phone.services.local).next_message()
    sent = json.dumps([dict(change.fields) for change in outbox])
    assert not any(name in sent for name in STOPS)
    assert phone.notice == "Rundan har börjat"
