"""What a person does on a walk, as changes: the verbs of the field app.

Every verb returns only when what it wrote is on disk, so that the screen may say "Sparad".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, cast

from sync.client.edits import (
    content_edits,
    content_fields,
    observation_edit,
    photo_edit,
    restoration,
)
from sync.client.exchange import Flush
from sync.client.local_store import LocalStore
from sync.client.open_points import NOTED_ON
from sync.client.records import (
    Content,
    Edit,
    NewPhoto,
    ObservationRecord,
    RoundRecord,
    StopRecord,
)
from sync.domain.change import Json
from sync.domain.fields import Place, place_to_json, points_to_json
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.instants import to_text
from sync.domain.words import Cover, EntityKind, RoundKind, Verdict

Drafts: TypeAlias = Mapping[str, dict[str, Any] | None]


Keep: TypeAlias = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]


async def _as_it_is(step: Callable[[], Awaitable[None]]) -> None:
    await step()


class Recorder:
    """keep: does a step of a save, and again when it has found room on a full phone."""

    def __init__(self, *, local: LocalStore, flush: Flush, keep: Keep = _as_it_is) -> None:
        self._local, self._flush, self._keep = local, flush, keep

    async def settle(self) -> None:
        """Returns when all that was written so far is on disk, and sealed."""
        await self._flush()

    async def start_round(self, *, kind: RoundKind, area: AreaCode) -> EntityId:
        round_id = self._local.new_id()
        fields: dict[str, Json] = {
            "kind": kind.value,
            "started_at": self._now(),
            "started_by": self._local.fact("nickname"),
        }
        await self._write(
            Edit(area=area, entity=EntityKind.ROUND, entity_id=round_id, fields=fields)
        )
        await self.join_round(round_id)
        return round_id

    async def join_round(self, round_id: EntityId | None) -> None:
        """This phone records on that round from now on, also after a restart; None leaves it."""
        self._local.set_facts({"current_round": round_id})
        await self._flush()

    async def start_planned(self, round_: RoundRecord) -> None:
        """Starts a round that was planned, and records on it."""
        await self.edit_round(
            round_, {"started_at": self._now(), "started_by": self._local.fact("nickname")}
        )
        await self.join_round(round_.round_id)

    async def unstart_planned(self, round_: RoundRecord) -> None:
        """It was not time yet: the round is planned again."""
        await self.edit_round(round_, {"started_at": None, "started_by": None})
        await self.join_round(None)

    async def end_round(self, round_: RoundRecord) -> None:
        await self.edit_round(round_, {"ended_at": self._now()})

    async def reopen_round(self, round_: RoundRecord) -> None:
        await self.edit_round(round_, {"ended_at": None})

    async def edit_round(self, round_: RoundRecord, fields: dict[str, Json]) -> None:
        """Only the fields given; see sync.domain.fields for what each may hold."""
        await self._write(
            Edit(
                area=round_.area,
                entity=EntityKind.ROUND,
                entity_id=round_.round_id,
                fields=fields,
                clocks=round_.clocks,
            )
        )

    async def delete_round(self, round_: RoundRecord) -> None:
        """One that was begun by mistake, with nothing in it."""
        await self.edit_round(round_, {"deleted_at": self._now()})

    async def restore_round(self, round_: RoundRecord) -> None:
        await self._write(restoration(round_.area, EntityKind.ROUND, round_.round_id))

    # Observations

    async def save_observation(
        self,
        *,
        observation_id: EntityId,
        round_: RoundRecord,
        content: Content,
        photos: Sequence[NewPhoto],
        noted_at: datetime,
        taken_off: Sequence[EntityId] = (),
        drafts: Drafts | None = None,
    ) -> None:
        """photos: their files are on disk already, under their hashes.

        The ids come from the caller, so that saving again after the disk was full makes no twin.
        taken_off: photos of a save that failed halfway, which are no longer wanted.
        drafts: kept or forgotten together with the record.
        """
        fields: dict[str, Json] = {
            "round_id": round_.round_id,
            **{name: value for name, value in content_fields(content).items() if value},
            "kind": content.kind.value,
            "text": content.text,
            "number": self._number(round_.round_id, observation_id),
            "noted_at": to_text(noted_at),
            "noted_by": self._local.fact("nickname"),
        }
        edit = Edit(
            area=round_.area,
            entity=EntityKind.OBSERVATION,
            entity_id=observation_id,
            fields=fields,
        )
        new = [photo_edit(round_.area, observation_id, photo) for photo in photos]
        away = [self._deletion(round_.area, EntityKind.PHOTO, one) for one in taken_off]
        await self._write(edit, *new, *away, drafts=drafts)

    async def change_observation(
        self,
        observation: ObservationRecord,
        content: Content,
        *,
        photos: Sequence[NewPhoto] = (),
        taken_off: Sequence[EntityId] = (),
        put_back: Sequence[EntityId] = (),
        drafts: Drafts | None = None,
    ) -> None:
        """Writes only the fields that differ, so that two phones' edits of others both stay.

        photos: new ones. taken_off, put_back: photos deleted, and restored.
        """
        area, observation_id = observation.area, observation.observation_id
        edits = content_edits(observation, content)
        edits += [photo_edit(area, observation_id, photo) for photo in photos]
        edits += [self._deletion(area, EntityKind.PHOTO, one) for one in taken_off]
        edits += [restoration(area, EntityKind.PHOTO, one) for one in put_back]
        if edits or drafts:
            await self._write(*edits, drafts=drafts)

    async def decide_photo(
        self, observation: ObservationRecord, photo_id: EntityId, cover: Cover | None
    ) -> None:
        """Whether there was anything to cover. None takes a decision back that was not sent."""
        if cover is None and self._is_sent(photo_id):
            return
        fields: dict[str, Json] = {"cover": None if cover is None else cover.value}
        await self._write(
            Edit(area=observation.area, entity=EntityKind.PHOTO, entity_id=photo_id, fields=fields)
        )

    async def replace_photo(self, observation: ObservationRecord, photo: NewPhoto) -> None:
        """The covered photo in the place of the uncovered one; photo_id: that of the one before.

        The caller deletes the file of the one before when this has returned.
        """
        await self._write(photo_edit(observation.area, observation.observation_id, photo))

    async def recheck(
        self,
        observation: ObservationRecord,
        *,
        recheck_id: EntityId,
        round_: RoundRecord | None,
        verdict: Verdict,
        place: Place | None,
        text: str = "",
        photos: Sequence[NewPhoto] = (),
        content: Content | None = None,
        drafts: Drafts | None = None,
    ) -> None:
        """What was seen at a later visit. photos: each with this recheck_id.

        content: what is known of the observation by it, None for what was known before.
        """
        fields: dict[str, Json] = {
            "observation_id": observation.observation_id,
            "round_id": None if round_ is None else round_.round_id,
            "verdict": verdict.value,
            "place": None if place is None else place_to_json(place),
            "checked_at": self._now(),
            "checked_by": self._local.fact("nickname"),
            "text": text,
        }
        edit = Edit(
            area=observation.area, entity=EntityKind.RECHECK, entity_id=recheck_id, fields=fields
        )
        new = [photo_edit(observation.area, observation.observation_id, one) for one in photos]
        learnt = [] if content is None else content_edits(observation, content)
        await self._write(edit, *new, *learnt, drafts=drafts)

    async def delete_recheck(self, area: AreaCode, recheck_id: EntityId) -> None:
        await self._write(self._deletion(area, EntityKind.RECHECK, recheck_id))

    async def take_off_photo(self, area: AreaCode, photo_id: EntityId) -> None:
        """A picture that cannot be sent, say. area: of its record."""
        await self._write(self._deletion(area, EntityKind.PHOTO, photo_id))

    async def put_back_photo(self, area: AreaCode, photo_id: EntityId) -> None:
        await self._write(restoration(area, EntityKind.PHOTO, photo_id))

    async def give_up_photo(self, photo_id: EntityId) -> None:
        """A picture that cannot be sent, of which the store would not hear either that it is
        removed: it goes from this phone alone.
        """
        values = {"at": self._now(), "id": photo_id}
        self._local.write("UPDATE photo SET deleted_at = :at WHERE id = :id", values)
        await self._flush()

    async def give_up_file(self, sha256: Sha256) -> None:
        """As give_up_photo, of a picture of which this phone has nothing but its file."""
        self._local.write("DELETE FROM photo_file WHERE sha256 = :name", {"name": sha256})
        await self._flush()

    async def see_refusals(self, entity_ids: Sequence[EntityId]) -> None:
        """The person has seen what was refused of these: they become what the store has."""
        self._local.see_refusals(entity_ids)
        await self._flush()

    async def delete_observation(self, observation: ObservationRecord) -> None:
        await self._write(observation_edit(observation, {"deleted_at": self._now()}))

    async def restore_observation(self, observation: ObservationRecord) -> None:
        await self._write(observation_edit(observation, {"deleted_at": None}))

    # Stops and routes

    async def add_stop(
        self, round_: RoundRecord, *, name: str, place: Place | None, position: int
    ) -> EntityId:
        stop_id = self._local.new_id()
        fields: dict[str, Json] = {
            "round_id": round_.round_id,
            "name": name,
            "place": None if place is None else place_to_json(place),
            "position": position,
        }
        await self._write(
            Edit(area=round_.area, entity=EntityKind.STOP, entity_id=stop_id, fields=fields)
        )
        return stop_id

    async def edit_stop(
        self, stop: StopRecord, fields: dict[str, Json], *, drafts: Drafts | None = None
    ) -> None:
        """Only the fields given; see sync.domain.fields for what each may hold."""
        edit = Edit(
            area=stop.area,
            entity=EntityKind.STOP,
            entity_id=stop.stop_id,
            fields=fields,
            clocks=stop.clocks,
        )
        await self._write(edit, drafts=drafts)

    async def delete_stop(self, stop: StopRecord) -> None:
        await self.edit_stop(stop, {"deleted_at": self._now()})

    async def restore_stop(self, stop: StopRecord) -> None:
        await self._write(restoration(stop.area, EntityKind.STOP, stop.stop_id))

    async def save_route(
        self,
        round_: RoundRecord,
        *,
        route_id: EntityId,
        points: Sequence[GeoPoint],
        length_m: int,
        duration_s: int,
        started_at: str,
        ended_at: str,
        drafts: Drafts | None = None,
    ) -> None:
        """points: thinned, at most sync.domain.fields.MAX_POINTS."""
        fields: dict[str, Json] = {
            "round_id": round_.round_id,
            "points": points_to_json(points),
            "length_m": length_m,
            "duration_s": duration_s,
            "started_at": started_at,
            "ended_at": ended_at,
            "recorded_by": self._local.fact("nickname"),
        }
        await self._write(
            Edit(area=round_.area, entity=EntityKind.ROUTE, entity_id=route_id, fields=fields),
            drafts=drafts,
        )

    # The inside

    def _now(self) -> str:
        return to_text(self._local.now())

    def _number(self, round_id: EntityId, observation_id: EntityId) -> str | None:
        """ "B-7": the seventh that phone B recorded on this round; deleted ones keep theirs.

        None on a phone whose store has given it no letter.
        """
        letter = self._local.fact("letter")
        if letter is None:
            return None
        row = self._local.db.execute(
            "SELECT number FROM observation WHERE id = ?", [observation_id]
        ).fetchone()
        if row is not None and row[0] is not None:
            return cast(str, row[0])
        phone = self._local.fact("device_id")
        values = {"round": round_id, "mine": f"{letter}-", "phone": phone}
        row = self._local.db.execute(_LAST_NUMBER, values)
        return f"{letter}-{int(row.fetchone()[0] or 0) + 1}"

    def _is_sent(self, photo_id: EntityId) -> bool:
        row = self._local.db.execute(_IS_SENT, [photo_id]).fetchone()
        return row is not None

    def _deletion(self, area: AreaCode, entity: EntityKind, entity_id: EntityId) -> Edit:
        return Edit(
            area=area, entity=entity, entity_id=entity_id, fields={"deleted_at": self._now()}
        )

    async def _write(self, *edits: Edit, drafts: Drafts | None = None) -> None:
        async def record() -> None:
            self._local.record(edits, drafts=drafts)

        await self._keep(record)
        await self._keep(self._flush)


_IS_SENT = """
SELECT 1 FROM photo p JOIN photo_file f ON f.sha256 = p.sha256
WHERE p.id = ? AND f.stored_at IS NOT NULL
"""

_LAST_NUMBER = f"""
SELECT MAX(CAST(substr(o.number, length(:mine) + 1) AS INTEGER)) FROM observation o
WHERE o.round_id = :round AND substr(o.number, 1, length(:mine)) = :mine
    AND ({NOTED_ON} = :phone OR length(o.number) <= length(:mine) + 4)
"""
"""What another phone has numbered with our letter counts as far as it is a number of a walk."""
