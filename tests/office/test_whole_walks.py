"""What a whole walk brings to the office: kinds, answers, marks, later visits, rounds."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.i18n import Words
from app.office.models.choices import Choices
from app.office.models.decision import Decision, Question
from app.office.models.history import told
from app.office.models.pictures import Pictures
from app.office.models.room import Room
from app.office.models.rounds import Rounds
from app.office.models.session import Session
from app.office.screens.defect_detail import DefectPane
from app.office.screens.defect_list import DefectList
from app.office.screens.questions import Questions
from app.office.screens.round_dialog import RoundDialog
from sync.central.accounts import Role
from sync.central.blobs import Blobs
from sync.central.defect_filters import Filter
from sync.central.desk import Declined, Desk
from sync.central.review import ReviewRefused
from sync.domain.ids import EntityId
from sync.domain.instants import to_text
from sync.domain.status import ReportState
from sync.domain.words import EntityKind, Group, ObservationKind, Perception, Writer
from tests.field.expand import Screen
from tests.office.office_server import a_photo_of
from tests.office.small_store import (
    KIRSEBERG,
    TORGET,
    SmallStore,
    a_desk,
    a_small_store,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SmallStore]:
    store = a_small_store(tmp_path)
    store.photos = Blobs.in_folder(tmp_path / "photos")  # type: ignore[assignment]
    store.queue = type(store.queue)(
        engine=store.engine,
        ledger=store.ledger,
        photos=store.photos,
        category_names=store.queue.category_names,
        sender_name="Kirseberg Samverkan",
    )
    yield store
    store.engine.dispose()


@pytest.fixture
def desk(store: SmallStore, tmp_path: Path) -> Desk:
    return a_desk(store, tmp_path, store.photos)


@pytest.fixture
def room(store: SmallStore, desk: Desk) -> Room:
    session = Session(desk=desk, words=Words("sv"))
    session.account = store.coordinator
    room = Room(session=session, pictures=Pictures(session=session))
    room.areas = desk.areas(store.coordinator)
    return room


@pytest.fixture
def decision(room: Room) -> Decision:
    return Decision(session=room.session, room=room)


def opened(decision: Decision, observation_id: str) -> str:
    """All words of the office with that finding open."""

    async def look() -> None:
        await decision.room.refresh()
        await decision.open(observation_id)

    asyncio.run(look())
    room, pictures = decision.room, decision.room.pictures
    rounds = Rounds(session=room.session, room=room)
    choices = Choices(session=room.session, room=room, rounds=rounds)
    pane = Screen(lambda: DefectPane(room, decision, pictures, rounds, choices, False))
    return Screen(lambda: DefectList(room, decision, pictures, rounds)).text + pane.text


def a_round(store: SmallStore, **fields: Any) -> str:
    round_id = store.an_id()
    everything = {"kind": "safety_walk", "started_at": to_text(store.clock()), **fields}
    store.phone_writes(EntityKind.ROUND, round_id, **everything)
    return round_id


def outgoing_text(store: SmallStore) -> str:
    store.clock.forward(seconds=10)
    job = store.queue.claim("worker", store.clock(), store.clock.forward(minutes=5))
    assert job is not None
    return store.queue.outgoing(job).text


# Kinds


@pytest.mark.parametrize("kind", [ObservationKind.POSITIVE, ObservationKind.PROPOSAL])
def test_a_safe_place_and_a_proposal_are_approved_but_never_reported(
    store: SmallStore, desk: Desk, kind: ObservationKind
) -> None:
    found = store.an_observation(kind=kind.value, category=None, place=None)
    desk.approve(store.coordinator, found)
    assert store.observation(found)["status"] == "approved"
    desk.approve(store.coordinator, found)
    assert store.reports() == []
    desk.take_back(store.coordinator, found)
    assert store.observation(found)["status"] == "received"
    desk.reject(store.coordinator, found, "Hör inte hit")
    assert store.reports() == []


def test_a_safe_place_is_called_so_and_its_button_promises_no_sending(
    store: SmallStore, decision: Decision
) -> None:
    found = store.an_observation(kind="positive", category=None, text="Bra ljus", place=None)
    shown = opened(decision, found)
    assert "Trygg plats" in shown and "noterade en trygg plats" in shown
    assert "Godkänn och skicka" not in shown
    asyncio.run(decision.approve())
    assert decision.question is None
    assert "Bara brister skickas till staden." in opened(decision, found)
    assert decision.can_take_back


# Urgent


def test_what_is_urgent_stands_first_until_it_has_been_dealt_with(
    store: SmallStore, desk: Desk
) -> None:
    urgent = store.an_observation(category="klotter", is_urgent=1)
    store.clock.forward(minutes=5)
    newer = store.an_observation()

    def order(show: Filter) -> list[str]:
        return [row.id for row in desk.overview(store.coordinator, [KIRSEBERG], show).rows]

    assert order(Filter.TO_REVIEW) == [urgent, newer]
    desk.reject(store.coordinator, urgent, "Redan borta")
    assert order(Filter.ALL) == [newer, urgent]


def test_the_worker_takes_urgent_reports_first(store: SmallStore) -> None:
    plain = store.approve(store.an_observation())
    store.clock.forward(seconds=30)
    urgent = store.approve(store.an_observation(is_urgent=1, category="klotter"))
    store.clock.forward(seconds=10)
    until = store.clock.at.replace(hour=23)
    claimed = [store.queue.claim("worker", store.clock(), until) for _ in range(2)]
    assert [job and job.report_id for job in claimed] == [urgent, plain]


def test_an_urgent_one_is_marked_with_a_word_in_list_and_detail(
    store: SmallStore, decision: Decision
) -> None:
    found = store.an_observation(is_urgent=1, number="B-7")
    assert opened(decision, found).count("Brådskande") >= 2


# Number, answers, address, place


def test_number_answers_address_and_stop_are_shown_and_found(
    store: SmallStore, decision: Decision, desk: Desk
) -> None:
    round_id, stop_id = a_round(store), store.an_id()
    store.phone_writes(EntityKind.STOP, stop_id, round_id=round_id, name="Torget", position=0)
    found = store.an_observation(
        number="B-7",
        answers={"post_number": "1234", "dark_stretch": "several_lamps", "newer": "x"},
        address="Vattenverksvägen 25",
        round_id=round_id,
        stop_id=stop_id,
    )
    shown = opened(decision, found)
    for text in (
        "B-7 · Belysning",
        "Nummer på lampstolpen: 1234",
        "Hur långt är det mörkt? Flera lampor",
        "Vattenverksvägen 25",
        "Torget",
    ):
        assert text in shown
    for search in ("b-7", "vattenverks"):
        rows = desk.overview(store.coordinator, [KIRSEBERG], Filter.ALL, search=search).rows
        assert [row.id for row in rows] == [found]


def test_the_city_reads_address_answers_and_that_it_is_urgent(store: SmallStore) -> None:
    store.approve(
        store.an_observation(
            category="klotter",
            text="Hatord på väggen",
            answers={"offensive": True},
            is_urgent=1,
            address="Vattenverksvägen 25",
        )
    )
    text = outgoing_text(store)
    assert text.startswith("Klotter (brådskande)\n\nHatord på väggen\n\nÄr det kränkande? Ja\n\n")
    assert "Plats: Vattenverksvägen 25\n" in text


def test_what_was_approved_is_what_goes_whatever_is_answered_afterwards(store: SmallStore) -> None:
    found = store.an_observation(answers={"post_number": "1"}, photo=None)
    store.approve(found)
    with store.engine.begin() as connection:
        store.ledger.record(
            connection, area=KIRSEBERG, entity=EntityKind.OBSERVATION, entity_id=EntityId(found),
            fields={"answers": {"post_number": "2"}}, writer=Writer.OFFICE, received_from="x",
        )  # fmt: skip
    assert "Nummer på lampstolpen: 1\n" in outgoing_text(store)


def test_a_position_that_is_made_up_or_old_is_marked(store: SmallStore, decision: Decision) -> None:
    found = store.an_observation(place={**TORGET, "is_mocked": True, "is_stale": True})
    shown = opened(decision, found)
    assert "hittar på positionen" in shown and "mer än en minut gammal" in shown
    assert "hittar på" not in opened(decision, store.an_observation())


# Covered photos


def test_a_photo_says_what_was_decided_of_faces(store: SmallStore, decision: Decision) -> None:
    for cover, words in (
        ("covered", "Täckt på telefonen"),
        ("nothing_to_cover", "Inget att dölja"),
        (None, "Ingen har sagt om fotot visar ansikten"),
    ):
        found = store.an_observation(photo=None)
        store.a_photo(found, a_photo_of(str(cover), "#224466"), cover=cover)
        assert words in opened(decision, found)


def test_a_photo_nobody_decided_on_is_not_approved_unseen(store: SmallStore, desk: Desk) -> None:
    found = store.an_observation(photo=None)
    photo_id = store.a_photo(found, b"a face", cover=None)
    with pytest.raises(Declined, match="photo_undecided"):
        desk.approve(store.coordinator, found)
    another = store.a_photo(found, b"came later", cover=None)
    with pytest.raises(Declined, match="photo_undecided"):
        desk.approve(store.coordinator, found, [photo_id])
    assert store.reports() == []
    desk.approve(store.coordinator, found, [photo_id, another])
    assert len(store.reports()) == 1


def test_the_coordinator_is_shown_an_undecided_photo_before_it_is_approved(
    store: SmallStore, decision: Decision
) -> None:
    store.approve(store.an_observation())  # the notice before the first send is over
    found = store.an_observation(photo=None)
    store.a_photo(found, a_photo_of("ansikte", "#224466"), cover=None)
    opened(decision, found)
    asyncio.run(decision.approve())
    assert decision.question is Question.UNDECIDED
    assert len(store.reports()) == 1
    screen = Screen(lambda: Questions(decision, decision.room.pictures))
    assert "Titta på fotot först" in screen.text
    asyncio.run(screen.press("undecided-go"))
    assert (decision.question, decision.session.problem) == (None, None)
    assert len(store.reports()) == 2


def test_the_first_send_of_all_asks_both_questions_one_after_the_other(
    store: SmallStore, decision: Decision
) -> None:
    found = store.an_observation(photo=None)
    store.a_photo(found, a_photo_of("ansikte", "#224466"), cover=None)
    opened(decision, found)
    asked = []
    for _ in range(3):
        asyncio.run(decision.approve())
        asked.append(decision.question)
    assert asked == [Question.FIRST_SEND, Question.UNDECIDED, None]
    assert len(store.reports()) == 1


# Later visits


def a_visit(store: SmallStore, found: str, verdict: str, **fields: Any) -> str:
    visit = store.an_id()
    store.phone_writes(
        EntityKind.RECHECK, visit, observation_id=found, verdict=verdict,
        **{"checked_at": to_text(store.clock()), "checked_by": "Ugglan", **fields},
    )  # fmt: skip
    return visit


def test_later_visits_are_listed_with_their_photos_apart_from_the_first(
    store: SmallStore, decision: Decision, desk: Desk
) -> None:
    found = store.an_observation(photo=a_photo_of("före", "#224466"))
    a_visit(store, found, "also_seen")
    store.clock.forward(days=30)
    # by the clock of a phone that was put back a year
    visit = a_visit(
        store, found, "worse", text="Nu är två släckta", checked_at="2025-11-20T09:00:00.000Z"
    )
    store.a_photo(found, a_photo_of("efter", "#662244"), recheck_id=visit)
    detail = desk.detail(store.coordinator, [KIRSEBERG], found)
    assert detail is not None
    assert len(detail.photos) == 1
    assert [one.verdict for one in detail.rechecks] == ["also_seen", "worse"]
    assert [len(one.photos) for one in detail.rechecks] == [0, 1]
    shown = opened(decision, found)
    for text in ("Senare besök", "Någon annan såg det också", "Har blivit värre", "Ugglan"):
        assert text in shown
    assert "Nu är två släckta" in shown
    keys = [one.key for one in told(detail.history)]
    assert keys[:1] == ["office.history.photo_added"]
    assert "office.history.recheck.worse" in keys and "office.history.recheck.also_seen" in keys


def test_an_after_photo_is_neither_sent_nor_the_picture_of_the_list(
    store: SmallStore, desk: Desk
) -> None:
    found = store.an_observation(photo=None)
    visit = a_visit(store, found, "fixed")
    store.a_photo(found, b"after", recheck_id=visit, cover=None)
    first = store.a_photo(found, b"before", position=1)
    row = desk.overview(store.coordinator, [KIRSEBERG], Filter.ALL).rows[0]
    assert row.photo_sha256 == hashlib.sha256(b"before").hexdigest()
    desk.approve(store.coordinator, found)
    store.clock.forward(seconds=10)
    job = store.queue.claim("worker", store.clock(), store.clock.forward(minutes=5))
    assert job is not None
    assert [photo.jpeg for photo in store.queue.outgoing(job).photos] == [b"before"]
    assert first and store.reports()[0]["state"] == ReportState.QUEUED.value


# Rounds


def test_a_round_can_be_read_with_its_stops_and_scores(store: SmallStore, room: Room) -> None:
    round_id = a_round(
        store, led_by="Bulltofta skol-IF", light="dark", weather="rain", count_residents=12,
        count_young_leaders=4, count_police=0, ended_at=to_text(store.clock()),
    )  # fmt: skip
    stop_id = store.an_id()
    store.phone_writes(
        EntityKind.STOP, stop_id, round_id=round_id, name="Torget", position=1, good="Ljust",
        bad="Buskar", voices="Jag går hellre runt", score_light=2, score_feeling=4,
        arrived_at=to_text(store.clock()),
    )  # fmt: skip
    later, first = sorted(store.an_id() for _ in range(2))  # as from a clock that was put back
    for one, name in ((first, "Bron"), (later, "Tunneln")):
        store.phone_writes(EntityKind.STOP, one, round_id=round_id, name=name, position=2)
    store.phone_writes(EntityKind.ROUTE, store.an_id(), round_id=round_id, length_m=1840, points=[])
    store.an_observation(round_id=round_id, stop_id=stop_id)
    store.an_observation(round_id=round_id, kind="positive")
    rounds = Rounds(session=room.session, room=room)
    asyncio.run(rounds.open(round_id))
    shown = rounds.shown
    assert shown is not None
    assert shown.participants == {Group.RESIDENTS: 12, Group.YOUNG_LEADERS: 4, Group.POLICE: 0}
    assert shown.stops[0].scores == {Perception.LIGHT: 2, Perception.FEELING: 4}
    assert [(stop.name, stop.findings) for stop in shown.stops] == [
        ("Torget", 1), ("Bron", 0), ("Tunneln", 0)
    ]  # fmt: skip
    choices = Choices(session=room.session, room=room, rounds=rounds)
    screen = Screen(lambda: RoundDialog(rounds, choices))
    for text in (
        "Trygghetsvandring", "Bulltofta skol-IF", "Mörkt", "Regn", "16 deltagare", "Boende 12",
        "1,8 km", "Brist 1, Trygg plats 1", "Torget", "Bra: Ljust", "Mindre bra: Buskar",
        "Jag går hellre runt", "2 av 5", "Bron", "Inte besökt",
    ):  # fmt: skip
        assert text in screen.text, text
    asyncio.run(screen.press("round-close"))
    assert rounds.shown is None


def test_a_round_of_another_area_is_not_shown(store: SmallStore, desk: Desk) -> None:
    round_id = a_round(store)
    stranger = store.an_account("bo", Role.COORDINATOR, "rosengard")
    assert desk.round(stranger, [KIRSEBERG], round_id) is None
    assert desk.round(store.coordinator, [KIRSEBERG], round_id) is not None


def test_a_finding_opens_its_round(store: SmallStore, decision: Decision) -> None:
    round_id = a_round(store)
    found = store.an_observation(round_id=round_id)
    assert "Visa rundan" in opened(decision, found)


def test_a_review_without_rights_shows_nothing_new(store: SmallStore) -> None:
    with pytest.raises(ReviewRefused, match="not_found"), store.engine.begin() as connection:
        store.review.approve(connection, store.an_id(), store.coordinator, store.clock())
