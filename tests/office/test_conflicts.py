"""What two people wrote without knowing of each other, before the coordinator and after."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.i18n import Words
from app.office.models.choices import Choices
from app.office.models.decision import Decision
from app.office.models.history import told
from app.office.models.pictures import Pictures
from app.office.models.room import Room
from app.office.models.rounds import Rounds
from app.office.models.session import Session
from app.office.screens.defect_detail import DefectPane
from app.office.screens.defect_list import DefectList
from app.office.screens.round_dialog import RoundDialog
from sync.central.accounts import Role
from sync.central.blobs import Blobs
from sync.central.conflict_views import ConflictView
from sync.central.defect_filters import Filter
from sync.central.defect_views import DefectDetail
from sync.central.desk import Declined, Desk
from sync.domain.ids import EntityId
from sync.domain.instants import to_text
from sync.domain.words import EntityKind, Writer
from tests.field.expand import Screen
from tests.office.small_store import (
    KIRSEBERG,
    TORGET,
    SmallStore,
    a_desk,
    a_small_store,
)
from tests.office.unaware_phones import UnawarePhone, unaware_phone

OBSERVATION, ROUND, STOP = EntityKind.OBSERVATION, EntityKind.ROUND, EntityKind.STOP
BRON = {**TORGET, "lat_deg": 55.612}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SmallStore]:
    store = a_small_store(tmp_path)
    yield store
    store.engine.dispose()


@pytest.fixture
def desk(store: SmallStore, tmp_path: Path) -> Desk:
    return a_desk(store, tmp_path, Blobs.in_folder(tmp_path / "photos"))


class Office:
    """What the coordinator has on the screen."""

    def __init__(self, store: SmallStore, desk: Desk) -> None:
        session = Session(desk=desk, words=Words("sv"))
        session.account = store.coordinator
        self.session, self.desk = session, desk
        self.room = Room(session=session, pictures=Pictures(session=session))
        self.room.areas = desk.areas(store.coordinator)
        self.decision = Decision(session=session, room=self.room)
        self.rounds = Rounds(session=session, room=self.room)
        self.choices = Choices(session=session, room=self.room, rounds=self.rounds)

    def opens(self, observation_id: str) -> Screen:
        async def look() -> None:
            await self.room.refresh()
            await self.decision.open(observation_id)

        asyncio.run(look())
        return self.pane()

    def pane(self) -> Screen:
        return Screen(
            lambda: DefectPane(
                self.room, self.decision, self.room.pictures, self.rounds, self.choices, False
            )
        )

    def list(self) -> Screen:
        return Screen(lambda: DefectList(self.room, self.decision, self.room.pictures, self.rounds))

    def shows(self, show: Filter) -> Screen:
        asyncio.run(self.room.filter_by(show))
        return self.list()

    @property
    def detail(self) -> DefectDetail:
        assert self.room.detail is not None
        return self.room.detail


@pytest.fixture
def office(store: SmallStore, desk: Desk) -> Office:
    return Office(store, desk)


@pytest.fixture
def phones(store: SmallStore) -> tuple[UnawarePhone, UnawarePhone]:
    return unaware_phone(store, "Kim"), unaware_phone(store, "Nova")


def to_press(screen: Screen) -> set[str]:
    """The buttons that choose."""
    return {key for key in screen.keys() if key.startswith("choose-")}  # noqa: SIM118


Phones = tuple[UnawarePhone, UnawarePhone]


def both_write(store: SmallStore, phones: Phones, entity: EntityKind, *said: Any) -> str:
    """The thing as it was, then what each wrote; the store has it all. said: three mappings."""
    first, kims, novas = said
    kim, nova = phones
    thing = store.an_id()
    kim.writes(entity, thing, **first)
    kim.hands_in()
    nova.fetches()
    store.clock.forward(minutes=1)
    kim.writes(entity, thing, **kims)
    store.clock.forward(minutes=1)
    nova.writes(entity, thing, **novas)
    kim.hands_in()
    nova.hands_in()
    return thing


def a_defect(store: SmallStore, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "defect",
        "category": "belysning",
        "text": "Lampan är trasig",
        "place": TORGET,
        "noted_at": to_text(store.clock()),
        "noted_by": "Kim",
        **fields,
    }


def two_texts(store: SmallStore, phones: Phones) -> str:
    return both_write(
        store, phones, OBSERVATION, a_defect(store), {"text": "Två lampor"}, {"text": "Tre lampor"}
    )


def test_both_values_are_shown_with_who_and_when_and_which_one_counts(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    shown = office.opens(two_texts(store, phones)).text
    for text in (
        "Observationen: olika svar om texten",
        "Två lampor",
        "Kim · 2026-11-20 10.01",
        "Tre lampor",
        "Nova · 2026-11-20 10.02 · gäller nu",
    ):
        assert text in shown, text
    assert "Olika svar" in office.list().text
    (conflict,) = office.detail.conflicts
    assert [said.is_current for said in conflict.values] == [False, True]


def test_the_chosen_value_counts_and_reaches_the_phones(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = two_texts(store, phones)
    asyncio.run(office.opens(thing).press("choose-observation-text-0"))
    assert store.observation(thing)["text"] == "Två lampor"
    assert office.session.problem is None
    for phone in phones:
        assert phone.fetches()[-1].fields == {"text": "Två lampor"}
    assert "Olika svar" not in office.list().text
    assert told(office.detail.history)[0].key == "office.history.chose.text"


def test_a_choice_can_be_made_anew_for_as_long_as_nothing_newer_is_written(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = two_texts(store, phones)
    for number, text in ((0, "Två lampor"), (1, "Tre lampor"), (0, "Två lampor")):
        asyncio.run(office.opens(thing).press(f"choose-observation-text-{number}"))
        assert store.observation(thing)["text"] == text
        shown = office.pane()
        assert "Valt av amira" in shown.text
        assert len(to_press(shown)) == 1
    kim, _ = phones
    kim.fetches()
    kim.writes(OBSERVATION, thing, text="Fyra lampor")
    kim.hands_in()
    office.opens(thing)
    assert office.detail.conflicts == ()


def test_a_later_edit_that_saw_neither_opens_it_again(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = two_texts(store, phones)
    late = unaware_phone(store, "Sam")
    asyncio.run(office.opens(thing).press("choose-observation-text-0"))
    store.clock.forward(minutes=5)
    late.writes(OBSERVATION, thing, text="Ingen lampa")
    late.hands_in()
    office.opens(thing)
    (conflict,) = office.detail.conflicts
    assert not conflict.is_settled
    assert [said.value for said in conflict.values] == ["Två lampor", "Ingen lampa"]


def test_what_came_while_the_coordinator_looked_is_not_settled_unseen(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = two_texts(store, phones)
    office.opens(thing)
    (shown,) = office.detail.conflicts
    late = unaware_phone(store, "Sam")
    late.clocks.clear()
    late.writes(OBSERVATION, thing, text="Ingen lampa")
    late.hands_in()
    with pytest.raises(Declined, match="changed_meanwhile"):
        office.desk.choose(store.coordinator, shown, shown.values[0].stamp)
    asyncio.run(office.choices.choose(shown, shown.values[0].stamp))
    assert office.session.problem == "Något har ändrats under tiden. Titta igen och välj på nytt."
    assert len(office.detail.conflicts[0].values) == 3


def test_places_are_shown_with_how_far_they_are_from_each_other(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = both_write(
        store, phones, OBSERVATION, a_defect(store, place=None), {"place": TORGET}, {"place": BRON}
    )
    shown = office.opens(thing).text
    assert "55.61100, 13.03200 (" in shown and "55.61200, 13.03200 (" in shown
    assert "Längst ifrån varandra: 111 m" in shown
    asyncio.run(office.pane().press("choose-observation-place-0"))
    assert store.observation(thing)["lat_deg"] == 55.611


def test_categories_answers_and_urgency_are_shown_in_words(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = both_write(
        store,
        phones,
        OBSERVATION,
        a_defect(store),
        {"category": "klotter", "is_urgent": 1, "answers": {"offensive": True}},
        {"category": "annat", "is_urgent": 0, "answers": None},
    )
    shown = office.opens(thing).text
    for text in ("Klotter", "Annat", "om det är brådskande", "Tomt", "svaren på frågorna"):
        assert text in shown, text
    # of a question that the category which counts now does not ask
    assert "Är det kränkande? Ja" in shown


# Deleted by one, edited by another


def a_deleted_one(store: SmallStore, phones: Phones) -> str:
    gone = {"deleted_at": to_text(store.clock())}
    return both_write(store, phones, OBSERVATION, a_defect(store), gone, {"text": "Tre lampor"})


def test_what_one_deleted_and_another_edited_is_there_to_be_chosen_and_nowhere_else(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = a_deleted_one(store, phones)
    office.shows(Filter.ALL)
    assert (office.room.rows, office.room.counts[Filter.TO_CHOOSE]) == ((), 1)
    assert "Att välja 1" in office.list().text
    office.shows(Filter.TO_CHOOSE)
    assert [row.id for row in office.room.rows] == [thing]
    shown = office.opens(thing)
    assert "Borttagen" in office.list().text
    for text in ("ska den vara kvar?", "Borttagen", "Kim ·", "Kvar", "texten: Tre lampor"):
        assert text in shown.text, text
    assert not {"approve", "reject", "edit"} & shown.keys()


def test_keeping_what_was_deleted_brings_it_back_and_can_be_undone(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = a_deleted_one(store, phones)
    asyncio.run(office.opens(thing).press("choose-observation-deleted_at-1"))
    assert store.observation(thing)["deleted_at"] is None
    assert office.pane().find("approve").is_pressable
    kim, _ = phones
    assert kim.fetches()[-1].fields == {"deleted_at": None}
    asyncio.run(office.pane().press("choose-observation-deleted_at-0"))
    assert store.observation(thing)["deleted_at"] is not None
    asyncio.run(office.pane().press("choose-observation-deleted_at-1"))
    assert store.observation(thing)["deleted_at"] is None
    assert [one.key for one in told(office.detail.history)][:2] == [
        "office.history.restored",
        "office.history.deleted",
    ]


def test_leaving_it_deleted_settles_it_too(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = a_deleted_one(store, phones)
    asyncio.run(office.opens(thing).press("choose-observation-deleted_at-0"))
    assert store.observation(thing)["deleted_at"] is not None
    office.shows(Filter.TO_CHOOSE)
    assert office.room.rows == ()
    assert "Valt av amira" in office.pane().text


def test_what_was_deleted_by_one_who_knew_both_answers_asks_nothing(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing, (kim, _) = two_texts(store, phones), phones
    kim.fetches()
    kim.writes(OBSERVATION, thing, deleted_at=to_text(store.clock()))
    kim.hands_in()
    office.shows(Filter.TO_CHOOSE)
    assert (office.room.rows, office.room.counts[Filter.TO_CHOOSE]) == ((), 0)
    kim.writes(OBSERVATION, thing, deleted_at=None)
    kim.hands_in()
    office.shows(Filter.TO_CHOOSE)
    assert [row.id for row in office.room.rows] == [thing], "brought back, it asks again"


def test_a_round_deleted_by_one_who_knew_both_answers_asks_nothing(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    round_id, (kim, _) = two_counts(store, phones), phones
    kim.fetches()
    kim.writes(ROUND, round_id, deleted_at=to_text(store.clock()))
    kim.hands_in()
    office.shows(Filter.TO_CHOOSE)
    assert (office.room.rounds_to_choose, office.room.counts[Filter.TO_CHOOSE]) == ((), 0)


# Approval, roles, and the coordinators themselves


def test_what_was_approved_stays_what_it_was(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = two_texts(store, phones)
    store.approve(thing)
    shown = office.opens(thing)
    assert "Den är godkänd, så det här går inte att ändra." in shown.text
    assert to_press(shown) == set()
    (conflict,) = office.detail.conflicts
    with pytest.raises(Declined, match="already_approved"):
        office.desk.choose(store.coordinator, conflict, conflict.values[0].stamp)
    office.desk.take_back(store.coordinator, thing)
    office.desk.choose(store.coordinator, conflict, conflict.values[0].stamp)
    assert store.observation(thing)["text"] == "Två lampor"


@pytest.mark.parametrize(
    ("role", "area", "code"),
    [(Role.CITY, KIRSEBERG, "not_allowed"), (Role.COORDINATOR, "rosengard", "not_found")],
)
def test_only_a_coordinator_of_the_area_chooses(
    store: SmallStore, phones: Phones, office: Office, role: Role, area: str, code: str
) -> None:
    office.opens(two_texts(store, phones))
    (conflict,) = office.detail.conflicts
    stranger = store.an_account("bo", role, area)
    with pytest.raises(Declined, match=code):
        office.desk.choose(stranger, conflict, conflict.values[0].stamp)


def test_only_what_was_shown_can_be_chosen(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = two_texts(store, phones)
    office.opens(thing)
    (conflict,) = office.detail.conflicts
    first = next(iter(office.detail.seen["category"]))
    with pytest.raises(Declined, match="not_found"):
        office.desk.choose(store.coordinator, conflict, first)


def test_two_coordinators_who_edit_at_once_lose_nothing(
    store: SmallStore, phones: Phones, desk: Desk, office: Office
) -> None:
    thing = store.an_observation(photo=None)
    other = Office(store, desk)
    for one, text in ((office, "Amiras text"), (other, "Bos text")):
        one.opens(thing)
        one.decision.ask_to_edit()
        one.decision.type_text(text)
    asyncio.run(office.decision.save_edit())
    asyncio.run(other.room.refresh())
    asyncio.run(other.decision.save_edit())
    (conflict,) = other.detail.conflicts
    assert [said.value for said in conflict.values] == ["Amiras text", "Bos text"]


def test_an_edit_of_the_category_does_not_write_back_a_text_that_has_changed_meanwhile(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    kim, _ = phones
    thing = store.an_observation(photo=None)
    kim.fetches()
    office.opens(thing)
    office.decision.ask_to_edit()
    kim.writes(OBSERVATION, thing, text="Kims nya text")
    kim.hands_in()
    asyncio.run(office.room.refresh())
    office.decision.pick_category("annat")
    asyncio.run(office.decision.save_edit())
    row = store.observation(thing)
    assert (row["text"], row["category"]) == ("Kims nya text", "annat")
    assert office.detail.conflicts == ()


def test_an_edit_by_whoever_sees_both_values_settles_them(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    thing = two_texts(store, phones)
    office.opens(thing)
    office.decision.ask_to_edit()
    office.decision.type_text("Två eller tre lampor")
    asyncio.run(office.decision.save_edit())
    (conflict,) = office.detail.conflicts
    assert conflict.is_settled
    assert [said.value for said in conflict.values if said.is_current] == ["Två eller tre lampor"]


# Rounds


def two_counts(store: SmallStore, phones: Phones) -> str:
    first = {"kind": "safety_walk", "started_at": to_text(store.clock()), "started_by": "Kim"}
    return both_write(
        store,
        phones,
        ROUND,
        first,
        {"count_residents": 12, "led_by": "Kim"},
        {"count_residents": 14, "led_by": "Nova"},
    )


def test_a_round_is_found_opened_and_chosen_of(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    round_id = two_counts(store, phones)
    listed = office.shows(Filter.TO_CHOOSE)
    assert "Att välja 1" in listed.text
    asyncio.run(listed.press(f"round-{round_id}"))
    dialog = Screen(lambda: RoundDialog(office.rounds, office.choices))
    for text in (
        "svar om antalet (Boende)",
        "12",
        "14",
        "svar om vem som ledde",
        "Nova ·",
    ):
        assert text in dialog.text, text
    asyncio.run(dialog.press("choose-round-count_residents-0"))
    assert office.rounds.shown is not None
    assert office.rounds.shown.people == 12
    left = [one.field for one in office.rounds.shown.conflicts if not one.is_settled]
    assert left == ["led_by"]


def test_a_finding_says_that_its_round_waits_for_a_choice(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    found = store.an_observation(round_id=two_counts(store, phones), photo=None)
    assert "Visa rundan: olika svar" in office.opens(found).text


def test_a_stop_is_named_in_the_round(store: SmallStore, phones: Phones, office: Office) -> None:
    round_id = two_counts(store, phones)
    first = {"round_id": round_id, "name": "Torget", "position": 1}
    both_write(store, phones, STOP, first, {"good": "Ljust"}, {"good": "Många ute"})
    asyncio.run(office.rounds.open(round_id))
    dialog = Screen(lambda: RoundDialog(office.rounds, office.choices))
    assert "Stoppet Torget: olika svar om vad som är bra" in dialog.text


def test_a_round_with_an_approved_protocol_keeps_what_the_protocol_says(
    store: SmallStore, phones: Phones, office: Office
) -> None:
    round_id = two_counts(store, phones)
    conflict = conflict_of_round(office, round_id)
    with store.engine.begin() as connection:
        store.ledger.record(
            connection,
            area=KIRSEBERG,
            entity=ROUND,
            entity_id=EntityId(round_id),
            fields={"protocol_approved_at": to_text(store.clock())},
            writer=Writer.OFFICE,
            received_from=store.coordinator.id,
        )
    with pytest.raises(Declined, match="already_approved"):
        office.desk.choose(store.coordinator, conflict, conflict.values[0].stamp)
    assert conflict_of_round(office, round_id).is_frozen


def conflict_of_round(office: Office, round_id: str) -> ConflictView:
    asyncio.run(office.rounds.open(round_id))
    assert office.rounds.shown is not None
    return office.rounds.shown.conflicts[0]
