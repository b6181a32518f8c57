"""Fills an empty store with the demo: one function, for `--demo`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import select

from sync.central.accounts import Account, Role
from sync.central.api.services import Services
from sync.central.demo.city import open_city
from sync.central.demo.coming import plan_rounds
from sync.central.demo.desk_work import DeskWork
from sync.central.demo.group_walk import GroupWalk
from sync.central.demo.phones import DemoPhone, Inbox, enrol_phones
from sync.central.demo.pool import ASSETS, Pool, read_pool
from sync.central.demo.state import DemoState, DemoSummary, demo_state, summary_of
from sync.central.demo.story import SetClock, Story
from sync.central.demo.walks import walks_until
from sync.central.engine import reading
from sync.central.enrolment import Enrolment
from sync.central.ledger import Ledger
from sync.central.planning.rounds import Planning
from sync.central.report_store import ReportStore
from sync.central.review import Review
from sync.central.tables import account
from sync.domain.ids import AreaCode, DeviceId
from sync.domain.malmo import LIMITS
from sync.domain.words import Category

SEED = 2025


def fill_demo(
    services: Services,
    *,
    simulator_folder: Path | None,
    category_names: Mapping[Category, str],
    sender_name: str,
    now: datetime,
    random: Callable[[int], bytes],
    assets: Path = ASSETS,
) -> DemoSummary:
    """Adds the demo to a store that has nothing; any other store is left exactly as it is.

    To be called before the worker starts, outside a running event loop. The store must have the
    area kirseberg and an account that may review there. simulator_folder: of the simulator that
    will run, so that it knows the cases; None when reports go to a real city. random: for what
    must not be guessed; everything else is the same for the same now.
    """
    with reading(services.engine) as connection:
        before = demo_state(connection)
    if before is DemoState.EMPTY and simulator_folder is None:
        before = DemoState.REAL_CITY
    elif before is DemoState.EMPTY and simulator_folder is not None:
        pool = read_pool(assets)
        chance = Random(SEED)
        walks = walks_until(now, pool, chance)
        coordinator = _coordinator(services, pool.area)
        clock = SetClock(walks[0].started_at)
        ledger = Ledger(
            store_device=DeviceId(services.store_id), now=clock, random=chance.randbytes
        )
        queue = ReportStore(
            engine=services.engine,
            ledger=ledger,
            photos=services.blobs,
            category_names=category_names,
            sender_name=sender_name,
        )
        with asyncio.Runner() as runner, _demo_phones(services, pool, clock, random) as phones:
            desk = DeskWork(
                review=Review(ledger=ledger, random=chance.randbytes, limits=LIMITS),
                coordinator=coordinator,
                rejections=pool.rejections,
                city=open_city(simulator_folder, queue, runner, clock, until=now),
                random=chance,
            )
            inbox = Inbox(services, ledger, clock)
            story = Story(phones=phones, inbox=inbox, desk=desk, clock=clock, random=chance)
            group = GroupWalk(phones=phones, inbox=inbox, desk=desk, pool=pool)
            planning = Planning(ledger=ledger, now=clock, random=chance.randbytes)
            coming = (
                now - timedelta(seconds=1),
                partial(plan_rounds, services.engine, planning, pool, now),
            )
            story.tell(walks, now, [*group.events(now), coming])
    with reading(services.engine) as connection:
        return summary_of(connection, before)


@contextmanager
def _demo_phones(
    services: Services, pool: Pool, clock: SetClock, random: Callable[[int], bytes]
) -> Iterator[list[DemoPhone]]:
    """The code that let them in is revoked when all has gone well: see state.demo_state."""
    enrolment = Enrolment(now=clock, random=random)
    with services.engine.begin() as connection:
        phones, code_id = enrol_phones(
            connection, enrolment, pool, secret=random, random=Random(SEED + 1)
        )
    yield phones
    with services.engine.begin() as connection:
        enrolment.revoke_code(connection, code_id)


def _coordinator(services: Services, area: AreaCode) -> Account:
    """The first account that may review. Raises LookupError when there is none."""
    first = select(account).where(account.c.disabled_at.is_(None)).order_by(account.c.made_at)
    with reading(services.engine) as connection:
        rows = connection.execute(first).all()
    for row in rows:
        found = Account(
            id=row.id, name=row.name, role=Role(row.role), areas=tuple(json.loads(row.areas))
        )
        if found.may_review(area):
            return found
    raise LookupError(f"no account may review in {area}")
