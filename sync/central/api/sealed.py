"""JSON that changes what a phone has: with its digest, and compressed for who takes that."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from fastapi import Request, Response

from sync.headers import DIGEST_HEADER, digest_of

GZIP_FROM_BYTES = 1024


def sealed_json(request: Request, body: bytes, headers: Mapping[str, str]) -> Response:
    """headers: of the answer, but for those that follow from the body."""
    sealed = {**headers, DIGEST_HEADER: digest_of(body)}
    if (
        len(body) >= GZIP_FROM_BYTES
        and "gzip" in request.headers.get("accept-encoding", "").lower()
    ):
        body, sealed["Content-Encoding"] = gzip.compress(body, 6, mtime=0), "gzip"
    return Response(body, media_type="application/json", headers=sealed)
