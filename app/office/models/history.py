"""The log of a defect as sentences: which word of assets/i18n tells each change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sync.central.defect_views import HistoryLine
from sync.domain.change import Json
from sync.domain.instants import from_text
from sync.domain.words import ObservationKind, Verdict

SAME_TIME = timedelta(minutes=5)
CHANGES = ("text", "category", "place", "kind", "answers", "is_urgent", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """key: of assets/i18n; values: for its placeholders. who: None for the store itself.

    made_at: when it was made by the clock of who made it, if the store got it at another time.
    """

    at: str
    made_at: str | None
    who: str | None
    key: str
    values: dict[str, str] = field(default_factory=dict)


def told(lines: tuple[HistoryLine, ...]) -> list[Told]:
    """Newest first, one line for each thing that people care about."""
    return [one for line in lines for one in _told(line)]


def _told(line: HistoryLine) -> list[Told]:
    match line.entity:
        case "observation":
            keys = _observation(line)
        case "photo":
            keys = _photo(line)
        case "recheck":
            keys = _recheck(line)
        case "report":
            keys = _report(line)
        case _:
            keys = []
    made_at = line.made_at if _is_apart(line) else None
    return [
        Told(at=line.at, made_at=made_at, who=line.who, key=key, values=values)
        for key, values in keys
    ]


def _is_apart(line: HistoryLine) -> bool:
    """It waited on the phone, or the phone's clock is wrong."""
    return abs(from_text(line.at) - from_text(line.made_at)) > SAME_TIME


def _observation(line: HistoryLine) -> list[tuple[str, dict[str, str]]]:
    fields = line.fields
    if "noted_at" in fields:
        kind = fields.get("kind")
        is_other = kind in (ObservationKind.POSITIVE.value, ObservationKind.PROPOSAL.value)
        return [(f"office.history.noted.{kind}" if is_other else "office.history.noted", {})]
    found: list[tuple[str, dict[str, str]]] = []
    if "status" in fields:
        reason = _text(fields.get("status_reason"))
        found.append((f"office.history.status.{fields['status']}", {"reason": reason}))
    if "deleted_at" in fields:
        is_gone = fields["deleted_at"] is not None
        found.append(("office.history.deleted" if is_gone else "office.history.restored", {}))
    for name in CHANGES:
        if name in line.chosen:
            found.append((f"office.history.chose.{name}", {}))
        elif name in fields:
            found.append((f"office.history.changed.{name}", {}))
    return found


def _photo(line: HistoryLine) -> list[tuple[str, dict[str, str]]]:
    if line.fields.get("deleted_at") is not None:
        return [("office.history.photo_removed", {})]
    return [("office.history.photo_added", {})] if "sha256" in line.fields else []


def _recheck(line: HistoryLine) -> list[tuple[str, dict[str, str]]]:
    if line.fields.get("deleted_at") is not None:
        return [("office.history.recheck_removed", {})]
    verdict = line.fields.get("verdict")
    known = verdict in {one.value for one in Verdict}
    return [(f"office.history.recheck.{verdict}", {})] if known else []


def _report(line: HistoryLine) -> list[tuple[str, dict[str, str]]]:
    fields = line.fields
    found: list[tuple[str, dict[str, str]]] = []
    if "state" in fields:
        case_ref = _text(fields.get("case_ref"))
        found.append((f"office.history.report.{fields['state']}", {"case_ref": case_ref}))
    if "city_status" in fields:
        found.append(("office.history.city", {"word": _text(fields["city_status"])}))
    if fields.get("city_status_known") == 0:
        found.append(("office.history.city_unknown", {}))
    return found


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
