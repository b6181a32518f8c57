"""Which observations the office's list shows, as conditions of its queries."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, func, or_, true

from sync.central.tables import observation, report
from sync.central.to_choose import NEEDS_CHOICE
from sync.domain.status import FINAL_CITY_WORDS, ReportState, Status

STUCK_STATES = (ReportState.UNCERTAIN, ReportState.NEEDS_PERSON)


class Filter(StrEnum):
    """TO_CHOOSE shows what one of two people deleted too."""

    TO_REVIEW = "to_review"
    TO_CHOOSE = "to_choose"
    STUCK = "stuck"
    APPROVED = "approved"
    REJECTED = "rejected"
    ALL = "all"


status_: ColumnElement[str] = func.coalesce(observation.c.status, Status.RECEIVED.value)

IS_URGENT_NOW = and_(
    func.coalesce(observation.c.is_urgent, 0) == 1,
    status_ != Status.REJECTED.value,
    func.coalesce(report.c.city_status, "").not_in(FINAL_CITY_WORDS),
)
"""Urgent, and not dealt with yet."""


def shown(show: Filter) -> ColumnElement[bool]:
    if show is Filter.TO_CHOOSE:
        return NEEDS_CHOICE
    return and_(observation.c.deleted_at.is_(None), _of(show))


def _of(show: Filter) -> ColumnElement[bool]:
    match show:
        case Filter.TO_REVIEW:
            return status_ == Status.RECEIVED.value
        case Filter.APPROVED:
            return status_ == Status.APPROVED.value
        case Filter.REJECTED:
            return status_ == Status.REJECTED.value
        case Filter.STUCK:
            return func.coalesce(report.c.state, "").in_([one.value for one in STUCK_STATES])
        case _:
            return true()


def matches(search: str, categories: Collection[str]) -> ColumnElement[bool]:
    """SQLite folds only A-Z, so the Swedish letters are folded by name."""
    folded = func.lower(observation.c.text)
    for large, small in ("Åå", "Ää", "Öö", "Éé"):
        folded = func.replace(folded, large, small)
    return or_(
        folded.contains(search.lower(), autoescape=True),
        report.c.case_ref == search,
        report.c.reference == search.upper(),
        func.upper(observation.c.number) == search.upper(),
        func.lower(observation.c.address).contains(search.lower(), autoescape=True),
        observation.c.category.in_(categories) if categories else false(),
    )
