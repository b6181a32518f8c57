"""The line under every map of a round: whose the picture is, or that there is none."""

from __future__ import annotations

import flet as ft

from app.field.models.map_model import MapModel
from app.field.models.sync_model import SyncModel
from app.i18n import Words
from app.widgets.base_map import attribution_line
from sync.client.errors import NotReached


@ft.component
def MapLine(map_: MapModel, sync: SyncModel | None, words: Words) -> ft.Control:
    """Without contact the browser may still have tiles that it has shown: nobody knows."""
    base = map_.base_map
    if base is None:
        said = words("map.no_tiles")
    elif sync is not None and sync.problem == NotReached.key and not map_.is_on_phone:
        said = f"{base.attribution} · {words('map.no_contact')}"
    else:
        said = base.attribution
    return attribution_line(said, key="map-attribution")
