"""The course of a history: who does what next is chance, and in the end all come to rest."""

from __future__ import annotations

from sync.central.desk import UNAVAILABLE, Declined
from sync.client.errors import SyncError
from tests.history.link import Killed
from tests.history.office_operations import OFFICE_OPERATIONS
from tests.history.phone import Phone
from tests.history.phone_operations import PHONE_OPERATIONS, Operation, decide_all, see_refusals
from tests.history.world import World

OFFICE_SHARE = 0.15
REPEATED_SHARE = 0.02
CHECKED_EVERY = 100


async def run_history(world: World, operations: int) -> None:
    await _live(world, operations)
    await _come_to_rest(world)


async def _live(world: World, operations: int) -> None:
    for phone in world.phones:
        while not phone.local.fact("letter"):
            await _attempt(world, phone, Phone.enrol)
    while world.witness.total < operations:
        if world.witness.total % CHECKED_EVERY == 0:
            witness = world.witness
            for how, ids in (("accepted", witness.accepted), ("decided", witness.decided())):
                witness.lost += [f"{how}: {one}" for one in world.not_in_log(ids)]
        world.clock.forward(seconds=world.chance.expovariate(1 / 20))
        if world.chance.random() < OFFICE_SHARE:
            _decide(world)
        else:
            kinds, weights = list(PHONE_OPERATIONS), list(PHONE_OPERATIONS.values())
            kind = world.chance.choices(kinds, weights)[0]
            await _attempt(world, world.chance.choice(world.phones), kind)
        if world.chance.random() < REPEATED_SHARE:
            await world.network.repeat_an_old_one()


async def _attempt(world: World, phone: Phone, operation: Operation) -> None:
    name = operation.__name__
    try:
        await operation(phone)
    except SyncError as error:
        world.witness.operations[f"{name}: {type(error).__name__}"] += 1
    except Killed:
        world.witness.operations[f"{name}: killed"] += 1
        await phone.die()
    else:
        world.witness.operations[name] += 1


def _decide(world: World) -> None:
    operations, weights = list(OFFICE_OPERATIONS), list(OFFICE_OPERATIONS.values())
    operation = world.chance.choices(operations, weights)[0]
    name = f"office {operation.__name__}"
    try:
        operation(world, world.chance.choice(world.coordinators))
    except Declined as error:
        assert error.code != UNAVAILABLE
        world.witness.office_was_told(it_is_done=False)
        world.witness.operations[f"{name}: {error.code}"] += 1
    else:
        world.witness.office_was_told(it_is_done=True)
        world.witness.operations[name] += 1


async def _come_to_rest(world: World) -> None:
    """Everybody has contact, all is fetched, then everything is decided and sent."""
    world.network.is_good = True
    for phone in world.phones:
        phone.link.is_up = True
        await phone.sync()
        await phone.die()
    for phone in world.phones:  # what was deleted while others added to it may come back
        await phone.sync()
    for phone in world.phones:  # what others have brought back waits for a look again
        await phone.sync()
        await decide_all(phone)
        await see_refusals(phone)
        await phone.sync()
    for phone in world.phones:
        await phone.sync()
        waiting = phone.walk.waiting()
        assert (waiting.records, waiting.photos, waiting.undecided) == (0, 0, 0), waiting
