"""What is said of a place that may be wrong: weak, old, made up, outside; and places by name."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.device.location import Fix
from app.field.models.round_model import Tab
from app.field.models.surroundings import NamedPlace, Surroundings, surroundings_of
from app.i18n import Words
from sync.central.tables import change_log
from sync.client.transport import Request, Response
from sync.domain.change import Json
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId
from sync.domain.words import Category, PlaceSource
from sync.headers import DIGEST_HEADER, STORE_HEADER, digest_of
from tests.central.a_store import KIRSEBERG, a_jpeg
from tests.field.a_phone import Phone, until, walking
from tests.field.app_on_screen import screen_below
from tests.field.devices import KIRSEBERGS_TORG
from tests.field.test_place_model import a_photo_from

WORDS = Words()
OUTLINE = {
    "type": "Polygon",
    "coordinates": [[[13.02, 55.59], [13.08, 55.59], [13.08, 55.63], [13.02, 55.63]]],
}
IN_ROSENGARD = GeoPoint(lat_deg=55.5860, lon_deg=13.0450, accuracy_m=9.0)
IN_LUND = GeoPoint(lat_deg=55.7047, lon_deg=13.1910, accuracy_m=9.0)
CHURCH = GeoPoint(lat_deg=55.60899, lon_deg=13.04144)
PLACES = [
    {"name": "Kirsebergs kyrka", "lat_deg": CHURCH.lat_deg, "lon_deg": CHURCH.lon_deg},
    {"name": "Kirsebergs torg", "lat_deg": 55.6111, "lon_deg": 13.0322},
]


async def walk_in_kirseberg(phone: Phone, **area: Any) -> None:
    """A round in an area with an outline and known places."""
    await phone.walk()
    phone.link.is_up = False
    said = {"code": KIRSEBERG, "name": "Kirseberg", "outline": OUTLINE, "places": PLACES, **area}
    phone.services.local.set_facts({"briefing": json.dumps({"areas": [said]})})
    phone.round.place.surroundings = surroundings_of(phone.services.local, KIRSEBERG, list)
    phone.stand_at(KIRSEBERGS_TORG)


# Weak, old, made up


@walking
async def test_a_weak_place_is_told_with_its_metres_and_a_pin_is_offered(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    phone.stand_at(GeoPoint(lat_deg=55.611, lon_deg=13.032, accuracy_m=31.0))
    shown = screen_below(phone)
    assert WORDS("capture.place.weak", metres=31) in shown.text
    await shown.press("doubt-pin")
    assert phone.round.is_picking_place


@walking
async def test_a_phone_that_does_not_tell_how_sure_it_is_is_not_called_exact(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    phone.stand_at(GeoPoint(lat_deg=55.611, lon_deg=13.032, accuracy_m=None))
    shown = screen_below(phone).text
    assert WORDS("capture.place.gps_unsure") in shown
    assert "±0 m" not in shown


@walking
async def test_a_place_within_thirty_metres_is_not_complained_about(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    phone.stand_at(GeoPoint(lat_deg=55.611, lon_deg=13.032, accuracy_m=30.0))
    assert "weak-place" not in screen_below(phone).keys()  # noqa: SIM118


@pytest.mark.parametrize(("age_s", "is_stale"), [(60.0, False), (61.0, True), (150.0, True)])
def test_a_fix_older_than_a_minute_is_marked_and_said(
    phone: Phone, age_s: float, is_stale: bool
) -> None:
    @walking
    async def walk() -> None:
        await walk_in_kirseberg(phone)
        phone.location.walk_to(KIRSEBERGS_TORG, age_s=age_s)
        await phone.pick(a_jpeg())
        is_said = (
            WORDS("place.stale", minutes=phone.capture.place.age_min) in screen_below(phone).text
        )
        assert is_said is is_stale
        phone.capture.choose(Category.LIGHTING)
        await phone.capture.save()
        place = phone.findings[0].place
        assert place is not None and place.is_stale is is_stale

    walk()


@walking
async def test_a_fix_from_now_takes_the_place_of_an_old_one_that_was_locked(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    phone.location.walk_to(KIRSEBERGS_TORG, age_s=120.0)
    await phone.take_picture()
    fresh = GeoPoint(lat_deg=55.6114, lon_deg=13.0331, accuracy_m=5.0)
    phone.stand_at(fresh)
    phone.stand_at(KIRSEBERGS_TORG)
    place = phone.capture.place
    assert place.chosen is not None and place.chosen.point == fresh
    assert not place.chosen.is_stale and place.is_locked


@walking
async def test_a_made_up_place_is_marked_and_said(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    phone.location.walk_to(KIRSEBERGS_TORG, is_mocked=True)
    assert WORDS("place.mocked") in screen_below(phone).text
    saved = await phone.save_a_defect()
    assert saved.place is not None and saved.place.is_mocked


@walking
async def test_what_makes_a_saved_place_doubtful_is_said_wherever_the_finding_is_read(
    phone: Phone,
) -> None:
    await walk_in_kirseberg(phone)
    doubts = {WORDS("place.doubt.mocked"), WORDS("place.doubt.stale")}
    sure = await phone.save_a_defect()
    phone.clock.forward(seconds=1)
    phone.location.walk_to(KIRSEBERGS_TORG, age_s=120.0, is_mocked=True)
    doubtful = await phone.save_a_defect()
    await phone.round.show_tab(Tab.LIST)
    listed = screen_below(phone).text
    assert [listed.count(doubt) for doubt in doubts] == [1, 1]
    phone.link.is_up = True
    await phone.all_sent()
    for finding, told in ((sure, set()), (doubtful, doubts)):
        phone.office_writes(finding.observation_id, status="approved")
        await phone.news()
        approved = phone.services.walk.observation(finding.observation_id)
        assert approved is not None
        phone.round.open_edit(approved)
        shown = screen_below(phone)
        shown.find("edit-read-only")
        assert {doubt for doubt in doubts if doubt in shown.text} == told


# Outside


@walking
async def test_a_place_outside_the_area_is_asked_about_and_the_answer_can_be_taken_back(
    phone: Phone,
) -> None:
    await walk_in_kirseberg(phone)
    capture = phone.capture
    capture.place.set_pin(IN_ROSENGARD)
    question = WORDS("place.outside", area="Kirseberg")
    assert question == "Det här är utanför Kirseberg. Stämmer det?"
    assert question in screen_below(phone).text
    await screen_below(phone).press("outside-is-right")
    assert question not in screen_below(phone).text
    await screen_below(phone).press("undo-place")
    assert question in screen_below(phone).text


@walking
async def test_saving_asks_whether_outside_is_right_and_the_second_press_saves(
    phone: Phone,
) -> None:
    await walk_in_kirseberg(phone)
    capture = phone.capture
    phone.stand_at(IN_ROSENGARD)
    await phone.pick(a_jpeg())
    capture.choose(Category.LITTER)
    await capture.save()
    assert capture.asks_outside and phone.findings == []
    assert "asks-outside" in screen_below(phone).keys()  # noqa: SIM118
    await capture.save()
    assert len(phone.findings) == 1


@walking
async def test_who_has_said_that_outside_is_right_is_not_asked_again(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    phone.stand_at(IN_ROSENGARD)
    await phone.pick(a_jpeg())
    phone.capture.choose(Category.LITTER)
    phone.capture.place.outside_is_right()
    await phone.capture.save()
    assert len(phone.findings) == 1


@walking
async def test_the_next_one_outside_is_asked_about_anew(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    phone.capture.place.set_pin(IN_ROSENGARD)
    phone.capture.place.outside_is_right()
    await phone.pick(a_jpeg())
    phone.capture.choose(Category.LITTER)
    await phone.capture.save()
    phone.capture.place.set_pin(IN_ROSENGARD)
    assert phone.capture.place.asks_outside


@walking
async def test_outside_the_city_it_is_said_that_it_cannot_be_sent_there_and_it_is_saved(
    phone: Phone,
) -> None:
    await walk_in_kirseberg(phone)
    capture = phone.capture
    capture.place.set_pin(IN_LUND)
    assert WORDS("place.outside_city") in screen_below(phone).text
    await phone.pick(a_jpeg())
    capture.choose(Category.LITTER)
    await capture.save()
    await capture.save()
    (found,) = phone.findings
    assert found.place is not None and found.place.point == GeoPoint(
        lat_deg=IN_LUND.lat_deg, lon_deg=IN_LUND.lon_deg, accuracy_m=IN_LUND.accuracy_m
    )


# Places by name


@walking
async def test_a_place_is_chosen_from_the_list_with_the_nearest_first(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    phone.capture.place.surroundings = Surroundings(
        area_name="Kirseberg",
        outline=OUTLINE,
        places=phone.capture.place.surroundings.places,
        stops=lambda: [NamedPlace(name="Stopp 1: Tunneln", point=CHURCH)],
    )
    point = KIRSEBERGS_TORG
    names = [one.place.name for one in phone.capture.place.surroundings.by_distance(point)]
    assert names == ["Kirsebergs torg", "Kirsebergs kyrka", "Stopp 1: Tunneln"]


@walking
async def test_choosing_from_the_list_puts_the_pin_there(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    places = phone.capture.place.surroundings.by_distance(KIRSEBERGS_TORG)
    phone.capture.place.set_pin(places[1].place.point)
    saved = await phone.save_a_defect()
    assert saved.place is not None
    assert (saved.place.point, saved.place.source) == (CHURCH, PlaceSource.PIN)


@walking
async def test_the_nearest_known_place_is_the_address_when_nothing_better_is_known(
    phone: Phone,
) -> None:
    await walk_in_kirseberg(phone)
    near = WORDS("place.near", name="Kirsebergs torg", metres=17)
    assert near in screen_below(phone).text
    assert (await phone.save_a_defect()).address == "Kirsebergs torg"


@walking
async def test_far_from_every_known_place_there_is_no_address(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    phone.stand_at(GeoPoint(lat_deg=55.6250, lon_deg=13.0700, accuracy_m=5.0))
    assert (await phone.save_a_defect()).address is None


# Those who listen


@walking
async def test_every_fix_is_told_to_all_who_hear(phone: Phone) -> None:
    await phone.walk()
    heard: list[Fix] = []
    phone.round.place.hear(heard.append)
    phone.capture.place.set_pin(CHURCH)
    phone.stand_at(IN_ROSENGARD)
    phone.stand_at(KIRSEBERGS_TORG)
    assert [one.point for one in heard] == [IN_ROSENGARD, KIRSEBERGS_TORG]
    await phone.round.place.stop()
    phone.stand_at(IN_ROSENGARD)
    assert len(heard) == 2


@walking
async def test_answers_about_a_photos_place_can_be_taken_back(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    await phone.pick(a_photo_from(IN_ROSENGARD))
    place = phone.capture.place
    for answer in ("take-offered", "refuse-offered"):
        assert place.offered is not None
        await screen_below(phone).press(answer)
        assert place.offered is None
        await screen_below(phone).press("undo-place")


# The street, when there is contact


def addresses_sent(phone: Phone, observation_id: EntityId) -> list[Json]:
    """What the store was told of where it is, one after the other."""
    query = select(change_log.c.fields).where(change_log.c.entity_id == observation_id)
    with phone.store.services.engine.connect() as connection:
        texts = connection.execute(query.order_by(change_log.c.seq)).scalars().all()
    return [fields["address"] for fields in map(json.loads, texts) if "address" in fields]


def with_a_geocoder(phone: Phone, street: str, *, is_told: bool = True) -> list[str]:
    """The store answers with that street; what it was asked comes back."""
    asked: list[str] = []

    def answers(request: Request) -> Response | None:
        if "/api/v1/address" not in request.url:
            return None
        asked.append(request.url)
        body = json.dumps({"address": street}).encode()
        headers = {
            "content-type": "application/json",
            STORE_HEADER.lower(): phone.store.services.store_id,
            DIGEST_HEADER.lower(): digest_of(body),
        }
        return Response(status=200, headers=headers, body=body)

    phone.link.answers_itself = answers
    services = phone.store.services  # whatever the phone is briefed with next says the same
    briefing = replace(services.briefing, has_address_lookup=is_told)
    object.__setattr__(services, "briefing", briefing)
    raw = json.loads(phone.services.local.fact("briefing") or "{}")
    raw["has_address_lookup"] = is_told
    phone.services.local.set_facts({"briefing": json.dumps(raw)})
    return asked


@walking
async def test_the_street_comes_after_saving_and_is_sent_as_an_edit(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    with_a_geocoder(phone, "Vattenverksvägen 25")
    phone.link.is_up = True
    saved = await phone.save_a_defect()
    await until(lambda: phone.findings[0].address == "Vattenverksvägen 25")
    await phone.all_sent()
    assert addresses_sent(phone, saved.observation_id) == ["Kirsebergs torg", "Vattenverksvägen 25"]


@walking
async def test_without_contact_saving_waits_for_no_address(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    with_a_geocoder(phone, "Vattenverksvägen 25")
    saved = await phone.save_a_defect()
    assert phone.capture.is_empty and saved.address == "Kirsebergs torg"


@walking
async def test_nobody_is_asked_for_an_address_where_nobody_answers(phone: Phone) -> None:
    await walk_in_kirseberg(phone)
    asked = with_a_geocoder(phone, "Vattenverksvägen 25", is_told=False)
    phone.link.is_up = True
    await phone.save_a_defect()
    await phone.all_sent()
    assert asked == []


@walking
async def test_the_age_of_a_place_stands_still_once_it_is_locked(phone: Phone) -> None:
    await phone.walk()
    phone.location.walk_to(KIRSEBERGS_TORG, age_s=120.0)
    await phone.take_picture()
    phone.clock.forward(minutes=10)
    assert phone.capture.place.age_min == 2


def test_a_stop_that_is_a_known_place_too_is_named_once() -> None:
    here = GeoPoint(lat_deg=55.6110, lon_deg=13.0320)
    beside = GeoPoint(lat_deg=55.6113, lon_deg=13.0320)
    elsewhere = GeoPoint(lat_deg=55.6150, lon_deg=13.0320)
    surroundings = Surroundings(
        area_name="Kirseberg",
        places=(
            NamedPlace(name="Torget", point=beside),
            NamedPlace(name="Torget", point=elsewhere),
            NamedPlace(name="Kyrkan", point=beside),
        ),
        stops=lambda: [NamedPlace(name="Torget", point=here)],
    )
    listed = [(one.place.name, one.place.point) for one in surroundings.by_distance(here)]
    assert listed == [("Torget", here), ("Kyrkan", beside), ("Torget", elsewhere)]
