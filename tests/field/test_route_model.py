"""The route: only when switched on, only while the round runs, and it can be thrown away."""

from __future__ import annotations

import math

import pytest

from app.field.models.round_model import Tab
from app.field.models.route_model import RouteModel
from sync.client.outbox import Outbox
from sync.client.records import RouteRecord
from sync.client.round_store import RoundStore
from sync.domain.geo import GeoPoint
from tests.field.a_phone import Phone, until, walking
from tests.field.app_on_screen import screen_below

METRE_LAT = 1 / 111_195.0
METRE_LON = METRE_LAT / math.cos(math.radians(55.611))


def at(east_m: float, north_m: float = 0.0, accuracy_m: float = 8.0) -> GeoPoint:
    return GeoPoint(
        lat_deg=55.611 + north_m * METRE_LAT,
        lon_deg=13.032 + east_m * METRE_LON,
        accuracy_m=accuracy_m,
    )


def go(phone: Phone, *metres: float, north_m: float = 0.0) -> None:
    """Ten seconds for each step."""
    for east in metres:
        phone.clock.forward(seconds=10)
        phone.stand_at(at(east, north_m))


async def recording(phone: Phone) -> RouteModel:
    await phone.walk()
    await phone.round.show_tab(Tab.ROUND)
    phone.clock.forward(seconds=10)
    await phone.round.route.switch()
    return phone.round.route


def routes(phone: Phone) -> list[RouteRecord]:
    return RoundStore(phone.services.local).routes(phone.round.record.round_id)


def raw_points(phone: Phone) -> int:
    row = phone.services.local.db.execute("SELECT COUNT(*) FROM route_point").fetchone()
    return int(row[0])


@walking
async def test_nothing_is_recorded_until_it_is_switched_on(phone: Phone) -> None:
    await phone.walk()
    go(phone, 0, 13, 26)
    assert raw_points(phone) == 0 and not phone.round.route.is_on
    await phone.round.show_tab(Tab.ROUND)
    assert "Visar var ni gått" in screen_below(phone).text
    await phone.round.end()
    assert routes(phone) == []


@walking
async def test_length_and_time_are_shown_as_one_walks(phone: Phone) -> None:
    route = await recording(phone)
    go(phone, *range(0, 1301, 13))
    assert route.length_m == 1300 and route.duration_s == 1000
    assert "Spelas in: 1,3 km, 16 min" in screen_below(phone).text


@walking
async def test_every_point_is_on_disk_when_the_app_is_killed_and_recording_goes_on(
    phone: Phone,
) -> None:
    await recording(phone)
    go(phone, 0, 13, 26)
    assert raw_points(phone) == 3
    await phone.start()
    await phone.round.shown()
    route = phone.round.route
    assert route.is_on and route.length_m == 26
    go(phone, 39)
    assert route.length_m == 39


@walking
async def test_switched_off_the_route_is_thinned_stored_and_its_points_are_deleted(
    phone: Phone,
) -> None:
    route = await recording(phone)
    go(phone, *range(0, 261, 13))
    go(phone, 260, 260, north_m=13)
    await route.switch()
    (one,) = routes(phone)
    assert len(one.points) == 3  # two straight streets
    assert (one.length_m, one.duration_s) == (273, 220)
    assert one.recorded_by == "Räven"
    assert raw_points(phone) == 0 and not route.is_on
    go(phone, 300, 313)
    assert raw_points(phone) == 0
    assert "273 m, 3 min (Räven)" in screen_below(phone).text


@walking
async def test_the_end_of_the_round_ends_the_route_and_opening_again_does_not_begin_another(
    phone: Phone,
) -> None:
    route = await recording(phone)
    go(phone, 0, 13, 26)
    await phone.round.end()
    assert len(routes(phone)) == 1 and not route.is_on
    await phone.round.reopen()
    go(phone, 39, 52)
    assert raw_points(phone) == 0
    assert len(routes(phone)) == 1


@walking
async def test_a_round_that_another_phone_ended_is_not_recorded_any_longer(
    phone: Phone, other: Phone
) -> None:
    route = await recording(phone)
    go(phone, 0, 13, 26)
    await phone.all_sent()
    await other.enrol()
    await other.news()
    assert other.app.home is not None
    await other.app.home.join(phone.round.record.round_id)
    await other.round.end()
    await other.all_sent()
    await phone.news()
    await until(lambda: len(routes(phone)) == 1)
    assert not route.is_on and raw_points(phone) == 0
    await until(lambda: not phone.location.is_listening)


@walking
async def test_leaving_the_round_stores_what_there_is_and_coming_back_goes_on(
    phone: Phone,
) -> None:
    await recording(phone)
    go(phone, 0, 13, 26)
    round_id = phone.round.record.round_id
    await phone.round.leave()
    assert raw_points(phone) == 0
    go(phone, 500)
    assert phone.app.home is not None
    await phone.app.home.join(round_id)
    await phone.round.shown()
    assert phone.round.route.is_on and len(phone.round.route.routes) == 1
    go(phone, 600, 613)
    await phone.round.route.switch()
    assert [one.length_m for one in routes(phone)] == [26, 13]


@walking
async def test_nothing_is_recorded_behind_another_app(phone: Phone) -> None:
    route = await recording(phone)
    go(phone, 0, 13)
    phone.app.seen(False)
    go(phone, 26, 39)
    assert raw_points(phone) == 2
    phone.app.seen(True)
    go(phone, 52)
    assert raw_points(phone) == 3 and route.length_m == 52


@walking
async def test_bad_fixes_are_left_out(phone: Phone) -> None:
    route = await recording(phone)
    go(phone, 0)
    phone.clock.forward(seconds=10)
    phone.stand_at(at(40, accuracy_m=120.0))
    phone.clock.forward(seconds=1)
    phone.stand_at(at(4000))
    go(phone, 13)
    assert raw_points(phone) == 2 and route.length_m == 13


@walking
async def test_a_recording_is_thrown_away_unsent_and_comes_back_with_undo(phone: Phone) -> None:
    route = await recording(phone)
    go(phone, 0, 13, 26)
    await screen_below(phone).press("route-throw")
    assert not route.is_on and raw_points(phone) == 0
    sent = [change.entity.value for change in Outbox(phone.services.local).next_message()]
    assert "route" not in sent
    await phone.app.notices.undo()
    assert route.is_on and route.length_m == 26 and raw_points(phone) == 3


@walking
async def test_undo_after_the_end_makes_a_route_of_what_was_thrown(phone: Phone) -> None:
    route = await recording(phone)
    go(phone, 0, 13, 26)
    await route.throw_away_recording()
    undo = phone.app.notices.shown
    assert undo is not None and undo.undo is not None
    await phone.round.end()
    await undo.undo()
    assert not route.is_on and [one.length_m for one in routes(phone)] == [26]


@walking
async def test_a_stored_route_is_thrown_away_with_its_points_and_comes_back_with_undo(
    phone: Phone,
) -> None:
    route = await recording(phone)
    go(phone, 0, 13, 26)
    await route.switch()
    (one,) = routes(phone)
    await screen_below(phone).press(f"throw-{one.route_id}")
    assert routes(phone) == []
    row = phone.services.local.db.execute("SELECT points FROM route").fetchone()
    assert row[0] == "[]"
    await phone.app.notices.undo()
    assert routes(phone) == [one]


@walking
async def test_a_route_of_one_spot_is_not_stored_and_the_person_is_told(phone: Phone) -> None:
    route = await recording(phone)
    go(phone, 0, 1, 0)
    await route.switch()
    assert routes(phone) == [] and raw_points(phone) == 0
    assert phone.notice == "Sträckan var för kort för att sparas"


@walking
async def test_a_crash_between_storing_and_deleting_makes_no_second_route(phone: Phone) -> None:
    route = await recording(phone)
    go(phone, 0, 13, 26)
    local = phone.services.local
    points = list(local.db.query("SELECT * FROM route_point"))
    await route.switch()
    for row in points:  # as if they had not been deleted
        local.write(
            "INSERT INTO route_point VALUES (:id, :round_id, :lat_deg, :lon_deg,"
            " :taken_at, :until_at)",
            row,
        )
    await phone.start()
    await phone.round.shown()
    assert len(routes(phone)) == 1 and raw_points(phone) == 0


@walking
async def test_a_phone_without_a_place_records_nothing_and_does_not_fail(phone: Phone) -> None:
    phone.location.is_denied = True
    await phone.walk()
    await phone.round.route.switch()
    await phone.round.route.switch()
    assert routes(phone) == []


@walking
async def test_the_route_of_each_phone_is_a_record_of_its_own(phone: Phone, other: Phone) -> None:
    route = await recording(phone)
    await phone.all_sent()
    await other.enrol()
    await other.news()
    assert other.app.home is not None
    await other.app.home.join(phone.round.record.round_id)
    await other.round.shown()
    await other.round.route.switch()
    go(phone, 0, 13)
    go(other, 0, 13, 26)
    await route.switch()
    await other.round.route.switch()
    for each in (phone, other):
        await each.all_sent()
    for each in (phone, other):
        await each.news()
        await until(lambda: len(routes(each)) == 2)  # noqa: B023
        assert {one.recorded_by for one in routes(each)} == {"Räven", "Uven"}


@walking
async def test_a_full_phone_says_that_the_route_is_not_kept(phone: Phone) -> None:
    await recording(phone)
    phone.room.for_flushing = False
    go(phone, 0, 13)
    await until(lambda: phone.notice is not None and "Det finns inte plats" in phone.notice)


@walking
async def test_a_clock_that_is_set_back_on_the_way_loses_no_point(phone: Phone) -> None:
    route = await recording(phone)
    go(phone, 0, 13, 26)
    phone.clock.forward(minutes=-600)
    go(phone, *range(39, 39 + 13 * 6, 13))
    await route.finish()
    assert len(routes(phone)) == 2 and raw_points(phone) == 0


@walking
async def test_an_hour_that_comes_twice_is_walked_twice(phone: Phone) -> None:
    """The clock shows the very same moments again, as in a DST night."""
    route = await recording(phone)
    go(phone, *range(0, 130, 13))
    phone.clock.forward(seconds=-100)
    go(phone, *range(130, 260, 13))
    walked_m = route.length_m
    await route.finish()
    assert [one.points[-1].lon_deg for one in routes(phone)] == [
        pytest.approx(at(east).lon_deg, abs=1e-5) for east in (117, 247)
    ]
    assert sum(one.length_m for one in routes(phone)) == pytest.approx(walked_m, abs=2)
