"""What the store plans and the office writes, without the office."""

from __future__ import annotations

from datetime import datetime, timedelta

from sync.client.records import RoundRecord, StopRecord
from sync.domain.change import Json
from sync.domain.fields import Place, place_to_json
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, EntityId
from sync.domain.instants import to_text
from sync.domain.words import EntityKind, PlaceSource, RoundKind, Writer
from tests.central.a_store import KIRSEBERG, AStore, an_id
from tests.field.a_phone import Phone

STOPS = {
    "Kirsebergs torg": GeoPoint(lat_deg=55.6110, lon_deg=13.0320),
    "Beijers park": GeoPoint(lat_deg=55.6155, lon_deg=13.0290),
    "Vattentornet": GeoPoint(lat_deg=55.6128, lon_deg=13.0330),
}


def office_writes(
    store: AStore, entity: EntityKind, entity_id: str, area: AreaCode = KIRSEBERG, **fields: Json
) -> None:
    with store.services.engine.begin() as connection:
        store.services.ledger.record(
            connection,
            area=area,
            entity=entity,
            entity_id=EntityId(entity_id),
            fields=dict(fields),
            writer=Writer.OFFICE,
            received_from="anna",
        )


def plan(
    store: AStore,
    start: datetime,
    *,
    kind: RoundKind = RoundKind.SAFETY_WALK,
    area: AreaCode = KIRSEBERG,
    meeting_place: str = "Kirsebergs bibliotek",
    stops: dict[str, GeoPoint] | None = None,
) -> EntityId:
    """A round of two hours."""
    round_id = EntityId(an_id())
    office_writes(
        store,
        EntityKind.ROUND,
        round_id,
        area,
        kind=kind.value,
        planned_start_at=to_text(start),
        planned_end_at=to_text(start + timedelta(hours=2)),
        meeting_place=meeting_place,
    )
    for position, (name, point) in enumerate((stops or {}).items(), 1):
        office_writes(
            store,
            EntityKind.STOP,
            an_id(),
            area,
            round_id=round_id,
            position=position,
            name=name,
            place=place_to_json(Place(point=point, source=PlaceSource.PIN)),
        )
    return round_id


async def on_a_planned_walk(phone: Phone, stops: dict[str, GeoPoint] | None = None) -> EntityId:
    """Enrolled; a safety walk with three stops is planned for now, and started."""
    round_id = plan(phone.store, phone.clock(), stops=STOPS if stops is None else stops)
    await phone.enrol()
    await phone.news()
    await start(phone, round_id)
    return round_id


async def start(phone: Phone, round_id: EntityId) -> None:
    home = phone.app.home
    assert home is not None
    home.refresh()
    await home.start_planned(record(phone, round_id))
    await phone.round.shown()


def record(phone: Phone, round_id: EntityId) -> RoundRecord:
    found = phone.services.walk.round(round_id)
    assert found is not None
    return found


def stop(phone: Phone, name: str) -> StopRecord:
    return next(one for one in phone.round.stops.stops if one.name == name)
