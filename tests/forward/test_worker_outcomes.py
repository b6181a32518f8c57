"""Whatever the party answers and wherever the process dies: never two cases of one report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from sync.central.accounts import Role
from sync.central.review import ReviewRefused
from sync.central.tables import forward_event, forward_job
from sync.domain.status import ReportState
from sync.domain.words import Party
from sync.forward.connector import (
    CannotSend,
    CaseRef,
    CityStatus,
    NoStatus,
    NotSent,
    OutgoingReport,
    Unauthorized,
    Uncertain,
    UnknownCase,
)
from sync.forward.report_queue import Reason
from sync.forward.schedule import PollSchedule
from sync.forward.worker import CLAIM, Forwarding, Worker
from tests.office.small_store import SmallStore, a_small_store


class Killed(BaseException):
    """The process ends here: nothing after this line runs."""


@dataclass
class City:
    """Makes cases like the real one: no idempotency, so every call that gets through is one."""

    answers: list[Exception | None] = field(default_factory=list)
    words: list[CityStatus | Exception] = field(default_factory=list)
    cases: list[OutgoingReport] = field(default_factory=list)
    killed_before: bool = False
    killed_after: bool = False

    def check(self, report: OutgoingReport) -> None: ...

    def send(self, report: OutgoingReport) -> CaseRef:
        if self.killed_before:
            raise Killed
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Uncertain) or answer is None:
            self.cases.append(report)
        if self.killed_after:
            raise Killed
        if answer is not None:
            raise answer
        return CaseRef(str(599_000 + len(self.cases)))

    def status(self, case_ref: CaseRef) -> CityStatus:
        word = self.words.pop(0)
        if isinstance(word, Exception):
            raise word
        return word


@pytest.fixture
def store(tmp_path: Path):
    store = a_small_store(tmp_path)
    yield store
    store.engine.dispose()


@pytest.fixture
def city() -> City:
    return City()


@pytest.fixture
def forwarding(store: SmallStore, city: City) -> Forwarding:
    return Forwarding(
        queue=store.queue,
        connectors={Party.FGK: city},
        name="worker1",
        polls=PollSchedule(every=timedelta(minutes=15)),
    )


def _events(store: SmallStore, report_id: str) -> list[str]:
    with store.engine.connect() as connection:
        return list(
            connection.scalars(
                select(forward_event.c.what)
                .where(forward_event.c.report_id == report_id)
                .order_by(forward_event.c.seq)
            )
        )


def _job(store: SmallStore, report_id: str) -> tuple[int, str, str | None]:
    with store.engine.connect() as connection:
        row = connection.execute(
            select(forward_job).where(forward_job.c.report_id == report_id)
        ).one()
        return row.attempts, row.next_try_at, row.claimed_by


def test_a_report_that_is_taken_gets_its_case_number(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    report_id = store.approved_and_due()
    assert forwarding.step(store.clock)
    row = store.row(report_id)
    assert (row["state"], row["case_ref"]) == ("sent", "599001")
    assert row["sent_at"] == "2026-11-20T09:00:10.000Z"
    assert _events(store, report_id) == ["approved", "intent", "sent"]
    assert not forwarding.step(store.clock)
    assert len(city.cases) == 1


def test_what_was_approved_is_what_is_sent_not_what_a_phone_added_later(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    observation_id = store.an_observation(photo=b"approved")
    store.approve(observation_id)
    store.a_photo(observation_id, b"nobody has looked at this one")
    store.clock.forward(seconds=10)
    forwarding.step(store.clock)
    (sent,) = city.cases
    assert [photo.jpeg for photo in sent.photos] == [b"approved"]
    assert "Lampan är trasig" in sent.text
    assert sent.reference in sent.text
    assert "Räven" not in sent.text + sent.sender_name


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (NotSent("connection refused"), "failed", "unreachable"),
        (Unauthorized("401"), "failed", "unauthorized"),
        (CannotSend("too long"), "needs_person", "not_accepted"),
        (Uncertain("time-out after the order"), "uncertain", "lost_answer"),
        (ZeroDivisionError(), "uncertain", "unexpected"),
    ],
)
def test_every_answer_has_its_state_and_its_reason(
    store: SmallStore,
    city: City,
    forwarding: Forwarding,
    answer: Exception,
    state: str,
    reason: str,
) -> None:
    city.answers = [answer]
    report_id = store.approved_and_due()
    forwarding.step(store.clock)
    row = store.row(report_id)
    assert (row["state"], row["reason"]) == (state, reason)
    assert _job(store, report_id)[2] is None


def test_a_failed_report_is_tried_again_after_30_s_then_5_min_then_every_30_min(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    city.answers = [NotSent("down")] * 4
    report_id = store.approved_and_due()
    waits = []
    for _ in range(4):
        assert forwarding.step(store.clock)
        next_try = datetime.fromisoformat(_job(store, report_id)[1])
        waits.append((next_try - store.clock()).total_seconds())
        store.clock.at = next_try - timedelta(milliseconds=1)
        assert not forwarding.step(store.clock)
        store.clock.at = next_try
    assert waits == [30, 300, 1800, 1800]
    forwarding.step(store.clock)
    assert store.row(report_id)["state"] == "sent"
    assert _job(store, report_id)[0] == 5
    assert len(city.cases) == 1


def test_an_uncertain_report_is_never_sent_again_by_itself(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    city.answers = [Uncertain("lost")]
    store.approved_and_due()
    forwarding.step(store.clock)
    for _ in range(100):
        store.clock.forward(hours=1)
        assert not forwarding.step(store.clock)
    assert len(city.cases) == 1


Crash = Callable[[SmallStore, City, Forwarding], None]


def _die_before_intent(store: SmallStore, city: City, forwarding: Forwarding) -> None:
    store.queue.claim("worker1", store.clock(), store.clock() + CLAIM)


def _die_after_intent(store: SmallStore, city: City, forwarding: Forwarding) -> None:
    job = store.queue.claim("worker1", store.clock(), store.clock() + CLAIM)
    assert job is not None
    assert store.queue.intend(job, store.clock())


def _die_before_the_request(store: SmallStore, city: City, forwarding: Forwarding) -> None:
    city.killed_before = True
    with pytest.raises(Killed):
        forwarding.step(store.clock)


def _die_before_the_record(store: SmallStore, city: City, forwarding: Forwarding) -> None:
    city.killed_after = True
    with pytest.raises(Killed):
        forwarding.step(store.clock)


@pytest.mark.parametrize(
    ("crash", "state", "cases"),
    [
        (_die_before_intent, "sent", 1),
        (_die_after_intent, "uncertain", 0),
        (_die_before_the_request, "uncertain", 0),
        (_die_before_the_record, "uncertain", 1),
    ],
)
@pytest.mark.parametrize("restarted", [True, False])
def test_a_worker_that_dies_anywhere_never_makes_two_cases(
    store: SmallStore,
    city: City,
    forwarding: Forwarding,
    crash: Crash,
    state: str,
    cases: int,
    restarted: bool,
) -> None:
    report_id = store.approved_and_due()
    crash(store, city, forwarding)
    city.killed_before = city.killed_after = False
    other = replace(forwarding, name="worker2")
    if restarted:
        store.queue.release_claims(store.clock())
    else:
        assert not other.step(store.clock)
        store.clock.forward(seconds=CLAIM.total_seconds())
    for _ in range(5):
        other.step(store.clock)
    assert store.row(report_id)["state"] == state
    assert len(city.cases) == cases


def test_a_case_number_that_comes_after_the_claim_ended_is_kept(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    report_id = store.approved_and_due()
    job = store.queue.claim("slow", store.clock(), store.clock() + CLAIM)
    assert job is not None
    store.queue.intend(job, store.clock())
    store.clock.forward(seconds=CLAIM.total_seconds())
    store.queue.doubt_abandoned(store.clock())
    assert store.row(report_id)["state"] == "uncertain"
    store.queue.sent(job, CaseRef("77"), store.clock(), store.clock())
    assert (store.row(report_id)["state"], store.row(report_id)["case_ref"]) == ("sent", "77")


def test_a_late_failure_does_not_touch_what_someone_else_has_begun(
    store: SmallStore, forwarding: Forwarding
) -> None:
    report_id = store.approved_and_due()
    slow = store.queue.claim("slow", store.clock(), store.clock() + CLAIM)
    assert slow is not None
    store.clock.forward(seconds=CLAIM.total_seconds())
    quick = store.queue.claim("quick", store.clock(), store.clock() + CLAIM)
    assert quick is not None
    assert store.queue.intend(quick, store.clock())
    assert not store.queue.intend(slow, store.clock())
    store.queue.failed(slow, Reason.UNREACHABLE, "late", store.clock(), store.clock())
    assert store.row(report_id)["state"] == "sending"
    assert "late_failed" in _events(store, report_id)


def test_a_person_says_that_the_case_arrived_and_its_status_is_asked_for(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    city.answers = [Uncertain("lost")]
    report_id = store.approved_and_due()
    forwarding.step(store.clock)
    with store.engine.begin() as connection:
        store.stuck.arrived(connection, report_id, " 599001 ", store.coordinator, store.clock())
    assert store.row(report_id)["case_ref"] == "599001"
    city.words = [CityStatus(word="Registrerat", known=True, final=False)]
    forwarding.step(store.clock)
    assert store.row(report_id)["city_status"] == "Registrerat"


def test_a_person_says_that_nothing_arrived_and_it_is_sent_again(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    city.answers = [Uncertain("lost")]
    report_id = store.approved_and_due()
    forwarding.step(store.clock)
    with store.engine.begin() as connection:
        store.stuck.send_again(connection, report_id, store.coordinator, store.clock())
    forwarding.step(store.clock)
    assert store.row(report_id)["state"] == "sent"


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        (ReportState.SENT, None),
        (ReportState.FAILED, NotSent("x")),
        (ReportState.UNCERTAIN, Uncertain("x")),
        (ReportState.NEEDS_PERSON, CannotSend("x")),
    ],
)
def test_only_doubtful_reports_are_decided_by_a_person(
    store: SmallStore,
    city: City,
    forwarding: Forwarding,
    state: ReportState,
    answer: Exception | None,
) -> None:
    city.answers = [answer]
    report_id = store.approved_and_due()
    forwarding.step(store.clock)
    assert store.row(report_id)["state"] == state.value
    with store.engine.begin() as connection:
        if state in (ReportState.UNCERTAIN, ReportState.NEEDS_PERSON):
            store.stuck.send_again(connection, report_id, store.coordinator, store.clock())
        else:
            with pytest.raises(ReviewRefused, match="not_now"):
                store.stuck.send_again(connection, report_id, store.coordinator, store.clock())


def test_the_city_role_decides_nothing_about_stuck_reports(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    city.answers = [Uncertain("lost")]
    report_id = store.approved_and_due()
    forwarding.step(store.clock)
    clerk = store.an_account("fgk", Role.CITY, "kirseberg")
    with store.engine.begin() as connection, pytest.raises(ReviewRefused, match="not_allowed"):
        store.stuck.send_again(connection, report_id, clerk, store.clock())


def test_a_photo_that_is_gone_from_the_store_needs_a_person(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    report_id = store.approved_and_due()
    store.photos.files.clear()
    forwarding.step(store.clock)
    assert (store.row(report_id)["state"], store.row(report_id)["reason"]) == (
        "needs_person",
        "incomplete",
    )
    assert city.cases == []


def test_the_status_is_asked_for_until_a_final_word_and_every_word_is_logged(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    report_id = store.approved_and_due()
    forwarding.step(store.clock)
    city.words = [
        CityStatus(word="Ej Registrerat", known=True, final=False),
        CityStatus(word="Pågående", known=True, final=False),
        CityStatus(word="Åtgärdat", known=True, final=True),
    ]
    seen = []
    for _ in range(3):
        assert not forwarding.step(store.clock)
        store.clock.forward(minutes=15)
        assert forwarding.step(store.clock)
        seen.append(store.row(report_id)["city_status"])
    assert seen == ["Ej Registrerat", "Pågående", "Åtgärdat"]
    store.clock.forward(days=365)
    assert not forwarding.step(store.clock)
    assert _events(store, report_id).count("status") == 3


def test_an_unknown_word_keeps_the_old_status_and_is_flagged(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    report_id = store.approved_and_due()
    forwarding.step(store.clock)
    city.words = [
        CityStatus(word="Pågående", known=True, final=False),
        CityStatus(word="Under utredning", known=False, final=False),
        CityStatus(word="Registrerat", known=True, final=False),
    ]
    seen = []
    for _ in range(3):
        store.clock.forward(minutes=15)
        forwarding.step(store.clock)
        row = store.row(report_id)
        seen.append((row["city_status"], row["city_status_known"]))
    assert seen == [("Pågående", 1), ("Pågående", 0), ("Registrerat", 1)]


def test_a_silent_city_changes_nothing_and_is_asked_again_later(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    report_id = store.approved_and_due()
    forwarding.step(store.clock)
    city.words = [NoStatus("down"), UnknownCase("ID does not exist."), KeyError("odd")]
    before = store.row(report_id)
    for _ in range(3):
        store.clock.forward(minutes=15)
        assert forwarding.step(store.clock)
    assert store.row(report_id) == before


def test_newest_cases_are_asked_about_first_and_a_silent_city_ends_the_batch(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    older, newer = store.approved_and_due(), None
    forwarding.step(store.clock)
    newer = store.approved_and_due()
    forwarding.step(store.clock)
    store.clock.forward(hours=1)
    city.words = [
        CityStatus(word="Registrerat", known=True, final=False),
        NoStatus("down"),
    ]
    forwarding.step(store.clock)
    assert store.row(newer)["city_status"] == "Registrerat"
    assert store.row(older)["city_status"] is None


def test_old_cases_are_asked_about_less_often(store: SmallStore) -> None:
    polls = PollSchedule(every=timedelta(minutes=15))
    sent = store.clock()
    gaps = [
        polls.next_poll(sent, sent + age) - (sent + age)
        for age in (timedelta(0), timedelta(days=3), timedelta(days=60))
    ]
    assert gaps == [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)]


def test_the_thread_sends_what_it_is_woken_for_and_stops_at_once(
    store: SmallStore, city: City, forwarding: Forwarding
) -> None:
    worker = Worker(forwarding, now=store.clock, idle_s=60)
    worker.start()
    report_id = store.approved_and_due()
    try:
        for _ in range(200):
            worker.wake()
            if store.row(report_id)["state"] == "sent":
                break
            worker._woken.wait(0.02)
    finally:
        worker.stop(timeout_s=5)
    assert store.row(report_id)["state"] == "sent"


def test_an_error_in_a_step_does_not_end_the_thread(
    store: SmallStore, city: City, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        calls = 0

        def release_claims(self, now: datetime) -> None:
            Broken.calls += 1
            raise OSError("disk full")

    forwarding = Forwarding(
        queue=Broken(),
        connectors={},
        name="w",  # type: ignore[arg-type]
    )
    worker = Worker(forwarding, now=store.clock, idle_s=0.01)
    worker.start()
    try:
        for _ in range(500):
            if Broken.calls >= 3:
                break
            worker._stopping.wait(0.01)
    finally:
        worker.stop(timeout_s=5)
    assert Broken.calls >= 3
    assert "trying again" in caplog.text
