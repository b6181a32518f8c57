"""The map on the phone: put there with a network, seen without one."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Playwright

from sync.domain.tiles import tiles_of
from tests.central.some_tiles import KIRSEBERG_BOX, RED, a_tile, an_mbtiles
from tests.journeys.environment import ROOT, only_ours
from tests.journeys.field_phone import FieldPhone
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import RunningStore, running_store

ZOOMS = range(12, 17)
KEPT = "async () => (await (await caches.open('map-tiles')).keys()).length"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunningStore]:
    """It runs when the map is imported, as `rundan tiles import` may be used at any time."""
    with running_store(tmp_path) as running:
        tiles = {tile: a_tile(RED) for tile in tiles_of(KIRSEBERG_BOX, ZOOMS)}
        source = an_mbtiles(tmp_path / "a.mbtiles", tiles)
        imported = subprocess.run(
            [sys.executable, "-m", "sync.central", "tiles", "import", str(source)],
            cwd=ROOT,
            env=only_ours(RUNDAN_DATA=str(running.data)),
            capture_output=True,
            text=True,
        )
        assert imported.returncode == 0, imported.stderr
        yield running


def test_the_downloaded_map_shows_with_the_network_off(
    playwright: Playwright, store: RunningStore, tmp_path: Path
) -> None:
    with field_phone(playwright, store.url, tmp_path / "profile") as phone:
        phone.enrol(store.code)
        phone.start_round()
        phone.tap("Karta")
        phone.sees("© Stadskartan")
        phone.tap("Om kartan")
        phone.tap("Ladda ner kartan")
        phone.sees("Kartan finns på telefonen")
        assert phone.page.evaluate(KEPT) == len(list(tiles_of(KIRSEBERG_BOX, ZOOMS)))
        phone.photograph_screen("map-downloaded")
        phone.offline_ready()

        phone.offline()
        phone.reload()
        phone.tap("Karta")
        phone.sees("© Stadskartan")
        for _ in range(3):
            phone.tap("Zooma in")
        phone.tap("Zooma ut")
        wait_until_red(phone)
        phone.photograph_screen("map-offline")

        phone.tap("Om kartan")
        phone.tap("Ta bort kartan från telefonen")
        phone.tap("Ta bort", exact=True)
        phone.sees("Ladda ner kartan")
        assert phone.page.evaluate(KEPT) == 0


def wait_until_red(phone: FieldPhone) -> None:
    """The colour of the tiles, under a veil of the surface's colour, to the left of the middle."""
    seen = (0, 0, 0)
    for _ in range(50):
        with Image.open(io.BytesIO(phone.page.screenshot())) as picture:
            pixel = picture.convert("RGB").getpixel((90, 400))
        assert isinstance(pixel, tuple)
        seen = (int(pixel[0]), int(pixel[1]), int(pixel[2]))
        if seen[0] > 160 and seen[1] < 120 and seen[2] < 120:
            return
        phone.page.wait_for_timeout(200)
    raise AssertionError(f"the map is not red: {seen}")
