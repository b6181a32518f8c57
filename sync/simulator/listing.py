"""What was received, as JSON for tests and scripts."""

from __future__ import annotations

from sync.domain.instants import to_text
from sync.simulator.desk import Desk
from sync.simulator.faults import Fault
from sync.simulator.received import ReceivedCase, ReceivedPhoto
from sync.simulator.whereabouts import interpret


def listing(desk: Desk, root: str) -> dict[str, object]:
    """Newest first. `sent` is the JSON of the case as it came; `url` works on the same host."""
    return {
        "cases": [_case(desk, case, root) for case in desk.store.cases()],
        "orphans": [_photo(photo, root) for photo in desk.store.orphans()],
        "faults": [_fault(fault) for fault in desk.store.faults()],
    }


def _case(desk: Desk, case: ReceivedCase, root: str) -> dict[str, object]:
    where = interpret(case.sent.get("IssueEasting"), case.sent.get("IssueNorthing"))
    return {
        "IssueId": case.case_id,
        "IssueStatus": desk.word(case),
        "received_at": to_text(case.received_at),
        "sent": case.sent,
        "place": {
            "system": where.system,
            "lat_deg": where.lat_deg,
            "lon_deg": where.lon_deg,
            "warning": where.warning,
        },
        "photos": [_photo(photo, root) for photo in case.photos],
    }


def _photo(photo: ReceivedPhoto, root: str) -> dict[str, object]:
    return {
        "tempId": photo.temp_id,
        "url": f"{root}/foto/{photo.temp_id}",
        "received_at": to_text(photo.received_at),
        "field": photo.field,
        "name": photo.name,
        "content_type": photo.content_type,
        "size_bytes": photo.size_bytes,
        "has_exif": photo.has_exif,
    }


def _fault(fault: Fault) -> dict[str, object]:
    return {
        "call": fault.call,
        "kind": fault.kind,
        "times": "always" if fault.left is None else fault.left,
        "seconds": fault.delay_s,
    }
