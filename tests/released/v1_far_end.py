"""Releases 0.1.0 and 0.2.0 as the far end of this one: how they read, and what they said no to."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

from sync.client.transport import Request, Response
from sync.headers import DIGEST_HEADER, STORE_HEADER, STORED_HEADER
from tests.client.a_phone import Link
from tests.released import wire_v1

DATA = Path(__file__).parents[1] / "data" / "wire"
WRONG_VERSION = (DATA / "v1" / "wrong-version.problem").read_bytes()
"""What the released store said, byte for byte, to a message of version 2."""
_NEW_HEADERS = {one.lower() for one in (STORE_HEADER, DIGEST_HEADER, STORED_HEADER)}


class ReleasedStore(Link):
    """The link to a store of release 0.2.0: this one's, with what the released one did not say.

    A message of version 1 is answered in that version's words anyway (tests.released.conversation).
    """

    async def request(self, request: Request) -> Response:
        if request.url.endswith("/api/v1/sync"):
            try:
                wire_v1.request_from_bytes(body_of(request))
            except wire_v1.WrongVersion:
                self.requests.append(request)
                headers = {"content-type": "application/problem+json"}
                return Response(status=400, headers=headers, body=WRONG_VERSION)
        answer = await super().request(request)
        told = {k: v for k, v in answer.headers.items() if k not in _NEW_HEADERS}
        return replace(answer, headers=told)


def version_of(request: Request) -> int:
    version = json.loads(body_of(request))["v"]
    assert isinstance(version, int)
    return version


def body_of(request: Request) -> bytes:
    body = request.body or b""
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
