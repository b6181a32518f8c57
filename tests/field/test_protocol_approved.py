"""The office approves the protocol and takes it back: what phones can change, and are told."""

from __future__ import annotations

from argon2 import PasswordHasher
from sqlalchemy import select

from app.field.models.round_model import Tab
from sync.central.accounts import Account, Accounts, Role
from sync.central.engine import reading
from sync.central.protocol_approval import ProtocolApproval
from sync.central.tables import round_ as rounds
from sync.central.tables import stop as stops
from sync.client.not_sent import NotSent
from sync.client.records import RoundRecord
from sync.domain.ids import EntityId
from sync.domain.words import Group
from tests.central.a_store import KIRSEBERG, AStore
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.app_on_screen import screen, screen_below
from tests.field.expand import Screen
from tests.field.planned import on_a_planned_walk, record, stop


class Coordinator:
    """In the office of the store that the phones talk to."""

    def __init__(self, store: AStore) -> None:
        self._store = store
        self._approval = ProtocolApproval(ledger=store.services.ledger)
        accounts = Accounts(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        with store.services.engine.begin() as connection:
            self._account: Account = accounts.add(
                connection,
                name="amira",
                password="en lampa vid torget",
                role=Role.COORDINATOR,
                areas=(KIRSEBERG,),
                now=store.clock(),
            )

    def approve(self, round_id: EntityId) -> None:
        with self._store.services.engine.begin() as connection:
            now = self._store.clock()
            self._approval.approve(connection, round_id, self._account, now)

    def take_back(self, round_id: EntityId) -> None:
        with self._store.services.engine.begin() as connection:
            self._approval.take_back(connection, round_id, self._account)


async def an_ended_walk(phone: Phone) -> tuple[EntityId, Coordinator]:
    """With a stop, two residents, and everything with the store; its facts are on the screen."""
    round_id = await on_a_planned_walk(phone)
    for _ in range(2):
        await phone.round.facts.add(Group.RESIDENTS)
    await phone.round.end()
    await phone.all_sent()
    await phone.news()  # what an answer in the middle of the end did to the screen is done
    phone.round.close_end()
    await phone.round.show_tab(Tab.ROUND)
    return round_id, Coordinator(phone.store)


def recorded(phone: Phone) -> RoundRecord:
    return record(phone, phone.round.record.round_id)


def stuck(phone: Phone) -> list[NotSent]:
    assert phone.app.pages.not_sent is not None
    return list(phone.app.pages.not_sent.things)


def the_list(phone: Phone) -> Screen:
    """Of what cannot be sent, which is open."""
    return screen(phone)


@walking
async def test_the_round_closes_with_the_approval_and_opens_when_it_is_taken_back(
    phone: Phone,
) -> None:
    round_id, office = await an_ended_walk(phone)
    facts = phone.round.facts
    office.approve(round_id)
    await phone.news()
    await until(lambda: not facts.is_editable)
    shown = screen_below(phone)
    assert "Protokollet godkändes" in shown.text and "Säg det till samordnaren" in shown.text
    assert "more-residents" not in shown.keys()  # noqa: SIM118
    await facts.add(Group.RESIDENTS)
    assert recorded(phone).participants == {Group.RESIDENTS: 2}

    office.take_back(round_id)
    await phone.news()
    await until(lambda: facts.is_editable)
    shown = screen_below(phone)
    assert "Protokollet godkändes" not in shown.text and "more-residents" in shown.keys()  # noqa: SIM118
    await facts.add(Group.RESIDENTS)
    await phone.all_sent()
    assert recorded(phone).participants == {Group.RESIDENTS: 3}


@walking
async def test_a_round_with_an_approved_protocol_is_not_opened_again_from_the_list(
    phone: Phone,
) -> None:
    round_id, office = await an_ended_walk(phone)
    await phone.round.show_tab(Tab.LIST)
    assert "reopen-round" in screen_below(phone).keys()  # noqa: SIM118
    office.approve(round_id)
    await phone.news()
    await until(lambda: not phone.round.record.is_editable)
    assert "reopen-round" not in screen_below(phone).keys()  # noqa: SIM118
    office.take_back(round_id)
    await phone.news()
    await until(lambda: phone.round.record.is_editable)
    await screen_below(phone).press("reopen-round")
    assert recorded(phone).ended_at is None


@walking
async def test_what_comes_too_late_is_told_with_what_to_do_and_goes_when_the_approval_is_taken_back(
    phone: Phone,
) -> None:
    round_id, office = await an_ended_walk(phone)
    phone.link.is_up = False
    await phone.round.facts.add(Group.RESIDENTS)
    phone.round.stops.show(stop(phone, "Beijers park"))
    assert phone.round.stops.open is not None
    await phone.round.stops.open.type_good(typed("Många ute"))
    await phone.round.stops.close()
    office.approve(round_id)
    phone.link.is_up = True
    await phone.news()
    await until(lambda: phone.sync.waiting.refused == 2)
    phone.app.pages.open_not_sent()
    things = stuck(phone)
    assert [one.code for one in things] == ["already_approved", "already_approved"]
    shown = the_list(phone)
    assert "Stopp: Beijers park" in shown.text and "Du skrev: Många ute" in shown.text
    assert shown.text.count("Protokollet är godkänt, så din ändring kom inte med.") == 2
    assert shown.text.count("Säg det till samordnaren") == 2
    keys = shown.keys()
    assert not {f"again-{one.entity_id}" for one in things} & keys

    office.take_back(round_id)
    await phone.news()
    await until(lambda: recorded(phone).is_editable)
    shown = the_list(phone)
    assert shown.text.count("Samordnaren har tagit tillbaka godkännandet.") == 2
    for thing in things:
        await the_list(phone).press(f"again-{thing.entity_id}")
    await phone.all_sent()
    assert stuck(phone) == []
    with reading(phone.store.services.engine) as connection:
        assert connection.scalar(select(rounds.c.count_residents)) == 3
        assert "Många ute" in connection.scalars(select(stops.c.good)).all()


@walking
async def test_what_was_typed_of_a_stop_when_its_protocol_was_approved_holds_nothing_up(
    phone: Phone,
) -> None:
    """The app ended before the text became a change; after that it never can."""
    round_id, office = await an_ended_walk(phone)
    phone.round.stops.show(stop(phone, "Beijers park"))
    assert phone.round.stops.open is not None
    await phone.round.stops.open.type_good(typed("Många ute"))
    office.approve(round_id)
    await phone.news()
    await until(lambda: not phone.round.record.is_editable)
    assert phone.services.local.drafts()
    await phone.start()
    assert phone.services.local.drafts() == {}
