"""Fills an empty store with the demo: one function, for `--demo`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from random import Random

from sync.central.accounts import Account
from sync.central.api.services import Services
from sync.central.demo.city import open_city
from sync.central.demo.desk_work import DeskWork
from sync.central.demo.phones import Inbox, enrol_phones
from sync.central.demo.pool import ASSETS, read_pool
from sync.central.demo.state import DemoState, DemoSummary, demo_state, summary_of
from sync.central.demo.story import SetClock, Story
from sync.central.demo.walks import walks_until
from sync.central.engine import reading
from sync.central.enrolment import Enrolment
from sync.central.ledger import Ledger
from sync.central.report_store import ReportStore
from sync.central.review import Review
from sync.domain.ids import DeviceId
from sync.domain.malmo import LIMITS
from sync.domain.words import Category

SEED = 2025


def fill_demo(
    services: Services,
    *,
    coordinator: Account,
    simulator_folder: Path,
    category_names: Mapping[Category, str],
    sender_name: str,
    now: datetime,
    random: Callable[[int], bytes],
    assets: Path = ASSETS,
) -> DemoSummary:
    """Adds the demo to a store that has nothing; any other store is left exactly as it is.

    To be called before the worker starts, outside a running event loop. The store must have the
    area kirseberg. coordinator: who reviews; an account of the store. simulator_folder: of the
    simulator that will run, so that it knows the cases. random: for what must not be guessed;
    everything else is the same for the same now.
    """
    with reading(services.engine) as connection:
        before = demo_state(connection)
    if before is DemoState.EMPTY:
        pool = read_pool(assets)
        chance = Random(SEED)
        walks = walks_until(now, pool, chance)
        clock = SetClock(walks[0].started_at)
        ledger = Ledger(
            store_device=DeviceId(services.store_id), now=clock, random=chance.randbytes
        )
        enrolment = Enrolment(now=clock, random=random)
        with services.engine.begin() as connection:
            phones, code_id = enrol_phones(
                connection, enrolment, pool, secret=random, random=chance
            )
        queue = ReportStore(
            engine=services.engine,
            ledger=ledger,
            photos=services.blobs,
            category_names=category_names,
            sender_name=sender_name,
        )
        with asyncio.Runner() as runner:
            story = Story(
                phones=phones,
                inbox=Inbox(services, ledger, clock),
                desk=DeskWork(
                    review=Review(ledger=ledger, random=chance.randbytes, limits=LIMITS),
                    coordinator=coordinator,
                    rejections=pool.rejections,
                    city=open_city(simulator_folder, queue, runner, clock, until=now),
                    random=chance,
                ),
                clock=clock,
                random=chance,
            )
            story.tell(walks, now)
        with services.engine.begin() as connection:
            enrolment.revoke_code(connection, code_id)
    with reading(services.engine) as connection:
        return summary_of(connection, before)
