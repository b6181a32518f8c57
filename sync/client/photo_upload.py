"""Sending one photo in pieces (tus 1.0): from where the store says it stands, until it has all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256 as sha256_of

from sync.client.errors import NotReached, StoreInTrouble
from sync.client.problems import Problem
from sync.client.records import WaitingPhoto
from sync.client.store_api import StoreApi, UploadState
from sync.domain.ids import Sha256

PIECE_BYTES = 256 * 1024
RESUME_BYTES = 64 * 1024
MAX_RESTARTS = 3
FINAL_CODES = frozenset({"not_a_photo", "has_metadata", "too_large", "not_your_area"})


class TakenBack(Exception):
    """The person has taken the decision to send this photo back while it was on its way."""


class PhotoRefused(Exception):
    """The store, or this phone, will never be able to send this photo."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


async def send_photo(
    api: StoreApi,
    photo: WaitingPhoto,
    data: bytes,
    between_pieces: Callable[[], Awaitable[None]],
    arrived: Callable[[], None],
) -> None:
    """Returns when the store has hashed all of it and has it on disk.

    A cut that came after RESUME_BYTES or more had got through is gone on from at once: what is
    far on its way does not wait for the next round. A question that was cut off is asked once
    more: a link that loses every third answer may lose the same one in every round.

    between_pieces: awaited before a further one.
    arrived: called when the store has got more of it than before; where it stood is no news.

    Raises PhotoRefused when it can never be sent, SyncError when it may be tried again later.
    """
    if sha256_of(data).hexdigest() != photo.sha256:
        raise PhotoRefused("damaged_on_phone", "the file on this phone is damaged")
    first = data[:PIECE_BYTES]
    begun = partial(api.create_upload, photo.sha256, photo.area, len(data), first)
    way = _Way(api, photo.sha256, arrived, stood_at=None if photo.was_begun else 0)
    answer = await (way.where() if photo.was_begun else way.send(begun))
    if photo.was_begun and isinstance(answer, Problem) and answer.status == 404:
        answer = await way.send(begun)
    restarts = in_vain = 0
    while not _is_stored(answer, len(data)):
        if isinstance(answer, Problem):
            if answer.code in FINAL_CODES or answer.status in (413, 415, 422):
                raise PhotoRefused(answer.code, answer.detail)
            restarts += 1
            if restarts > MAX_RESTARTS:
                if answer.status == 400:  # it will be the same for ever
                    raise PhotoRefused(answer.code, answer.detail)
                raise StoreInTrouble(f"the upload stopped at {answer.status} {answer.code}")
            answer = await way.where()
            if isinstance(answer, Problem):
                answer = await way.send(begun)
            continue
        if answer.offset >= len(data):
            raise StoreInTrouble("the store has all bytes, and does not say that it stored them")
        await between_pieces()
        stood_at = answer.offset
        piece = data[stood_at : stood_at + PIECE_BYTES]
        answer = await way.send(partial(api.append_upload, photo.sha256, stood_at, piece))
        if isinstance(answer, UploadState):
            in_vain = 0 if answer.offset > stood_at else in_vain + 1
            if in_vain > MAX_RESTARTS:
                raise StoreInTrouble("the store says again and again that nothing has come")


class _Way:
    """Goes on after a cut, as long as the cuts let enough through between them.

    stood_at: how much of the photo the store is known to have; None before it was asked.
    """

    def __init__(
        self, api: StoreApi, sha256: Sha256, arrived: Callable[[], None], stood_at: int | None
    ) -> None:
        self._api, self._sha256, self._arrived = api, sha256, arrived
        self._stood_at = stood_at
        self._offset_at_cut = 0

    async def where(self) -> UploadState | Problem:
        """How far the photo has come."""
        try:
            return await self._asked()
        except NotReached:
            return await self._asked()

    async def send(
        self, send: Callable[[], Awaitable[UploadState | Problem]]
    ) -> UploadState | Problem:
        try:
            return self._noted(await send())
        except NotReached:
            stands = await self._asked()
            if isinstance(stands, Problem) or stands.offset < self._offset_at_cut + RESUME_BYTES:
                raise
            self._offset_at_cut = stands.offset
            return stands

    async def _asked(self) -> UploadState | Problem:
        return self._noted(await self._api.upload_offset(self._sha256))

    def _noted(self, answer: UploadState | Problem) -> UploadState | Problem:
        if isinstance(answer, UploadState):
            if self._stood_at is not None and answer.offset > self._stood_at:
                self._arrived()
            self._stood_at = answer.offset
        return answer


def _is_stored(answer: UploadState | Problem, length: int) -> bool:
    """An older store says nothing beyond the offset."""
    if isinstance(answer, Problem) or answer.offset != length:
        return False
    return answer.is_stored is not False
