"""What a person says of an observation or a photo, as the edits that the phone records.

Plain functions of what they are given: no clock, no database.
"""

from __future__ import annotations

from sync.client.records import Content, Edit, NewPhoto, ObservationRecord
from sync.domain.change import Json
from sync.domain.fields import place_to_json
from sync.domain.ids import AreaCode, EntityId
from sync.domain.words import EntityKind


def content_fields(content: Content) -> dict[str, Json]:
    """The fields of an observation that say this; what is not said is None (text: empty)."""
    place = content.place
    return {
        "kind": content.kind.value,
        "category": None if content.category is None else content.category.value,
        "text": content.text,
        "place": None if place is None else place_to_json(place),
        "stop_id": content.stop_id,
        "answers": dict(content.answers) or None,
        "is_urgent": 1 if content.is_urgent else None,
        "address": content.address,
    }


def photo_edit(area: AreaCode, observation_id: EntityId, photo: NewPhoto) -> Edit:
    fields: dict[str, Json] = {
        "observation_id": observation_id,
        "sha256": photo.sha256,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
        "size_bytes": photo.size_bytes,
        "taken_at": photo.taken_at,
        "position": photo.position,
    }
    if photo.cover is not None:
        fields["cover"] = photo.cover.value
    if photo.recheck_id is not None:
        fields["recheck_id"] = photo.recheck_id
    return Edit(area=area, entity=EntityKind.PHOTO, entity_id=photo.photo_id, fields=fields)


def content_edits(observation: ObservationRecord, content: Content) -> list[Edit]:
    """One edit with the fields that differ, or none."""
    before = content_fields(observation.content)
    fields = {n: v for n, v in content_fields(content).items() if v != before[n]}
    return [observation_edit(observation, fields)] if fields else []


def observation_edit(observation: ObservationRecord, fields: dict[str, Json]) -> Edit:
    return Edit(
        area=observation.area,
        entity=EntityKind.OBSERVATION,
        entity_id=observation.observation_id,
        fields=fields,
        clocks=observation.clocks,
    )


def restoration(area: AreaCode, entity: EntityKind, entity_id: EntityId) -> Edit:
    return Edit(area=area, entity=entity, entity_id=entity_id, fields={"deleted_at": None})
