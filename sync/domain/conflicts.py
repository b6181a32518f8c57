"""Which changes of one thing contradict each other: neither writer had seen what the other wrote.

A change says for every field which values its writer saw (`Change.bases`). The heads of a field
are its writes that no later write has seen; heads that say different things are a conflict, and a
deletion is in conflict with an edit when neither knew of the other. The answer follows from the
set of changes alone, never from the order in which they came.

What the tables show meanwhile is still the last writer's (sync.domain.merge).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sync.domain.change import Bases, Change, Json
from sync.domain.fields import FIELDS, STORE
from sync.domain.ids import DeviceId
from sync.domain.instants import from_text
from sync.domain.words import EntityKind

DELETED = "deleted_at"
SAME_MOMENT = timedelta(minutes=10)
"""Two phones that end a round a few minutes apart say the same thing."""

DECIDED = frozenset({"status", "status_reason", "protocol_approved_at"})
"""Decisions: taken one at a time in the office, along a table of moves."""

PICTURE = ("sha256", "width_px", "height_px", "size_bytes", "taken_at", "cover")
"""The fields of a photo that describe one picture: chosen together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A change as far as conflicts need it.

    phone: the one that wrote it, which knows its own earlier writes; None for the store, where
    several people write. bases: None for a change of a release that did not tell.
    """

    stamp: str
    phone: DeviceId | None
    fields: Mapping[str, Json]
    bases: Bases | None

    def saw(self, name: str, other: Write) -> bool:
        """Whether the writer of this knew of `other` when it wrote `name`.

        A change of a release that did not tell is taken to have seen all that is older than it,
        as that release behaved: it makes no conflicts.
        """
        if other.stamp >= self.stamp:
            return False
        if self.bases is None or (self.phone is not None and self.phone == other.phone):
            return True
        return other.stamp in self.bases.get(name, ())


def write_of(change: Change, store_device: DeviceId) -> Write:
    writer = change.made_at.device
    return Write(
        stamp=change.stamp,
        phone=None if writer == store_device else writer,
        fields=change.fields,
        bases=change.bases,
    )


def contested_fields(kind: EntityKind) -> frozenset[str]:
    """The fields that two people can write."""
    fields = FIELDS[kind]
    return frozenset(
        name for name, field in fields.items() if field.writers != STORE and name not in DECIDED
    )


def alike(name: str, one: Json, other: Json) -> bool:
    """Whether two values of a field say the same thing to a person."""
    if name == DELETED:
        return (one is None) == (other is None)
    if one in (None, "") or other in (None, ""):
        return one in (None, "") and other in (None, "")
    if name.endswith("_at"):
        return abs(from_text(str(one)) - from_text(str(other))) <= SAME_MOMENT
    return one == other


def only_replaces(clocks: Mapping[str, str], write: Write) -> bool:
    """Whether a change that has just come can make no conflict, without looking at the log.

    clocks: of the thing before the change, which must not have a conflict already. Then all heads
    of a field say the same as its latest write, and whoever saw that one saw them all.
    """
    if clocks and (DELETED in clocks or DELETED in write.fields):
        return False
    for name in write.fields:
        latest = clocks.get(name)
        if latest is None:
            continue
        if write.stamp < latest:
            return False
        is_own = write.phone is not None and write.phone == _device_of(latest)
        if write.bases is not None and not is_own and latest not in write.bases.get(name, ()):
            return False
    return True


def contradictions(kind: EntityKind, writes: Iterable[Write]) -> dict[str, tuple[Write, ...]]:
    """By field, the writes among which a person must choose, oldest first.

    Those of `deleted_at` are deletions, restorations, and edits that knew of no deletion.
    """
    ordered = sorted(writes, key=lambda write: write.stamp)
    contested = contested_fields(kind)
    found: dict[str, tuple[Write, ...]] = {}
    edits: dict[str, Write] = {}
    for name in sorted({name for write in ordered for name in write.fields} & contested):
        if name == DELETED:
            continue
        heads = heads_of(name, ordered)
        edits.update((head.stamp, head) for head in heads)
        if _differ(name, heads):
            found[name] = tuple(heads)
    ends = heads_of(DELETED, ordered)
    gone = [end for end in ends if end.fields[DELETED] is not None]
    unseen = [e for e in edits.values() if any(_unknown_to_each_other(d, e) for d in gone)]
    if gone and (unseen or len(gone) < len(ends)):
        either = {write.stamp: write for write in (*ends, *unseen)}
        found[DELETED] = tuple(either[stamp] for stamp in sorted(either))
    return found


def heads_of(name: str, ordered: Sequence[Write]) -> list[Write]:
    """Of writes in the order of their stamps, those of `name` that no other has seen.

    What a writer saw is a value: another write of the same value is seen with it.
    """
    writers = [write for write in ordered if name in write.fields]
    seen_at = _seen_at(name, writers)
    seen = [write for write in writers if seen_at.get(write.stamp, "") > write.stamp]
    return [
        write
        for write in writers
        if seen_at.get(write.stamp, "") <= write.stamp
        and not any(
            seen_at[one.stamp] > write.stamp and alike(name, one.fields[name], write.fields[name])
            for one in seen
        )
    ]


def _seen_at(name: str, writers: Sequence[Write]) -> dict[str, str]:
    """The stamp of each write -> the latest write that saw it; in one pass, as `Write.saw`."""
    named: dict[str, str] = {}
    by_phone: dict[DeviceId, str] = {}
    all_before = ""
    for write in writers:
        if write.phone is not None:
            by_phone[write.phone] = write.stamp
        if write.bases is None:
            all_before = write.stamp
        for base in () if write.bases is None else write.bases.get(name, ()):
            named[base] = write.stamp
    return {
        write.stamp: max(
            named.get(write.stamp, ""),
            all_before,
            "" if write.phone is None else by_phone[write.phone],
        )
        for write in writers
    }


def _differ(name: str, heads: Sequence[Write]) -> bool:
    return any(
        not alike(name, one.fields[name], other.fields[name])
        for number, one in enumerate(heads)
        for other in heads[:number]
    )


def _unknown_to_each_other(deletion: Write, edit: Write) -> bool:
    if edit is deletion:
        return False
    return not deletion.saw(DELETED, edit) and not edit.saw(DELETED, deletion)


def _device_of(stamp: str) -> str:
    return stamp.partition("/")[0].rpartition("-")[2]
