"""Reading what a request carries, never more of it than was agreed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from fastapi import Request
from starlette.requests import ClientDisconnect

from sync.central.problems import Problem

_GZIP_ONLY = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """is_whole: False when the connection was cut before everything announced had come."""

    data: bytes
    is_whole: bool


async def read_body(request: Request, limit: int) -> Body:
    """Raises Problem too_large as soon as it is known to be larger than `limit` bytes."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            chunks.append(chunk)
    except ClientDisconnect:
        return Body(data=b"".join(chunks), is_whole=False)
    return Body(data=b"".join(chunks), is_whole=True)


def decoded(data: bytes, encoding: str | None, limit: int) -> bytes:
    """The body without its Content-Encoding; a bomb stops at `limit` bytes."""
    if encoding is None or encoding.lower() == "identity":
        return data
    if encoding.lower() != "gzip":
        raise Problem("wrong_type", "Content-Encoding must be gzip or absent")
    inflate = zlib.decompressobj(_GZIP_ONLY)
    try:
        plain = inflate.decompress(data, limit + 1)
    except zlib.error as error:
        raise Problem("bad_request", "the body is not gzip") from error
    if len(plain) > limit:
        raise _too_large(limit)
    if not inflate.eof or inflate.unused_data:
        raise Problem("bad_request", "the gzip body is cut, or something follows it")
    return plain


def _too_large(limit: int) -> Problem:
    return Problem("too_large", f"a request here has at most {limit} bytes")
