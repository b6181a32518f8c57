"""What Malmö's e-service takes: the limits of its own map (felanmalan.malmo.se)."""

from __future__ import annotations

from sync.domain.geo import GeoBox

LIMITS = GeoBox(south=55.49066, west=12.85595, north=55.65857, east=13.17594)
