"""Covering faces and number plates in a photo that was saved without anybody looking for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.device.photo.codec import PreparedPhoto
from app.device.photo.shapes import CoverShape
from app.device.storage.errors import StorageError
from app.field.models.cover_model import CoverModel, CoverResult
from app.field.models.draft_photo import saved
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.services import Services
from app.i18n import Words
from sync.client.photo_references import is_in_use, photo_size
from sync.client.records import NewPhoto, ObservationRecord, PhotoRecord
from sync.domain.ids import Sha256
from sync.domain.words import Cover


class CoverSaved:
    """decided: called when one was decided on."""

    def __init__(
        self,
        services: Services,
        notices: Notices,
        words: Words,
        open_cover: Callable[[CoverModel | None], None],
        decided: Callable[[], None],
    ) -> None:
        self._services, self._notices, self._words = services, notices, words
        self._open_cover, self._decided = open_cover, decided
        self._painted: dict[str, Sequence[CoverShape]] = {}  # and not decided, by hash

    async def open(self, finding: ObservationRecord) -> None:
        """Shows the first undecided photo; nothing happens when there is none."""
        photo = next((one for one in finding.photos if one.is_undecided), None)
        if photo is None:
            return
        try:
            prepared = await self._prepared(photo)
        except StorageError:
            self._notices.show(self._words("list.photo_gone"))
            return

        async def done(result: CoverResult) -> None:
            await self._keep(finding, photo, result)
            self._open_cover(None)
            self._decided()

        def cancelled() -> None:
            self._painted[photo.sha256] = tuple(cover.shapes)
            self._open_cover(None)

        cover = CoverModel(
            self._services.codec,
            self._services.storage.photos,
            prepared,
            done,
            cancelled=cancelled,
            is_needed=lambda sha256: is_in_use(self._services.local, sha256),
            shapes=self._painted.pop(photo.sha256, ()),
        )
        self._open_cover(cover)

    async def _prepared(self, photo: PhotoRecord) -> PreparedPhoto:
        jpeg = await self._services.storage.photos.read(photo.sha256)
        size = photo_size(self._services.local, photo.photo_id)
        return saved(photo, size).prepared(jpeg)

    async def _keep(
        self, finding: ObservationRecord, photo: PhotoRecord, result: CoverResult
    ) -> None:
        recorder = self._services.recorder
        if result.cover is Cover.NOTHING_TO_COVER:
            await recorder.decide_photo(finding, photo.photo_id, result.cover)
            self._offer_undo(finding, photo)
            return
        covered = result.photo
        size = photo_size(self._services.local, photo.photo_id)
        await recorder.replace_photo(
            finding,
            NewPhoto(
                photo_id=photo.photo_id,
                sha256=Sha256(covered.sha256),
                width_px=covered.width_px,
                height_px=covered.height_px,
                size_bytes=len(covered.jpeg),
                taken_at=None if size is None else size.taken_at,
                position=photo.position,
                cover=result.cover,
                recheck_id=photo.recheck_id,
            ),
        )

    def _offer_undo(self, finding: ObservationRecord, photo: PhotoRecord) -> None:
        """Until the photo has gone to the store."""

        async def undo() -> None:
            with telling_when_not_kept(self._notices, self._words):
                await self._services.recorder.decide_photo(finding, photo.photo_id, None)
            self._decided()

        self._notices.show(self._words("list.nothing_covered"), undo)
