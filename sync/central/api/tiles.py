"""GET /api/v1/tiles: the base map of the store, for anybody who can reach it.

Without a token, because Flutter loads pictures without headers, and a base map is no secret.
"""

from __future__ import annotations

import hashlib
import math
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from sync.central.api.services import Services
from sync.central.areas import areas_with
from sync.central.engine import reading
from sync.central.problems import Problem
from sync.central.tiles.base_map import Busy
from sync.central.tiles.pictures import media_type_of
from sync.central.tiles.summary import area_tiles, area_tiles_to_json
from sync.domain.geo import GeoBox
from sync.domain.ids import AreaCode
from sync.domain.tiles import MAX_ZOOM, Tile, box_around

A_DAY = "public, max-age=86400"
NOT_KEPT = {"Cache-Control": "no-store"}
MARGIN_DEG = 0.01
"""What the edge of a map shows of the surroundings: about a kilometre."""
TILE_OPENAPI: dict[str, Any] = {
    "responses": {
        "200": {
            "description": "The picture: png, jpg or webp",
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("image/png", "image/jpeg", "image/webp")
            },
        },
        "304": {"description": "It is still the one that If-None-Match names"},
    },
}
Zoom = Annotated[int, Path(ge=0, le=MAX_ZOOM)]
Number = Annotated[int, Path(ge=0, lt=1 << MAX_ZOOM)]


def tiles_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api/v1/tiles", tags=["Map"])

    def boxes() -> list[GeoBox]:
        with reading(services.engine) as connection:
            areas = areas_with(connection)
        return [box_around(area.outline, MARGIN_DEG) for area in areas]

    @router.get("/{z}/{x}/{y}", summary="A tile of the base map", openapi_extra=TILE_OPENAPI)
    def tile(request: Request, z: Zoom, x: Number, y: Number) -> Response:
        """Rows are counted from the north (XYZ). 404 where there is no map."""
        if max(x, y) >= 1 << z:
            raise Problem("not_found", f"there is no tile {x}, {y} at zoom {z}", headers=NOT_KEPT)
        try:
            data = services.base_map.tile(Tile(zoom=z, x=x, y=y), boxes)
        except Busy as busy:
            wait = {"Retry-After": str(max(1, math.ceil(busy.retry_after_s)))}
            raise Problem("unavailable", "the map's source rests", headers=wait) from busy
        if data is None:
            raise Problem("not_found", "the map has nothing here", headers=NOT_KEPT)
        tag = f'"{hashlib.sha256(data).hexdigest()[:24]}"'
        headers = {"ETag": tag, "Cache-Control": A_DAY, "X-Content-Type-Options": "nosniff"}
        if tag in _named(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(data, media_type=media_type_of(data), headers=headers)

    @router.get("/{area}", summary="How much map there is of an area")
    def of_area(area: str) -> dict[str, Any]:
        """What a phone downloads to have the map without a network. 404 when there is none."""
        with reading(services.engine) as connection:
            found = areas_with(connection, [AreaCode(area)])
        tiles = area_tiles(services.base_map, found[0]) if found else None
        if tiles is None:
            raise Problem("not_found", "there is no map of such an area")
        return area_tiles_to_json(tiles)

    return router


def _named(header: str) -> set[str]:
    """A proxy that compresses makes an ETag weak on its way; it names the same."""
    return {one.strip().removeprefix("W/") for one in header.split(",")}
