"""The map's screens, expanded as they would be shown, with all that can be on them."""

from __future__ import annotations

from pathlib import Path

import flet_map as fm
import pytest

from app.field.models.round_model import Tab
from app.field.screens.app_screen import AppScreen
from sync.client.map_store import MarkState
from sync.domain.words import Category
from tests.central.a_store import AStore
from tests.field.a_phone import Phone, walking
from tests.field.expand import Screen
from tests.field.test_map_model import give_map, noted, on_the_map


def screen(phone: Phone) -> Screen:
    return Screen(lambda: AppScreen(phone.app))


@pytest.fixture
def mapped(store: AStore, tmp_path: Path) -> AStore:
    give_map(store, tmp_path / "a.mbtiles")
    return store


def layers_of(phone: Phone, kind: type[fm.MapLayer]) -> list[fm.MapLayer]:
    (shown,) = (one.control for one in screen(phone).shown if isinstance(one.control, fm.Map))
    return [layer for layer in shown.layers if isinstance(layer, kind)]


@walking
async def test_without_tiles_the_map_shows_the_outline_and_says_that_it_is_so(
    phone: Phone,
) -> None:
    await on_the_map(phone)
    assert layers_of(phone, fm.TileLayer) == []
    assert layers_of(phone, fm.PolygonLayer)
    assert "Utan kartbild" in screen(phone).text


@walking
async def test_above_the_open_panel_stand_only_the_buttons_there_is_room_for(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    assert {"map-closer", "map-farther", "map-area"} <= set(screen(phone).keys())
    map_.toggle_panel()
    left = {key for key in screen(phone).keys() if key and key.startswith("map-")}  # noqa: SIM118
    assert left.isdisjoint({"map-closer", "map-farther", "map-area"})
    assert {"map-panel", "map-here"} <= left


@walking
async def test_with_tiles_their_source_is_always_named(mapped: AStore, phone: Phone) -> None:
    map_ = await on_the_map(phone)
    noted(phone, 1)
    map_.refresh()
    for _ in range(3):
        assert "© Stadskartan" in screen(phone).text
        if not map_.is_panel_open:
            map_.toggle_panel()
        else:
            await map_.tapped(map_.shown[0])
    (tiles,) = layers_of(phone, fm.TileLayer)
    assert isinstance(tiles, fm.TileLayer)
    assert (tiles.min_native_zoom, tiles.max_native_zoom) == (12, 14)


@walking
async def test_the_pin_is_put_on_the_same_map(mapped: AStore, phone: Phone) -> None:
    await on_the_map(phone)
    await phone.round.show_tab(Tab.CAPTURE)
    phone.round.pick_place()
    assert layers_of(phone, fm.PolygonLayer)


@walking
async def test_the_legend_explains_every_shape(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    map_.toggle_panel()
    shown = screen(phone)
    for state in MarkState:
        shown.find(f"legend-{state.value}")


@walking
async def test_what_is_tapped_is_opened_from_its_card(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    saved = await phone.save_a_defect(category=Category.GRAFFITI)
    map_.refresh()
    await map_.tapped(map_.shown[0])
    shown = screen(phone)
    shown.find("map-card")
    shown.find(f"map-open-{saved.observation_id}")


@walking
async def test_only_so_many_marks_are_built_as_can_be_seen(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    noted(phone, 2000, spread_deg=0.00002)
    map_.refresh()
    layers = layers_of(phone, fm.MarkerLayer)
    assert sum(len(one.markers) for one in layers if isinstance(one, fm.MarkerLayer)) < 160
