"""What contradicts what. Whole stories are in tests/central/test_merge_order.py."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings

from sync.domain.change import Bases, Change, Json
from sync.domain.conflicts import (
    DELETED,
    Write,
    alike,
    contested_fields,
    contradictions,
    heads_of,
    write_of,
)
from sync.domain.ids import DeviceId
from sync.domain.merge import bases_of
from sync.domain.words import EntityKind
from tests.central.merge_stories import STORE, stories

GONE = "2026-11-20T09:00:00.000Z"


def a_write(at: int, by: str = "kim", bases: Bases | None = None, **fields: Json) -> Write:
    return Write(
        stamp=f"{at:015d}-00000-{by}/{at:036d}",
        phone=None if by == "office" else DeviceId(by),
        fields=fields,
        bases=bases,
    )


def after(*seen: Write, name: str = "text") -> Bases:
    return {name: tuple(one.stamp for one in seen)}


def in_conflict(*writes: Write, kind: EntityKind = EntityKind.OBSERVATION) -> dict[str, list[str]]:
    return {
        name: [one.stamp[13:15].lstrip("0") for one in among]
        for name, among in contradictions(kind, writes).items()
    }


FIRST = a_write(1, "kim", {}, text="Lampan är trasig")


def test_two_who_changed_the_same_value_are_in_conflict() -> None:
    kims = a_write(2, "kim", after(FIRST), text="Två lampor")
    novas = a_write(3, "nova", after(FIRST), text="Tre lampor")
    assert in_conflict(FIRST, kims, novas) == {"text": ["2", "3"]}


def test_one_after_the_other_is_no_conflict() -> None:
    kims = a_write(2, "kim", after(FIRST), text="Två lampor")
    novas = a_write(3, "nova", after(kims), text="Tre lampor")
    assert in_conflict(FIRST, kims, novas) == {}


def test_different_fields_and_equal_values_are_no_conflict() -> None:
    kims = a_write(2, "kim", after(FIRST), text="Två lampor")
    novas = a_write(3, "nova", after(FIRST), text="Två lampor", category="belysning")
    assert in_conflict(FIRST, kims, novas) == {}


def test_a_third_who_saw_one_of_them_leaves_the_other_to_be_chosen() -> None:
    kims = a_write(2, "kim", after(FIRST), text="Två lampor")
    novas = a_write(3, "nova", after(FIRST), text="Tre lampor")
    sams = a_write(4, "sam", after(novas), text="Fyra lampor")
    assert in_conflict(FIRST, kims, novas, sams) == {"text": ["2", "4"]}


def test_who_saw_a_value_saw_everybody_who_had_written_it() -> None:
    kims = a_write(2, "kim", after(FIRST), text="Två lampor")
    novas = a_write(3, "nova", after(FIRST), text="Två lampor")
    sams = a_write(4, "sam", after(novas), text="Fyra lampor")
    assert in_conflict(FIRST, kims, novas, sams) == {}


def test_a_choice_that_names_all_heads_ends_the_conflict_and_a_later_edit_opens_it_again() -> None:
    kims = a_write(2, "kim", after(FIRST), text="Två lampor")
    novas = a_write(3, "nova", after(FIRST), text="Tre lampor")
    choice = a_write(5, "office", after(kims, novas), text="Två lampor")
    assert in_conflict(FIRST, kims, novas, choice) == {}
    unaware = a_write(6, "sam", after(novas), text="Fyra lampor")
    assert in_conflict(FIRST, kims, novas, choice, unaware) == {"text": ["5", "6"]}


def test_a_phone_knows_what_it_wrote_itself_and_the_office_only_what_was_on_the_screen() -> None:
    own = a_write(2, "kim", after(FIRST), text="Två lampor")
    assert in_conflict(FIRST, own, a_write(3, "kim", {}, text="Tre lampor")) == {}
    amira = a_write(2, "office", after(FIRST), text="Två lampor")
    bo = a_write(3, "office", after(FIRST), text="Tre lampor")
    assert in_conflict(FIRST, amira, bo) == {"text": ["2", "3"]}


def test_an_older_phone_makes_no_conflicts_but_what_it_wrote_unseen_is_kept() -> None:
    kims = a_write(2, "kim", after(FIRST), text="Två lampor")
    old = a_write(3, "old", None, text="Tre lampor")
    assert in_conflict(FIRST, kims, old, a_write(4, "old2", None, text="Fyra lampor")) == {}
    unaware = a_write(4, "nova", after(kims), text="Fyra lampor")
    assert in_conflict(FIRST, kims, old, unaware) == {"text": ["3", "4"]}


def test_a_base_that_has_not_come_yet_shows_both_until_it_does() -> None:
    between = a_write(2, "kim", after(FIRST), text="Två lampor")
    last = a_write(3, "nova", after(between), text="Tre lampor")
    assert in_conflict(FIRST, last) == {"text": ["1", "3"]}
    assert in_conflict(FIRST, last, between) == {}


def test_a_claim_to_have_seen_what_is_newer_counts_for_nothing() -> None:
    later = a_write(3, "nova", {}, text="Tre lampor")
    liar = a_write(2, "kim", after(later), text="Två lampor")
    assert in_conflict(liar, later) == {"text": ["2", "3"]}


def deletion(at: int, by: str, *seen: Write) -> Write:
    clocks = {name: one.stamp for one in seen for name in one.fields}
    fields: dict[str, Json] = {DELETED: GONE}
    return a_write(at, by, bases_of(clocks, fields), **fields)


def test_a_deletion_and_an_edit_that_knew_nothing_of_each_other_are_in_conflict() -> None:
    novas = a_write(2, "nova", after(FIRST), text="Två lampor")
    assert in_conflict(FIRST, novas, deletion(3, "sam", FIRST)) == {DELETED: ["2", "3"]}
    assert in_conflict(FIRST, deletion(2, "sam", FIRST), novas) == {DELETED: ["2", "2"]}


def test_a_deletion_of_what_one_has_seen_is_no_conflict() -> None:
    novas = a_write(2, "nova", after(FIRST), text="Två lampor")
    assert in_conflict(FIRST, novas, deletion(3, "sam", novas)) == {}
    gone = deletion(2, "sam", FIRST)
    knowing = a_write(3, "nova", {**after(FIRST), **after(gone, name=DELETED)}, text="Två lampor")
    assert in_conflict(FIRST, gone, knowing) == {}


def test_restoring_against_deleting_is_a_conflict_and_deleting_twice_is_none() -> None:
    gone = deletion(2, "sam", FIRST)
    back = a_write(3, "office", after(gone, name=DELETED), deleted_at=None)
    again = deletion(4, "nova", FIRST)
    assert in_conflict(FIRST, gone, deletion(4, "nova", FIRST)) == {}
    assert in_conflict(FIRST, gone, back) == {}
    assert in_conflict(FIRST, gone, back, again) == {DELETED: ["3", "4"]}


def test_what_the_coordinator_decided_of_it_is_no_edit() -> None:
    rejected = a_write(2, "office", {}, status="rejected", status_reason="Suddigt")
    assert in_conflict(FIRST, rejected, deletion(3, "sam", FIRST)) == {}


@pytest.mark.parametrize(
    ("name", "one", "other", "same"),
    [
        ("text", None, "", True),
        ("text", "", "Lampan", False),
        ("ended_at", "2026-11-20T09:00:00.000Z", "2026-11-20T09:09:00.000Z", True),
        ("ended_at", "2026-11-20T09:00:00.000Z", "2026-11-20T09:11:00.000Z", False),
        ("ended_at", "2026-11-20T09:00:00.000Z", None, False),
        (DELETED, "2026-11-20T09:00:00.000Z", "2026-11-21T09:00:00.000Z", True),
        (DELETED, None, "2026-11-21T09:00:00.000Z", False),
        ("place", {"lat_deg": 55.6, "lon_deg": 13}, {"lon_deg": 13.0, "lat_deg": 55.6}, True),
        ("count_police", 0, None, False),
    ],
)
def test_values_are_alike_when_they_say_the_same(
    name: str, one: Json, other: Json, same: bool
) -> None:
    assert alike(name, one, other) is same
    assert alike(name, other, one) is same


def test_what_only_the_store_writes_or_decides_is_not_contested() -> None:
    assert contested_fields(EntityKind.REPORT) == frozenset()
    assert not contested_fields(EntityKind.OBSERVATION) & {"status", "status_reason"}
    assert {"text", "place", DELETED} < contested_fields(EntityKind.OBSERVATION)


@settings(max_examples=300, deadline=None, database=None)
@given(stories)
def test_heads_are_what_nobody_later_saw_whichever_way_it_is_counted(made: list[Change]) -> None:
    for kind, thing in {(one.entity, one.entity_id) for one in made}:
        about = [write_of(c, STORE) for c in made if (c.entity, c.entity_id) == (kind, thing)]
        ordered = sorted(about, key=lambda write: write.stamp)
        for name in {name for write in about for name in write.fields}:
            assert heads_of(name, ordered) == heads_one_by_one(name, ordered)


def heads_one_by_one(name: str, writes: Sequence[Write]) -> list[Write]:
    writers = [write for write in writes if name in write.fields]
    return [
        head
        for head in writers
        if not any(
            head.stamp < later.stamp
            and (
                later.saw(name, head)
                or any(
                    later.saw(name, one) and alike(name, one.fields[name], head.fields[name])
                    for one in writers
                )
            )
            for later in writers
        )
    ]
