"""What a person does on a walk, as changes: the verbs of the field app.

Every verb returns only when what it wrote is on disk, so that the screen may say "Sparad".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sync.client.engine import Flush
from sync.client.local_store import LocalStore
from sync.client.records import Edit, NewPhoto, ObservationRecord, RoundRecord
from sync.domain.change import Json
from sync.domain.fields import Place, place_to_json
from sync.domain.ids import AreaCode, EntityId
from sync.domain.instants import to_text
from sync.domain.words import Category, EntityKind, ObservationKind, RoundKind


class Recorder:
    def __init__(self, *, local: LocalStore, flush: Flush) -> None:
        self._local, self._flush = local, flush

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

    async def end_round(self, round_: RoundRecord) -> None:
        await self._edit_round(round_, {"ended_at": self._now()})

    async def reopen_round(self, round_: RoundRecord) -> None:
        await self._edit_round(round_, {"ended_at": None})

    async def save_defect(
        self,
        *,
        observation_id: EntityId,
        round_: RoundRecord,
        category: Category | None,
        text: str,
        place: Place | None,
        photos: Sequence[NewPhoto],
        noted_at: datetime,
        taken_off: Sequence[EntityId] = (),
    ) -> None:
        """photos: their files are on disk already, under their hashes.

        The ids come from the caller, so that saving again after the disk was full makes no twin.
        taken_off: photos of a save that failed halfway, which are no longer wanted.
        """
        fields: dict[str, Json] = {
            "round_id": round_.round_id,
            "kind": ObservationKind.DEFECT.value,
            "category": None if category is None else category.value,
            "text": text,
            "place": None if place is None else place_to_json(place),
            "noted_at": to_text(noted_at),
            "noted_by": self._local.fact("nickname"),
        }
        edit = Edit(
            area=round_.area,
            entity=EntityKind.OBSERVATION,
            entity_id=observation_id,
            fields=fields,
        )
        away = [
            Edit(
                area=round_.area,
                entity=EntityKind.PHOTO,
                entity_id=photo_id,
                fields={"deleted_at": self._now()},
            )
            for photo_id in taken_off
        ]
        self._local.record([edit, *away], {observation_id: photos})
        await self._flush()

    async def change_defect(
        self,
        observation: ObservationRecord,
        *,
        category: Category | None,
        text: str,
        place: Place | None,
    ) -> None:
        """Writes only the fields that differ, so that two phones' edits of others both stay."""
        fields: dict[str, Json] = {}
        if category != observation.category:
            fields["category"] = None if category is None else category.value
        if text != observation.text:
            fields["text"] = text
        if place != observation.place:
            fields["place"] = None if place is None else place_to_json(place)
        if fields:
            await self._edit_observation(observation, fields)

    async def accept_refusals(self, observation: ObservationRecord) -> None:
        """The person has seen what was refused: refused photos are taken off the defect."""
        refused = [photo for photo in observation.photos if photo.refused_reason is not None]
        self._local.record(
            [
                Edit(
                    area=observation.area,
                    entity=EntityKind.PHOTO,
                    entity_id=photo.photo_id,
                    fields={"deleted_at": self._now()},
                )
                for photo in refused
            ]
        )
        self._local.forget_refusals(observation.observation_id)
        await self._flush()

    async def delete_defect(self, observation: ObservationRecord) -> None:
        await self._edit_observation(observation, {"deleted_at": self._now()})

    async def restore_defect(self, observation: ObservationRecord) -> None:
        await self._edit_observation(observation, {"deleted_at": None})

    def _now(self) -> str:
        return to_text(self._local.now())

    async def _edit_round(self, round_: RoundRecord, fields: dict[str, Json]) -> None:
        await self._write(
            Edit(
                area=round_.area, entity=EntityKind.ROUND, entity_id=round_.round_id, fields=fields
            )
        )

    async def _edit_observation(
        self, observation: ObservationRecord, fields: dict[str, Json]
    ) -> None:
        await self._write(
            Edit(
                area=observation.area,
                entity=EntityKind.OBSERVATION,
                entity_id=observation.observation_id,
                fields=fields,
            )
        )

    async def _write(self, edit: Edit) -> None:
        self._local.record([edit])
        await self._flush()
