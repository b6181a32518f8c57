"""What the phone's database knows of one photo's file."""

from __future__ import annotations

from dataclasses import dataclass

from sync.client.local_store import LocalStore
from sync.domain.ids import EntityId


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoSize:
    width_px: int
    height_px: int
    size_bytes: int
    taken_at: str | None


def photo_size(local: LocalStore, photo_id: EntityId) -> PhotoSize | None:
    row = local.db.execute(_SIZE, [photo_id]).fetchone()
    if row is None:
        return None
    return PhotoSize(width_px=row[0], height_px=row[1], size_bytes=row[2], taken_at=row[3])


def is_referred_to(local: LocalStore, sha256: str) -> bool:
    """By a record, a deleted one too (undo needs it), or by a draft."""
    row = local.db.execute("SELECT 1 FROM photo WHERE sha256 = ? LIMIT 1", [sha256]).fetchone()
    return row is not None or _is_in_draft(local, sha256)


def is_in_use(local: LocalStore, sha256: str) -> bool:
    """By something that is not deleted, or by a draft.

    What is deleted does not keep an uncovered photo on the phone when it has been covered.
    """
    row = local.db.execute(_IN_USE, [sha256]).fetchone()
    return row is not None or _is_in_draft(local, sha256)


def _is_in_draft(local: LocalStore, sha256: str) -> bool:
    return any(
        photo.get("sha256") == sha256
        for draft in local.drafts().values()
        for photo in draft.get("photos", [])
    )


_IN_USE = """
SELECT 1 FROM photo p
LEFT JOIN observation o ON o.id = p.observation_id
LEFT JOIN recheck r ON r.id = p.recheck_id
WHERE p.sha256 = ? AND p.deleted_at IS NULL AND o.deleted_at IS NULL AND r.deleted_at IS NULL
LIMIT 1
"""

_SIZE = """
SELECT width_px, height_px, size_bytes, taken_at FROM photo
WHERE id = ? AND width_px IS NOT NULL AND height_px IS NOT NULL AND size_bytes IS NOT NULL
"""
