"""The headers of tus 1.0 (https://tus.io/protocols/resumable-upload), read and checked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps

from fastapi import Request, Response

from sync.central.problems import Problem, problem_response
from sync.domain.fields import MAX_PHOTO_BYTES
from sync.domain.ids import AreaCode, BadId, Sha256, checked_area, checked_sha256
from sync.headers import byte_count

VERSION = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"
ALGORITHMS = ("sha1", "sha256")
CAPABILITIES = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,creation-with-upload,checksum,termination",
    "Tus-Max-Size": str(MAX_PHOTO_BYTES),
    "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
}

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """What a POST announces."""

    sha256: Sha256
    area: AreaCode
    length: int


def speaking_tus(handle: Handler) -> Handler:
    """Every answer of the handler says Tus-Resumable, a refusal too."""

    @wraps(handle)
    async def handle_tus(request: Request) -> Response:
        try:
            response = await handle(request)
        except Problem as problem:
            response = problem_response(problem)
        response.headers["Tus-Resumable"] = VERSION
        return response

    return handle_tus


def check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        headers = {"Tus-Version": VERSION}
        raise Problem("wrong_tus_version", "send Tus-Resumable: 1.0.0", headers=headers)


def creation(request: Request) -> Creation:
    """Raises Problem: bad_request for what cannot be read, too_large."""
    length = _whole_number(request, "Upload-Length")
    if length > MAX_PHOTO_BYTES:
        raise Problem("too_large", f"a photo has at most {MAX_PHOTO_BYTES} bytes")
    values = _metadata(request.headers.get("upload-metadata", ""))
    try:
        return Creation(
            sha256=checked_sha256(values.get("sha256")),
            area=checked_area(values.get("area")),
            length=length,
        )
    except BadId as error:
        raise Problem("bad_request", str(error), field="Upload-Metadata") from error


def piece_offset(request: Request) -> int:
    check_piece_type(request)
    return _whole_number(request, "Upload-Offset")


def check_piece_type(request: Request) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != PIECE_TYPE:
        raise Problem("wrong_type", f"Content-Type must be {PIECE_TYPE}", field="Content-Type")


def check_checksum(request: Request, piece: bytes) -> None:
    """Raises Problem hash_mismatch when the request has a checksum and it is another."""
    header = request.headers.get("upload-checksum")
    if header is None:
        return
    algorithm, _, encoded = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Problem("bad_request", f"the algorithm must be of {', '.join(ALGORITHMS)}")
    digest = hashlib.new(algorithm, piece, usedforsecurity=False).digest()
    if not hmac.compare_digest(digest, _from_base64(encoded, "Upload-Checksum")):
        raise Problem("hash_mismatch", "the piece has another checksum", field="Upload-Checksum")


def photo_name(text: str) -> Sha256:
    """Raises Problem not_found for what can be no photo's name."""
    try:
        return checked_sha256(text)
    except BadId as error:
        raise Problem("not_found", str(error)) from error


def _metadata(header: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in header.split(","):
        key, _, encoded = pair.strip().partition(" ")
        raw = _from_base64(encoded, "Upload-Metadata")
        values[key] = raw.decode("utf-8", "replace")
    return values


def _from_base64(encoded: str, header: str) -> bytes:
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Problem("bad_request", f"{header} is not base64", field=header) from error


def _whole_number(request: Request, header: str) -> int:
    count = byte_count(request.headers.get(header, ""))
    if count is None:
        raise Problem("bad_request", f"{header} must be a whole number of bytes", field=header)
    return count
