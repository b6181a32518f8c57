"""What two people wrote, in words: of what, which field, and each value so that one can choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

from app.i18n import Words
from app.office.models.local_time import day_and_time
from sync.central.answers import answer_lines, asked_by_category
from sync.central.conflict_views import ConflictView, Said
from sync.domain.change import Json
from sync.domain.conflicts import DELETED, PICTURE
from sync.domain.fields import Place, place_from_json
from sync.domain.geo import distance_m
from sync.domain.words import EntityKind, Group, Perception

NAMED = (
    "text", "category", "place", "kind", "stop_id", "answers", "is_urgent", "address", "name",
    "good", "bad", "voices", "arrived_at", "left_at", "position", "cover", "verdict", "checked_at",
    "started_at", "ended_at", "started_by", "led_by", "light", "weather", "planned_start_at",
    "planned_end_at", "meeting_place", "planned_route", "points",
)  # fmt: skip
"""The fields that have a name of their own in assets/i18n; any other is "a detail"."""

_GROUPS = {group.field: group for group in Group}
_SCORES = {one.field: one for one in Perception}


def in_order(conflicts: Iterable[ConflictView]) -> list[ConflictView]:
    """What waits first; whether it is kept at all before what it says."""

    def place(conflict: ConflictView) -> tuple[bool, int]:
        order = (DELETED, *NAMED)
        known = conflict.field in order
        return conflict.is_settled, order.index(conflict.field) if known else len(order)

    return sorted(conflicts, key=place)


def field_words(name: str, words: Words) -> str:
    if name in _GROUPS:
        return words("office.conflict.count", group=words(f"round.group.{_GROUPS[name].value}"))
    if name in _SCORES:
        return words(f"round.score.{_SCORES[name].value}")
    if name in PICTURE and name != "cover":
        return words("office.conflict.picture")
    return words(f"office.conflict.field.{name}" if name in NAMED else "office.conflict.detail")


def title_words(conflict: ConflictView, words: Words, *, name: str | None) -> str:
    """name: of the thing, where there are several: a stop's."""
    what = words(f"office.conflict.what.{conflict.entity.value}")
    what = f"{what} {name}" if name else what
    if conflict.field == DELETED:
        return words("office.conflict.title.deleted", what=what)
    return words("office.conflict.title", what=what, field=field_words(conflict.field, words))


def who_and_when(said: Said, words: Words) -> str:
    who = [words("office.conflict.somebody") if one is None else one for one in said.who]
    return f"{', '.join(who)} · {day_and_time(said.at)}"


def said_lines(
    conflict: ConflictView, said: Said, words: Words, *, category: str | None
) -> list[str]:
    """category: of the finding, whose questions the answers are to."""
    if conflict.field != DELETED:
        return value_lines(conflict.entity, conflict.field, said.value, words, category=category)
    if said.value is not None:
        return [words("office.conflict.gone")]
    lines = [words("office.conflict.kept")]
    for name, value in said.edited.items():
        told = value_lines(conflict.entity, name, value, words, category=category)
        lines += [f"{field_words(name, words)}: {', '.join(told)}"] if name in NAMED else []
    return lines


def value_lines(
    entity: EntityKind, name: str, value: Json, words: Words, *, category: str | None
) -> list[str]:
    match value:
        case None | "":
            return [words("office.conflict.empty")]
        case dict() if name == "answers":
            told = answer_lines(
                _asking(value, category),
                value,
                words.text,
                yes=words("office.answer.yes"),
                no=words("office.answer.no"),
            )
            return told or [words("office.conflict.empty")]
        case dict() if name == "place":
            return [_place(place_from_json(value), words)]
        case list():
            return [words("office.conflict.points", count=len(value))]
        case str() if name == "category":
            return [words(f"category.{value}")]
        case str() if name == "kind":
            is_round = entity is EntityKind.ROUND
            return [words(f"round.kind.{value}") if is_round else words(f"capture.kind.{value}")]
        case str() if name == "light":
            return [words(f"round.light.{value}")]
        case str() if name == "weather":
            return [words(f"round.weather.{value}")]
        case str() if name == "verdict":
            return [words(f"office.recheck.{value}")]
        case str() if name == "cover":
            return [words(f"office.cover.{value}")]
        case str() if name.endswith("_at"):
            return [day_and_time(value)]
        case int() if name == "is_urgent":
            return [words("office.answer.yes" if value else "office.answer.no")]
        case int() if name in _SCORES:
            return [words("round.score.of", score=value)]
        case str() if name in PICTURE:
            return [words("office.conflict.picture.one", name=value[:8])]
        case _:
            return [str(value)]


def _asking(answers: Mapping[str, Json], category: str | None) -> str | None:
    """The category whose questions these answer: of two that people chose, one counts now."""
    asked = asked_by_category()

    def asks(one: str) -> bool:
        choices = {question.code: question.choices for question in asked[one]}
        return all(
            code in choices and (not choices[code] or answer in choices[code])
            for code, answer in answers.items()
        )

    first = [category] if category is not None and category in asked else []
    return next((one for one in (*first, *asked) if asks(one)), category)


def apart_words(conflict: ConflictView, words: Words) -> str | None:
    """How far the places are from each other, the farthest two."""
    if conflict.field != "place":
        return None
    points = [
        place_from_json(said.value).point for said in conflict.values if said.value is not None
    ]
    if len(points) < 2:
        return None
    metres = max(distance_m(one, other) for one, other in combinations(points, 2))
    return words("office.conflict.apart", metres=max(1, round(metres)))


def _place(place: Place, words: Words) -> str:
    at = f"{place.point.lat_deg:.5f}, {place.point.lon_deg:.5f}"
    source = words(f"office.place.source.{place.source.value}")
    if place.point.accuracy_m is not None:
        metres = max(1, round(place.point.accuracy_m))
        source = words("office.place.accuracy", source=source, metres=metres)
    return f"{at} ({source})"
