"""The coordinator approves the protocol of a round, and takes the approval back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import flet as ft
import pytest
from sqlalchemy import func, select

from app import theme
from app.i18n import LANGUAGES
from app.office.screens.round_dialog import RoundDialog
from sync.central.accounts import Account, Role
from sync.central.blobs import Blobs
from sync.central.conflict_views import ConflictView
from sync.central.desk import Declined, Desk
from sync.central.round_view import RoundView
from sync.central.tables import change_log
from sync.domain.change import Json
from sync.domain.instants import to_text
from sync.domain.words import EntityKind
from tests.field.expand import Screen
from tests.office.small_store import KIRSEBERG, SmallStore, a_desk, a_small_store
from tests.office.test_conflicts import Office, both_write
from tests.office.unaware_phones import unaware_phone

ROUND, STOP = EntityKind.ROUND, EntityKind.STOP


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SmallStore]:
    store = a_small_store(tmp_path)
    yield store
    store.engine.dispose()


@pytest.fixture
def desk(store: SmallStore, tmp_path: Path) -> Desk:
    return a_desk(store, tmp_path, Blobs.in_folder(tmp_path / "photos"))


@pytest.fixture
def office(store: SmallStore, desk: Desk) -> Office:
    return Office(store, desk)


def an_ended_round(store: SmallStore, **fields: Json) -> str:
    round_id = store.an_id()
    at = to_text(store.clock())
    everything = {"kind": "safety_walk", "started_at": at, "ended_at": at, **fields}
    store.phone_writes(ROUND, round_id, **everything)
    return round_id


def dialog(office: Office, round_id: str | None = None) -> Screen:
    """round_id: of the round to open first."""
    if round_id is not None:
        asyncio.run(office.rounds.open(round_id))
    return Screen(lambda: RoundDialog(office.rounds, office.choices))


def approval_buttons(screen: Screen) -> set[str]:
    return screen.keys() & {"protocol-approve", "protocol-take-back"}


def changes_of(store: SmallStore, round_id: str) -> int:
    query = select(func.count()).where(change_log.c.entity_id == round_id)
    with store.engine.connect() as connection:
        return int(connection.scalar(query) or 0)


def test_an_ended_round_is_approved_with_who_and_when_and_the_phones_are_told(
    store: SmallStore, office: Office
) -> None:
    round_id = an_ended_round(store)
    phone = unaware_phone(store, "Nova")
    screen = dialog(office, round_id)
    assert "Protokollet är inte godkänt" in screen.text
    store.clock.forward(minutes=5)
    asyncio.run(screen.press("protocol-approve"))
    screen = dialog(office)
    assert "Protokollet godkändes 2026-11-20 10.05 av amira" in screen.text
    assert approval_buttons(screen) == {"protocol-take-back"}
    assert [change.fields for change in phone.fetches()] == [
        {"protocol_approved_at": to_text(store.clock())}
    ]


def test_an_approval_is_taken_back_without_a_question_and_given_again(
    store: SmallStore, office: Office
) -> None:
    round_id = an_ended_round(store)
    phone = unaware_phone(store, "Nova")
    asyncio.run(dialog(office, round_id).press("protocol-approve"))
    asyncio.run(dialog(office).press("protocol-take-back"))
    assert "Protokollet är inte godkänt" in dialog(office).text
    assert phone.fetches()[-1].fields == {"protocol_approved_at": None}
    store.clock.forward(days=1)
    asyncio.run(dialog(office).press("protocol-approve"))
    assert "Protokollet godkändes 2026-11-21 10.00 av amira" in dialog(office).text


def test_a_round_that_goes_on_cannot_be_approved(
    store: SmallStore, desk: Desk, office: Office
) -> None:
    round_id = an_ended_round(store, ended_at=None)
    screen = dialog(office, round_id)
    assert not approval_buttons(screen) and "Protokollet" not in screen.text
    with pytest.raises(Declined, match="round_not_ended"):
        desk.approve_protocol(store.coordinator, round_id)


def test_a_round_that_was_opened_again_meanwhile_says_so_in_the_dialog(
    store: SmallStore, office: Office
) -> None:
    round_id = an_ended_round(store)
    screen = dialog(office, round_id)
    store.phone_writes(ROUND, round_id, ended_at=None)
    asyncio.run(screen.press("protocol-approve"))
    screen = dialog(office)
    assert "Rundan pågår" in screen.name(screen.find("round-problem"))
    assert not approval_buttons(screen) and office.session.problem is None
    store.phone_writes(ROUND, round_id, ended_at=to_text(store.clock()))
    assert "round-problem" not in dialog(office, round_id).keys()  # noqa: SIM118


def test_of_two_approvals_the_first_stands_and_nothing_is_taken_back_twice(
    store: SmallStore, desk: Desk, office: Office
) -> None:
    round_id = an_ended_round(store)
    other = store.an_account("bo", Role.COORDINATOR, KIRSEBERG)
    desk.approve_protocol(store.coordinator, round_id)
    store.clock.forward(minutes=5)
    desk.approve_protocol(other, round_id)
    assert "godkändes 2026-11-20 10.00 av amira" in dialog(office, round_id).text
    desk.take_back_protocol(other, round_id)
    desk.take_back_protocol(store.coordinator, round_id)
    assert changes_of(store, round_id) == 3


def test_two_presses_at_once_are_one(store: SmallStore, office: Office) -> None:
    async def twice() -> None:
        await office.rounds.open(round_id)
        await asyncio.gather(office.rounds.approve(), office.rounds.approve())

    round_id = an_ended_round(store)
    asyncio.run(twice())
    assert changes_of(store, round_id) == 2
    assert approval_buttons(dialog(office)) == {"protocol-take-back"}


def test_a_dialog_that_is_closed_meanwhile_stays_closed(
    store: SmallStore, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = an_ended_round(store)
    screen = dialog(office, round_id)
    read = office.rounds._read

    async def closed_while_it_is_read(round_id: str) -> RoundView | None:
        office.rounds.close()
        return await read(round_id)

    with monkeypatch.context() as patched:
        patched.setattr(office.rounds, "_read", closed_while_it_is_read)
        asyncio.run(screen.press("protocol-approve"))
    assert office.rounds.shown is None
    assert "godkändes" in dialog(office, round_id).text


@pytest.mark.parametrize(
    ("role", "area", "code"),
    [(Role.CITY, KIRSEBERG, "not_allowed"), (Role.COORDINATOR, "rosengard", "not_found")],
)
def test_only_a_coordinator_of_the_area_approves(
    store: SmallStore, desk: Desk, role: Role, area: str, code: str
) -> None:
    round_id = an_ended_round(store)
    stranger = store.an_account("bo", role, area)
    with pytest.raises(Declined, match=code):
        desk.approve_protocol(stranger, round_id)
    desk.approve_protocol(store.coordinator, round_id)
    with pytest.raises(Declined, match=code):
        desk.take_back_protocol(stranger, round_id)


def test_the_city_reads_that_it_is_approved_and_has_no_buttons(
    store: SmallStore, desk: Desk, office: Office
) -> None:
    round_id = an_ended_round(store)
    office.session.account = reader = store.an_account("bo", Role.CITY, KIRSEBERG)
    assert isinstance(reader, Account) and not approval_buttons(dialog(office, round_id))
    desk.approve_protocol(store.coordinator, round_id)
    screen = dialog(office, round_id)
    assert "godkändes" in screen.text and not approval_buttons(screen)


def test_a_round_that_was_removed_has_no_protocol_to_approve(store: SmallStore, desk: Desk) -> None:
    round_id = an_ended_round(store, deleted_at=to_text(store.clock()))
    with pytest.raises(Declined, match="not_found"):
        desk.approve_protocol(store.coordinator, round_id)


@pytest.mark.parametrize("entity", [ROUND, STOP])
def test_what_two_wrote_differently_is_closed_with_the_protocol_and_chosen_when_it_is_open_again(
    store: SmallStore, desk: Desk, office: Office, entity: EntityKind
) -> None:
    phones = unaware_phone(store, "Kim"), unaware_phone(store, "Nova")
    at = to_text(store.clock())
    if entity is ROUND:
        first: dict[str, Json] = {"kind": "safety_walk", "started_at": at, "ended_at": at}
        thing = both_write(store, phones, ROUND, first, {"led_by": "Kim"}, {"led_by": "Nova"})
        round_id = thing
    else:
        round_id = an_ended_round(store)
        first = {"round_id": round_id, "name": "Torget", "position": 1}
        thing = both_write(store, phones, STOP, first, {"good": "Ljust"}, {"good": "Öppet"})

    def conflict() -> ConflictView:
        asyncio.run(office.rounds.open(round_id))
        assert office.rounds.shown is not None
        (found,) = office.rounds.shown.conflicts
        assert found.entity_id == thing
        return found

    desk.approve_protocol(store.coordinator, round_id)
    assert conflict().is_frozen
    with pytest.raises(Declined, match="already_approved"):
        desk.choose(store.coordinator, conflict(), conflict().values[0].stamp)
    desk.take_back_protocol(store.coordinator, round_id)
    assert not conflict().is_frozen
    desk.choose(store.coordinator, conflict(), conflict().values[0].stamp)
    assert conflict().is_settled


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_buttons_are_named_and_large_enough_in_every_language(
    store: SmallStore, office: Office, language: str
) -> None:
    office.session.speak(language)
    screen = dialog(office, an_ended_round(store))
    for key in ("protocol-approve", "protocol-take-back"):
        button = screen.find(key)
        assert isinstance(button.control, ft.OutlinedButton)
        assert screen.name(button).strip() and "office." not in screen.name(button)
        assert button.control.height == theme.TARGET_DP
        asyncio.run(screen.press(key))
        screen = dialog(office)
