"""GET /api/v1/briefing: what a phone has with it before a walk; a repeat costs a 304."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from sync.central.api.asking import asking_device
from sync.central.api.schemas import BRIEFING_OPENAPI
from sync.central.api.sealed import sealed_json
from sync.central.api.services import Services
from sync.central.briefing import etag_of, to_bytes
from sync.central.devices import Device
from sync.central.engine import reading


def briefing_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["Briefing"])
    asking = asking_device(services)

    @router.get(
        "/briefing", summary="What a phone needs before a walk", openapi_extra=BRIEFING_OPENAPI
    )
    def briefing(request: Request, device: Annotated[Device, Depends(asking)]) -> Response:
        """Has an ETag: asked with If-None-Match, an unchanged briefing is answered with 304."""
        with reading(services.engine) as connection:
            body = to_bytes(services.briefing.for_device(connection, device))
        etag = etag_of(body)
        headers = {
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "Vary": "Authorization, Accept-Encoding",
        }
        if etag in _named(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return sealed_json(request, body, headers)

    return router


def _named(header: str) -> set[str]:
    """A proxy that compresses makes an ETag weak on its way; it names the same."""
    return {one.strip().removeprefix("W/") for one in header.split(",")}
