"""What is said of a point that is known already: since when, the city's word, how far it is."""

from __future__ import annotations

from datetime import datetime

from app.field.screens.days import past_day
from app.field.screens.stops_section import DIRECTION_WORDS
from app.i18n import Words
from sync.client.nearby import NearPoint
from sync.client.open_points import OpenPoint
from sync.client.records import RecheckRecord
from sync.domain.ids import EntityId
from sync.domain.status import Status
from sync.domain.words import Category

VISIT_SAID = {
    "also_seen": "list.visit.also_seen",
    "fixed": "list.visit.fixed",
    "remains": "list.visit.remains",
    "worse": "list.visit.worse",
}


def category_words(category: Category | None, words: Words) -> str:
    return words("list.no_category" if category is None else f"category.{category.value}")


def known_words(near: NearPoint, round_id: EntityId, now: datetime, words: Words) -> str:
    """ "Redan anmäld 12 maj, Pågående – 12 m härifrån"."""
    point, metres = near.point, round(near.distance_m)
    if point.round_id == round_id:
        if point.number is None:
            return words("known.just_noted", metres=metres)
        return words("known.just_noted_by", number=point.number, metres=metres)
    day = past_day(point.reported_at, now, words)
    key = "known.reported" if point.is_sent else "known.noted"
    return words(key, day=day, state=state_words(point, words), metres=metres)


def state_words(point: OpenPoint, words: Words) -> str:
    """The city's own word where it has said one; before that how far it has come."""
    if point.city_status is not None:
        return point.city_status
    if point.is_sent:
        return words("known.sent")
    if point.status is Status.APPROVED:
        return words("known.approved")
    return words("receipt.on_phone" if point.is_on_phone else "known.not_sent")


def far_words(near: NearPoint, words: Words) -> str:
    """ "12 m åt nordost"."""
    metres = round(near.distance_m)
    if near.direction is None:
        return words("known.here")
    return words("known.far", metres=metres, direction=words(DIRECTION_WORDS[near.direction]))


def visit_words(visit: RecheckRecord, now: datetime, words: Words) -> str:
    """ "Sedd åtgärdad i dag"."""
    day = past_day(visit.checked_at, now, words)
    return words(VISIT_SAID[visit.verdict.value], day=day)
