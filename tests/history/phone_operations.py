"""What people do with their phones, in any order and with anything they can see."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from sync.client.hand_over import write_hand_over
from sync.client.records import Content, Edit, ObservationRecord, RoundRecord
from sync.client.round_store import RoundStore
from sync.client.take_over import plan, write
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId
from sync.domain.instants import to_text
from sync.domain.words import (
    Category,
    Cover,
    EntityKind,
    Group,
    PlaceSource,
    RoundKind,
    Verdict,
    Weather,
)
from sync.hand_over.reader import read_hand_over
from tests.history.phone import Phone

TEXTS = ("Lampan är trasig", "Glas på marken", "Klotter", "Mörkt här", "")
JUMPS = (
    timedelta(0),
    timedelta(minutes=-7),
    timedelta(minutes=3),
    timedelta(hours=1),
    timedelta(days=-2),
    timedelta(days=2),
    timedelta(days=365),
    timedelta(days=-365),
)
MOST_ROUNDS = 6
Operation = Callable[[Phone], Awaitable[None]]


async def start_round(phone: Phone) -> None:
    if len(phone.walk.rounds_under_way()) < MOST_ROUNDS:
        area = phone.world.chance.choice(phone.areas)
        await phone.recorder.start_round(kind=RoundKind.INSPECTION, area=area)


async def end_or_reopen(phone: Phone) -> None:
    ended = phone.walk.ended_rounds(5)
    if ended and phone.world.chance.random() < 0.7:
        await phone.recorder.reopen_round(phone.world.chance.choice(ended))
        return
    round_ = _round(phone)
    if round_ is not None:
        await phone.recorder.end_round(round_)


async def edit_round(phone: Phone) -> None:
    chance, round_ = phone.world.chance, _round(phone)
    if round_ is None:
        return
    group = chance.choice(list(Group))
    fields = {"weather": chance.choice(list(Weather)).value, group.field: chance.randrange(30)}
    await phone.recorder.edit_round(round_, dict(chance.sample(list(fields.items()), 1)))


async def save(phone: Phone) -> None:
    chance, round_ = phone.world.chance, _round(phone)
    if round_ is None:
        await start_round(phone)
        return
    photos = [
        phone.a_photo(n, chance.choice([None, Cover.NOTHING_TO_COVER]))
        for n in range(chance.choice((0, 1, 1, 2)))
    ]
    await phone.recorder.save_observation(
        observation_id=phone.local.new_id(),
        round_=round_,
        content=_content(phone),
        photos=photos,
        noted_at=phone.now(),
    )


async def edit(phone: Phone) -> None:
    found = _observation(phone)
    if found is None:
        return
    new, old = _content(phone), found.content
    name = phone.world.chance.choice(("text", "category", "place", "is_urgent", "photo"))
    if name == "photo":
        photo = phone.a_photo(len(found.photos), Cover.NOTHING_TO_COVER)
        await phone.recorder.change_observation(found, old, photos=[photo])
    else:
        content = replace(old, **{name: getattr(new, name)})
        await phone.recorder.change_observation(found, content)


async def delete(phone: Phone) -> None:
    found = _observation(phone)
    if found is not None:
        await phone.recorder.delete_observation(found)


async def restore(phone: Phone) -> None:
    gone = phone.pick("observation", "deleted_at IS NOT NULL AND noted_at IS NOT NULL")
    if gone is None:
        return
    row = phone.local.db.execute("SELECT area FROM observation WHERE id = ?", [gone]).fetchone()
    phone.local.record(
        [
            Edit(
                area=row[0],
                entity=EntityKind.OBSERVATION,
                entity_id=gone,
                fields={"deleted_at": None},
            )
        ]
    )


async def decide(phone: Phone) -> None:
    for found in (_observation(phone), _observation(phone)):
        for photo in () if found is None else found.photos:
            if found is not None and photo.is_undecided:
                await phone.recorder.decide_photo(found, photo.photo_id, Cover.NOTHING_TO_COVER)


async def decide_all(phone: Phone) -> None:
    """Everything that stays undecided would never be sent."""
    rows = phone.local.db.execute("SELECT DISTINCT observation_id FROM wanted_photo").fetchall()
    for (observation_id,) in rows:
        found = phone.walk.observation(observation_id)
        for photo in () if found is None else found.photos:
            if found is not None and photo.is_undecided:
                await phone.recorder.decide_photo(found, photo.photo_id, Cover.NOTHING_TO_COVER)


async def cover(phone: Phone) -> None:
    found = _observation(phone)
    undecided = [] if found is None else [one for one in found.photos if one.is_undecided]
    if found is not None and undecided:
        new = phone.a_photo(undecided[0].position, Cover.COVERED)
        await phone.recorder.replace_photo(found, replace(new, photo_id=undecided[0].photo_id))


async def see_again(phone: Phone) -> None:
    chance, found = phone.world.chance, _observation(phone)
    if found is None:
        return
    recheck_id = phone.local.new_id()
    photos = [phone.a_photo(9, Cover.NOTHING_TO_COVER, recheck_id=recheck_id)]
    await phone.recorder.recheck(
        found,
        recheck_id=recheck_id,
        round_=_round(phone),
        verdict=chance.choice(list(Verdict)),
        place=_place(phone),
        text=chance.choice(TEXTS),
        photos=photos[: chance.randrange(2)],
    )


async def take_back_visit(phone: Phone) -> None:
    recheck_id = phone.pick("recheck", "deleted_at IS NULL")
    if recheck_id is not None:
        row = phone.local.db.execute("SELECT area FROM recheck WHERE id = ?", [recheck_id])
        await phone.recorder.delete_recheck(row.fetchone()[0], recheck_id)


async def add_stop(phone: Phone) -> None:
    round_ = _round(phone)
    if round_ is not None:
        await phone.recorder.add_stop(round_, name="Torget", place=_place(phone), position=1)


async def edit_stop(phone: Phone) -> None:
    round_ = _round(phone)
    stops = [] if round_ is None else RoundStore(phone.local).stops(round_.round_id)
    if not stops:
        return
    chance = phone.world.chance
    stop = chance.choice(stops)
    if chance.random() < 0.15:
        await phone.recorder.delete_stop(stop)
        return
    name = chance.choice(("good", "bad", "voices"))
    await phone.recorder.edit_stop(stop, {name: chance.choice(TEXTS)})


async def see_refusals(phone: Phone) -> None:
    rows = phone.local.db.execute(_REFUSED).fetchall()
    await phone.recorder.see_refusals([EntityId(row[0]) for row in rows])


async def hand_in(phone: Phone) -> None:
    """As a file, in the office. The phone is told nothing, and sends it all later too."""
    world = phone.world
    file = world.folder / "handed-in.zip"
    with file.open("wb") as out:
        await write_hand_over(out, phone.local, phone.photos, phone.now())
    world.desk.take_in(world.chance.choice(world.coordinators), file)


async def hand_over(phone: Phone) -> None:
    """As a file, to a phone of the same areas, which sends it as well."""
    world = phone.world
    others = [one for one in world.phones if one.areas == phone.areas and one is not phone]
    if not others:
        return
    other, file = world.chance.choice(others), io.BytesIO()
    await write_hand_over(file, phone.local, phone.photos, phone.now())
    handed = read_hand_over(file)
    planned = plan(other.local, handed)
    other.photos.update({one.sha256: handed.photos[one.sha256] for one in planned.photos})
    write(other.local, planned, hashlib.sha256(file.getvalue()).hexdigest())


async def sync(phone: Phone) -> None:
    await phone.sync()


async def sync_records(phone: Phone) -> None:
    await phone.sync(with_photos=False)


async def die(phone: Phone) -> None:
    await phone.die()


async def jump_clock(phone: Phone) -> None:
    phone.offset = phone.world.chance.choice(JUMPS)


async def cut_or_mend(phone: Phone) -> None:
    phone.link.is_up = not phone.link.is_up or phone.world.chance.random() < 0.6


PHONE_OPERATIONS: dict[Operation, int] = {
    save: 16,
    edit: 22,
    sync: 26,
    sync_records: 4,
    decide: 8,
    cover: 3,
    delete: 4,
    restore: 2,
    see_again: 7,
    take_back_visit: 1,
    edit_round: 6,
    start_round: 1,
    end_or_reopen: 2,
    add_stop: 2,
    edit_stop: 5,
    see_refusals: 2,
    hand_in: 2,
    hand_over: 2,
    die: 5,
    jump_clock: 4,
    cut_or_mend: 5,
}


def _round(phone: Phone) -> RoundRecord | None:
    rounds = phone.walk.rounds_under_way()
    return phone.world.chance.choice(rounds) if rounds else None


def _observation(phone: Phone) -> ObservationRecord | None:
    found = phone.pick("observation", "deleted_at IS NULL AND noted_at IS NOT NULL")
    return None if found is None else phone.walk.observation(found)


def _content(phone: Phone) -> Content:
    chance = phone.world.chance
    return Content(
        category=chance.choice(list(Category)[:5]),
        text=chance.choice(TEXTS),
        place=_place(phone),
        is_urgent=chance.random() < 0.2,
    )


def _place(phone: Phone) -> Place:
    lat_deg = 55.6 + phone.world.chance.randrange(1000) / 100_000
    point = GeoPoint(lat_deg=lat_deg, lon_deg=13.03, accuracy_m=8.0)
    return Place(point=point, source=PlaceSource.GPS, fixed_at=to_text(phone.now()))


_REFUSED = "SELECT DISTINCT entity_id FROM outbox WHERE refused_code IS NOT NULL"
