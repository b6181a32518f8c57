"""What exactly was approved, and nothing that came after: this is what is sent.

A phone may add a photo or change the text after the coordinator has looked. Such things must not
leave the store unseen, so the approval is written down as a whole in `forward_event`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select

from sync.central.tables import forward_event
from sync.domain.change import Json
from sync.domain.geo import GeoPoint
from sync.domain.ids import Sha256
from sync.domain.words import Category

APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    category: Category
    text: str
    point: GeoPoint
    noted_at: str | None
    photos: tuple[Sha256, ...]
    answers: Mapping[str, Json] = field(default_factory=dict)
    address: str | None = None
    is_urgent: bool = False


def write_approved(connection: Connection, report_id: str, approved: Approved, at: str) -> None:
    detail = json.dumps(
        {
            "category": approved.category.value,
            "text": approved.text,
            "lat_deg": approved.point.lat_deg,
            "lon_deg": approved.point.lon_deg,
            "accuracy_m": approved.point.accuracy_m,
            "noted_at": approved.noted_at,
            "photos": list(approved.photos),
            "answers": dict(approved.answers),
            "address": approved.address,
            "is_urgent": approved.is_urgent,
        },
        ensure_ascii=False,
    )
    connection.execute(
        insert(forward_event).values(report_id=report_id, at=at, what=APPROVED, detail=detail)
    )


def read_approved(connection: Connection, report_id: str) -> Approved | None:
    """The latest approval; None for a report that was never approved here."""
    detail = connection.scalar(
        select(forward_event.c.detail)
        .where(forward_event.c.report_id == report_id, forward_event.c.what == APPROVED)
        .order_by(forward_event.c.seq.desc())
        .limit(1)
    )
    if detail is None:
        return None
    raw = json.loads(detail)
    return Approved(
        category=Category(raw["category"]),
        text=raw["text"],
        point=GeoPoint(
            lat_deg=raw["lat_deg"], lon_deg=raw["lon_deg"], accuracy_m=raw["accuracy_m"]
        ),
        noted_at=raw["noted_at"],
        photos=tuple(Sha256(one) for one in raw["photos"]),
        answers=raw.get("answers", {}),
        address=raw.get("address"),
        is_urgent=raw.get("is_urgent", False),
    )
