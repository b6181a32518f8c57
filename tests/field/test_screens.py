"""Every screen of the field app, built as it would be shown and used by its keys."""

from __future__ import annotations

from collections.abc import AsyncIterator

import flet as ft
import pytest

from app import theme
from app.device.camera import CameraDenied
from app.device.connectivity import Link
from app.device.permissions import Needed, Permission
from app.device.room import Room
from app.device.storage.errors import AlreadyOpen
from app.device.storage.protocol import Persistence
from app.field.models.above import Above
from app.field.models.app_model import Phase
from app.field.models.before_round_model import BeforeRoundModel
from app.field.models.round_model import Tab
from app.field.models.round_path import path_in
from app.i18n import Words
from sync.domain.geo import GeoPoint
from sync.domain.words import Category, RoundKind
from tests.central.a_store import KIRSEBERG, ROSENGARD, a_jpeg
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.app_on_screen import screen
from tests.field.expand import Screen, Shown
from tests.field.test_app_and_sync import shut_out
from tests.field.test_place_model import IN_ROSENGARD, a_photo_from


async def every_screen(phone: Phone) -> AsyncIterator[tuple[str, Screen]]:
    """The app from the first start to a shut-out phone, with all that can be on its screens."""
    phone.cannot_open = AlreadyOpen()
    await phone.start()
    yield "blocked", screen(phone)
    phone.cannot_open, phone.persistence = None, Persistence.FORGETFUL
    await phone.start(phone.store.code(KIRSEBERG, ROSENGARD))
    assert phone.app.pages.intro is not None
    for number in range(3):
        yield f"picture {number + 1}", screen(phone)
        phone.app.pages.intro.forward()
    await phone.app.pages.close()
    enrol = phone.app.enrol
    assert enrol is not None
    await enrol.go()
    yield "enrol, a nickname is missing", screen(phone)
    phone.app.pages.open_help()
    yield "help", screen(phone)
    phone.app.pages.close_help()
    enrol.set_nickname(typed("Räven"))
    await enrol.go()
    yield "home, the first time", screen(phone)
    async for shown in every_page_above(phone):
        yield shown
    assert phone.app.home is not None
    phone.app.home.choose_area(KIRSEBERG)
    await phone.app.home.start()
    yield "capture, waiting for the place", screen(phone)
    await phone.round.shown()
    phone.stand_at(GeoPoint(lat_deg=55.611, lon_deg=13.032, accuracy_m=80.0))
    phone.capture.set_text(typed("Lampan"))
    await phone.capture.save()
    yield "capture, asked for what is missing, weak place", screen(phone)
    phone.camera.fails = CameraDenied()
    phone.capture.want_camera()
    yield "capture, camera starting", screen(phone)
    await phone.capture.preview_shown()
    yield "capture, camera denied", screen(phone)
    await phone.pick(a_photo_from(IN_ROSENGARD))
    yield "capture, a place is offered", screen(phone)
    phone.capture.choose(Category.LIGHTING)
    await phone.capture.save()
    phone.camera.fails = None
    phone.capture.want_camera()
    await phone.capture.preview_shown()
    yield "capture, camera on, saved", screen(phone)
    phone.round.pick_place()
    yield "pin", screen(phone)
    phone.round.place_picked()
    await phone.round.show_tab(Tab.LIST)
    await phone.round.findings.load_thumbnails()
    yield "list", screen(phone)
    phone.round.open_edit(phone.findings[0])
    yield "edit", screen(phone)
    assert phone.round.edit is not None
    phone.round.edit.cancel()
    await phone.round.findings.delete(phone.findings[0])
    yield "list, empty, with undo", screen(phone)
    await phone.round.end()
    yield "ended round", screen(phone)
    await phone.round.leave()
    yield "home, with an earlier round", screen(phone)
    await phone.all_sent()
    shut_out(phone)
    await phone.sync.now()
    await until(lambda: phone.sync.needs_code)
    yield "home, shut out", screen(phone)
    phone.app.pages.open_report()
    assert phone.app.pages.report is not None
    await phone.app.pages.report.send()
    yield "a fault report that waits for a code", screen(phone)
    phone.app.enrol_again()
    yield "enrol again", screen(phone)


async def every_page_above(phone: Phone) -> AsyncIterator[tuple[str, Screen]]:
    assert phone.app.settings is not None
    phone.link_kind = Link.UNKNOWN
    await phone.app.settings.toggle_wifi_only()
    await phone.app.settings.look_around()
    phone.app.pages.open_report()
    phone.app.pages.open_take_file()
    phone.app.pages.open_resident()
    phone.app.pages.open_trouble()
    phone.app.pages.open_not_sent()
    for page in Above:
        phone.app.pages.above = [page]
        yield page.value, screen(phone)
    phone.app.pages.above = []
    await phone.app.settings.toggle_wifi_only()
    await before_a_round(phone)
    for hurdle in ("little room", "what the phone will ask for"):
        yield hurdle, screen(phone)
        await hurdles(phone).go_on()
    await phone.round.leave()


async def before_a_round(phone: Phone) -> None:
    phone.left = Room(free_bytes=1_000_000, used_bytes=1)
    phone.allowed = {Needed.CAMERA: Permission.PROMPT, Needed.PLACE: Permission.UNKNOWN}
    assert phone.app.home is not None
    await phone.app.home.start()


def hurdles(phone: Phone) -> BeforeRoundModel:
    assert phone.app.before_round is not None
    return phone.app.before_round


@walking
async def test_every_control_that_can_be_pressed_has_a_key_a_name_and_room_for_a_finger(
    phone: Phone,
) -> None:
    seen = 0
    async for where, shown in every_screen(phone):
        for one in shown.pressable:
            what = f"{where}: {type(one.control).__name__} {one.key}"
            assert one.key or is_named_from_outside(one), f"{what} has no key"
            assert shown.name(one), f"{what} has no name"
            for side in ("height", "width"):
                length = getattr(one.control, side, None)
                assert length is None or length >= theme.TARGET_DP, f"{what}: {side} {length}"
            seen += 1
    assert seen > 150


def is_named_from_outside(one: Shown) -> bool:
    """The map, which only its label stands for."""
    return any(isinstance(c, ft.Semantics) and c.exclude_semantics for c in one.around)


@walking
async def test_on_every_screen_a_message_has_a_place_of_its_own_above_the_fixed_buttons(
    phone: Phone,
) -> None:
    seen = 0
    async for where, _ in every_screen(phone):
        notices = phone.app.notices
        was = notices.shown
        notices.show("Nu har det hänt", notices.undo)
        shown = screen(phone)
        notices.shown = was
        undo = shown.find("notice-undo")
        around = [c for c in undo.around if not isinstance(c, ft.Row | ft.Container)]
        assert not [c for c in around if isinstance(c, ft.SnackBar | ft.Dismissible)], where
        assert not [c for c in around if getattr(c, "scroll", None)], f"{where}: it scrolls away"
        assert shown.text.count("Nu har det hänt") == 1, where
        fixed = [i for i, one in enumerate(shown.shown) if one.key in FIXED_BELOW]
        assert all(i > shown.shown.index(undo) for i in fixed), where
        seen += len(fixed)
    assert seen > 10


FIXED_BELOW = {"save-next", "edit-save", "start-round", "tab-capture", "tab-list", "end-go"}


@pytest.mark.parametrize("language", ["sv", "en", "ar"])
def test_no_screen_shows_a_key_or_a_hole_instead_of_words(phone: Phone, language: str) -> None:
    @walking
    async def walk() -> None:
        phone.language = language
        async for where, shown in every_screen(phone):
            for line in shown.text.splitlines():
                is_key = line.count(".") and " " not in line and line.islower() and "…" not in line
                is_key = is_key and "//" not in line
                assert not is_key, f"{where}: {line!r}"
                assert "{" not in line and "None" not in line, f"{where}: {line!r}"

    walk()


@walking
async def test_help_is_one_press_away_on_every_screen_of_the_app(phone: Phone) -> None:
    async for where, shown in every_screen(phone):
        if where not in ("help", Above.HELP.value):
            assert "help" in shown.keys(), where  # noqa: SIM118


@walking
async def test_the_numbers_to_call_are_dialled_by_a_press(phone: Phone) -> None:
    await phone.start()
    phone.app.pages.open_help()
    shown = screen(phone)
    urls = {key: shown.find(f"call-{key}").control.url for key in ("112", "11414", "city")}  # type: ignore[attr-defined]
    assert {key: (url.url, url.target) for key, url in urls.items()} == {
        "112": ("tel:112", ft.UrlTarget.SELF),
        "11414": ("tel:11414", ft.UrlTarget.SELF),
        "city": ("tel:+4640341000", ft.UrlTarget.SELF),
    }
    await shown.press("help-back")
    assert not phone.app.pages.is_help_open


@pytest.mark.parametrize("page", ["resident", "settings"])
def test_a_resident_and_the_settings_are_one_press_away_on_a_round_and_change_nothing_of_it(
    phone: Phone, page: str
) -> None:
    @walking
    async def walk() -> None:
        await phone.walk()
        await phone.round.route.switch()
        phone.capture.set_text(typed("Lampan är trasig"))
        phone.capture.choose(Category.LIGHTING)
        phone.stand_at(GeoPoint(lat_deg=55.611, lon_deg=13.032, accuracy_m=5.0))
        for number, tab in enumerate(Tab, 1):
            await phone.round.show_tab(tab)
            await screen(phone).press(page)
            assert phone.app.path.startswith(f"/runda{path_in(phone.round)}/")
            before = phone.round.route.length_m
            phone.clock.forward(seconds=60)
            north = 55.611 + 0.0005 * number
            phone.stand_at(GeoPoint(lat_deg=north, lon_deg=13.032, accuracy_m=5.0))
            assert phone.round.route.length_m > before, "the way goes on being recorded"
            await screen(phone).press(f"{page}-back")
            await phone.round.shown()
            assert (phone.app.pages.above, phone.app.phase) == ([], Phase.ROUND)
            assert phone.round.tab is tab
        assert phone.round.route.routes == [] and phone.round.route.is_on, "in one piece"
        assert phone.location.is_listening
        await phone.round.drafts.try_now()
        await phone.start()
        assert (phone.capture.text, phone.capture.category) == (
            "Lampan är trasig",
            Category.LIGHTING,
        )

    walk()


@walking
async def test_the_camera_is_on_again_after_a_page_above_the_round(phone: Phone) -> None:
    await phone.walk()
    await phone.take_picture()
    await screen(phone).press("resident")
    await phone.app.back()
    await phone.round.shown()
    await phone.capture.preview_shown()
    assert phone.capture.camera == "ready"
    assert len(phone.capture.photos) == 1


@walking
async def test_after_a_page_above_the_round_the_camera_is_as_the_screen_says(phone: Phone) -> None:
    """It is opened anew, with its lamp off; and it may refuse."""
    phone.camera.has_torch = True
    await phone.walk()
    await phone.take_picture()
    await phone.capture.lens.switch_torch()
    await screen(phone).press("settings")
    await phone.app.back()
    await phone.capture.preview_shown()
    assert phone.capture.camera == "ready" and not phone.capture.lens.is_torch_on
    await screen(phone).press("settings")
    phone.camera.fails = CameraDenied()
    await phone.app.back()
    await phone.capture.preview_shown()
    assert phone.capture.camera == "off" and phone.capture.problem == "camera.denied"


@walking
async def test_all_that_the_settings_offer_leaves_the_round_as_it_was(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect()
    phone.capture.set_text(typed("Halv mening"))
    await screen(phone).press("settings")
    for one in screen(phone).pressable:
        if one.key in (None, "help", "settings-back"):
            continue
        await screen(phone).press(str(one.key))
        while phone.app.pages.above != [Above.SETTINGS]:
            await phone.app.back()
    await phone.app.back()
    assert phone.app.phase is Phase.ROUND and phone.round.tab is Tab.CAPTURE
    assert phone.capture.text == "Halv mening" and len(phone.findings) == 1
    assert phone.location.is_listening


@pytest.mark.parametrize("language", ["sv", "ar"])
@pytest.mark.parametrize("percent", [100, 200])
def test_the_rounds_title_has_its_own_line_and_the_buttons_room_beside_each_other(
    phone: Phone, language: str, percent: int
) -> None:
    @walking
    async def walk() -> None:
        phone.language = language
        await phone.walk()
        assert phone.app.settings is not None
        await phone.app.settings.choose_text_percent(percent)
        shown = screen(phone)
        buttons = [shown.find(key) for key in ("leave-round", "resident", "settings", "help")]
        row = buttons[0].around[-1]
        assert all(one.around[-1] is row for one in buttons)
        kind = Words(language)("round.kind.inspection")
        (title,) = [
            one
            for one in shown.shown
            if isinstance(one.control, ft.Text) and str(one.control.value).startswith(kind)
        ]
        assert row not in title.around
        assert all(one.control.width == theme.TARGET_DP for one in buttons)  # type: ignore[attr-defined]
        assert all(shown.name(one) for one in buttons)

    walk()


@walking
async def test_three_presses_from_the_rounds_screen_to_saved(phone: Phone) -> None:
    await phone.walk()
    phone.capture.want_camera()
    await phone.capture.preview_shown()
    for key in ("shutter", "category-belysning", "save-next"):
        await screen(phone).press(key)
    assert phone.capture.just_saved
    assert "Sparad" in screen(phone).text
    assert phone.findings[0].category is Category.LIGHTING


@walking
async def test_a_round_is_started_in_two_presses(phone: Phone) -> None:
    await phone.enrol()
    await screen(phone).press(f"kind-{RoundKind.SAFETY_WALK.value}")
    await screen(phone).press("start-round")
    assert "Trygghetsvandring" in screen(phone).text
    assert phone.app.phase is Phase.ROUND


@walking
async def test_what_waits_is_on_every_screen_of_a_round(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    phone.link.is_up = False
    saved = await phone.save_a_defect()
    words = Words()("sync.waiting", count=1)
    assert words in screen(phone).text
    phone.round.open_edit(saved)
    assert words in screen(phone).text
    await screen(phone).press("edit-cancel")
    phone.round.pick_place()
    assert words in screen(phone).text


@walking
async def test_what_is_measured_moves_no_button_of_the_settings(phone: Phone) -> None:
    await phone.enrol()
    phone.app.pages.open_settings()
    assert phone.app.settings is not None
    before = screen(phone).text
    await phone.app.settings.look_around()
    assert phone.app.settings.use is not None
    assert screen(phone).text.startswith(before)
    assert Words()("settings.storage") in screen(phone).text.removeprefix(before)


@walking
async def test_large_letters_leave_the_room_to_the_round(phone: Phone) -> None:
    """When it was sent last is left out, and the button is a sign; what needs help is said."""
    await phone.walk()
    await phone.all_sent()
    assert "Senast skickat" in screen(phone).text
    assert phone.app.settings is not None
    await phone.app.settings.choose_text_percent(200)
    shown = screen(phone)
    assert "Senast skickat" not in shown.text and Words()("sync.all_sent") in shown.text
    assert shown.name(shown.find("sync-now")) == Words()("sync.now")
    phone.link.is_up = False
    await shown.press("sync-now")
    await until(lambda: phone.sync.problem is not None)
    assert Words()("sync.no_contact") in screen(phone).text


@walking
async def test_the_list_is_used_by_its_keys_edit_delete_and_undo(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect("Lampan är trasig")
    await screen(phone).press("tab-list")
    assert "Lampan är trasig" in screen(phone).text
    await screen(phone).press(f"edit-{saved.observation_id}")
    await screen(phone).press("category-klotter")
    await screen(phone).press("edit-save")
    assert phone.findings[0].category is Category.GRAFFITI
    await screen(phone).press(f"delete-{saved.observation_id}")
    assert phone.findings == []
    assert Words()("app.undo") in screen(phone).text


@walking
async def test_an_approved_defect_has_no_buttons_to_change_it_and_says_why(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    phone.office_writes(saved.observation_id, status="approved")
    await phone.news()
    await phone.round.show_tab(Tab.LIST)
    shown = screen(phone)
    assert not {f"edit-{saved.observation_id}", f"delete-{saved.observation_id}"} & shown.keys()
    assert "odkänd" in shown.text


@walking
async def test_the_pin_is_moved_with_buttons_and_used(phone: Phone) -> None:
    await phone.walk()
    phone.round.pick_place()
    await screen(phone).press("use-pin")
    assert not phone.round.is_picking_place
    place = phone.capture.place.chosen
    assert place is not None and place.source.value == "pin"
    assert Words()("capture.place.pin") in screen(phone).text


@walking
async def test_a_private_window_is_told_on_the_first_screens(phone: Phone) -> None:
    phone.persistence = Persistence.FORGETFUL
    await phone.start()
    await phone.app.pages.close()
    assert Words()("app.forgetful") in screen(phone).text
    await phone.enrol()
    assert Words()("app.forgetful") in screen(phone).text


@walking
async def test_a_browser_with_simpler_storage_is_told_at_home(phone: Phone) -> None:
    phone.persistence = Persistence.FALLBACK
    await phone.enrol()
    assert Words()("app.fallback_storage") in screen(phone).text


@walking
async def test_a_wrong_clock_is_said_in_words(phone: Phone) -> None:
    await phone.walk()
    phone.clock.forward(minutes=-42)
    await phone.news()
    await until(lambda: phone.sync.clock_off_min)
    assert f"{phone.sync.clock_off_min} minuter fel" in screen(phone).text


@walking
async def test_only_the_list_of_an_ended_round_says_that_the_phone_can_be_handed_over(
    phone: Phone,
) -> None:
    await phone.walk()
    phone.picker.chosen = a_jpeg()
    await phone.save_a_defect()
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)
    await phone.round.show_tab(Tab.LIST)
    assert Words()("sync.all_sent.hand_over") not in screen(phone).text
    await phone.round.end()
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)
    phone.round.close_end()
    assert Words()("sync.all_sent.hand_over") in screen(phone).text


@walking
async def test_all_is_not_sent_while_something_is_half_written(phone: Phone) -> None:
    """Told at once, and not when the store is asked the next time."""
    await phone.walk()
    await phone.all_sent()
    all_sent, saved_sent = Words()("sync.all_sent"), Words()("sync.saved_sent")
    assert all_sent in screen(phone).text
    assert not phone.sync.has_begun
    phone.capture.set_text(typed("Lampan"))
    await phone.round.drafts.try_now()
    assert phone.sync.has_begun
    shown = screen(phone).text
    assert saved_sent in shown and all_sent not in shown
    await phone.capture.discard()
    await phone.round.drafts.try_now()
    assert not phone.sync.has_begun and all_sent in screen(phone).text


@walking
async def test_all_is_not_sent_while_the_way_is_being_recorded(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    await phone.round.route.switch()
    assert not phone.sync.has_begun
    phone.stand_at(GeoPoint(lat_deg=55.6111, lon_deg=13.0321, accuracy_m=5.0))
    assert phone.sync.has_begun
    shown = screen(phone).text
    assert Words()("sync.saved_sent") in shown and Words()("sync.all_sent") not in shown
    await phone.round.route.throw_away_recording()
    assert not phone.sync.has_begun and Words()("sync.all_sent") in screen(phone).text


@walking
async def test_a_draft_that_was_left_is_not_sent_on_the_start_screen_either(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    phone.capture.set_text(typed("Lampan"))
    await phone.round.leave()
    await phone.all_sent()
    assert Words()("sync.all_sent") not in screen(phone).text
    await phone.start()
    await phone.all_sent()
    assert Words()("sync.all_sent") not in screen(phone).text


@walking
async def test_west_is_the_leftmost_arrow_also_where_one_reads_from_the_right(
    phone: Phone,
) -> None:
    phone.language = "ar"
    await phone.walk()
    phone.round.pick_place()
    keys = [str(one.key) for one in screen(phone).pressable]
    arrows = [key for key in keys if key in ("pin-west", "pin-north", "pin-south", "pin-east")]
    assert arrows[0] == "pin-east" and arrows[-1] == "pin-west"
