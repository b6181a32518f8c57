"""Later visits: offered where the walk passes, decided with one tap, undone, and by hand."""

from __future__ import annotations

import asyncio

import pytest

from app.field.models.cover_model import thumbnail_name
from app.field.models.revisit_model import RevisitModel
from app.field.models.round_model import Tab
from app.field.models.round_path import path_in, step_back
from app.field.models.visit_model import VisitModel
from app.field.screens.round_screen import RoundScreen
from sync.client.records import ObservationRecord
from sync.domain.geo import GeoPoint
from sync.domain.words import Cover, ObservationKind, Verdict
from tests.central.a_store import a_jpeg
from tests.field.a_phone import Phone, typed, walking
from tests.field.devices import KIRSEBERGS_TORG
from tests.field.expand import Screen

FAR = GeoPoint(lat_deg=55.6140, lon_deg=13.0320, accuracy_m=8.0)


def north(metres: float, accuracy_m: float | None = 8.0) -> GeoPoint:
    lat = KIRSEBERGS_TORG.lat_deg + metres / 111_195
    return GeoPoint(lat_deg=lat, lon_deg=KIRSEBERGS_TORG.lon_deg, accuracy_m=accuracy_m)


def revisits(phone: Phone) -> RevisitModel:
    return phone.round.revisits


def visit(phone: Phone) -> VisitModel:
    found = revisits(phone).open
    assert found is not None
    return found


def offered(phone: Phone) -> str | None:
    near = revisits(phone).offered
    return None if near is None else near.point.observation_id


def screen(phone: Phone) -> Screen:
    return Screen(lambda: RoundScreen(phone.app, phone.round, phone.app.words))


def keys(phone: Phone) -> set[str]:
    return screen(phone).keys()


async def fixed_says_the_city(
    phone: Phone, other: Phone, at: GeoPoint = KIRSEBERGS_TORG, said: str = "Åtgärdat"
) -> ObservationRecord:
    """Noted on another round a week ago; this phone is far away on a round of today."""
    await other.walk()
    other.stand_at(at)
    saved = await other.save_a_defect("Lampan vid trappan")
    await other.all_sent()
    phone.clock.forward(seconds=7 * 86_400)
    phone.store.clock.forward(seconds=7 * 86_400)
    phone.store_report(saved.observation_id, said)
    await phone.walk(at=FAR)
    await phone.news()
    return saved


@walking
async def test_passing_by_what_the_city_calls_fixed_offers_a_visit_with_a_buzz(
    phone: Phone, other: Phone
) -> None:
    saved = await fixed_says_the_city(phone, other)
    assert offered(phone) is None and "revisit-banner" not in keys(phone)
    phone.stand_at(north(30))
    assert offered(phone) == saved.observation_id
    phone.stand_at(north(28))
    assert phone.signals.noticed_times == 1
    text = screen(phone).text
    assert "Är den lagad? Staden säger det." in text
    assert "28 m åt söder" in text
    await revisits(phone).load()
    assert revisits(phone).small is not None


@walking
async def test_pictures_of_what_may_be_offered_are_fetched_while_there_is_contact(
    phone: Phone, other: Phone
) -> None:
    saved = await fixed_says_the_city(phone, other)
    name = thumbnail_name(saved.photos[0].sha256)
    kept = phone.services.storage.photos
    revisits(phone).in_contact()  # at the first answer the report was not here yet
    phone.clock.forward(seconds=11 * 60)
    revisits(phone).in_contact()
    while name not in await kept.names():
        await asyncio.sleep(0.01)
    phone.link.is_up = False
    phone.stand_at(north(30))
    await revisits(phone).load()
    assert revisits(phone).small is not None
    revisits(phone).look()
    await visit(phone).shown()
    assert visit(phone).before is not None


@walking
async def test_pictures_of_what_is_open_nearby_are_fetched_too(phone: Phone, other: Phone) -> None:
    """So that "already known here?" can show it where there is no contact."""
    await other.walk()
    saved = await other.save_a_defect("Lampan vid trappan")
    await other.all_sent()
    await phone.walk()
    await phone.news()
    phone.clock.forward(seconds=11 * 60)
    revisits(phone).in_contact()
    name, kept = thumbnail_name(saved.photos[0].sha256), phone.services.storage.photos
    while name not in await kept.names():
        await asyncio.sleep(0.01)


@walking
async def test_an_inexact_fix_offers_nothing(phone: Phone, other: Phone) -> None:
    await fixed_says_the_city(phone, other)
    phone.stand_at(north(5, accuracy_m=51))
    assert offered(phone) is None
    phone.stand_at(north(5, accuracy_m=50))
    assert offered(phone) is not None


@walking
async def test_what_is_offered_stays_a_little_and_goes_when_it_is_left_behind(
    phone: Phone, other: Phone
) -> None:
    saved = await fixed_says_the_city(phone, other)
    phone.stand_at(north(39))
    phone.stand_at(north(45))
    assert offered(phone) == saved.observation_id
    phone.stand_at(north(70))
    assert offered(phone) is None


@walking
async def test_not_now_is_not_asked_again_on_this_round_and_can_be_undone(
    phone: Phone, other: Phone
) -> None:
    saved = await fixed_says_the_city(phone, other)
    phone.stand_at(north(10))
    await screen(phone).press("revisit-not-now")
    assert offered(phone) is None
    phone.stand_at(north(5))
    assert offered(phone) is None
    await phone.app.notices.undo()
    assert offered(phone) == saved.observation_id
    await revisits(phone).not_now()
    await phone.start()
    await phone.round.shown()
    phone.stand_at(north(5))
    assert offered(phone) is None


@walking
async def test_an_old_one_that_is_open_is_offered_with_another_question(
    phone: Phone, other: Phone
) -> None:
    await other.walk()
    await other.save_a_defect("Lampan vid trappan")
    await other.all_sent()
    phone.clock.forward(seconds=31 * 86_400)
    phone.store.clock.forward(seconds=31 * 86_400)
    await phone.walk()
    await phone.news()
    phone.stand_at(north(10))
    assert "Finns den kvar?" in screen(phone).text


@walking
async def test_a_clock_that_is_a_month_fast_makes_nothing_old(phone: Phone, other: Phone) -> None:
    await other.walk()
    await other.save_a_defect("Lampan vid trappan")
    await other.all_sent()
    phone.clock.forward(seconds=31 * 86_400)
    await phone.walk()
    await phone.news()
    phone.stand_at(north(10))
    assert "Finns den kvar?" not in screen(phone).text


@walking
async def test_the_visit_shows_what_it_was_and_what_the_city_says(
    phone: Phone, other: Phone
) -> None:
    saved = await fixed_says_the_city(phone, other)
    phone.stand_at(north(10))
    await screen(phone).press("revisit-look")
    await visit(phone).shown()
    shown = screen(phone)
    assert f"Återbesök: {saved.number} Belysning" in shown.text
    assert "Lampan vid trappan" in shown.text
    assert "Staden: Åtgärdat" in shown.text
    assert "10 m åt söder" in shown.text
    assert {"verdict-fixed", "verdict-remains", "verdict-worse"} <= shown.keys()
    assert visit(phone).before is not None
    assert path_in(phone.round) == "/aterbesok"
    await step_back(phone.round)
    assert revisits(phone).open is None


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict.FIXED, "Sedd åtgärdad i dag"),
        (Verdict.REMAINS, "Kvarstår, sedd i dag"),
        (Verdict.WORSE, "Värre, sedd i dag"),
    ],
)
def test_one_tap_is_a_verdict_that_every_phone_and_list_sees(
    phone: Phone, other: Phone, verdict: Verdict, said: str
) -> None:
    async def visited() -> None:
        saved = await fixed_says_the_city(phone, other)
        phone.stand_at(north(10))
        revisits(phone).look()
        await screen(phone).press(f"verdict-{verdict.value}")
        assert revisits(phone).open is None and offered(phone) is None
        (written,) = phone.services.walk.rechecks(saved.observation_id)
        assert written.verdict is verdict
        assert written.round_id == phone.round.record.round_id
        assert written.checked_by == phone.nickname
        await phone.all_sent()
        await other.news()
        await other.round.show_tab(Tab.LIST)
        assert said in screen(other).text or verdict is Verdict.FIXED
        assert other.services.walk.rechecks(saved.observation_id) == [written]

    walking(visited)()


@walking
async def test_undo_opens_the_visit_again_with_photo_and_text(phone: Phone, other: Phone) -> None:
    saved = await fixed_says_the_city(phone, other)
    phone.stand_at(north(10))
    revisits(phone).look()
    phone.picker.chosen = a_jpeg()
    await visit(phone).pick()
    visit(phone).set_text(typed("Ny lampa"))
    sha256 = visit(phone).pictures.photos[0].sha256
    await visit(phone).decide(Verdict.WORSE)
    await phone.app.notices.undo()
    assert phone.services.walk.rechecks(saved.observation_id) == []
    assert visit(phone).text == "Ny lampa"
    assert [one.sha256 for one in visit(phone).pictures.photos] == [sha256]
    await visit(phone).decide(Verdict.FIXED)
    (written,) = phone.services.walk.rechecks(saved.observation_id)
    record = phone.services.walk.observation(saved.observation_id)
    assert record is not None
    after = [one for one in record.photos if one.recheck_id is not None]
    assert [(one.recheck_id, one.sha256) for one in after] == [(written.recheck_id, sha256)]
    assert (written.verdict, written.text) == (Verdict.FIXED, "Ny lampa")


@walking
async def test_an_after_photo_is_taken_over_the_ghost_and_decided_by_the_verdict(
    phone: Phone, other: Phone
) -> None:
    saved = await fixed_says_the_city(phone, other)
    phone.stand_at(north(10))
    revisits(phone).look()
    await visit(phone).shown()
    visit(phone).lens.want()
    await visit(phone).lens.shown()
    assert "ghost" in keys(phone)
    await screen(phone).press("ghost-switch")
    assert "ghost" not in keys(phone)
    phone.camera.picture = a_jpeg()
    await screen(phone).press("visit-shutter")
    assert "Bilden skickas som den är" in screen(phone).text
    await visit(phone).decide(Verdict.FIXED)
    record = phone.services.walk.observation(saved.observation_id)
    assert record is not None
    (after,) = [one for one in record.photos if one.recheck_id is not None]
    assert after.cover is Cover.NOTHING_TO_COVER
    await phone.all_sent()
    row = phone.round.findings._list.rows([saved.observation_id])[0]
    assert row.visit is not None and row.visit.verdict is Verdict.FIXED


@walking
async def test_the_camera_goes_from_the_tab_to_the_visit_and_back(
    phone: Phone, other: Phone
) -> None:
    await fixed_says_the_city(phone, other)
    await phone.take_picture()
    assert phone.capture.camera == "ready"
    phone.stand_at(north(10))
    revisits(phone).look()
    assert phone.capture.camera == "off"
    revisits(phone).close()
    assert phone.capture.camera == "starting"


@walking
async def test_what_was_begun_and_not_decided_is_there_again_after_a_restart(
    phone: Phone, other: Phone
) -> None:
    saved = await fixed_says_the_city(phone, other)
    revisits(phone).open_for(saved.observation_id)
    phone.picker.chosen = a_jpeg()
    await visit(phone).pick()
    visit(phone).set_text(typed("Fortfarande mörkt"))
    await phone.round.drafts.try_now()
    await phone.start()
    await phone.round.shown()
    revisits(phone).open_for(saved.observation_id)
    await visit(phone).shown()
    assert visit(phone).text == "Fortfarande mörkt"
    assert len(visit(phone).pictures.photos) == 1


@walking
async def test_a_full_phone_keeps_the_visit_on_the_screen(phone: Phone, other: Phone) -> None:
    saved = await fixed_says_the_city(phone, other)
    revisits(phone).open_for(saved.observation_id)
    visit(phone).set_text(typed("å" * 1900))
    phone.fill_database()
    await visit(phone).decide(Verdict.FIXED)
    phone.empty_database()
    assert visit(phone).problem == "capture.save_failed"
    await visit(phone).decide(Verdict.FIXED)
    assert revisits(phone).open is None


@walking
async def test_a_verdict_pressed_again_after_a_full_disk_makes_no_second_visit(
    phone: Phone, other: Phone
) -> None:
    saved = await fixed_says_the_city(phone, other)
    revisits(phone).open_for(saved.observation_id)
    visit(phone).set_text(typed("Lyser igen"))
    phone.room.for_flushing = False
    await visit(phone).decide(Verdict.FIXED)
    assert visit(phone).problem == "capture.save_failed"
    phone.room.for_flushing = True
    await visit(phone).decide(Verdict.FIXED)
    (seen,) = phone.services.walk.rechecks(saved.observation_id)
    assert seen.text == "Lyser igen"


@walking
async def test_a_round_that_has_ended_offers_nothing(phone: Phone, other: Phone) -> None:
    await fixed_says_the_city(phone, other)
    phone.stand_at(north(10))
    assert offered(phone) is not None
    await phone.round.end()
    assert offered(phone) is None


@walking
async def test_by_hand_from_the_list_of_what_is_open_in_the_area(
    phone: Phone, other: Phone
) -> None:
    saved = await fixed_says_the_city(phone, other, said="Pågående")
    phone.stand_at(north(100))
    await phone.round.show_tab(Tab.LIST)
    await screen(phone).press("area-points")
    shown = screen(phone)
    assert "1 öppen i området" in shown.text and "100 m åt söder" in shown.text
    assert not {f"edit-{saved.observation_id}"} & shown.keys()
    await shown.press(f"visit-{saved.observation_id}")
    await screen(phone).press("verdict-fixed")
    assert "0 öppna i området" in screen(phone).text
    await step_back(phone.round)
    assert phone.round.findings.points is None
    assert phone.round.tab is Tab.LIST


@walking
async def test_only_what_can_be_mended_is_visited(phone: Phone) -> None:
    capture = await phone.walk()
    capture.choose_kind(ObservationKind.POSITIVE)
    capture.set_text(typed("Fina träd"))
    await capture.save()
    await phone.round.show_tab(Tab.LIST)
    assert f"visit-{phone.findings[0].observation_id}" not in keys(phone)
