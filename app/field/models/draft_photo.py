"""A photo of what is being recorded or changed, until it is part of a record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from app.device.photo.codec import PreparedPhoto
from app.device.photo.quality import UNMEASURED
from sync.client.photo_references import PhotoSize
from sync.client.records import NewPhoto, PhotoRecord
from sync.domain.ids import EntityId, Sha256
from sync.domain.instants import from_text, to_text
from sync.domain.words import Cover


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPhoto:
    """Its file is on disk, or at the store for a photo of another phone.

    cover: None until a person has looked for faces and number plates.
    jpeg, thumbnail: None until they are read from the disk.
    is_saved: it is part of the record already. is_stored: as of PhotoRecord, when it was opened.
    """

    photo_id: EntityId
    sha256: Sha256
    width_px: int = 0
    height_px: int = 0
    size_bytes: int = 0
    taken_at: str | None = None
    cover: Cover | None = None
    is_blurry: bool = False
    is_dark: bool = False
    jpeg: bytes | None = None
    thumbnail: bytes | None = None
    is_saved: bool = False
    is_stored: bool | None = None
    may_cover: bool = True

    @property
    def is_undecided(self) -> bool:
        return self.cover is None and self.may_cover

    def new(self, position: int) -> NewPhoto:
        return NewPhoto(
            photo_id=self.photo_id,
            sha256=self.sha256,
            width_px=self.width_px,
            height_px=self.height_px,
            size_bytes=self.size_bytes,
            taken_at=self.taken_at,
            position=position,
            cover=self.cover,
        )

    def prepared(self, jpeg: bytes) -> PreparedPhoto:
        """As the codec gave it, for covering."""
        return PreparedPhoto(
            jpeg=jpeg,
            thumbnail=self.thumbnail or b"",
            width_px=self.width_px,
            height_px=self.height_px,
            sha256=self.sha256,
            taken_at=None if self.taken_at is None else from_text(self.taken_at),
            place=None,
            quality=UNMEASURED,
        )

    def covered_by(self, photo: PreparedPhoto, cover: Cover) -> DraftPhoto:
        """The same photo with what was decided."""
        return replace(
            self,
            sha256=Sha256(photo.sha256),
            width_px=photo.width_px,
            height_px=photo.height_px,
            size_bytes=len(photo.jpeg),
            cover=cover,
            jpeg=photo.jpeg,
            thumbnail=photo.thumbnail or self.thumbnail,
        )

    def as_new(self, photo_id: EntityId, *, is_undecided: bool) -> DraftPhoto:
        """The same picture in another observation."""
        cover = None if is_undecided else self.cover
        return replace(self, photo_id=photo_id, cover=cover, is_saved=False, is_stored=None)

    def to_draft(self) -> dict[str, Any]:
        """In JSON's types; "sha256" keeps the file from being cleared away (WalkStore)."""
        return {
            "photo_id": self.photo_id,
            "sha256": self.sha256,
            "width_px": self.width_px,
            "height_px": self.height_px,
            "size_bytes": self.size_bytes,
            "taken_at": self.taken_at,
            "cover": None if self.cover is None else self.cover.value,
            "is_blurry": self.is_blurry,
            "is_dark": self.is_dark,
        }


def taken(photo_id: EntityId, photo: PreparedPhoto) -> DraftPhoto:
    return DraftPhoto(
        photo_id=photo_id,
        sha256=Sha256(photo.sha256),
        width_px=photo.width_px,
        height_px=photo.height_px,
        size_bytes=len(photo.jpeg),
        taken_at=None if photo.taken_at is None else to_text(photo.taken_at),
        is_blurry=photo.quality.is_blurry,
        is_dark=photo.quality.is_dark,
        jpeg=photo.jpeg,
        thumbnail=photo.thumbnail,
    )


def from_draft(raw: dict[str, Any]) -> DraftPhoto:
    cover = raw.get("cover")
    return DraftPhoto(
        photo_id=EntityId(raw["photo_id"]),
        sha256=Sha256(raw["sha256"]),
        width_px=raw["width_px"],
        height_px=raw["height_px"],
        size_bytes=raw["size_bytes"],
        taken_at=raw.get("taken_at"),
        cover=None if cover is None else Cover(cover),
        is_blurry=raw.get("is_blurry") is True,
        is_dark=raw.get("is_dark") is True,
    )


def saved(photo: PhotoRecord, size: PhotoSize | None) -> DraftPhoto:
    """One of a record; only where its file is still here, and unsent, may it be covered."""
    return DraftPhoto(
        photo_id=photo.photo_id,
        sha256=photo.sha256,
        width_px=0 if size is None else size.width_px,
        height_px=0 if size is None else size.height_px,
        size_bytes=0 if size is None else size.size_bytes,
        taken_at=None if size is None else size.taken_at,
        cover=photo.cover,
        is_saved=True,
        is_stored=photo.is_stored,
        may_cover=photo.is_undecided and size is not None,
    )
