"""Talking to one store: every request and how its answers are read, in one place."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256 as sha256_of
from typing import Any, NoReturn

from sync.client.errors import (
    DeviceRevoked,
    MessageNotTaken,
    NotOurCertificate,
    NotReached,
    NotTheStore,
    SignInNeeded,
    StoreInTrouble,
    SyncError,
    TooOld,
)
from sync.client.pace import Pace
from sync.client.transport import CertificateError, Request, Response, Transport, TransportError
from sync.client.whose_answer import WhoseAnswer
from sync.domain.change import Change
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.words import EntityKind
from sync.photo_bundle import BundledPhoto, bundle_to_bytes
from sync.wire import (
    STORE_HEADER,
    STORED_HEADER,
    VERSION,
    BadWire,
    SyncAnswer,
    SyncRequest,
    answer_from_bytes,
    byte_count,
    request_to_bytes,
    whole_json,
)

SYNC_TIMEOUT_S = 30.0
PIECE_TIMEOUT_S = 60.0
ADDRESS_TIMEOUT_S = 8.0
GZIP_FROM_BYTES = 1024
GZIP_LEVEL = 1
"""Higher levels take the phone twice the time for 7 % less."""
SYNC = "/api/v1/sync"
BUNDLE = "/api/v1/photos/bundle"
AT_FAULT = frozenset({400, 413, 422, 500})
"""What the store answers a message when one change in it may be why."""
WRONG_VERSION = "wrong_version"
LOG_IN_FIRST = 511
"""RFC 6585: never of the server that was asked, always of the network before it."""
TUS = "1.0.0"
HEAD_CODES = {404: "unknown_upload", 423: "upload_busy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem-details answer (RFC 9457) of the store. code: what a program can act on."""

    status: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedBriefing:
    """body: JSON as the store sent it. etag: to be named at the next time."""

    body: str
    etag: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadState:
    """offset: how many bytes of a photo the store has on disk.

    is_stored: it has all, has hashed them again, and says so by the photo's name; None from an
    older store, which says it with the offset alone.
    """

    offset: int
    is_stored: bool | None


class StoreApi:
    """base_url has no trailing slash; token is the device's own secret, None before enrolment.

    store_id, is_named: see WhoseAnswer. One of these lives for one sync round, or one question.
    """

    def __init__(
        self,
        *,
        base_url: str,
        token: str | None,
        transport: Transport,
        store_id: str | None = None,
        is_named: bool = False,
    ) -> None:
        self.base_url, self._token, self._transport = base_url, token, transport
        self._whose = WhoseAnswer(store_id, is_named=is_named)
        self._pace = Pace()

    @property
    def is_named(self) -> bool:
        """The store names itself in its answers."""
        return self._whose.is_named

    @property
    def bundle_bytes(self) -> int:
        """The most bytes of photos that may go in one request now; 0: each goes alone."""
        return self._pace.bundle_bytes

    async def enrol(self, body: dict[str, str]) -> dict[str, Any] | Problem:
        """The store's answer, or the problem that says why the code was not taken."""
        response = await self._ask(
            "POST", "/api/v1/enrol", {"Content-Type": "application/json"}, json.dumps(body).encode()
        )
        if response.status in (200, 201):
            answer = _json_object(response)
            if response.headers.get(STORE_HEADER.lower(), answer.get("store_id")) != answer.get(
                "store_id"
            ):
                raise NotTheStore("the answer and its header name two stores")
            return answer
        if response.status == 429:
            return Problem(status=429, code="too_many_tries", detail="")
        return self._problem(response)

    async def named_store(self) -> str | None:
        """The id of the store that answers here; None when the answer does not say."""
        response = await self._ask("GET", "/api/v1/briefing", {}, None)
        return response.headers.get(STORE_HEADER.lower())

    async def sync(self, request: SyncRequest, version: int = VERSION) -> SyncAnswer:
        """version: of the wire, see sync.client.spoken. Raises TooOld when it is not taken."""
        body = request_to_bytes(request, version)
        headers = {"Content-Type": "application/json"}
        if len(body) >= GZIP_FROM_BYTES:
            body = gzip.compress(body, GZIP_LEVEL, mtime=0)
            headers["Content-Encoding"] = "gzip"
        response = await self._ask("POST", SYNC, headers, body)
        if response.status != 200:
            self._not_taken(response)
        return self._read(response)

    async def thing(self, kind: EntityKind, entity_id: EntityId) -> tuple[Change, ...] | None:
        """The changes that what the store has of it comes from; None from a store too old to say.

        Nothing at all when the store does not know it.
        """
        path = f"/api/v1/changes/{kind.value}/{entity_id}"
        response = await self._ask("GET", path, {}, None)
        if response.status == 404:
            self._problem(response)
            return None
        if response.status != 200:
            self._raise(self._problem(response))
        return self._read(response).changes

    def _read(self, response: Response) -> SyncAnswer:
        self._whose.check_whole(response)
        try:
            answer = answer_from_bytes(response.body)
        except BadWire as error:
            raise NotTheStore(str(error)) from error
        self._whose.vouch(answer.store_id, response)
        return answer

    async def briefing(self, etag: str | None) -> FetchedBriefing | None:
        """None: it is still the one with this etag."""
        headers = {} if etag is None else {"If-None-Match": etag}
        response = await self._ask("GET", "/api/v1/briefing", headers, None)
        if response.status == 304:
            return None
        if response.status != 200:
            problem = self._problem(response)
            raise StoreInTrouble(f"{problem.status} {problem.code}")
        self._whose.check_whole(response)
        _json_object(response)
        return FetchedBriefing(
            body=response.body.decode(errors="replace"),
            etag=_sendable(response.headers.get("etag")),
        )

    async def address(self, lat_deg: float, lon_deg: float) -> dict[str, Any] | None:
        """What the store says of a place; None when it does not say."""
        path = f"/api/v1/address?lat_deg={lat_deg:.6f}&lon_deg={lon_deg:.6f}"
        response = await self._ask("GET", path, {}, None, timeout_s=ADDRESS_TIMEOUT_S)
        return _json_object(response) if response.status == 200 else None

    async def report_error(self, text: str) -> Problem | None:
        """Sends a fault report without texts, places or tokens; None when it was taken."""
        body = json.dumps({"text": text}, ensure_ascii=False).encode()
        json_type = {"Content-Type": "application/json"}
        response = await self._ask("POST", "/api/v1/error-reports", json_type, body)
        if response.status in (200, 201):
            return None
        if response.status == 429:
            return Problem(status=429, code="too_many_tries", detail="")
        return self._problem(response)

    async def create_upload(
        self, sha256: Sha256, area: AreaCode, length: int, first_piece: bytes
    ) -> UploadState | Problem:
        metadata = {"sha256": sha256, "area": area}
        # a piece that is the whole photo has its checksum in its name
        headers = {} if len(first_piece) == length else _checksum(first_piece)
        headers |= {
            "Upload-Length": str(length),
            "Upload-Metadata": ",".join(
                f"{key} {b64encode(value.encode()).decode()}" for key, value in metadata.items()
            ),
        }
        with self._pace.measuring(len(first_piece)):
            return await self._upload("POST", sha256, headers, first_piece, expected=201)

    async def send_bundle(self, photos: Sequence[BundledPhoto]) -> frozenset[Sha256]:
        """Those of them that the store has hashed and has on disk. Any other is to go alone."""
        try:
            return await self._bundled(photos)
        except SyncError:
            self._pace.bundle_failed()
            raise

    async def _bundled(self, photos: Sequence[BundledPhoto]) -> frozenset[Sha256]:
        body = bundle_to_bytes(photos)
        binary = {"Content-Type": "application/octet-stream"}
        with self._pace.measuring(len(body)):
            response = await self._ask("POST", BUNDLE, binary, body, timeout_s=PIECE_TIMEOUT_S)
            if response.status != 200:
                self._raise(self._problem(response))
        self._whose.check_whole(response)
        self._whose.check_receipt(response)
        stored = _json_object(response).get("stored")
        if not isinstance(stored, list):
            raise NotTheStore("the answer does not say which photos the store has")
        return frozenset(one.sha256 for one in photos if one.sha256 in stored)

    async def append_upload(
        self, sha256: Sha256, offset: int, piece: bytes
    ) -> UploadState | Problem:
        headers = {"Upload-Offset": str(offset), **_checksum(piece)}
        return await self._upload("PATCH", sha256, headers, piece, expected=204)

    async def upload_offset(self, sha256: Sha256) -> UploadState | Problem:
        return await self._upload("HEAD", sha256, {}, None, expected=200)

    async def give_up_upload(self, sha256: Sha256) -> None:
        """What the store has of a photo on its way is forgotten there; a whole one stays."""
        headers = {"Tus-Resumable": TUS}
        response = await self._ask("DELETE", f"/api/v1/photos/{sha256}", headers, None)
        if response.status != 204:
            self._problem(response)

    async def thumbnail(self, sha256: Sha256) -> bytes | Problem:
        """The small JPEG of a photo that another phone took."""
        response = await self._ask("GET", f"/api/v1/photos/{sha256}/thumbnail", {}, None)
        if response.status == 200 and response.body.startswith(b"\xff\xd8"):
            return response.body
        return self._problem(response)

    async def _upload(
        self,
        method: str,
        sha256: Sha256,
        headers: dict[str, str],
        piece: bytes | None,
        *,
        expected: int,
    ) -> UploadState | Problem:
        sent = {"Tus-Resumable": TUS, **headers}
        path = "/api/v1/photos" if method == "POST" else f"/api/v1/photos/{sha256}"
        if piece is not None:
            sent["Content-Type"] = "application/offset+octet-stream"
        response = await self._ask(method, path, sent, piece, timeout_s=PIECE_TIMEOUT_S)
        if response.status == expected and "tus-resumable" in response.headers:
            offset = byte_count(response.headers.get("upload-offset", ""))
            if offset is not None:
                self._whose.check_receipt(response)
                self._pace.heard(response)
                return UploadState(offset=offset, is_stored=_is_stored(response, sha256))
        if method == "HEAD" and 400 <= response.status < 500:
            return _problem_without_body(response)
        return self._problem(response)

    async def _ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes | None,
        timeout_s: float = SYNC_TIMEOUT_S,
    ) -> Response:
        if self._token is not None:
            headers = {**headers, "Authorization": f"Bearer {self._token}"}
        request = Request(
            method=method,
            url=self.base_url + path,
            headers=headers,
            body=body,
            timeout_s=timeout_s,
        )
        try:
            response = await self._transport.request(request)
        except CertificateError as error:
            raise NotOurCertificate(str(error)) from error
        except TransportError as error:
            raise NotReached(str(error)) from error
        is_followed = path == SYNC and (response.status == 200 or _is_wrong_version(response))
        self._whose.check(response, has_id_inside=is_followed)
        return response

    def _problem(self, response: Response) -> Problem:
        """The problem in an answer; raises for what means the same after every request."""
        if response.status == LOG_IN_FIRST:
            raise NotTheStore("a network that wants somebody to log in")
        if response.status in (408, 429) or response.status >= 500:
            raise StoreInTrouble(f"the store answered {response.status}")
        if not _is_problem(response):
            if response.status in (409, 460, 423) and "tus-resumable" in response.headers:
                return Problem(status=response.status, code="upload_conflict", detail="")
            raise NotTheStore(f"an answer {response.status} that is not the store's")
        raw = _json_object(response)
        problem = Problem(
            status=response.status,
            code=str(raw.get("code", "")),
            detail=str(raw.get("detail", "")),
        )
        if problem.status == 401:
            self._raise(problem)
        return problem

    def _not_taken(self, response: Response) -> NoReturn:
        """Of a sync: raises what the caller can do about it."""
        if response.status in AT_FAULT and _is_problem(response):
            raw = _json_object(response)
            code, text = str(raw.get("code", "")), str(raw.get("detail", ""))
            if code != WRONG_VERSION:
                raise MessageNotTaken(response.status, f"{code}: {text}")
        self._raise(self._problem(response))

    def _raise(self, problem: Problem) -> NoReturn:
        if problem.status == 401:
            error = DeviceRevoked if problem.code == "revoked" else SignInNeeded
            raise error(problem.detail)
        if problem.code == WRONG_VERSION:
            raise TooOld(problem.detail)
        raise StoreInTrouble(f"{problem.status} {problem.code}: {problem.detail}")


def _checksum(piece: bytes) -> dict[str, str]:
    """Of tus' extension "checksum": a piece damaged on its way is refused at once, and alone."""
    return {"Upload-Checksum": f"sha256 {b64encode(sha256_of(piece).digest()).decode()}"}


def _json_object(response: Response) -> dict[str, Any]:
    try:
        raw = whole_json(response.body)
    except (ValueError, RecursionError) as error:
        raise NotTheStore("an answer that is not JSON") from error
    if not isinstance(raw, dict):
        raise NotTheStore("an answer that is not a JSON object")
    return raw


def _is_wrong_version(response: Response) -> bool:
    """The store went back to a release that knows fewer versions and does not name itself; what
    follows from it is asking in an older one, and that answer says whose it is."""
    is_problem = response.headers.get("content-type", "").startswith("application/problem+json")
    return is_problem and response.status == 400 and b'"wrong_version"' in response.body


def _problem_without_body(response: Response) -> Problem:
    """The answer to a HEAD says no more than its status. Who may not ask hears why at the next

    sync.
    """
    if response.status in (401, 408, 429):
        raise StoreInTrouble(f"the store answered {response.status}")
    if "tus-resumable" not in response.headers:
        raise NotTheStore(f"an answer {response.status} that is not the store's")
    return Problem(status=response.status, code=HEAD_CODES.get(response.status, ""), detail="")


def _is_problem(response: Response) -> bool:
    return response.headers.get("content-type", "").startswith("application/problem+json")


def _is_stored(response: Response, sha256: Sha256) -> bool | None:
    if STORE_HEADER.lower() not in response.headers:
        return None
    return response.headers.get(STORED_HEADER.lower()) == sha256


def _sendable(etag: str | None) -> str | None:
    """What could not be a header of the next request is no help."""
    return etag if etag is not None and etag.isascii() and etag.isprintable() else None
