"""Stories of phones and an office that write on the same few things, drawn from a few bytes.

Everybody sees what has been written only when they sync, so many edits know nothing of each other.
One phone is of a release that does not tell what its writer saw, and one has a clock that jumps and
claims to have seen whatever it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import strategies as st

from sync.domain.change import Bases, Change, Json
from sync.domain.clock import Hlc, tick, witness
from sync.domain.conflicts import contradictions, write_of
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId, uuid7
from sync.domain.merge import bases_of, merged_clocks
from sync.domain.words import EntityKind

STORE = DeviceId("store")
OLD_PHONE, WILD_PHONE, OFFICE = 3, 4, 5
AREAS = frozenset({AreaCode("kirseberg"), AreaCode("rosengard")})
NINE, FIVE_PAST, TEN = (f"2026-11-20T{at}:00.000Z" for at in ("09:00", "09:05", "10:00"))
MOMENTS: list[Json] = [NINE, FIVE_PAST, TEN, None]
TEXTS: list[Json] = ["Lampan är trasig", "Två lampor", "", None]
COUNTS: list[Json] = [0, 3, 7, None]
OTHERS = [uuid7(n, b"a reference"[:10]) for n in (101, 102)]
PLACES: list[Json] = [
    {"lat_deg": lat, "lon_deg": 13.03, "accuracy_m": accuracy, "source": "gps"}
    for lat, accuracy in ((55.611, 6.0), (55.612, None), (55.613, 20.5))
]
VALUES: dict[EntityKind, dict[str, list[Json]]] = {
    EntityKind.ROUND: {
        "kind": ["inspection", "safety_walk"],
        "led_by": ["Kim", "Nova"],
        "count_residents": COUNTS,
        "ended_at": MOMENTS,
    },
    EntityKind.OBSERVATION: {
        "text": TEXTS,
        "category": ["belysning", "klotter", "annat"],
        "place": [*PLACES, None],
        "answers": [{"post_number": "1"}, {"post_number": "2", "dark": True}, None],
        "of_a_newer_release": [0, 1],
    },
    EntityKind.PHOTO: {
        "sha256": ["a" * 64, "b" * 64],
        "position": COUNTS,
        "cover": ["covered", "nothing_to_cover", None],
        "observation_id": [*OTHERS],
    },
    EntityKind.STOP: {"name": ["Torget", "Bron"], "good": TEXTS, "score_light": [1, 5, None]},
    EntityKind.RECHECK: {
        "verdict": ["fixed", "remains"],
        "text": TEXTS,
        "place": PLACES,
        "observation_id": [*OTHERS],
    },
    EntityKind.ROUTE: {"length_m": COUNTS, "points": [[[55.6, 13.0]], None]},
}
KINDS = list(VALUES)


@dataclass
class Writer:
    """clocks: of every thing as this one has seen it last."""

    last: Hlc
    clocks: dict[tuple[EntityKind, EntityId], dict[str, str]] = field(default_factory=dict)

    def sees(self, change: Change) -> None:
        key = (change.entity, change.entity_id)
        self.clocks[key] = merged_clocks(self.clocks.get(key, {}), change)
        self.last = witness(self.last, change.made_at)


@dataclass
class Story:
    """about: which things and fields. changes: in the order in which they were made."""

    about: int
    changes: list[Change] = field(default_factory=list)
    writers: list[Writer] = field(
        default_factory=lambda: [
            Writer(Hlc(wall_ms=0, counter=0, device=device))
            for device in (*(DeviceId(f"phone{n}") for n in range(5)), STORE)
        ]
    )

    def step(self, who: int, what: int, which: int, value: int) -> None:
        number, writer = who % len(self.writers), self.writers[who % len(self.writers)]
        if what % 4 == 0:
            for change in self.changes:
                writer.sees(change)
            return
        if number == OFFICE and what % 4 == 1:
            self._choose(value)
            return
        kind = KINDS[(self.about + which % 2) % len(KINDS)]
        entity_id = EntityId(uuid7(which % 5 // 4 + 1, kind.value.encode().ljust(10)[:10]))
        some = list(VALUES[kind])
        names = [some[self.about % len(some)], some[(self.about + 1) % len(some)], "deleted_at"]
        fields: dict[str, Json] = {}
        for name in {names[what // 4 % 7 % 3], names[value // 4 % 5 % 3]}:
            pool = MOMENTS if name == "deleted_at" else VALUES[kind][name]
            fields[name] = pool[value % len(pool)]
        bases: Bases | None = bases_of(writer.clocks.get((kind, entity_id), {}), fields)
        if number == OLD_PHONE:
            bases = None
        if number == WILD_PHONE:
            known = [change.stamp for change in self.changes]
            bases = {name: tuple(known[value % 5 :: 3]) for name in fields}
            writer.last = replace(writer.last, wall_ms=value % 7)
        self._write(writer, kind, entity_id, fields, bases)

    def _choose(self, value: int) -> None:
        """The coordinator settles what there is to settle on the first thing that needs it."""
        office = self.writers[OFFICE]
        for kind, entity_id in dict.fromkeys((c.entity, c.entity_id) for c in self.changes):
            about = [c for c in self.changes if (c.entity, c.entity_id) == (kind, entity_id)]
            open_ones = contradictions(kind, [write_of(change, STORE) for change in about])
            for name, among in open_ones.items():
                for change in about:
                    office.sees(change)
                chosen = among[value % len(among)]
                seen = {one.stamp for one in among} | set(office.clocks[kind, entity_id].values())
                fields = {name: chosen.fields.get(name)}
                self._write(office, kind, entity_id, fields, {name: tuple(sorted(seen))})
            if open_ones:
                return

    def _write(
        self,
        writer: Writer,
        kind: EntityKind,
        entity_id: EntityId,
        fields: dict[str, Json],
        bases: Bases | None,
    ) -> None:
        number = len(self.changes) + 1
        writer.last = tick(writer.last, number // 3)
        made = Change(
            change_id=ChangeId(uuid7(number, number.to_bytes(10, "big"))),
            area=AreaCode("kirseberg" if kind is EntityKind.OBSERVATION else "rosengard"),
            entity=kind,
            entity_id=entity_id,
            fields=fields,
            made_at=writer.last,
            device_id=writer.last.device,
            bases=bases,
        )
        writer.sees(made)
        self.changes.append(made)


def story_of(told: bytes) -> list[Change]:
    """One byte for what it is about, then four bytes a step."""
    story = Story(told[0])
    for at in range(1, len(told) - 3, 4):
        story.step(*told[at : at + 4])
    return story.changes


def deliveries_of(made: Sequence[Change], chance: Random) -> list[list[Change]]:
    """The same in another order, with repeats, cut anywhere.

    Some also come by way of a phone of an older release, which leaves out what was seen.
    """
    twice = [one for one in made if chance.random() < 0.3]
    stripped = [replace(one, bases=None) for one in made if chance.random() < 0.2]
    shuffled = [*made, *twice, *stripped]
    chance.shuffle(shuffled)
    batches: list[list[Change]] = [[]]
    for change in shuffled:
        if chance.random() < 0.15:
            batches.append([])
        batches[-1].append(change)
    return [batch for batch in batches if batch]


def _steps(count: int) -> st.SearchStrategy[bytes]:
    """Of one length: left to itself, hypothesis tells mostly short stories."""
    return st.binary(min_size=4 * count + 1, max_size=4 * count + 1)


stories = st.integers(2, 22).flatmap(_steps).map(story_of).filter(bool)
chances = st.integers(0, 2**32).map(Random)
