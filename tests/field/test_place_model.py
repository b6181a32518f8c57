"""Where a defect is: locked when the photo is taken, and never somewhere else afterwards."""

from __future__ import annotations

import io

from PIL import Image

from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.words import Category, PlaceSource
from tests.central.a_store import a_jpeg
from tests.field.a_phone import Phone, typed, walking
from tests.field.devices import KIRSEBERGS_TORG

AROUND_THE_CORNER = GeoPoint(lat_deg=55.6114, lon_deg=13.0331, accuracy_m=5.0)
IN_ROSENGARD = GeoPoint(lat_deg=55.5860, lon_deg=13.0450)


def a_photo_from(point: GeoPoint, taken: str = "2026:11:18 14:30:00") -> bytes:
    """A camera's file with time and place in it (Exif 2.32: degrees, minutes, seconds)."""

    def dms(value: float) -> tuple[float, float, float]:
        degrees = int(value)
        minutes = int((value - degrees) * 60)
        return (float(degrees), float(minutes), (value - degrees - minutes / 60) * 3600)

    exif = Image.Exif()
    exif[0x0132] = taken
    exif.get_ifd(0x8769).update({0x9003: taken, 0x9011: "+00:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: dms(point.lat_deg), 3: "E", 4: dms(point.lon_deg)})
    out = io.BytesIO()
    Image.open(io.BytesIO(a_jpeg())).save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


def chosen(phone: Phone) -> Place:
    place = phone.capture.place.chosen
    assert place is not None
    return place


@walking
async def test_before_the_photo_the_place_follows_the_phone(phone: Phone) -> None:
    await phone.walk()
    phone.stand_at(AROUND_THE_CORNER)
    assert chosen(phone).point == AROUND_THE_CORNER
    assert not phone.capture.place.is_locked


@walking
async def test_the_place_is_locked_when_the_shutter_is_pressed(phone: Phone) -> None:
    await phone.walk()
    phone.camera.before_picture = lambda: phone.stand_at(AROUND_THE_CORNER)
    await phone.take_picture()
    assert phone.capture.place.is_locked
    assert chosen(phone).point == KIRSEBERGS_TORG


@walking
async def test_the_place_does_not_follow_the_phone_after_the_photo(phone: Phone) -> None:
    await phone.walk()
    await phone.take_picture()
    phone.stand_at(AROUND_THE_CORNER)
    phone.capture.choose(Category.LIGHTING)
    await phone.capture.save()
    saved = phone.findings[0].place
    assert saved is not None and saved.point == KIRSEBERGS_TORG
    assert saved.source is PlaceSource.GPS


@walking
async def test_a_place_that_comes_after_the_shutter_is_locked_at_the_first_fix(
    phone: Phone,
) -> None:
    await phone.walk()
    phone.clock.forward(minutes=5)  # in the underpass: the last fix is too old to be here
    await phone.take_picture()
    assert phone.capture.place.chosen is None
    phone.stand_at(AROUND_THE_CORNER)
    phone.stand_at(KIRSEBERGS_TORG)
    assert phone.capture.place.is_locked
    assert chosen(phone).point == AROUND_THE_CORNER


@walking
async def test_a_second_picture_without_a_fix_keeps_the_place_of_the_first(phone: Phone) -> None:
    await phone.walk()
    await phone.take_picture()
    phone.clock.forward(minutes=5)
    phone.camera.picture = a_jpeg()
    await phone.take_picture()
    assert chosen(phone).point == KIRSEBERGS_TORG


@walking
async def test_the_next_defect_has_a_place_of_its_own(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect()
    phone.stand_at(AROUND_THE_CORNER)
    second = await phone.save_a_defect()
    assert second.place is not None and second.place.point == AROUND_THE_CORNER


@walking
async def test_a_place_from_minutes_ago_is_not_saved_as_if_it_were_here(phone: Phone) -> None:
    capture = await phone.walk()
    phone.clock.forward(minutes=5)
    capture.set_text(typed("Mörkt i tunneln"))
    capture.choose(Category.LIGHTING)
    await capture.save()
    assert "place" in capture.missing


@walking
async def test_a_pin_wins_over_gps(phone: Phone) -> None:
    await phone.walk()
    phone.capture.place.set_pin(pin := GeoPoint(lat_deg=55.6120, lon_deg=13.0300))
    phone.stand_at(AROUND_THE_CORNER)
    await phone.take_picture()
    assert chosen(phone).source is PlaceSource.PIN
    assert chosen(phone).point == pin


@walking
async def test_letting_go_of_the_pin_goes_back_to_where_the_phone_is(phone: Phone) -> None:
    await phone.walk()
    phone.capture.place.set_pin(GeoPoint(lat_deg=55.6120, lon_deg=13.0300))
    phone.stand_at(AROUND_THE_CORNER)
    phone.capture.place.use_gps()
    assert chosen(phone).point == AROUND_THE_CORNER


@walking
async def test_an_old_photo_from_elsewhere_has_its_place_offered_not_taken(phone: Phone) -> None:
    await phone.walk()
    await phone.pick(a_photo_from(IN_ROSENGARD))
    place = phone.capture.place
    assert place.offered is not None
    assert abs(place.offered.point.lat_deg - IN_ROSENGARD.lat_deg) < 1e-5
    assert place.offered.fixed_at == "2026-11-18T14:30:00.000Z"
    assert chosen(phone).source is PlaceSource.GPS
    place.take_offered()
    assert chosen(phone).source is PlaceSource.EXIF
    phone.stand_at(AROUND_THE_CORNER)
    assert chosen(phone).source is PlaceSource.EXIF


@walking
async def test_refusing_the_photos_place_keeps_the_phones(phone: Phone) -> None:
    await phone.walk()
    await phone.pick(a_photo_from(IN_ROSENGARD))
    phone.capture.place.refuse_offered()
    assert phone.capture.place.offered is None
    assert chosen(phone).point == KIRSEBERGS_TORG


@walking
async def test_an_old_photo_from_here_is_no_question(phone: Phone) -> None:
    await phone.walk()
    await phone.pick(a_photo_from(KIRSEBERGS_TORG))
    assert phone.capture.place.offered is None
    assert chosen(phone).source is PlaceSource.GPS


@walking
async def test_a_pin_is_never_replaced_by_the_place_of_an_old_photo(phone: Phone) -> None:
    await phone.walk()
    phone.clock.forward(minutes=5)
    phone.round.place.set_pin(AROUND_THE_CORNER)
    await phone.pick(a_photo_from(IN_ROSENGARD))
    assert chosen(phone).source is PlaceSource.PIN
    assert phone.round.place.offered is not None


@walking
async def test_without_gps_an_old_photo_gives_its_own_place(phone: Phone) -> None:
    await phone.walk()
    phone.clock.forward(minutes=5)
    await phone.pick(a_photo_from(IN_ROSENGARD))
    assert chosen(phone).source is PlaceSource.EXIF
    assert phone.capture.place.offered is None


@walking
async def test_the_place_of_a_photo_that_is_taken_away_goes_with_it(phone: Phone) -> None:
    await phone.walk()
    await phone.pick(a_photo_from(IN_ROSENGARD))
    phone.capture.place.take_offered()
    phone.capture.remove_photo(phone.capture.photos[0].sha256)
    assert chosen(phone).point == KIRSEBERGS_TORG
    await phone.take_picture()
    assert chosen(phone).source is PlaceSource.GPS


@walking
async def test_a_pin_stays_when_the_photo_is_taken_again(phone: Phone) -> None:
    await phone.walk()
    await phone.take_picture()
    phone.capture.place.set_pin(pin := GeoPoint(lat_deg=55.6120, lon_deg=13.0300))
    phone.capture.remove_photo(phone.capture.photos[0].sha256)
    phone.camera.picture = a_jpeg()
    await phone.take_picture()
    assert chosen(phone).point == pin


@walking
async def test_a_phone_that_is_not_let_know_says_so_and_can_try_again(phone: Phone) -> None:
    phone.location.is_denied = True
    await phone.walk()
    place = phone.capture.place
    assert (place.problem, place.chosen) == ("place.denied", None)
    phone.location.is_denied = False
    await place.retry()
    phone.stand_at(KIRSEBERGS_TORG)
    assert place.problem is None
    assert chosen(phone).point == KIRSEBERGS_TORG


@walking
async def test_positioning_that_does_not_answer_is_a_sentence_not_an_error(phone: Phone) -> None:
    phone.location.is_broken = True
    await phone.walk()
    assert phone.capture.place.problem == "place.failed"


@walking
async def test_a_weak_place_is_told(phone: Phone) -> None:
    await phone.walk()
    assert not phone.capture.place.is_weak
    phone.stand_at(GeoPoint(lat_deg=55.611, lon_deg=13.032, accuracy_m=80.0))
    assert phone.capture.place.is_weak


@walking
async def test_nobody_listens_to_the_place_when_no_round_is_on_the_screen(phone: Phone) -> None:
    await phone.walk()
    round_ = phone.round
    assert phone.location.is_listening
    await round_.leave()
    assert not phone.location.is_listening
    assert phone.app.home is not None
    await phone.app.home.join(round_.record.round_id)
    await phone.round.shown()
    assert phone.location.is_listening
    await phone.round.end()
    assert not phone.location.is_listening
    await phone.round.reopen()
    assert phone.location.is_listening
