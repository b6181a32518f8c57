"""Sending one photo in pieces (tus 1.0): from where the store says it stands, until it has all."""

from __future__ import annotations

from hashlib import sha256 as sha256_of

from sync.client.errors import StoreInTrouble
from sync.client.records import WaitingPhoto
from sync.client.store_api import Problem, StoreApi, UploadState

PIECE_BYTES = 256 * 1024
MAX_RESTARTS = 3
FINAL_CODES = frozenset({"not_a_photo", "has_metadata", "too_large", "not_your_area"})


class PhotoRefused(Exception):
    """The store, or this phone, will never be able to send this photo."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


async def send_photo(api: StoreApi, photo: WaitingPhoto, data: bytes) -> None:
    """Returns when the store has hashed all of it and has it on disk.

    Raises PhotoRefused when it can never be sent, SyncError when it may be tried again later.
    """
    if sha256_of(data).hexdigest() != photo.sha256:
        raise PhotoRefused("damaged_on_phone", "the file on this phone is damaged")
    answer = await api.create_upload(photo.sha256, photo.area, len(data), data[:PIECE_BYTES])
    restarts = 0
    while not _is_stored(answer, len(data)):
        if isinstance(answer, Problem):
            if answer.code in FINAL_CODES or answer.status in (413, 415, 422):
                raise PhotoRefused(answer.code, answer.detail)
            restarts += 1
            if restarts > MAX_RESTARTS:
                raise StoreInTrouble(f"the upload stopped at {answer.status} {answer.code}")
            answer = await api.upload_offset(photo.sha256)
            if isinstance(answer, Problem):
                first = data[:PIECE_BYTES]
                answer = await api.create_upload(photo.sha256, photo.area, len(data), first)
            continue
        if answer.offset >= len(data):
            raise StoreInTrouble("the store has all bytes, and does not say that it stored them")
        piece = data[answer.offset : answer.offset + PIECE_BYTES]
        answer = await api.append_upload(photo.sha256, answer.offset, piece)


def _is_stored(answer: UploadState | Problem, length: int) -> bool:
    """An older store says nothing beyond the offset."""
    if isinstance(answer, Problem) or answer.offset != length:
        return False
    return answer.is_stored is not False
