"""The phone's sync against the real store, over a link that misbehaves."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from sync.central.devices import revoke_device
from sync.client import pace
from sync.client.engine import SyncEngine
from sync.client.enrolment import CodeNotTaken, enrolled_areas
from sync.client.errors import (
    DeviceRevoked,
    NotReached,
    NotTheStore,
    StoreInTrouble,
    SyncError,
)
from sync.client.phone_storage import PhoneStorageError
from sync.client.photo_queue import PhotoQueue
from sync.client.records import Receipt
from sync.client.transport import Request, Response, Unreachable
from sync.domain.ids import DeviceId, Sha256
from sync.domain.words import Category, EntityKind, Writer
from tests.central.a_store import AStore, Clock
from tests.client.a_phone import WalkingPhone, a_place, an_enrolled_phone

HTML = {"content-type": "text/html"}


def test_a_defect_with_photos_reaches_the_store_and_the_receipt_turns(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        saved = await phone.save_defect(round_, photos=2)
        assert saved.receipt is Receipt.ON_PHONE
        assert phone.walk.waiting().photos == 2
        result = await phone.sync()
        assert result.photos_sent == 2
        assert phone.finding(saved.observation_id).receipt is Receipt.WITH_COORDINATOR
        assert phone.walk.waiting().is_all_sent
        for name, data in phone.photos.items():
            assert store.services.blobs.get(name) == data  # type: ignore[arg-type]

    asyncio.run(walk())


def test_photos_stop_when_the_network_becomes_one_they_are_not_to_use(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round(), photos=3)
        result = await phone.engine(photos_that_may_go=2).round()
        assert (result.photos_sent, result.photos_left) == (2, 0), "none has failed"
        assert phone.walk.waiting().records == 0
        assert phone.walk.waiting().photos == 1
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_a_round_that_is_stopped_among_its_photos_ends_also_when_the_disk_is_full(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round(), photos=1)
        await phone.engine(photos_that_may_go=0).round()
        on_its_way = asyncio.Event()

        class Endless:
            async def read(self, name: str) -> bytes:
                on_its_way.set()
                await asyncio.Event().wait()
                raise AssertionError("it was to be stopped")

        async def no_room_any_more() -> None:
            if on_its_way.is_set():
                raise PhoneStorageError("no room")

        engine = SyncEngine(
            local=phone.local, api=phone.api, photos=Endless(), flush=no_room_any_more
        )
        round_ = asyncio.create_task(engine.round())
        await on_its_way.wait()
        round_.cancel()
        with pytest.raises(asyncio.CancelledError):
            await round_
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_without_contact_everything_stays_and_goes_later(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        saved = await phone.save_defect(await phone.start_round(), photos=1)
        phone.link.is_up = False
        with pytest.raises(NotReached):
            await phone.sync()
        assert phone.walk.waiting().records == 2
        assert phone.finding(saved.observation_id).receipt is Receipt.ON_PHONE
        phone.link.is_up = True
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_a_lost_answer_doubles_nothing(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        saved = await phone.save_defect(await phone.start_round(), photos=1)
        phone.link.loses_answers = True
        for _ in range(3):
            with pytest.raises(NotReached):
                await phone.sync()
        phone.link.loses_answers = False
        await phone.sync()
        other = await an_enrolled_phone(store, tmp_path / "other.db", "Alex")
        await other.sync()
        seen = other.walk.observations(saved.round_id)
        assert [one.observation_id for one in seen] == [saved.observation_id]
        assert len(seen[0].photos) == 1

    asyncio.run(walk())


class Died(Exception):
    """The phone's process is gone."""


def test_a_phone_that_dies_before_its_receipts_are_on_disk_asks_once_for_each_photo(
    store: AStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_queue: PhotoQueue, *_sha256s: Sha256) -> None:
        raise Died

    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round(), photos=2)
        with monkeypatch.context() as patched, pytest.raises(Died):
            patched.setattr(PhotoQueue, "stored", dies)
            await phone.sync()
        assert all(store.services.blobs.exists(Sha256(name)) for name in phone.photos)
        phone.local.close()
        again = WalkingPhone(store, phone.path, phone.photos)
        assert again.walk.waiting().photos == 2
        assert (await again.sync()).photos_sent == 2
        assert again.walk.waiting().is_all_sent
        asked = [one.method for one in again.link.requests if one.url.endswith("/photos")]
        assert asked == ["POST", "POST"]

    asyncio.run(walk())


def test_receipts_of_many_photos_are_written_a_few_at_a_time(
    store: AStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round(), photos=7)
        written: list[int] = []
        write = PhotoQueue.stored

        def counted(queue: PhotoQueue, *sha256s: Sha256) -> None:
            written.append(len(sha256s))
            write(queue, *sha256s)

        monkeypatch.setattr(PhotoQueue, "stored", counted)
        monkeypatch.setattr(pace, "BUNDLE_S", 1e6)  # however busy the machine is
        await phone.sync()
        assert sum(written) == 7
        assert len(written) <= 3, "those that went alone in threes, and those that went together"
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_two_phones_see_each_other_and_edits_of_different_fields_both_stay(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        sam = await an_enrolled_phone(store, tmp_path / "sam.db")
        saved = await sam.save_defect(await sam.start_round())
        await sam.sync()
        alex = await an_enrolled_phone(store, tmp_path / "alex.db", "Alex")
        await alex.sync()
        assert [one.round_id for one in alex.walk.rounds_under_way()] == [saved.round_id]
        theirs = alex.finding(saved.observation_id)
        await alex.recorder.change_observation(
            theirs, replace(theirs.content, category=Category.LITTER)
        )
        await sam.recorder.change_observation(
            saved, replace(saved.content, text="Den är svart", place=a_place(55.6111))
        )
        await sam.sync()
        await alex.sync()
        await sam.sync()
        for phone in (sam, alex):
            merged = phone.finding(saved.observation_id)
            assert (merged.category, merged.text) == (Category.LITTER, "Den är svart")
            assert merged.place == a_place(55.6111)

    asyncio.run(walk())


def test_a_deleted_defect_comes_back_with_undo_on_every_phone(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        sam = await an_enrolled_phone(store, tmp_path / "sam.db")
        saved = await sam.save_defect(await sam.start_round())
        await sam.recorder.delete_observation(saved)
        assert sam.walk.observation(saved.observation_id) is None
        await sam.sync()
        await sam.recorder.restore_observation(saved)
        await sam.sync()
        alex = await an_enrolled_phone(store, tmp_path / "alex.db", "Alex")
        await alex.sync()
        assert alex.finding(saved.observation_id).text == saved.text

    asyncio.run(walk())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Response(status=200, headers=HTML, body=b"<html>Logga in</html>"), NotTheStore),
        (Response(status=302, headers=HTML, body=b""), NotTheStore),
        (Response(status=200, body=b'{"v": 1, "accepted": ['), NotTheStore),
        (Response(status=502, headers=HTML, body=b"bad gateway"), StoreInTrouble),
        (Response(status=511, headers=HTML, body=b"<html>Logga in</html>"), NotTheStore),
        (Response(status=429, body=b""), StoreInTrouble),
        (Response(status=404, headers=HTML, body=b"nothing here"), NotTheStore),
    ],
    ids=["log-in page", "redirect", "cut short", "proxy", "log in first", "too many", "not found"],
)
def test_an_answer_that_is_not_the_stores_is_never_success(
    store: AStore, tmp_path: Path, answer: Response, error: type[SyncError]
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round(), photos=1)
        before = phone.walk.waiting()

        def stranger(_: Request) -> Response:
            return answer

        phone.link.answers_itself = stranger
        with pytest.raises(error):
            await phone.sync()
        assert phone.walk.waiting() == before
        phone.link.answers_itself = lambda _: None
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_photos_are_never_taken_for_sent_by_a_log_in_page(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round(), photos=1)

        def portal(request: Request) -> Response | None:
            if "/photos" in request.url:
                return Response(status=200, headers=HTML, body=b"<html>Logga in</html>")
            return None

        phone.link.answers_itself = portal
        with pytest.raises(NotTheStore):
            await phone.sync()
        assert phone.walk.waiting().photos == 1

    asyncio.run(walk())


def test_a_refused_photo_holds_up_no_other(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        bad, good = (
            await phone.save_defect(round_, photos=1),
            await phone.save_defect(round_, photos=1),
        )
        phone.photos[bad.photos[0].sha256] += b"one byte too many"
        await phone.sync()
        assert phone.walk.waiting().photos == 0
        assert phone.walk.waiting().refused == 1
        assert phone.finding(good.observation_id).receipt is Receipt.WITH_COORDINATOR
        assert phone.finding(bad.observation_id).photos[0].refused_reason == "damaged_on_phone"

    asyncio.run(walk())


def test_a_refused_change_shows_its_reason_and_the_next_one_goes(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        saved = await phone.save_defect(await phone.start_round())
        await phone.sync()
        body = phone.local.db.execute("SELECT COUNT(*) FROM outbox").fetchone()
        assert body[0] == 0
        phone.local.db.execute(
            "INSERT INTO outbox (change_id, entity, entity_id, body) SELECT"
            " '01970000-0000-7000-8000-000000000001', 'observation', id,"
            " json_object('change_id', '01970000-0000-7000-8000-000000000001', 'area', area,"
            " 'entity', 'observation', 'entity_id', id, 'made_at',"
            " '001795165200000-00000-sam', 'device_id', 'sam',"
            " 'fields', json_object('status', 'approved')) FROM observation"
        )
        await phone.recorder.change_observation(saved, replace(saved.content, text="Ny text"))
        await phone.sync()
        waiting = phone.walk.waiting()
        assert (waiting.records, waiting.refused) == (0, 1)
        assert phone.finding(saved.observation_id).refused_code == "not_allowed"

    asyncio.run(walk())


def test_another_store_at_the_same_address_is_never_taken_for_ours(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round())
        phone.local.set_facts({"store_id": "another"})
        with pytest.raises(NotTheStore):
            await phone.sync()
        assert phone.walk.waiting().records == 2

    asyncio.run(walk())


def test_a_revoked_phone_keeps_what_it_has_and_sends_it_with_a_new_code(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        saved = await phone.save_defect(await phone.start_round(), photos=1)
        device = DeviceId(phone.local.fact("device_id") or "")
        with store.services.engine.begin() as connection:
            revoke_device(connection, device, store.clock())
        with pytest.raises(DeviceRevoked):
            await phone.sync()
        assert phone.walk.waiting().records == 2
        await phone.enrol(store.code(), "Sam")
        assert phone.local.fact("device_id") != device
        await phone.sync()
        assert phone.finding(saved.observation_id).receipt is Receipt.WITH_COORDINATOR

    asyncio.run(walk())


def test_enrolling_again_after_a_lost_answer_is_the_same_phone(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone, code = WalkingPhone(store, tmp_path / "phone.db"), store.code()
        phone.link.loses_answers = True
        with pytest.raises(NotReached):
            await phone.enrol(code)
        first = phone.local.fact("device_id")
        phone.link.loses_answers = False
        await phone.enrol(code)
        assert phone.local.fact("device_id") == first
        assert [area.name for area in enrolled_areas(phone.local)] == ["Kirseberg"]

    asyncio.run(walk())


@pytest.mark.parametrize(
    ("hours", "typed", "key"),
    [
        (24.0, "ZZZZZZ", "enrol.problem.wrong_code"),
        (-1.0, None, "enrol.problem.expired_code"),
    ],
)
def test_a_code_that_does_not_work_says_why(
    store: AStore, tmp_path: Path, hours: float, typed: str | None, key: str
) -> None:
    async def walk() -> None:
        phone = WalkingPhone(store, tmp_path / "phone.db")
        code = store.code(hours=hours)
        with pytest.raises(CodeNotTaken) as caught:
            await phone.enrol(typed or code)
        assert caught.value.key == key

    asyncio.run(walk())


def test_a_phone_whose_clock_is_a_year_behind_still_wins_with_the_later_edit(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        sam = await an_enrolled_phone(store, tmp_path / "sam.db")
        saved = await sam.save_defect(await sam.start_round(), text="först")
        await sam.sync()
        alex = await an_enrolled_phone(store, tmp_path / "alex.db", "Alex")
        behind = Clock()
        behind.forward(days=-365)
        alex.local.now = behind
        await alex.sync()
        theirs = alex.finding(saved.observation_id)
        await alex.recorder.change_observation(theirs, replace(theirs.content, text="sedan"))
        await alex.sync()
        await sam.sync()
        assert sam.finding(saved.observation_id).text == "sedan"

    asyncio.run(walk())


def test_a_deletion_that_comes_too_late_brings_the_defect_back_and_stands_in_no_ones_way(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        saved = await phone.save_defect(await phone.start_round())
        await phone.sync()
        with store.services.engine.begin() as connection:
            store.services.ledger.record(
                connection,
                area=saved.area,
                entity=EntityKind.OBSERVATION,
                entity_id=saved.observation_id,
                fields={"status": "approved"},
                writer=Writer.OFFICE,
                received_from="anna",
            )
        await phone.recorder.delete_observation(saved)
        await phone.sync()
        found = phone.finding(saved.observation_id)
        assert found.refused_code == "already_approved"
        assert found.receipt is Receipt.WITH_COORDINATOR
        assert not phone.walk.waiting().is_all_sent
        await phone.recorder.see_refusals([found.observation_id])
        assert phone.finding(saved.observation_id).refused_code is None
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_asking_how_far_a_photo_has_come_is_no_progress(store: AStore, tmp_path: Path) -> None:
    """Else a link that lets nothing but questions through would be used as often as a good one."""

    def no_pieces(request: Request) -> Response | None:
        if request.method == "PATCH":
            raise Unreachable("cut")
        return None

    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round(), photos=1, photo_px=(900, 700))
        phone.link.answers_itself = no_pieces
        moved = []
        for _ in range(2):
            engine = phone.engine()
            with pytest.raises(NotReached):
                await engine.round()
            moved.append(engine.has_moved)
        assert moved == [True, False], "the first round brought the record and a piece"
        phone.link.answers_itself = lambda _: None
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_a_decision_taken_back_half_way_leaves_nothing_of_the_photo_at_the_store(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        saved = await phone.save_defect(await phone.start_round(), photos=1, photo_px=(1600, 1200))
        of_the_store, pieces = phone.link.the_stores_own, 0

        async def seen_in_the_middle(request: Request) -> Response:
            nonlocal pieces
            answer = await of_the_store(request)
            if request.method in ("POST", "PATCH") and "/api/v1/photos" in request.url:
                pieces += 1
                await phone.recorder.decide_photo(saved, saved.photos[0].photo_id, None)
            return answer

        phone.link.the_stores_own = seen_in_the_middle  # type: ignore[method-assign]
        await phone.sync()
        assert pieces == 1
        assert not list((store.folder / "uploads").glob("*.part"))
        assert phone.finding(saved.observation_id).photos[0].cover is None

    asyncio.run(walk())


def test_no_photo_goes_on_when_its_round_has_ended(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        round_ = await phone.start_round()
        await phone.save_defect(round_, photos=4)
        of_the_store, photos_asked = phone.link.the_stores_own, 0

        async def one_is_slow_and_the_phone_is_shut_out(request: Request) -> Response:
            nonlocal photos_asked
            if "/api/v1/photos" in request.url:
                photos_asked += 1
                if photos_asked == 1:
                    await asyncio.sleep(3600)
                await phone.save_defect(round_)
                with store.services.engine.begin() as connection:
                    device = DeviceId(phone.local.fact("device_id") or "")
                    revoke_device(connection, device, store.clock())
            return await of_the_store(request)

        phone.link.the_stores_own = one_is_slow_and_the_phone_is_shut_out  # type: ignore[method-assign]
        with pytest.raises(DeviceRevoked):
            await phone.sync()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(walk())
