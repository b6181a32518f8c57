"""What coordinators decide at their desk, what the worker sends, and what befalls the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from sync.central.accounts import Account
from sync.central.defect_filters import Filter
from sync.central.engine import reading
from sync.central.tables import observation, report
from sync.domain.status import ReportState
from sync.domain.words import Category
from tests.central.a_store import KIRSEBERG, ROSENGARD
from tests.history.world import World

AREAS = (KIRSEBERG, ROSENGARD)
STORE_JUMPS = (timedelta(0), timedelta(minutes=-2), timedelta(seconds=40), timedelta(hours=-1))
Operation = Callable[[World, Account], None]


def approve(world: World, account: Account) -> None:
    one = _any(world)
    if one is not None:
        detail = world.desk.detail(account, AREAS, one)
        seen = () if detail is None else tuple(photo.id for photo in detail.photos)
        world.desk.approve(account, one, seen)


def reject(world: World, account: Account) -> None:
    one = _any(world)
    if one is not None:
        world.desk.reject(account, one, "Hör inte hit")


def take_back(world: World, account: Account) -> None:
    one = _any(world, "approved", "rejected")
    if one is not None:
        world.desk.take_back(account, one)


def edit(world: World, account: Account) -> None:
    one = _any(world)
    if one is not None:
        text = world.chance.choice(("Trasig lampa", "Krossat glas"))
        world.desk.edit(account, one, text=text, category=world.chance.choice(list(Category)))


def choose(world: World, account: Account) -> None:
    """Between what two people wrote, of a finding or of a round."""
    chance, desk = world.chance, world.desk
    shown = desk.overview(account, AREAS, Filter.TO_CHOOSE)
    findings = [desk.detail(account, AREAS, row.id) for row in shown.rows]
    rounds = [desk.round(account, AREAS, one.id) for one in shown.rounds]
    waiting = [
        conflict
        for one in (*findings, *rounds)
        for conflict in (() if one is None else one.conflicts)
        if not conflict.is_settled
    ]
    if waiting:
        conflict = chance.choice(waiting)
        desk.choose(account, conflict, chance.choice(conflict.values).stamp)


def remove_photo(world: World, account: Account) -> None:
    one = _any(world)
    detail = None if one is None else world.desk.detail(account, AREAS, one)
    if detail is not None and detail.photos:
        photo = world.chance.choice(detail.photos)
        world.desk.remove_photo(account, detail.row.id, photo.id)


def settle_doubt(world: World, account: Account) -> None:
    doubtful = [ReportState.UNCERTAIN.value, ReportState.NEEDS_PERSON.value]
    with reading(world.services.engine) as connection:
        query = select(report.c.id).where(report.c.state.in_(doubtful)).order_by(report.c.id)
        ids = connection.scalars(query).all()
    if not ids:
        return
    one = world.chance.choice(ids)
    if world.chance.random() < 0.5:
        world.desk.arrived(account, one, f"9{world.chance.randrange(100_000)}")
    else:
        world.desk.send_again(account, one)


def look(world: World, account: Account) -> None:
    """What the office reads, it can read at any moment."""
    shown = world.desk.overview(account, AREAS, world.chance.choice(list(Filter)))
    for row in shown.rows[:3]:
        assert world.desk.detail(account, AREAS, row.id) is not None


def forward(world: World, account: Account) -> None:
    """The worker's turn."""
    while world.forwarding.step(world.store_now):
        if world.chance.random() < 0.2:
            break


def restart_store(world: World, account: Account) -> None:
    world.stop_store()
    world.start_store()


def jump_clock(world: World, account: Account) -> None:
    world.wrong_by = world.chance.choice(STORE_JUMPS)


OFFICE_OPERATIONS: dict[Operation, int] = {
    approve: 24,
    reject: 10,
    take_back: 14,
    edit: 14,
    choose: 6,
    remove_photo: 3,
    settle_doubt: 8,
    look: 8,
    forward: 15,
    restart_store: 2,
    jump_clock: 2,
}


def _any(world: World, *statuses: str) -> str | None:
    query = select(observation.c.id).where(observation.c.deleted_at.is_(None))
    if statuses:
        query = query.where(observation.c.status.in_(statuses))
    with reading(world.services.engine) as connection:
        ids = connection.scalars(query.order_by(observation.c.id)).all()
    return world.chance.choice(ids) if ids else None
