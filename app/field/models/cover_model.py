"""Covering faces and number plates in one photo, before anything is done with it.

A finger paints, or a box is put; "Klart" burns it into the pixels. Only then is the photo decided,
and the file of the uncovered one deleted, after the new one and what refers to it are on disk.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import flet as ft

from app.device.photo.codec import PhotoCodec, PreparedPhoto, thumbnail_name
from app.device.photo.errors import PhotoError
from app.device.photo.shapes import Box, CoverShape, Stroke
from app.device.storage.errors import PhotoMissing, StorageError, StorageFull
from app.device.storage.protocol import PhotoFiles
from app.field.models.cover_box import Edit, box_between, edited, first_box
from sync.domain.words import Cover

__all__ = ["CoverModel", "CoverResult", "Tool", "thumbnail_name"]

log = logging.getLogger(__name__)

STROKE_WIDTH = 0.06
"""Relative to the long edge: on a photo that fills a phone's screen about a fingertip."""

APART = STROKE_WIDTH / 6
"""A finger's points closer than this to the last one change nothing that can be seen."""


class Tool(StrEnum):
    BRUSH = "brush"
    BOX = "box"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverResult:
    """photo: the one to keep from now on, on disk with its thumbnail.

    Covered, it is a new one with another sha256; with nothing to cover it is the one given.
    """

    photo: PreparedPhoto
    cover: Cover


@ft.observable
class CoverModel:
    """shapes: what is covered so far, the newest last. problem: key of the words for a failure.

    is_empty: nothing is covered; as it was when the finger came down, for as long as it is there,
    because the buttons that follow from it must not move the photo away under the finger.
    can_undo: something painted, or the last clearing, can be taken back.
    is_adjusting: the box is moved and sized by buttons.

    done: is told the decision and keeps it, before the uncovered photo's files are deleted. It may
    be async, and raise StorageError when it could keep nothing: then all is as before.
    cancelled: back; nothing was decided, nothing written.
    shapes: what was painted before such a "back".
    is_needed: whether something else still refers to that photo's files, which then stay.
    """

    def __init__(
        self,
        codec: PhotoCodec,
        files: PhotoFiles,
        photo: PreparedPhoto,
        done: Callable[[CoverResult], Awaitable[None] | None],
        *,
        cancelled: Callable[[], None] = lambda: None,
        is_needed: Callable[[str], bool] = lambda sha256: False,
        shapes: Sequence[CoverShape] = (),
    ) -> None:
        self.photo = photo
        self.tool = Tool.BRUSH
        self.shapes: list[CoverShape] = list(shapes)
        self.is_empty = not shapes
        self.can_undo = bool(shapes)
        self.is_adjusting = False
        self.is_burning = False
        self.problem: str | None = None
        self._codec, self._files = codec, files
        self._done, self._cancelled, self._is_needed = done, cancelled, is_needed
        self._begun: tuple[float, float] | None = None
        self._is_painting = False
        self._cleared: list[list[CoverShape]] = []

    # The finger. x and y are relative to the photo: 0..1, beyond that outside.

    def choose(self, tool: Tool) -> None:
        self.tool, self.is_adjusting = tool, False

    def press(self, x: float, y: float) -> None:
        """The finger is down. Where it came down outside the photo, it may still move in."""
        if self.is_burning:
            return
        self._begun, self._is_painting = (x, y), False

    def drag(self, x: float, y: float) -> None:
        if self._begun is None or self.is_burning:
            return
        shape = self._shape_to(x, y)
        if shape is None:
            return
        if self._is_painting:
            self.shapes[-1] = shape
        else:
            self.shapes.append(shape)
            self._is_painting = True

    def lift(self) -> None:
        """A finger that did not move has painted a dot."""
        if self._begun is not None and not self._is_painting and self.tool is Tool.BRUSH:
            self.drag(*self._begun)
        self._begun, self._is_painting = None, False
        self._settle()

    def _settle(self) -> None:
        self.is_empty, self.problem = not self.shapes, None
        self.can_undo = bool(self.shapes or self._cleared)

    def _shape_to(self, x: float, y: float) -> CoverShape | None:
        assert self._begun is not None
        if self.tool is Tool.BOX:
            return box_between(self._begun, (x, y))
        before = self.shapes[-1] if self._is_painting else None
        points = before.points if isinstance(before, Stroke) else (self._begun,)
        if before is not None and self._distance(points[-1], (x, y)) < APART:
            return None
        return Stroke(points=(*points, (x, y)), width=STROKE_WIDTH)

    def _distance(self, one: tuple[float, float], other: tuple[float, float]) -> float:
        """Relative to the long edge."""
        long_edge = max(self.photo.width_px, self.photo.height_px)
        across = (one[0] - other[0]) * self.photo.width_px / long_edge
        down = (one[1] - other[1]) * self.photo.height_px / long_edge
        return float((across * across + down * down) ** 0.5)

    # The buttons

    @property
    def chosen_box(self) -> Box | None:
        """The box the named buttons move: the newest, if the newest shape is one."""
        newest = self.shapes[-1] if self.shapes else None
        return newest if isinstance(newest, Box) else None

    def add_box(self) -> None:
        """In the middle, for those who cannot paint."""
        if self.is_burning:
            return
        self.tool, self.is_adjusting = Tool.BOX, True
        self.shapes.append(first_box())
        self._settle()

    def edit(self, how: Edit) -> None:
        box = self.chosen_box
        if box is not None and not self.is_burning:
            self.shapes[-1] = edited(box, how)

    def undo(self) -> None:
        """Takes back the last that was painted, and before the first of it the clearing."""
        if self.is_burning or not self.can_undo:
            return
        if self.shapes:
            self.shapes.pop()
        else:
            self.shapes = self._cleared.pop()
        self._settle()

    def clear(self) -> None:
        if self.shapes and not self.is_burning:
            self._cleared.append(list(self.shapes))
            self.shapes = []
            self._settle()

    # The decision

    async def burn(self) -> None:
        """Covers what is painted, for ever."""
        if self.is_burning or not self.shapes:
            return
        self.is_burning, self.problem = True, None
        try:
            await self._burn(tuple(self.shapes))
        except PhotoError as error:
            self.problem = error.key
        except StorageError as error:
            self.problem = _words_for(error)
        finally:
            self.is_burning = False

    async def _burn(self, shapes: Sequence[CoverShape]) -> None:
        covered = await self._codec.cover(self.photo.jpeg, shapes)
        covered = replace(
            covered,
            taken_at=self.photo.taken_at,
            place=self.photo.place,
            quality=self.photo.quality,
        )
        await self._files.write(covered.sha256, covered.jpeg)
        await self._files.write(thumbnail_name(covered.sha256), covered.thumbnail)
        await self._tell(CoverResult(photo=covered, cover=Cover.COVERED))
        if covered.sha256 != self.photo.sha256 and not self._is_needed(self.photo.sha256):
            await self._delete(self.photo.sha256)

    async def nothing(self) -> None:
        """There is nothing to cover; that is a decision too, and it is recorded."""
        if self.is_burning:
            return
        self.is_burning, self.problem = True, None
        try:
            await self._tell(CoverResult(photo=self.photo, cover=Cover.NOTHING_TO_COVER))
        except StorageError as error:
            self.problem = _words_for(error)
        finally:
            self.is_burning = False

    def cancel(self) -> None:
        if not self.is_burning:
            self._cancelled()

    async def _tell(self, result: CoverResult) -> None:
        told = self._done(result)
        if told is not None:
            await told

    async def _delete(self, sha256: str) -> None:
        """A file that stays is deleted at the next start: nothing refers to it any more."""
        for name in (sha256, thumbnail_name(sha256)):
            try:
                await self._files.delete(name)
            except PhotoMissing:
                continue
            except StorageError as error:
                log.warning("an uncovered photo is deleted later: %s", type(error).__name__)


def _words_for(error: StorageError) -> str:
    return "cover.disk_full" if isinstance(error, StorageFull) else "cover.disk_trouble"
