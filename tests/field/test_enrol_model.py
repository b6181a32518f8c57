"""Joining with a code, as the person with the phone sees it."""

from __future__ import annotations

from app.device.storage.protocol import Persistence
from app.field.models.app_model import Phase
from app.i18n import Words
from sync.client.transport import Request, Response
from tests.field.a_phone import Phone, typed, until, walking


@walking
async def test_a_link_has_the_code_in_it_and_only_a_nickname_is_left_to_give(phone: Phone) -> None:
    app = await phone.start(code := phone.store.code())
    assert app.phase is Phase.ENROL and app.enrol is not None
    assert app.enrol.code == code
    app.enrol.set_nickname(typed("Räven"))
    await app.enrol.go()
    assert app.phase is Phase.HOME and app.home is not None
    assert app.home.nickname == "Räven"
    assert [area.name for area in app.home.areas] == ["Kirseberg"]


@walking
async def test_a_code_may_be_typed_with_small_letters_and_spaces(phone: Phone) -> None:
    app = await phone.start()
    assert app.enrol is not None
    code = phone.store.code().lower()
    app.enrol.set_code(typed(f" {code[:3]}-{code[3:]} "))
    app.enrol.set_nickname(typed("  Räven   från  Kirseberg "))
    await app.enrol.go()
    assert app.home is not None and app.home.nickname == "Räven från Kirseberg"


@walking
async def test_what_is_missing_is_said_at_its_field_and_nothing_is_asked_of_the_store(
    phone: Phone,
) -> None:
    app = await phone.start()
    enrol = app.enrol
    assert enrol is not None
    enrol.set_code(typed("ABC"))
    await enrol.go()
    assert enrol.code_problem == "enrol.code.missing"
    assert enrol.nickname_problem == "enrol.nickname.missing"
    assert phone.link.requests == []
    enrol.set_code(typed("ABCD"))
    assert enrol.code_problem is None


@walking
async def test_a_wrong_code_says_so_and_the_right_one_works_afterwards(phone: Phone) -> None:
    app = await phone.start("ZZZZZZ")
    enrol = app.enrol
    assert enrol is not None
    enrol.set_nickname(typed("Räven"))
    await enrol.go()
    assert enrol.problem == "enrol.problem.wrong_code"
    assert app.phase is Phase.ENROL and not enrol.is_busy
    enrol.set_code(typed(phone.store.code()))
    await enrol.go()
    assert app.phase is Phase.HOME


@walking
async def test_without_contact_the_person_is_told_and_keeps_what_is_typed(phone: Phone) -> None:
    app = await phone.start(code := phone.store.code())
    enrol = app.enrol
    assert enrol is not None
    enrol.set_nickname(typed("Räven"))
    phone.link.is_up = False
    await enrol.go()
    assert enrol.problem == "sync.problem.not_reached"
    assert (enrol.code, enrol.nickname) == (code, "Räven")
    phone.link.is_up = True
    await enrol.go()
    assert app.phase is Phase.HOME


@walking
async def test_a_wifi_log_in_page_is_not_taken_for_the_store(phone: Phone) -> None:
    app = await phone.start(phone.store.code())
    enrol = app.enrol
    assert enrol is not None
    enrol.set_nickname(typed("Räven"))

    def portal(_: Request) -> Response:
        return Response(status=200, headers={"content-type": "text/html"}, body=b"<html>Logga in")

    phone.link.answers_itself = portal
    await enrol.go()
    assert enrol.problem == "sync.problem.not_the_store"
    assert app.phase is Phase.ENROL


@walking
async def test_a_full_phone_says_so_instead_of_joining_half(phone: Phone) -> None:
    app = await phone.start(phone.store.code())
    enrol = app.enrol
    assert enrol is not None
    enrol.set_nickname(typed("Räven"))
    phone.room.for_flushing = False
    await enrol.go()
    assert enrol.problem == "app.storage_full.body"
    phone.room.for_flushing = True
    await enrol.go()
    assert app.phase is Phase.HOME


@walking
async def test_a_nickname_pasted_with_line_breaks_is_one_line(phone: Phone) -> None:
    app = await phone.start(phone.store.code())
    assert app.enrol is not None
    app.enrol.set_nickname(typed("Räven\r\n\x0bi parken\x07"))
    await app.enrol.go()
    assert app.phase is Phase.HOME, app.enrol and app.enrol.problem
    assert app.home is not None and app.home.nickname == "Räven i parken"


@walking
async def test_joining_starts_sending_by_itself_and_fetches_the_rounds_under_way(
    phone: Phone,
) -> None:
    app = await phone.enrol()
    await until(lambda: app.sync is not None and app.sync.synced_at is not None)


@walking
async def test_a_private_window_is_told_before_the_first_round(phone: Phone) -> None:
    phone.persistence = Persistence.FORGETFUL
    app = await phone.start()
    assert app.phase is Phase.ENROL
    assert app.persistence is Persistence.FORGETFUL
    assert "glömmer allt" in Words()("app.forgetful")
