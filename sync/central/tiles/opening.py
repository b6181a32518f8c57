"""The base map as the settings ask for it."""

from __future__ import annotations

from sync.central.settings import Settings
from sync.central.tiles.attribution import of_source
from sync.central.tiles.base_map import BaseMap, Source
from sync.central.tiles.provider import Provider
from sync.central.tiles.tile_file import TileFile


def open_base_map(settings: Settings, version: str) -> BaseMap:
    """version: of Rundan, which says it to the source."""
    file = TileFile(settings.data)
    if settings.tiles_url is None:
        return BaseMap(file=file)
    provider = Provider(template=settings.tiles_url, user_agent=user_agent(settings, version))
    attribution = of_source(settings.tiles_url, settings.tiles_attribution)
    return BaseMap(file=file, source=Source(provider=provider, attribution=attribution))


def user_agent(settings: Settings, version: str) -> str:
    """With an address to complain to, where the store has one that others reach."""
    who = "" if settings.is_only_local else f" (+{settings.public_url})"
    return f"Rundan/{version}{who}"
