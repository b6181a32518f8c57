"""Tiles in the browser's cache, put there by assets/web/tiles.js."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.device.page import load_page_module
from app.device.tiles import Kept, TilesLater, TilesNoRoom, TilesNotReached, tile_path
from sync.domain.tiles import Tile

if TYPE_CHECKING:
    from pyodide.ffi import JsProxy

MODULE = "tiles.js"


class BrowserTiles:
    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._module: JsProxy | None = None

    def template(self, version: str) -> str:
        return f"{self._base_url}/api/v1/tiles/{{z}}/{{x}}/{{y}}?v={version}"

    async def keep(self, tiles: Sequence[Tile], version: str) -> Kept:
        from pyodide.ffi import to_js

        module = await self._loaded()
        told = await module.keep(to_js([tile_path(tile, version) for tile in tiles]))
        match told.outcome:
            case "kept":
                return Kept(count=told.count, size_bytes=told.bytes, missing=told.missing)
            case "later":
                raise TilesLater(float(told.retryAfter))
            case "full":
                raise TilesNoRoom
            case _:
                raise TilesNotReached(told.text)

    async def forget(self, but_version: str | None = None) -> None:
        module = await self._loaded()
        await module.forget(but_version)

    async def _loaded(self) -> JsProxy:
        if self._module is None:
            self._module = await load_page_module(MODULE)
        return self._module
