"""The models of the office's screens, without a page."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.i18n import Words, load
from app.office.models.decision import Decision, Question
from app.office.models.login import LoginModel
from app.office.models.password import PasswordModel
from app.office.models.phones import Phones
from app.office.models.pictures import Pictures
from app.office.models.room import Room
from app.office.models.session import Session
from sync.central.blobs import Blobs
from sync.central.defect_filters import Filter
from sync.central.desk import Desk
from sync.central.enrolment import Enrolment
from sync.domain.status import ReportState, Status
from sync.domain.words import PlaceSource
from sync.forward.report_queue import Reason
from tests.office.office_server import a_photo_of
from tests.office.small_store import KIRSEBERG, PASSWORD, SmallStore, a_small_store, taking_files


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SmallStore]:
    store = a_small_store(tmp_path)
    store.photos = Blobs.in_folder(tmp_path / "photos")  # type: ignore[assignment]
    yield store
    store.engine.dispose()


@pytest.fixture
def session(store: SmallStore, tmp_path: Path) -> Session:
    desk = Desk(
        engine=store.engine,
        accounts=store.accounts,
        review=store.review,
        stuck=store.stuck,
        enrolment=Enrolment(now=store.clock, random=os.urandom),
        hand_in=taking_files(store, tmp_path),
        blobs=store.photos,  # type: ignore[arg-type]
        folder=tmp_path,
        now=store.clock,
        wake_worker=lambda: None,
        link_for=lambda code: f"https://rundan.example/#{code}",
    )
    return Session(desk=desk, words=Words("sv"))


@pytest.fixture
def room(store: SmallStore, session: Session) -> Room:
    session.account = store.coordinator
    room = Room(session=session, pictures=Pictures(session=session))
    room.areas = session.desk.areas(store.coordinator)
    return room


@pytest.fixture
def decision(session: Session, room: Room) -> Decision:
    return Decision(session=session, room=room)


def test_logging_in_opens_the_room_and_forgets_the_password(session: Session) -> None:
    model = LoginModel(session=session)
    model.type_name("amira")
    model.type_password(PASSWORD)
    asyncio.run(model.log_in())
    assert session.account is not None
    assert (model.error, model.busy) == (None, False)
    assert PASSWORD not in repr(model.__dict__)


def test_a_wrong_password_is_told_in_a_sentence(session: Session) -> None:
    model = LoginModel(session=session)
    asyncio.run(model.log_in())
    assert model.error == "Skriv både namn och lösenord."
    model.type_name("amira")
    model.type_password("fel")
    asyncio.run(model.log_in())
    assert model.error == "Namnet eller lösenordet stämmer inte. Försök igen."
    assert session.account is None


def test_the_list_follows_what_phones_send(store: SmallStore, room: Room) -> None:
    asyncio.run(room.refresh())
    assert (room.rows, room.loaded) == ((), True)
    observation_id = store.an_observation(photo=a_photo_of("x", "#123456"))
    asyncio.run(room.refresh_if_changed())
    assert [row.id for row in room.rows] == [observation_id]
    assert room.pictures.small(str(room.rows[0].photo_sha256)) is not None


def test_nothing_is_drawn_again_when_nothing_has_changed(store: SmallStore, room: Room) -> None:
    store.an_observation(photo=None)
    asyncio.run(room.refresh())
    drawn: list[str | None] = []

    def note(_sender: object, field: str | None) -> None:
        drawn.append(field)

    room.subscribe(note)  # type: ignore[attr-defined]
    asyncio.run(room.refresh_if_changed())
    assert drawn == []
    store.an_observation(photo=None)
    asyncio.run(room.refresh_if_changed())
    assert "rows" in drawn


def test_next_and_previous_walk_the_list_and_stop_at_its_ends(
    store: SmallStore, room: Room
) -> None:
    ids = []
    for _ in range(3):
        ids.insert(0, store.an_observation(photo=None))
        store.clock.forward(minutes=1)

    async def walk() -> list[str | None]:
        await room.refresh()
        seen = []
        for step in (room.next, room.next, room.next, room.next, room.previous):
            await step()
            seen.append(room.chosen)
        return seen

    assert asyncio.run(walk()) == [ids[0], ids[1], ids[2], ids[2], ids[1]]


def test_after_a_decision_next_is_the_one_that_took_its_place(
    store: SmallStore, room: Room, decision: Decision
) -> None:
    ids = []
    for _ in range(3):
        ids.insert(0, store.an_observation(photo=None))
        store.clock.forward(minutes=1)
    room.anything_sent = True

    async def decide() -> None:
        await room.refresh()
        await decision.open(ids[1])
        decision.ask_to_reject()
        decision.type_reason("Redan anmält")
        await decision.reject()
        assert room.chosen == ids[1]
        await decision.next()

    asyncio.run(decide())
    assert [row.id for row in room.rows] == [ids[0], ids[2]]
    assert room.chosen == ids[2]


def test_before_the_very_first_send_a_notice_is_shown(
    store: SmallStore, room: Room, decision: Decision
) -> None:
    first, second = store.an_observation(photo=None), store.an_observation(photo=None)

    async def approve() -> None:
        await room.refresh()
        await decision.open(first)
        await decision.approve()
        assert decision.question is Question.FIRST_SEND
        assert store.reports() == []
        await decision.approve()
        assert (decision.question, len(store.reports())) == (None, 1)
        await decision.open(second)
        await decision.approve()
        assert (decision.question, len(store.reports())) == (None, 2)

    asyncio.run(approve())


def test_an_approval_can_be_undone_and_then_approved_again(
    store: SmallStore, room: Room, decision: Decision
) -> None:
    observation_id = store.an_observation(photo=None)

    async def undo() -> None:
        await room.refresh()
        room.anything_sent = True
        await decision.open(observation_id)
        await decision.approve()
        assert (decision.can_take_back, decision.can_decide) == (True, False)
        await decision.take_back()
        assert (decision.can_take_back, decision.can_decide) == (False, True)

    asyncio.run(undo())
    assert store.observation(observation_id)["status"] == Status.RECEIVED.value


def test_a_declined_decision_is_told_and_stays_until_dismissed(
    store: SmallStore, room: Room, decision: Decision
) -> None:
    observation_id = store.an_observation(photo=None, place=None)

    async def decide() -> None:
        await room.refresh()
        room.anything_sent = True
        await decision.open(observation_id)
        await decision.approve()
        await room.refresh()

    asyncio.run(decide())
    assert decision.session.problem is not None
    assert decision.session.problem.startswith("Platsen saknas.")
    decision.session.dismiss()
    assert decision.session.problem is None


def test_pressing_twice_decides_once(store: SmallStore, room: Room, decision: Decision) -> None:
    observation_id = store.an_observation(photo=None)

    async def press() -> None:
        await room.refresh()
        room.anything_sent = True
        await decision.open(observation_id)
        await asyncio.gather(decision.approve(), decision.approve())

    asyncio.run(press())
    assert len(store.reports()) == 1
    assert decision.session.problem is None


def test_a_rejection_without_a_reason_is_asked_for_again(
    store: SmallStore, room: Room, decision: Decision
) -> None:
    observation_id = store.an_observation(photo=None)

    async def reject() -> None:
        await room.refresh()
        await decision.open(observation_id)
        decision.ask_to_reject()
        await decision.reject()

    asyncio.run(reject())
    assert decision.question is Question.REJECT
    assert decision.error == "Skriv varför den avvisas."


def test_an_edit_changes_text_and_category(
    store: SmallStore, room: Room, decision: Decision
) -> None:
    observation_id = store.an_observation(photo=None)

    async def edit() -> None:
        await room.refresh()
        await decision.open(observation_id)
        decision.ask_to_edit()
        assert decision.text == "Lampan är trasig"
        decision.type_text("Två lampor är trasiga")
        decision.pick_category("skadegorelse")
        await decision.save_edit()

    asyncio.run(edit())
    assert room.detail is not None
    assert (room.detail.row.text, room.detail.row.category) == (
        "Två lampor är trasiga",
        "skadegorelse",
    )


def test_a_search_waits_for_a_pause_in_typing(store: SmallStore, room: Room) -> None:
    store.an_observation(photo=None, text="Lampa")
    store.an_observation(photo=None, text="Gunga")

    async def type_it() -> None:
        room.show = Filter.ALL
        await asyncio.gather(room.type_search("gu"), room.type_search("gung"))

    asyncio.run(type_it())
    assert [row.text for row in room.rows] == ["Gunga"]


def test_letters_are_text_while_a_field_has_the_focus(room: Room) -> None:
    room.typing_starts()
    assert not room.takes_shortcuts
    asyncio.run(room.typing_ends())
    assert room.takes_shortcuts


def test_an_invitation_is_shown_and_a_phone_is_shut_out_after_a_yes(
    session: Session, store: SmallStore
) -> None:
    session.account = store.coordinator
    phones = Phones(session=session)

    async def invite() -> None:
        await phones.open()
        await phones.invite([KIRSEBERG])

    asyncio.run(invite())
    assert phones.devices == []
    assert phones.invitation is not None
    assert len(phones.invitation.code) == 6


def test_a_new_password_is_typed_twice_and_is_long_enough(
    session: Session, store: SmallStore
) -> None:
    session.account = store.coordinator
    model = PasswordModel(session=session)
    model.open()
    model.type_old(PASSWORD)
    model.type_new("kort")
    asyncio.run(model.save())
    assert model.error is not None and model.error.startswith("De två nya")
    model.type_again("kort")
    asyncio.run(model.save())
    assert model.error.startswith("Lösenordet är för kort.")
    for write in (model.type_new, model.type_again):
        write("tre gula cyklar")
    asyncio.run(model.save())
    assert (model.error, model.done) == (None, True)


def test_a_closed_account_lands_on_the_log_in_screen(
    session: Session, store: SmallStore, room: Room
) -> None:
    session.account = replace(store.coordinator, id="gone")
    asyncio.run(room.refresh())
    assert session.account is None


def test_all_three_languages_have_the_same_words_and_placeholders() -> None:
    texts = {
        language: {
            key: str(text) for key, text in load(language).items() if key.startswith("office.")
        }
        for language in ("sv", "en", "ar")
    }
    for language in ("en", "ar"):
        assert texts[language].keys() == texts["sv"].keys()
        for key, text in texts["sv"].items():
            if key in ("office.round.people", "office.conflict.points"):
                continue  # Arabic says one and two without the number
            names = re.compile(r"{(\w+)}")
            assert sorted(names.findall(text)) == sorted(names.findall(texts[language][key])), key


def test_every_word_the_office_uses_is_there() -> None:
    known = set(load("sv"))
    used = {
        key
        for path in Path("app/office").rglob("*.py")
        for key in re.findall(r'"(office\.[a-z_.]+[a-z_])"', path.read_text("utf-8"))
    }
    assert used - known == set()


def test_every_code_the_store_gives_has_its_words() -> None:
    known = set(load("sv"))
    source = "".join(
        Path(f"sync/central/{name}.py").read_text("utf-8") for name in ("review", "stuck", "desk")
    )
    codes = set(re.findall(r'(?:ReviewRefused|Declined)\("([a-z_]+)"', source))
    assert len(codes) > 10
    wanted = {f"office.refused.{code}" for code in codes}
    wanted |= {f"office.reason.{one.value}" for one in Reason}
    wanted |= {f"office.filter.{one.value}" for one in Filter}
    wanted |= {f"office.list.empty.{one.value}" for one in Filter}
    wanted |= {f"office.status.{one.value}" for one in Status}
    wanted |= {f"office.place.source.{one.value}" for one in PlaceSource}
    for prefix in ("office.state", "office.sentence", "office.history.report"):
        wanted |= {f"{prefix}.{one.value}" for one in ReportState}
    assert wanted - known == set()
