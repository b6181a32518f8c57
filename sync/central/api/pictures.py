"""GET /api/v1/photos/<sha256> and its thumbnail, for the phones of the photo's areas."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from sync.central.api.asking import asking_device
from sync.central.api.schemas import JPEG_OPENAPI
from sync.central.api.services import Services
from sync.central.api.tus import photo_name
from sync.central.devices import Device
from sync.central.engine import reading
from sync.central.jpeg import make_thumbnail
from sync.central.photos import (
    is_of_another,
    is_of_areas,
    keep_thumbnail,
    stored_size,
    thumbnail_of,
)
from sync.central.problems import Problem
from sync.domain.ids import Sha256

FOR_EVER = "private, max-age=31536000, immutable"


def pictures_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api/v1/photos", tags=["Photos"])
    asking = asking_device(services)

    @router.get("/{sha256}", openapi_extra=JPEG_OPENAPI, summary="A photo")
    def photo(
        sha256: str, request: Request, device: Annotated[Device, Depends(asking)]
    ) -> Response:
        """Only a phone's own; of what others took it gets the thumbnail."""
        name = _visible(services, device, sha256)
        with reading(services.engine) as connection:
            if is_of_another(connection, name, device.device_id):
                raise Problem("not_found", "this phone has not taken that photo")
        return _jpeg(request, f'"{name}"', lambda: services.blobs.get(name))

    @router.get("/{sha256}/thumbnail", openapi_extra=JPEG_OPENAPI, summary="A small photo")
    def thumbnail(
        sha256: str, request: Request, device: Annotated[Device, Depends(asking)]
    ) -> Response:
        """At most 320 pixels and 20 kB."""
        name = _visible(services, device, sha256)
        return _jpeg(request, f'"{name}-320"', lambda: small_photo(services, name))

    return router


def small_photo(services: Services, sha256: Sha256) -> bytes:
    """The thumbnail of a stored photo, made the first time and kept."""
    with reading(services.engine) as connection:
        kept = thumbnail_of(connection, sha256)
    if kept is not None:
        return kept
    made = make_thumbnail(services.blobs.get(sha256))
    with services.engine.begin() as connection:
        keep_thumbnail(connection, sha256, made)
    return made


def _visible(services: Services, device: Device, text: str) -> Sha256:
    name = photo_name(text)
    with reading(services.engine) as connection:
        if stored_size(connection, name) and is_of_areas(connection, name, device.areas):
            return name
    raise Problem("not_found", "no such photo for this device")


def _jpeg(request: Request, tag: str, read: Callable[[], bytes]) -> Response:
    headers = {"ETag": tag, "Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(read(), media_type="image/jpeg", headers=headers)
