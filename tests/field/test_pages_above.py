"""Pages that open over everything: the first pictures, help, what went wrong and what to do."""

from __future__ import annotations

import logging

import pytest

from app.device.permissions import Needed, Permission
from app.device.room import Room
from app.field.log_ring import LogRing
from app.field.models.above import WAYS_BACK, Above
from app.field.models.app_model import Phase
from app.field.models.before_round_model import Hurdle
from app.field.models.intro_model import PICTURES
from app.field.models.report_model import ReportState
from app.field.models.resident_model import qr_png
from sync.client.briefing import read_briefing
from sync.client.transport import Request, Response
from tests.field.a_phone import KIRSEBERGS_TORG, Phone, typed, until, walking
from tests.field.test_app_and_sync import shut_out
from tests.field.test_screens import screen

# The first start


@walking
async def test_the_first_start_shows_three_pictures_and_then_asks_for_the_code(
    phone: Phone,
) -> None:
    await phone.start()
    assert phone.app.pages.above == [Above.INTRO]
    intro = phone.app.pages.intro
    assert intro is not None
    for _ in PICTURES[1:]:
        intro.forward()
    assert intro.is_last
    await phone.app.pages.close()
    assert phone.app.pages.above == [] and phone.app.phase is Phase.ENROL


@walking
async def test_the_pictures_are_shown_once_also_when_they_were_skipped(phone: Phone) -> None:
    await phone.start()
    await phone.app.back()
    await phone.start()
    assert phone.app.pages.above == []


@walking
async def test_the_pictures_are_there_again_from_the_settings(phone: Phone) -> None:
    await phone.enrol()
    phone.app.pages.open_settings()
    phone.app.pages.open_intro()
    assert phone.app.pages.above[-1] is Above.INTRO
    await phone.app.back()
    assert phone.app.pages.above[-1] is Above.SETTINGS
    await phone.app.back()
    assert phone.app.phase is Phase.HOME and phone.app.pages.above == []


@walking
async def test_a_page_above_hides_a_message_but_not_what_can_be_taken_back(phone: Phone) -> None:
    await phone.walk()
    phone.app.notices.show("Sparad")
    phone.app.pages.open_help()
    assert phone.notice is None
    phone.app.pages.close_help()
    await phone.round.findings.delete(await phone.save_a_defect())
    phone.app.pages.open_help()
    await phone.app.notices.undo()
    assert len(phone.findings) == 1 and phone.app.pages.is_help_open


@walking
async def test_help_opens_over_every_page_and_leaves_it_there(phone: Phone) -> None:
    await phone.enrol()
    phone.app.pages.open_settings()
    phone.app.pages.open_help()
    assert phone.app.path.endswith("/installningar/hjalp")
    await phone.app.back()
    assert phone.app.pages.above == [Above.SETTINGS]


# Before a round


@walking
async def test_nothing_stands_before_a_round_on_a_phone_that_has_allowed_all(
    phone: Phone,
) -> None:
    await phone.enrol()
    assert phone.app.home is not None and phone.app.before_round is not None
    await phone.app.home.start()
    assert phone.app.before_round.hurdle is None


@walking
async def test_why_the_phone_asks_is_told_before_it_asks_and_only_once(phone: Phone) -> None:
    phone.allowed = {Needed.CAMERA: Permission.GRANTED, Needed.PLACE: Permission.PROMPT}
    await phone.enrol()
    assert phone.app.home is not None and phone.app.before_round is not None
    await phone.app.home.start()
    before = phone.app.before_round
    assert (before.hurdle, list(before.needs)) == (Hurdle.PERMISSIONS, [Needed.PLACE])
    assert not phone.location.is_listening, "it has not asked yet"
    await before.go_on()
    assert before.hurdle is None
    await phone.round.leave()
    await phone.app.home.start()
    assert before.hurdle is None


@walking
async def test_little_room_is_told_before_the_round_and_the_round_can_go_on(phone: Phone) -> None:
    phone.left = Room(free_bytes=12_000_000, used_bytes=1)
    await phone.enrol()
    assert phone.app.home is not None and phone.app.before_round is not None
    await phone.app.home.start()
    before = phone.app.before_round
    assert before.hurdle is Hurdle.LOW_STORAGE
    await before.go_on()
    assert before.hurdle is None


@walking
async def test_who_makes_room_gets_on_by_trying_again(phone: Phone) -> None:
    phone.left = Room(free_bytes=12_000_000, used_bytes=1)
    await phone.enrol()
    assert phone.app.home is not None and phone.app.before_round is not None
    await phone.app.home.start()
    phone.left = Room(free_bytes=900_000_000, used_bytes=1)
    await phone.app.before_round.look()
    assert phone.app.before_round.hurdle is None


@walking
async def test_little_room_is_told_when_a_photo_has_been_saved_and_once_until_there_is_room(
    phone: Phone,
) -> None:
    await phone.walk()
    before = phone.app.before_round
    assert before is not None and before.hurdle is None
    phone.left = Room(free_bytes=12_000_000, used_bytes=1)
    await phone.save_a_defect("Lampan")
    await until(lambda: before.hurdle is Hurdle.LOW_STORAGE)
    shown = screen(phone)
    assert "Ont om plats på telefonen" in shown.text and {"room-settings"} <= shown.keys()
    await shown.press("before-go-on")
    await phone.save_a_defect("Papperskorgen")
    await before.look_at_room()
    assert before.hurdle is None
    phone.left = Room(free_bytes=900_000_000, used_bytes=1)
    await phone.save_a_defect("Bänken")
    await before.look_at_room()
    phone.left = Room(free_bytes=12_000_000, used_bytes=1)
    await phone.save_a_defect("Trappan")
    await until(lambda: before.hurdle is Hurdle.LOW_STORAGE)


@walking
async def test_a_phone_with_little_room_lets_go_of_photos_that_were_sent_long_ago(
    phone: Phone,
) -> None:
    await phone.walk()
    saved = await phone.save_a_defect("Lampan")
    await phone.all_sent()
    for clock in (phone.clock, phone.store.clock):
        clock.forward(days=31)
    await phone.news()
    phone.stand_at(KIRSEBERGS_TORG)
    phone.left = Room(free_bytes=12_000_000, used_bytes=1)
    newer = await phone.save_a_defect("Papperskorgen")
    before = phone.app.before_round
    assert before is not None
    await until(lambda: before.hurdle is Hurdle.LOW_STORAGE)
    names = await phone.services.storage.photos.names()
    assert saved.photos[0].sha256 not in names
    assert newer.photos[0].sha256 in names


@walking
async def test_what_was_sent_today_stays_while_the_app_is_in_use(phone: Phone) -> None:
    """It may be on a screen, or come back by undo."""
    await phone.walk()
    assert phone.app.settings is not None and phone.app.before_round is not None
    await phone.app.settings.choose_keep_days(0)
    saved = await phone.save_a_defect("Lampan")
    await phone.all_sent()
    phone.left = Room(free_bytes=12_000_000, used_bytes=1)
    await phone.app.before_round.look()
    assert saved.photos[0].sha256 in await phone.services.storage.photos.names()


# When something is refused


@pytest.mark.parametrize("problem", sorted(WAYS_BACK))
def test_every_trouble_with_camera_and_place_has_a_page_with_what_to_do(
    phone: Phone, problem: str
) -> None:
    @walking
    async def walk() -> None:
        await phone.enrol()
        phone.app.pages.open_way_back(problem)
        assert phone.app.pages.above == [WAYS_BACK[problem]]

    walk()


@walking
async def test_try_again_asks_for_the_place_anew_without_a_restart(phone: Phone) -> None:
    phone.location.is_denied = True
    await phone.walk()
    assert phone.round.place.problem == "place.denied"
    phone.app.pages.open_way_back("place.denied")
    phone.location.is_denied = False
    await phone.app.try_again()
    assert phone.location.is_listening
    assert phone.round.place.problem is None
    assert phone.app.pages.above == []


@walking
async def test_a_shut_out_phone_is_told_once_on_the_start_screen(phone: Phone) -> None:
    await phone.enrol()
    await phone.all_sent()
    shut_out(phone)
    await phone.sync.now()
    await until(lambda: phone.app.pages.above == [Above.SHUT_OUT])
    assert phone.sync.is_shut_out
    await phone.app.back()
    await phone.sync.now()
    await until(lambda: not phone.sync.is_busy)
    assert phone.app.pages.above == []


@walking
async def test_a_wrong_clock_is_told_once_with_the_right_time(phone: Phone) -> None:
    await phone.enrol()
    await phone.news()
    phone.clock.forward(minutes=-90)
    await phone.news()
    await until(lambda: phone.app.pages.above == [Above.CLOCK])
    right = phone.sync.right_time
    assert right[:16] == phone.store.clock().strftime("%Y-%m-%dT%H:%M")
    await phone.app.back()
    await phone.news()
    assert phone.app.pages.above == []


# For a resident


@walking
async def test_the_residents_page_speaks_another_language_than_the_app(phone: Phone) -> None:
    await phone.enrol()
    phone.app.pages.open_resident()
    resident = phone.app.pages.resident
    assert resident is not None
    assert resident.url == read_briefing(phone.services.local).report_form_url
    resident.words.switch_to("ar")
    assert phone.app.words.language == "sv"


@pytest.mark.parametrize(
    "url", ["https://felanmalan.malmo.se", "https://example.se/" + "ö" * 200 + "?a=1&b=2#c"]
)
def test_the_code_is_a_picture_with_white_around_it(url: str) -> None:
    png = qr_png(url)
    assert png.startswith(b"\x89PNG")


# The fault report


@walking
async def test_a_fault_report_is_shown_as_it_is_sent(phone: Phone) -> None:
    await phone.enrol()
    phone.ring.emit(a_line("app.field.x", "sync: %s", "hemligt ord"))
    phone.app.pages.open_report()
    report = phone.app.pages.report
    assert report is not None
    assert "sync: %s" in report.text and "hemligt" not in report.text
    await report.send()
    assert report.state is ReportState.SENT


@walking
async def test_a_fault_report_without_contact_goes_later_by_itself(phone: Phone) -> None:
    await phone.enrol()
    await phone.all_sent()
    phone.link.is_up = False
    phone.app.pages.open_report()
    report = phone.app.pages.report
    assert report is not None
    await report.send()
    assert report.state is ReportState.KEPT
    assert phone.services.local.fact("error_report") == report.text
    phone.link.is_up = True
    await phone.sync.now()
    await until(lambda: phone.services.local.fact("error_report") is None)


@walking
async def test_a_fault_report_that_the_store_fails_with_does_not_make_the_rest_look_unsent(
    phone: Phone,
) -> None:
    await phone.enrol()
    await phone.all_sent()
    phone.link.is_up = False
    phone.app.pages.open_report()
    assert phone.app.pages.report is not None
    await phone.app.pages.report.send()

    def fails(request: Request) -> Response | None:
        return Response(status=500) if request.url.endswith("/error-reports") else None

    phone.link.answers_itself = fails
    phone.link.is_up = True
    await phone.sync.now()
    await until(lambda: any(fails(one) for one in phone.link.requests))
    await until(lambda: phone.sync.may_hand_over)
    assert phone.sync.problem is None
    phone.link.answers_itself = lambda _: None
    await phone.sync.now()
    await until(lambda: phone.services.local.fact("error_report") is None)


@walking
async def test_a_shut_out_phone_keeps_the_fault_report_until_it_has_joined_again(
    phone: Phone,
) -> None:
    await phone.enrol()
    await phone.all_sent()
    shut_out(phone)
    phone.app.pages.open_report()
    report = phone.app.pages.report
    assert report is not None
    await screen(phone).press("report-send")
    assert report.state is ReportState.NEEDS_CODE
    shown = screen(phone)
    assert "skickas när telefonen är med" in shown.text
    await shown.press("report-file")
    (file,) = phone.sharing.shared
    assert file.content.decode() == report.text
    assert file.name.endswith(".txt") and file.media_type == "text/plain"
    phone.app.enrol_again()
    assert phone.app.enrol is not None
    phone.app.enrol.set_code(typed(phone.store.code()))
    await phone.app.enrol.go()
    await until(lambda: phone.services.local.fact("error_report") is None)


@pytest.mark.parametrize("is_up", [True, False])
def test_a_phone_that_has_not_joined_is_told_so_with_and_without_contact(
    phone: Phone, is_up: bool
) -> None:
    @walking
    async def walk() -> None:
        await phone.start()
        phone.link.is_up = is_up
        phone.app.pages.open_report()
        report = phone.app.pages.report
        assert report is not None
        await report.send()
        assert report.state is ReportState.NEEDS_CODE
        assert phone.services.local.fact("error_report") == report.text

    walk()


def test_the_log_keeps_who_and_what_kind_but_nothing_that_was_filled_in(phone: Phone) -> None:
    ring = LogRing(phone.clock)
    ring.emit(a_line("app.field.models", "could not read %s of %s", "Lampan", "Räven"))
    ring.emit(a_line("urllib3.connection", "GET https://store.test/?token=abc"))
    try:
        raise ValueError("55.61, 13.03")
    except ValueError as error:
        record = a_line("sync.client", "a round failed")
        record.exc_info = (ValueError, error, error.__traceback__)
        ring.emit(record)
    told = "\n".join(ring.lines)
    for secret in ("Lampan", "Räven", "token", "55.61"):
        assert secret not in told
    assert "could not read %s of %s" in told
    assert "urllib3.connection" in told
    assert "[ValueError" in told


def test_the_log_forgets_the_oldest(phone: Phone) -> None:
    ring = LogRing(phone.clock)
    for number in range(300):
        ring.emit(a_line("app.x", f"line {number}"))
    assert len(ring.lines) == 200
    assert ring.lines[-1].endswith("line 299")


def a_line(name: str, template: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.WARNING, __file__, 1, template, args, None)
