"""/api/v1/photos, tus 1.0: photos in pieces, at addresses that follow from their SHA-256."""

import asyncio
import json
from functools import partial

from fastapi import APIRouter, Request, Response

from sync.central.api.asking import bearer_token, device_of
from sync.central.api.bodies import read_body
from sync.central.api.photo_turns import PhotoTurns
from sync.central.api.schemas import (
    BUNDLE_OPENAPI,
    PIECE_OF_PHOTO_OPENAPI,
    PIECE_OPENAPI,
    UPLOAD_OPENAPI,
)
from sync.central.api.sealed import sealed_json
from sync.central.api.services import Services
from sync.central.api.tus import (
    CAPABILITIES,
    check_checksum,
    check_piece_type,
    check_version,
    creation,
    photo_name,
    piece_offset,
    speaking_tus,
)
from sync.central.problems import Problem
from sync.central.uploads import Progress
from sync.domain.fields import MAX_PHOTO_BYTES
from sync.domain.ids import Sha256
from sync.headers import STORED_HEADER
from sync.photo_bundle import (
    BUNDLE_HEADER,
    MAX_BUNDLE_BYTES,
    MAX_LINE_BYTES,
    BadBundle,
    bundle_from_bytes,
)

PATH = "/api/v1/photos"
_TAKES_BUNDLES = {BUNDLE_HEADER: str(MAX_BUNDLE_BYTES)}
FROM_ANYBODY_BYTES = 256 * 1024
"""A larger body is read only when its sender is known; a smaller one before that is looked up."""


def uploads_router(services: Services) -> APIRouter:
    """For the short way (short_way.py): every handler takes the request and nothing else."""
    router = APIRouter(prefix=PATH, tags=["Photos on their way (tus 1.0)"])
    uploads, turns = services.uploads, PhotoTurns()

    @router.options("", status_code=204, summary="What this tus server can do")
    @speaking_tus
    async def options(request: Request) -> Response:
        return Response(status_code=204, headers=CAPABILITIES)

    @router.post(
        "",
        status_code=201,
        openapi_extra=PIECE_OPENAPI,
        summary="Announce a photo, with its first bytes if there are any",
    )
    @speaking_tus
    async def create(request: Request) -> Response:
        """Headers: Upload-Length; Upload-Metadata with `sha256` (64 hexadecimal digits) and
        `area`, both in base64. A photo that the store has already is answered as complete."""
        check_version(request)
        token, wanted = bearer_token(request), creation(request)
        piece = await _piece(services, request) if _has_body(request) else b""

        def take() -> Progress:
            return uploads.create(
                device_of(services, token),
                sha256=wanted.sha256,
                area=wanted.area,
                length=wanted.length,
                first_piece=piece,
            )

        progress = await turns.do(wanted.sha256, take)
        headers = {"Location": f"{PATH}/{wanted.sha256}", **_offset(wanted.sha256, progress)}
        return Response(status_code=201, headers=headers)

    @router.post(
        "/bundle",
        openapi_extra=BUNDLE_OPENAPI,
        summary="Hand in several small photos at once; any that is not stored is to be sent alone",
    )
    async def take_bundle(request: Request) -> Response:
        device = await asyncio.to_thread(device_of, services, bearer_token(request))
        body = await read_body(request, MAX_LINE_BYTES + MAX_BUNDLE_BYTES)
        try:
            photos = bundle_from_bytes(body.data)
        except BadBundle as error:
            raise Problem("bad_request", str(error)) from error
        names = [one.sha256 for one in photos]
        stored = await turns.do_together(names, partial(uploads.take_bundle, device, photos))
        return sealed_json(request, json.dumps({"stored": stored}).encode(), {})

    @router.head(
        "/{sha256}",
        openapi_extra=UPLOAD_OPENAPI,
        summary="How many bytes the store has; all of them means stored and checked",
    )
    @speaking_tus
    async def head(request: Request) -> Response:
        check_version(request)
        token, name = bearer_token(request), _name(request)

        def look() -> Progress:
            return uploads.progress(device_of(services, token), name)

        progress = await turns.do(name, look)
        return Response(
            headers={
                **_offset(name, progress),
                "Upload-Length": str(progress.length),
                "Cache-Control": "no-store",
            }
        )

    @router.patch(
        "/{sha256}",
        status_code=204,
        openapi_extra=PIECE_OF_PHOTO_OPENAPI,
        summary="Send the bytes from Upload-Offset on",
    )
    @speaking_tus
    async def append(request: Request) -> Response:
        """Header Upload-Checksum, `sha1` or `sha256` and base64, is checked when it is there. The
        last byte is acknowledged when the whole photo is on disk with the right hash."""
        check_version(request)
        token, name, offset = bearer_token(request), _name(request), piece_offset(request)
        piece = await _piece(services, request)

        def take() -> Progress:
            return uploads.append(device_of(services, token), name, offset=offset, piece=piece)

        progress = await turns.do(name, take)
        return Response(status_code=204, headers=_offset(name, progress))

    @router.delete(
        "/{sha256}",
        status_code=204,
        openapi_extra=UPLOAD_OPENAPI,
        summary="Give up an upload that is not complete",
    )
    @speaking_tus
    async def discard(request: Request) -> Response:
        check_version(request)
        token, name = bearer_token(request), _name(request)
        await turns.do(name, lambda: uploads.discard(device_of(services, token), name))
        return Response(status_code=204)

    return router


def _offset(sha256: Sha256, progress: Progress) -> dict[str, str]:
    """Once all is here, hashed again and on disk, its name stands in the answer."""
    is_stored = progress.offset == progress.length
    stored = {STORED_HEADER: sha256} if is_stored else {}
    return {"Upload-Offset": str(progress.offset), **stored, **_TAKES_BUNDLES}


def _name(request: Request) -> Sha256:
    return photo_name(request.path_params["sha256"])


def _has_body(request: Request) -> bool:
    length = request.headers.get("content-length")
    return length not in (None, "0") or "transfer-encoding" in request.headers


async def _piece(services: Services, request: Request) -> bytes:
    """What came, also when the connection was cut: what is here need not be sent again.

    The checksum of a piece that was cut says nothing of what is here; the photo's own hash will.
    """
    check_piece_type(request)
    if _announced_bytes(request) > FROM_ANYBODY_BYTES:
        await asyncio.to_thread(device_of, services, bearer_token(request))
    body = await read_body(request, MAX_PHOTO_BYTES)
    if body.is_whole:
        check_checksum(request, body.data)
    return body.data


def _announced_bytes(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else MAX_PHOTO_BYTES
