"""A link that comes and goes: everything is sent in the end, without asking all the time."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.central.devices import revoke_device
from sync.client.schedule import AT_ONCE, LAST_RETRY_S, MAX_A_MINUTE, ONE_MORE_AFTER_S
from sync.client.transport import Request, Response, Unreachable
from sync.domain.ids import DeviceId
from tests.central.a_store import AStore
from tests.field.a_phone import Phone
from tests.field.fake_time import run
from tests.figures import Say

FLAPS = 200


def most_in_a_minute(moments: list[float]) -> int:
    return max(sum(start <= one < start + 60 for one in moments) for start in moments)


def in_the_store(store: AStore) -> dict[str, int]:
    with store.services.engine.connect() as connection:
        return {
            table: connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar_one()
            for table in ("observation", "stored_photo")
        }


async def sent(phone: Phone) -> None:
    """All is, with the round that is going on now."""
    for _ in range(1000):
        if phone.sync.waiting.is_all_sent and phone.sync.problem is None:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{phone.sync.waiting} stays, {phone.sync.problem}")


@pytest.mark.parametrize("up_s", [0.5, 5.0])
def test_two_hundred_times_offline_and_online_ends_with_all_sent_and_few_attempts(
    store: AStore, tmp_path: Path, figure: Say, up_s: float
) -> None:
    async def flap() -> None:
        chance = random.Random(up_s)
        phone = Phone(store=store, folder=tmp_path / "phone")
        await phone.walk()
        loop = asyncio.get_running_loop()
        attempts: list[float] = []
        real = phone.link.request

        async def counted(request: Request) -> Response:
            if request.url.endswith("/sync"):
                attempts.append(loop.time())
            if not phone.link.is_up:
                if chance.random() < 0.5:
                    await phone.link.the_stores_own(request)
                raise Unreachable("offline, and perhaps only on the way back")
            return await real(request)

        phone.link.request = counted  # type: ignore[method-assign]
        for number in range(FLAPS):
            phone.link.is_up = False
            if number % 20 == 0:
                await phone.save_a_defect(f"nummer {number}")
            await asyncio.sleep(up_s * chance.random())
            phone.link.is_up = True
            phone.app.network_is_back()
            await asyncio.sleep(up_s * chance.random())
        await asyncio.sleep(LAST_RETRY_S)
        await sent(phone)
        saved = [one.text for one in phone.findings]
        assert len(saved) == len(set(saved)) == FLAPS // 20
        assert in_the_store(store) == {"observation": len(saved), "stored_photo": len(saved)}
        assert most_in_a_minute(attempts) <= MAX_A_MINUTE
        figure(f"flapping_{up_s}.attempts", len(attempts), f"in {round(loop.time())} s")
        figure(f"flapping_{up_s}.most_in_a_minute", most_in_a_minute(attempts), "attempts")
        await phone.end()

    run(flap())


async def happens_without_a_timer(is_so: Callable[[], bool]) -> None:
    """Threads get the real time that they need; the loop's clock stands still."""
    give_up = time.monotonic() + 30
    while not is_so() and time.monotonic() < give_up:
        await asyncio.sleep(0)
    assert is_so()


def attempts_of(phone: Phone) -> list[float]:
    """The moments at which it asks for a sync from now on, by the loop's clock."""
    moments: list[float] = []
    real, loop = phone.link.request, asyncio.get_running_loop()

    async def counted(request: Request) -> Response:
        if request.url.endswith("/sync"):
            moments.append(loop.time())
        return await real(request)

    phone.link.request = counted  # type: ignore[method-assign]
    return moments


def test_a_phone_that_is_shut_out_asks_no_more_often_over_a_flapping_link(
    store: AStore, tmp_path: Path
) -> None:
    async def flap() -> None:
        phone = Phone(store=store, folder=tmp_path / "phone")
        await phone.walk()
        await phone.all_sent()
        with store.services.engine.begin() as connection:
            device = DeviceId(phone.services.local.fact("device_id") or "")
            revoke_device(connection, device, store.clock())
        attempts = attempts_of(phone)
        for _ in range(FLAPS):
            phone.app.network_is_back()
            await asyncio.sleep(0.5)
        assert phone.sync.is_shut_out
        assert 1 <= most_in_a_minute(attempts) <= MAX_A_MINUTE
        await phone.end()

    run(flap())


def test_a_button_pressed_thirty_times_starts_at_once_within_the_same_bound(
    store: AStore, tmp_path: Path
) -> None:
    async def press() -> None:
        phone = Phone(store=store, folder=tmp_path / "phone")
        await phone.walk()
        await phone.all_sent()
        await asyncio.sleep(120)
        attempts = attempts_of(phone)
        began_s = asyncio.get_running_loop().time()
        await phone.sync.now()
        await happens_without_a_timer(lambda: bool(attempts))
        assert attempts[0] == began_s
        for _ in range(30):
            await phone.sync.now()
            await asyncio.sleep(1)
        assert AT_ONCE < most_in_a_minute(attempts) <= MAX_A_MINUTE
        await phone.save_a_defect()
        await asyncio.sleep(LAST_RETRY_S)
        await sent(phone)
        await phone.end()

    run(press())


def test_a_record_saved_on_a_good_line_goes_at_once(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = Phone(store=store, folder=tmp_path / "phone")
        await phone.walk()
        loop = asyncio.get_running_loop()
        for number in range(8):
            await asyncio.sleep(10)
            await phone.save_a_defect(f"nummer {number}")
            saved_at = loop.time()
            await sent(phone)
            assert loop.time() - saved_at < ONE_MORE_AFTER_S
        await phone.end()

    run(walk())


def test_a_phone_that_is_offline_for_hours_asks_seldom(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = Phone(store=store, folder=tmp_path / "phone")
        await phone.walk()
        await phone.all_sent()
        phone.link.is_up = False
        await phone.save_a_defect()
        phone.link.requests.clear()
        await asyncio.sleep(4 * 3600)
        assert len(phone.link.requests) < 80
        phone.link.is_up = True
        await asyncio.sleep(LAST_RETRY_S * 1.5)
        await sent(phone)
        await phone.end()

    run(walk())
