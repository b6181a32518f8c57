"""The list of what cannot be sent, used by its keys; and when the phone may be handed over."""

from __future__ import annotations

from app.field.models.above import Above
from app.field.models.app_model import Phase
from app.field.screens.not_sent_screen import PHOTO_WHYS
from sync.central.tables import device
from sync.client.photo_upload import FINAL_CODES
from sync.client.records import ObservationRecord, PhotoRecord
from sync.client.round_store import RoundStore
from sync.client.transport import Request, Response
from sync.domain.geo import GeoPoint
from sync.domain.words import Cover, Verdict
from sync.hand_over.file import DAMAGED
from sync.headers import STORE_HEADER
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.app_on_screen import screen
from tests.field.test_findings_and_edit import edit_of


async def with_a_late_change(phone: Phone) -> ObservationRecord:
    """The coordinator has approved it before the change came."""
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    phone.office_writes(saved.observation_id, status="approved")
    phone.link.is_up = False
    edit = edit_of(phone, phone.findings[0])
    edit.set_text(typed("För sent"))
    await edit.save()
    phone.link.is_up = True
    await phone.news()
    await until(lambda: phone.sync.waiting.refused == 1)
    return saved


async def a_refused_photo(phone: Phone) -> PhotoRecord:
    """Of a defect that was saved on a walk; the store took what is said of it."""
    await phone.walk()
    no_photos(phone)
    await phone.save_a_defect()
    await until(lambda: phone.sync.waiting.refused == 1)
    return phone.findings[0].photos[0]


@walking
async def test_the_line_at_the_top_leads_to_the_list_that_says_what_why_and_what_to_do(
    phone: Phone,
) -> None:
    saved = await with_a_late_change(phone)
    await screen(phone).press("not-sent")
    shown = screen(phone)
    assert phone.app.pages.above == [Above.NOT_SENT]
    assert "Du skrev: För sent" in shown.text
    assert "hann godkänna" in shown.text
    keys = shown.keys()
    assert f"again-{saved.observation_id}" not in keys
    assert f"edit-{saved.observation_id}" not in keys, "it is closed for the phone"
    assert "hand-over-file" in keys


@walking
async def test_a_change_that_came_after_an_approval_goes_once_that_is_taken_back(
    phone: Phone,
) -> None:
    saved = await with_a_late_change(phone)
    phone.office_writes(saved.observation_id, status="received")
    await phone.news()
    await until(lambda: phone.findings[0].is_editable)
    await screen(phone).press("not-sent")
    assert "Samordnaren har tagit tillbaka godkännandet." in screen(phone).text
    await screen(phone).press(f"again-{saved.observation_id}")
    await phone.all_sent()
    assert phone.findings[0].text == "För sent" and phone.findings[0].refused_code is None


@walking
async def test_what_a_person_has_seen_there_shows_what_the_store_has_and_is_gone_from_the_list(
    phone: Phone,
) -> None:
    saved = await with_a_late_change(phone)
    assert phone.findings[0].text == "För sent"
    row = f"not-sent-{saved.observation_id}"
    await screen(phone).press("not-sent")
    keys = screen(phone).keys()
    assert row in keys
    await screen(phone).press(f"seen-{saved.observation_id}")
    assert "Det du skrev byts mot det som samordnaren har" in screen(phone).text
    await screen(phone).press(f"keep-{saved.observation_id}")
    assert row in screen(phone).keys() and phone.findings[0].text == "För sent"  # noqa: SIM118
    await screen(phone).press(f"seen-{saved.observation_id}")
    await screen(phone).press(f"sure-{saved.observation_id}")
    await until(lambda: phone.findings[0].text == saved.text)
    keys = screen(phone).keys()
    assert row not in keys
    assert "Inget har fastnat" in screen(phone).text
    await until(lambda: phone.sync.may_hand_over)


@walking
async def test_a_change_that_the_phone_itself_may_have_altered_is_not_blamed_on_the_coordinator(
    phone: Phone,
) -> None:
    await phone.walk()
    phone.link.is_up = False
    saved = await phone.save_a_defect("Lampan är trasig")
    values = {"code": DAMAGED, "id": saved.observation_id}
    phone.services.local.write(
        "UPDATE outbox SET refused_code = :code WHERE entity_id = :id", values
    )
    phone.sync.recount()
    await screen(phone).press("not-sent")
    shown = screen(phone)
    assert "kan ha blivit fel när telefonen krånglade" in shown.text
    assert "tog inte emot" not in shown.text
    keys = shown.keys()
    assert f"edit-{saved.observation_id}" in keys and "hand-over-file" in keys
    assert f"again-{saved.observation_id}" not in keys, "it is never sent as it is"


def no_photos(phone: Phone) -> None:
    def answer(request: Request) -> Response | None:
        if "/photos" not in request.url:
            return None
        headers = {
            "content-type": "application/problem+json",
            STORE_HEADER.lower(): phone.store.services.store_id,
        }
        body = b'{"status": 415, "code": "not_a_photo", "detail": "no"}'
        return Response(status=415, headers=headers, body=body)

    phone.link.answers_itself = answer


def test_whatever_a_picture_is_given_up_for_is_told_in_words_of_its_own() -> None:
    assert FINAL_CODES <= PHOTO_WHYS


@walking
async def test_a_refused_picture_can_be_tried_again_or_removed(phone: Phone) -> None:
    photo = await a_refused_photo(phone)
    phone.app.pages.open_not_sent()
    shown = screen(phone).text
    assert "Bild: " in shown and "kan inte läsa bilden. Ta en ny bild" in shown
    await screen(phone).press(f"again-{photo.photo_id}")
    assert phone.notice == "Skickas igen så snart det går.", "it may be here again at once"
    await until(lambda: phone.sync.waiting.refused == 1)
    assert not phone.sync.may_hand_over
    await screen(phone).press(f"remove-{photo.photo_id}")
    assert phone.findings[0].photos == () and phone.notice == "Bilden är borttagen"
    await phone.app.notices.undo()
    assert [one.photo_id for one in phone.findings[0].photos] == [photo.photo_id]
    await screen(phone).press(f"remove-{photo.photo_id}")
    await until(lambda: phone.sync.may_hand_over)
    assert phone.findings[0].photos == ()


@walking
async def test_from_the_list_a_defect_is_opened_on_its_own_round(phone: Phone) -> None:
    photo = await a_refused_photo(phone)
    await phone.round.leave()
    assert phone.app.phase is Phase.HOME
    phone.app.pages.open_not_sent()
    await screen(phone).press(f"edit-{photo.photo_id}")
    assert phone.app.phase is Phase.ROUND and phone.round.edit is not None


@walking
async def test_a_refused_picture_whose_finding_is_not_here_can_be_removed_too(
    phone: Phone,
) -> None:
    """Of a finding that another phone began, of which only a part has come."""
    photo = await a_refused_photo(phone)
    phone.services.local.write("UPDATE observation SET round_id = NULL, noted_at = NULL", {})
    phone.app.pages.open_not_sent()
    keys = screen(phone).keys()
    assert f"edit-{photo.photo_id}" not in keys and f"again-{photo.photo_id}" in keys
    await screen(phone).press(f"remove-{photo.photo_id}")
    assert "Inget har fastnat" in screen(phone).text
    assert phone.notice == "Bilden är borttagen"
    await phone.app.notices.undo()
    await until(lambda: phone.sync.waiting.refused == 1)
    assert not phone.sync.may_hand_over
    await screen(phone).press(f"remove-{photo.photo_id}")
    await until(lambda: phone.sync.may_hand_over)
    assert phone.sync.waiting.refused == 0


@walking
async def test_a_picture_of_an_area_that_is_not_the_phones_any_more_can_be_put_away(
    phone: Phone,
) -> None:
    """The store hears nothing of that area from this phone, not even that it is removed."""
    photo = await a_refused_photo(phone)
    with phone.store.services.engine.begin() as connection:
        connection.execute(device.update().values(areas='["rosengard"]'))
    phone.link.answers_itself = lambda _: None
    phone.app.pages.open_not_sent()
    await screen(phone).press(f"again-{photo.photo_id}")
    await until(lambda: "får inte skicka bilder till det området" in screen(phone).text)
    await screen(phone).press(f"remove-{photo.photo_id}")
    assert "Det går inte att ångra" in screen(phone).text
    await screen(phone).press(f"keep-{photo.photo_id}")
    assert f"remove-{photo.photo_id}" in screen(phone).keys()  # noqa: SIM118
    await screen(phone).press(f"remove-{photo.photo_id}")
    await screen(phone).press(f"sure-{photo.photo_id}")
    await until(lambda: phone.sync.may_hand_over)
    assert phone.findings[0].photos == ()
    await phone.news()
    await until(lambda: phone.sync.may_hand_over)
    assert "Inget har fastnat" in screen(phone).text


@walking
async def test_a_picture_and_what_is_said_of_it_are_one_thing_in_the_list(phone: Phone) -> None:
    photo = await a_refused_photo(phone)
    phone.link.is_up = False
    await phone.services.recorder.decide_photo(
        phone.findings[0], photo.photo_id, Cover.NOTHING_TO_COVER
    )
    phone.services.local.write("UPDATE outbox SET refused_code = 'other_area'", {})
    phone.sync.recount()
    assert phone.sync.waiting.refused == 1
    phone.app.pages.open_not_sent()
    assert phone.app.pages.not_sent is not None
    [thing] = phone.app.pages.not_sent.things
    assert (thing.entity_id, thing.is_photo_file) == (photo.photo_id, False)


@walking
async def test_a_round_and_a_stop_are_opened_from_the_list_where_they_can_be_put_right(
    phone: Phone,
) -> None:
    await phone.walk()
    round_ = phone.round.record
    recorder = phone.services.recorder
    stop_id = await recorder.add_stop(round_, name="Torget", place=None, position=1)
    [stop] = RoundStore(phone.services.local).stops(round_.round_id)
    await phone.all_sent()
    await phone.round.leave()
    phone.link.is_up = False
    await recorder.edit_round(round_, {"led_by": "Amira"})
    await recorder.edit_stop(stop, {"good": "Många ute"})
    phone.services.local.write("UPDATE outbox SET refused_code = 'bad_value'", {})
    phone.sync.recount()
    phone.app.pages.open_not_sent()
    shown = screen(phone)
    assert shown.text.count("Ändra den och försök igen") == 2
    for entity_id in (round_.round_id, stop_id):
        phone.app.pages.open_not_sent()
        await screen(phone).press(f"edit-{entity_id}")
        assert phone.app.phase is Phase.ROUND and phone.app.pages.above == []
        assert phone.round.record.round_id == round_.round_id
        await phone.round.leave()


@walking
async def test_what_cannot_be_opened_is_not_said_to_be(phone: Phone) -> None:
    """Its round is not on this phone, or it is a way that was walked."""
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    await phone.round.leave()
    phone.link.is_up = False
    await phone.services.recorder.decide_photo(
        saved, saved.photos[0].photo_id, Cover.NOTHING_TO_COVER
    )
    local = phone.services.local
    local.write("UPDATE outbox SET refused_code = 'damaged_on_phone'", {})
    local.write("UPDATE round SET kind = NULL", {})
    phone.sync.recount()
    phone.app.pages.open_not_sent()
    photo_id = saved.photos[0].photo_id
    shown = screen(phone)
    assert f"edit-{photo_id}" not in shown.keys()  # noqa: SIM118
    assert "Öppna den" not in shown.text and "Lämna den som fil" in shown.text


@walking
async def test_a_later_visit_cannot_be_written_anew_and_nobody_is_told_to(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    phone.link.is_up = False
    recorder, visit_id = phone.services.recorder, phone.services.local.new_id()
    await recorder.recheck(
        saved, recheck_id=visit_id, round_=None, verdict=Verdict.REMAINS, place=None
    )
    phone.services.local.write("UPDATE outbox SET refused_code = 'bad_value'", {})
    phone.sync.recount()
    await screen(phone).press("not-sent")
    shown = screen(phone)
    assert "Återbesök: " in shown.text and "Försök igen, eller lämna den som fil" in shown.text
    assert "Ändra den" not in shown.text
    assert {f"again-{visit_id}", f"remove-{visit_id}"} <= shown.keys()
    assert f"edit-{visit_id}" not in shown.keys()  # noqa: SIM118


@walking
async def test_what_broke_on_the_phone_is_removed_with_the_button_that_its_words_name(
    phone: Phone,
) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    phone.link.is_up = False
    edit = edit_of(phone, phone.findings[0])
    edit.set_text(typed("Två lampor"))
    await edit.save()
    phone.services.local.write("UPDATE outbox SET refused_code = 'unreadable', body = 'x'", {})
    phone.sync.recount()
    await screen(phone).press("not-sent")
    assert "ta sedan bort den här raden" in screen(phone).text
    phone.link.is_up = True
    await screen(phone).press(f"remove-{saved.observation_id}")
    await screen(phone).press(f"sure-{saved.observation_id}")
    await until(lambda: phone.sync.may_hand_over)
    assert phone.findings[0].text == saved.text


# When the phone may be handed over


@walking
async def test_nothing_is_said_to_be_sent_between_a_save_and_its_answer(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)
    phone.link.is_up = False
    await phone.services.recorder.edit_round(phone.round.record, {"led_by": "Amira"})
    assert not phone.sync.may_hand_over, "not even before anybody counted"


@walking
async def test_a_save_during_a_round_is_not_covered_by_its_answer(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    real = phone.link.request
    is_first = True

    async def meanwhile(request: Request) -> Response:
        nonlocal is_first
        answer = await real(request)
        if is_first and request.url.endswith("/sync"):
            is_first = False
            phone.link.is_up = False
            await phone.save_a_defect("under tiden")
        return answer

    phone.link.request = meanwhile  # type: ignore[method-assign]
    await phone.sync.now()
    await until(lambda: not is_first and not phone.sync.is_busy)
    assert not phone.sync.may_hand_over
    phone.link.is_up = True
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)


@walking
async def test_an_undecided_photo_and_one_taken_back_from_a_deletion_keep_the_phone(
    phone: Phone,
) -> None:
    await phone.walk()
    phone.link.is_up = False
    saved = await phone.save_a_defect()
    recorder = phone.services.recorder
    await recorder.decide_photo(saved, saved.photos[0].photo_id, None)
    phone.link.is_up = True
    await phone.news()
    await until(lambda: phone.sync.waiting.records == 0)
    assert phone.findings[0].photos[0].is_stored is False
    assert phone.sync.waiting.undecided == 1
    assert not phone.sync.may_hand_over
    await recorder.decide_photo(saved, saved.photos[0].photo_id, Cover.NOTHING_TO_COVER)
    await recorder.delete_observation(saved)
    await phone.all_sent()
    await recorder.restore_observation(saved)
    assert not phone.sync.may_hand_over
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)
    assert phone.findings[0].photos[0].is_stored


@walking
async def test_a_route_that_is_being_recorded_is_with_nobody_yet(phone: Phone) -> None:
    await phone.walk()
    await phone.round.route.switch()
    for step in range(3):
        phone.clock.forward(seconds=30)
        phone.stand_at(GeoPoint(lat_deg=55.6110 + step * 0.0005, lon_deg=13.0320, accuracy_m=5.0))
    await phone.all_sent()
    assert phone.services.walk.has_unsent_route()
    assert not phone.sync.may_hand_over
    await phone.round.route.finish()
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)
