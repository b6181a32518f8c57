"""/api/v1/photos, tus 1.0: photos in pieces, at addresses that follow from their SHA-256."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from sync.central.api.asking import asking_device
from sync.central.api.bodies import read_body
from sync.central.api.schemas import DEVICE_OPENAPI, PIECE_OPENAPI
from sync.central.api.services import Services
from sync.central.api.tus import (
    CAPABILITIES,
    TusRoute,
    check_checksum,
    check_piece_type,
    check_version,
    creation,
    photo_name,
    piece_offset,
)
from sync.central.devices import Device
from sync.central.problems import Problem
from sync.central.uploads import Progress
from sync.domain.fields import MAX_PHOTO_BYTES
from sync.domain.ids import Sha256
from sync.wire import STORED_HEADER

PATH = "/api/v1/photos"


def uploads_router(services: Services) -> APIRouter:
    router = APIRouter(prefix=PATH, tags=["Photos on their way (tus 1.0)"], route_class=TusRoute)
    uploads = services.uploads
    asking = asking_device(services)
    versioned = [Depends(check_version)]

    @router.options("", status_code=204, summary="What this tus server can do")
    def options() -> Response:
        return Response(status_code=204, headers=CAPABILITIES)

    @router.post(
        "",
        status_code=201,
        dependencies=versioned,
        openapi_extra=PIECE_OPENAPI,
        summary="Announce a photo, with its first bytes if there are any",
    )
    async def create(request: Request, device: Annotated[Device, Depends(asking)]) -> Response:
        """Headers: Upload-Length; Upload-Metadata with `sha256` (64 hexadecimal digits) and
        `area`, both in base64. A photo that the store has already is answered as complete."""
        wanted = creation(request)
        piece = await _piece(request) if _has_body(request) else b""
        progress = await run_in_threadpool(
            uploads.create,
            device,
            sha256=wanted.sha256,
            area=wanted.area,
            length=wanted.length,
            first_piece=piece,
        )
        headers = {"Location": f"{PATH}/{wanted.sha256}", **_offset(wanted.sha256, progress)}
        return Response(status_code=201, headers=headers)

    @router.head(
        "/{sha256}",
        dependencies=versioned,
        openapi_extra=DEVICE_OPENAPI,
        summary="How many bytes the store has; all of them means stored and checked",
    )
    def head(sha256: str, device: Annotated[Device, Depends(asking)]) -> Response:
        progress = uploads.progress(device, photo_name(sha256))
        return Response(
            headers={
                **_offset(photo_name(sha256), progress),
                "Upload-Length": str(progress.length),
                "Cache-Control": "no-store",
            }
        )

    @router.patch(
        "/{sha256}",
        status_code=204,
        dependencies=versioned,
        openapi_extra=PIECE_OPENAPI,
        summary="Send the bytes from Upload-Offset on",
    )
    async def append(
        sha256: str, request: Request, device: Annotated[Device, Depends(asking)]
    ) -> Response:
        """Header Upload-Checksum, `sha1` or `sha256` and base64, is checked when it is there. The
        last byte is acknowledged when the whole photo is on disk with the right hash."""
        name = photo_name(sha256)
        offset = piece_offset(request)
        piece = await _piece(request)
        progress = await run_in_threadpool(uploads.append, device, name, offset=offset, piece=piece)
        return Response(status_code=204, headers=_offset(name, progress))

    @router.delete(
        "/{sha256}",
        status_code=204,
        dependencies=versioned,
        openapi_extra=DEVICE_OPENAPI,
        summary="Give up an upload that is not complete",
    )
    def discard(sha256: str, device: Annotated[Device, Depends(asking)]) -> Response:
        uploads.discard(device, photo_name(sha256))
        return Response(status_code=204)

    return router


def _offset(sha256: Sha256, progress: Progress) -> dict[str, str]:
    """Once all is here, hashed again and on disk, its name stands in the answer."""
    is_stored = progress.offset == progress.length
    stored = {STORED_HEADER: sha256} if is_stored else {}
    return {"Upload-Offset": str(progress.offset), **stored}


def _has_body(request: Request) -> bool:
    length = request.headers.get("content-length")
    return length not in (None, "0") or "transfer-encoding" in request.headers


async def _piece(request: Request) -> bytes:
    """What came, also when the connection was cut: what is here need not be sent again."""
    check_piece_type(request)
    body = await read_body(request, MAX_PHOTO_BYTES)
    if body.is_whole:
        check_checksum(request, body.data)
    elif "upload-checksum" in request.headers:
        raise Problem("bad_request", "the connection was cut before the checksum could be checked")
    return body.data
