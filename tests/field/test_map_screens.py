"""The map's screens, expanded as they would be shown, with all that can be on them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import flet_map as fm
import pytest

from app.field.models.map_model import MapModel
from app.field.models.round_model import Tab
from app.field.screens.pin_screen import PinScreen
from app.i18n import Words
from sync.central.areas import KnownPlace, put_area
from sync.client.map_store import MarkState
from sync.domain.words import Category
from tests.central.a_store import AStore
from tests.central.test_tiles_api import AREA
from tests.field.a_phone import Phone, until, walking
from tests.field.app_on_screen import screen
from tests.field.expand import Screen
from tests.field.planned import STOPS, on_a_planned_walk, stop
from tests.field.test_map_model import give_map, noted, on_the_map, the_map


@pytest.fixture
def mapped(store: AStore, tmp_path: Path) -> AStore:
    give_map(store, tmp_path / "a.mbtiles")
    return store


async def walking_by_a_known_place(phone: Phone) -> MapModel:
    """On the map of a round in an area with a place that people know by name."""
    church = KnownPlace(name="Kirsebergs kyrka", point=STOPS["Kirsebergs torg"])
    with phone.store.services.engine.begin() as connection:
        put_area(connection, replace(AREA, places=(church,)))
    await phone.walk()
    await until(lambda: phone.services.local.fact("briefing"))
    return await the_map(phone)


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


def polygons_of(phone: Phone) -> set[tuple[float, float]]:
    layers = layers_of(phone, fm.PolygonLayer)
    rings = [ring for one in layers if isinstance(one, fm.PolygonLayer) for ring in one.polygons]
    return {(at.latitude, at.longitude) for ring in rings for at in ring.coordinates}


def marks_of(shown: Screen) -> set[str]:
    return {key.removeprefix("mark-") for key in shown.keys() if key.startswith("mark-")}  # noqa: SIM118


@walking
async def test_the_pin_is_put_on_what_the_map_of_the_round_shows(
    mapped: AStore, phone: Phone
) -> None:
    map_ = await walking_by_a_known_place(phone)
    seen_before, polygons = noted(phone, 1), polygons_of(phone)
    await phone.round.show_tab(Tab.CAPTURE)
    map_.left_screen()
    noted_since = noted(phone, 1)
    phone.round.pick_place()
    shown = screen(phone)
    (tiles,) = layers_of(phone, fm.TileLayer)
    assert isinstance(tiles, fm.TileLayer)
    assert map_.base_map is not None and tiles.url_template == map_.base_map.template
    assert "© Stadskartan" in shown.text and "Utan kartbild" not in shown.text
    assert Words()("pin.rings") in shown.text
    assert polygons_of(phone) == polygons != set()
    assert "Kirsebergs kyrka" in shown.text
    assert marks_of(shown) == {*seen_before, *noted_since}


@walking
async def test_a_downloaded_map_is_below_the_pin_without_contact(
    mapped: AStore, phone: Phone
) -> None:
    map_ = await on_the_map(phone)
    await map_.download.start()
    phone.link.is_up = False
    await phone.start()
    phone.round.pick_place()
    (tiles,) = layers_of(phone, fm.TileLayer)
    assert isinstance(tiles, fm.TileLayer)
    assert map_.download.version in str(tiles.url_template)
    assert "© Stadskartan" in screen(phone).text


@walking
async def test_without_tiles_the_pin_is_put_on_outline_places_and_rings_and_that_is_said(
    phone: Phone,
) -> None:
    await walking_by_a_known_place(phone)
    phone.round.pick_place()
    shown = screen(phone)
    assert layers_of(phone, fm.TileLayer) == []
    assert polygons_of(phone)
    assert "Kirsebergs kyrka" in shown.text and "Utan kartbild" in shown.text
    assert Words()("pin.rings") in shown.text


@walking
async def test_without_contact_and_download_the_missing_picture_is_said_on_both_maps(
    mapped: AStore, phone: Phone
) -> None:
    map_ = await walking_by_a_known_place(phone)
    said = Words()("map.no_contact")
    assert said not in screen(phone).text
    phone.link.is_up = False
    await phone.sync.now()
    await until(lambda: phone.sync.problem)
    for tab in (Tab.MAP, Tab.CAPTURE):
        await phone.round.show_tab(tab)
        if tab is Tab.CAPTURE:
            phone.round.pick_place()
        shown = screen(phone)
        assert said in shown.text and "© Stadskartan" in shown.text
        assert polygons_of(phone) and "Kirsebergs kyrka" in shown.text
    phone.link.is_up = True
    await map_.download.start()
    phone.link.is_up = False
    await phone.sync.now()
    await until(lambda: phone.sync.problem)
    assert said not in screen(phone).text


@walking
async def test_the_pin_of_an_edit_shows_all_other_observations(
    mapped: AStore, phone: Phone
) -> None:
    await on_the_map(phone)
    saved = await phone.save_a_defect()
    others = noted(phone, 2, spread_deg=0.0001)
    phone.round.open_edit(saved)
    edit = phone.round.edit
    assert edit is not None
    own, map_ = saved.observation_id, phone.round.map
    shown = Screen(lambda: PinScreen(phone.app, map_, edit.place, edit.cancel, Words(), own=own))
    assert marks_of(shown) == set(others)
    assert "© Stadskartan" in shown.text


@walking
async def test_a_stop_is_moved_on_what_the_map_of_the_round_shows(
    mapped: AStore, phone: Phone
) -> None:
    await on_a_planned_walk(phone)
    (found,) = noted(phone, 1)
    phone.round.stops.show(stop(phone, "Kirsebergs torg"))
    await screen(phone).press("stop-move")
    shown = screen(phone)
    assert layers_of(phone, fm.TileLayer)
    assert "© Stadskartan" in shown.text
    assert marks_of(shown) == {found}


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
