"""A walk cut off in the middle: what is on a phone, and in its store, when an app is updated.

Sent: a round, two defects with photos, one of them approved by the coordinator. Waiting: a defect
with two photos, what was edited, a stop, a route, a later visit. Refused: an edit of the approved
one. Begun: a draft. Ids and photos differ each time; what is in it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sync.central.engine import revision_of
from sync.client.nearby import NearbyStore
from sync.client.records import NewPhoto, ObservationRecord, RoundRecord
from sync.client.route_store import RouteStore
from sync.client.track import TrackPoint
from sync.domain.ids import EntityId
from sync.domain.status import Status
from sync.domain.words import Cover, Verdict
from tests.central.a_store import AStore, a_jpeg, sha256_of
from tests.client.a_phone import WalkingPhone, a_place, an_enrolled_phone, nothing_to_flush

DRAFT = {"text": "Gungan är", "photos": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    store: AStore
    phone: WalkingPhone
    revision: str | None


async def cut_off_walk(folder: Path) -> CutOff:
    store = AStore(folder)
    phone = await an_enrolled_phone(store, folder / "phone.db", "Räven")
    round_ = await phone.start_round()
    lamp = await defect(phone, round_, "Lampan är trasig", photos=1)
    bench = await defect(phone, round_, "Bänken är målad", photos=1)
    await phone.sync()
    approve(store, lamp.observation_id)
    store.clock.forward(minutes=5)
    await phone.recorder.change_observation(lamp, bench.content)  # not heard of the approval yet
    await phone.sync()
    store.clock.forward(minutes=5)
    await defect(phone, round_, "Glas på lekplatsen", photos=2)
    await phone.recorder.edit_round(round_, {"led_by": "Kommunen", "count_residents": 7})
    await phone.recorder.add_stop(round_, name="Torget", place=a_place(), position=1)
    await phone.recorder.recheck(
        bench, recheck_id=phone.local.new_id(), round_=round_, verdict=Verdict.FIXED, place=None
    )
    await a_route(phone, round_)
    NearbyStore(phone.local).decline(round_.round_id, bench.observation_id)
    phone.local.keep_drafts({f"new/{round_.round_id}": DRAFT})
    with store.services.engine.connect() as connection:
        return CutOff(store=store, phone=phone, revision=revision_of(connection))


async def defect(
    phone: WalkingPhone, round_: RoundRecord, text: str, *, photos: int
) -> ObservationRecord:
    """Small photos, as they are kept in the repository."""
    pictures = [a_jpeg(16, 16) for _ in range(photos)]
    phone.photos.update({sha256_of(data): data for data in pictures})
    saved = await phone.save_defect(round_, text=text)
    await phone.recorder.change_observation(
        saved,
        saved.content,
        photos=[
            NewPhoto(
                photo_id=phone.local.new_id(),
                sha256=sha256_of(data),
                width_px=16,
                height_px=16,
                size_bytes=len(data),
                taken_at=None,
                position=position,
                cover=Cover.NOTHING_TO_COVER,
            )
            for position, data in enumerate(pictures)
        ],
    )
    return phone.finding(saved.observation_id)


async def a_route(phone: WalkingPhone, round_: RoundRecord) -> None:
    routes = RouteStore(local=phone.local, recorder=phone.recorder, flush=nothing_to_flush)
    at = phone.store.clock()
    routes.keep(round_.round_id, TrackPoint(point=a_place().point, taken_at=at, until_at=at))
    await routes.switch(round_.round_id)


def approve(store: AStore, observation_id: EntityId) -> None:
    store.office_says(observation_id, by="samordnaren", status=Status.APPROVED.value)
