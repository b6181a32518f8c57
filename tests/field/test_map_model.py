"""The map of a round on a phone with a real store: what it shows, and what a finger does to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.device.location import Fix
from app.device.tiles import Kept, TilesLater, TilesNoRoom
from app.field.models.map_model import CLOSE_ZOOM, MapModel
from app.field.models.round_model import Tab
from app.field.screens.map_panel import DownloadPart
from app.i18n import Words
from sync.central.areas import Area, put_area
from sync.client.map_store import MarkState, state_of
from sync.client.records import Edit
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId
from sync.domain.tiles import Tile, tiles_of
from sync.domain.words import Category, EntityKind
from tests.central.a_store import KIRSEBERG, AStore, an_id
from tests.central.some_tiles import BLUE, KIRSEBERG_BOX, a_tile, an_mbtiles
from tests.central.test_tiles_api import AREA
from tests.field.a_phone import Phone, until, walking
from tests.field.devices import KIRSEBERGS_TORG
from tests.field.expand import Screen

ZOOMS = (12, 13, 14)


@pytest.fixture
def mapped(store: AStore, tmp_path: Path) -> AStore:
    """A store with a map of Kirseberg."""
    give_map(store, tmp_path / "a.mbtiles")
    return store


def give_map(store: AStore, path: Path, picture: bytes | None = None) -> None:
    from sync.central.tiles.importing import import_tiles

    area = Area(code=KIRSEBERG, name="Kirseberg", outline=AREA.outline)
    with store.services.engine.begin() as connection:
        put_area(connection, area)
    tiles = {tile: picture or a_tile() for tile in tiles_of(KIRSEBERG_BOX, ZOOMS)}
    import_tiles(an_mbtiles(path, tiles), store.services.base_map.file, [area])


async def on_the_map(phone: Phone) -> MapModel:
    await phone.walk()
    return await the_map(phone)


async def the_map(phone: Phone) -> MapModel:
    """Its tab is up, on a round that is open already."""
    await phone.round.show_tab(Tab.MAP)
    await phone.round.map.shown_on_screen()
    return phone.round.map


def noted(phone: Phone, count: int, spread_deg: float = 0.0) -> list[EntityId]:
    """Observations of the round, in a row to the north-east of the square."""
    ids = [EntityId(an_id()) for _ in range(count)]
    record = phone.round.record
    edits = [
        Edit(
            area=KIRSEBERG,
            entity=EntityKind.OBSERVATION,
            entity_id=one,
            fields={
                "round_id": record.round_id,
                "kind": "defect",
                "category": "belysning",
                "noted_at": "2026-11-20T09:00:00.000Z",
                "place": {
                    "lat_deg": KIRSEBERGS_TORG.lat_deg + number * spread_deg,
                    "lon_deg": KIRSEBERGS_TORG.lon_deg + number * spread_deg,
                    "accuracy_m": None,
                    "source": "pin",
                    "fixed_at": None,
                },
            },
        )
        for number, one in enumerate(ids)
    ]
    phone.services.local.record(edits)
    return ids


def a_row(**columns: object) -> dict[str, object]:
    empty = dict.fromkeys(("status", "case_ref", "city_status", "verdict", "is_seen_since"))
    return {**empty, **columns}


@pytest.mark.parametrize(
    ("row", "is_waiting", "state"),
    [
        (a_row(), True, MarkState.NOTED),
        (a_row(), False, MarkState.WITH_COORDINATOR),
        (a_row(status="received"), False, MarkState.WITH_COORDINATOR),
        (a_row(status="rejected"), False, MarkState.REJECTED),
        (a_row(status="approved"), False, MarkState.SENT),
        (a_row(status="approved", case_ref="1", city_status="Registrerat"), False, MarkState.SENT),
        (a_row(case_ref="1", city_status="Pågående"), False, MarkState.CITY_WORKING),
        (a_row(case_ref="1", city_status="Vidarebefordrat"), False, MarkState.CITY_WORKING),
        (a_row(case_ref="1", city_status="Åtgärdat"), False, MarkState.CLAIMED_FIXED),
        (a_row(case_ref="1", city_status="Något nytt"), False, MarkState.SENT),
        (a_row(verdict="fixed", is_seen_since=1), False, MarkState.CONFIRMED),
        (a_row(verdict="worse", is_seen_since=1), False, MarkState.REMAINS),
        (
            a_row(
                case_ref="1",
                city_status="Åtgärdat",
                verdict="remains",
                is_seen_since=1,
            ),
            False,
            MarkState.REMAINS,
        ),
        (
            a_row(
                case_ref="1",
                city_status="Avslutat",
                verdict="remains",
                is_seen_since=0,
            ),
            False,
            MarkState.CLAIMED_FIXED,
        ),
    ],
)
def test_the_last_word_on_an_observation_is_its_state(
    row: dict[str, str | None], is_waiting: bool, state: MarkState
) -> None:
    assert state_of(row, is_waiting=is_waiting) is state


@walking
async def test_what_is_saved_is_on_the_map_and_turns_as_it_comes_further(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    saved = await phone.save_a_defect(category=Category.GRAFFITI)
    map_.refresh()
    (cluster,) = map_.shown
    assert cluster.things[0].category is Category.GRAFFITI
    assert cluster.things[0].state is MarkState.NOTED
    await phone.all_sent()
    phone.office_writes(saved.observation_id, status="approved")
    await phone.news()
    assert map_.shown[0].things[0].state is MarkState.SENT


@walking
async def test_a_map_behind_another_tab_is_read_when_it_is_shown(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    map_.left_screen()
    noted(phone, 1)
    phone.round.synced()
    assert map_.shown == []
    await map_.shown_on_screen()
    assert len(map_.shown) == 1


@walking
async def test_a_tap_opens_what_was_tapped(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    saved = await phone.save_a_defect()
    map_.refresh()
    await map_.tapped(map_.shown[0])
    assert [one.observation_id for one in map_.chosen] == [saved.observation_id]
    map_.close_card()
    assert map_.chosen == []


@walking
async def test_a_tap_on_many_goes_closer_until_they_come_apart(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    noted(phone, 80, spread_deg=0.00005)
    map_.refresh()
    cluster = max(map_.shown, key=lambda one: len(one.things))
    assert not cluster.is_one
    before, number = map_.zoom, map_.start_number
    await map_.tapped(cluster)
    assert map_.zoom > before
    assert map_.start_number == number + 1  # there is no map on a screen that could be moved
    assert map_.chosen == []


@walking
async def test_many_in_one_place_are_listed(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    noted(phone, 60)
    map_.refresh()
    (cluster,) = map_.shown
    await map_.tapped(cluster)
    assert len(map_.chosen) == 60


@walking
async def test_of_two_thousand_only_what_is_seen_is_built(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    noted(phone, 2000, spread_deg=0.00002)
    map_.refresh()
    assert map_.count == 2000
    assert len(map_.shown) < 150
    map_.moved(GeoPoint(lat_deg=55.0, lon_deg=13.0), 17.0)
    assert map_.shown == []


@walking
async def test_a_small_move_builds_nothing_anew(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    noted(phone, 60, spread_deg=0.0001)
    map_.refresh()
    before = map_.shown
    near = GeoPoint(lat_deg=KIRSEBERGS_TORG.lat_deg + 0.0001, lon_deg=KIRSEBERGS_TORG.lon_deg)
    map_.moved(near, map_.zoom)
    assert map_.shown is before


@walking
async def test_the_map_begins_where_the_phone_is(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    assert map_.start.centre == KIRSEBERGS_TORG


@walking
async def test_here_am_i_waits_for_a_place_and_says_so(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    map_.live = None
    await map_.show_me()
    assert map_.is_here_missing
    there = GeoPoint(lat_deg=55.612, lon_deg=13.033, accuracy_m=12.0)
    phone.stand_at(there)
    assert not map_.is_here_missing
    await map_.show_me()
    assert (map_.start.centre, map_.zoom) == (there, CLOSE_ZOOM)


@walking
async def test_a_map_that_is_on_the_screen_is_moved_and_not_made_anew(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    went: list[tuple[GeoPoint, float]] = []

    async def move_to(centre: GeoPoint, zoom: float) -> None:
        went.append((centre, zoom))

    number = map_.start_number
    map_.attach(move_to)
    await map_.show_me()
    assert went == [(KIRSEBERGS_TORG, CLOSE_ZOOM)]
    assert map_.start_number == number


@walking
async def test_only_this_round_leaves_the_others_out(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    own = noted(phone, 1)
    other = Edit(
        area=KIRSEBERG,
        entity=EntityKind.OBSERVATION,
        entity_id=EntityId(an_id()),
        fields={
            "round_id": an_id(),
            "kind": "defect",
            "noted_at": "2026-11-20T09:00:00.000Z",
            "place": {
                "lat_deg": 55.611, "lon_deg": 13.0321, "accuracy_m": None, "source": "pin",
                "fixed_at": None,
            },
        },
    )  # fmt: skip
    phone.services.local.record([other])
    map_.refresh()
    assert map_.count == 2
    map_.toggle_scope()
    assert [one.things[0].observation_id for one in map_.shown] == own


@walking
async def test_the_nearest_are_listed_with_how_far_they_are(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    ids = noted(phone, 5, spread_deg=0.001)
    map_.refresh()
    assert [mark.observation_id for mark, _ in map_.nearest] == ids
    metres = [metres for _, metres in map_.nearest]
    assert metres == sorted(metres)
    assert metres[0] < 1


# The map on the phone


@walking
async def test_without_a_map_on_the_store_none_is_offered(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    assert map_.base_map is None
    assert not map_.download.is_offered
    await map_.download.start()
    assert map_.download.problem == "map.download.no_contact"


@walking
async def test_a_map_of_other_areas_is_no_map_of_this_one(phone: Phone) -> None:
    await phone.walk()
    await until(lambda: phone.services.local.fact("briefing"))
    raw = json.loads(phone.services.local.fact("briefing") or "")
    raw["tiles"] = {
        "attribution": "© Stadskartan", "min_zoom": 12, "max_zoom": 14, "version": "1",
        "bytes": {"rosengard": 5000},
    }  # fmt: skip
    phone.services.local.set_facts({"briefing": json.dumps(raw)})
    map_ = await the_map(phone)
    assert map_.base_map is None
    assert not map_.download.is_offered


@walking
async def test_a_map_that_the_store_has_no_more_is_not_offered(
    mapped: AStore, phone: Phone
) -> None:
    map_ = await on_the_map(phone)
    assert map_.download.offer is not None
    mapped.services.base_map.file.path.unlink()
    await map_.download.refresh()
    assert map_.download.offer is None


@walking
async def test_the_map_is_put_on_the_phone_whole(mapped: AStore, phone: Phone) -> None:
    map_ = await on_the_map(phone)
    download = map_.download
    assert download.is_offered
    await download.start()
    tiles = list(tiles_of(KIRSEBERG_BOX, ZOOMS))
    kept = download.on_phone
    assert kept is not None
    assert (kept.is_whole, kept.done) == (True, len(tiles))
    assert kept.size_bytes == download.size_bytes == len(tiles) * len(a_tile())
    phone.link.is_up = False
    assert await phone.services.tiles.keep(tiles, kept.version) == Kept(
        count=len(tiles), size_bytes=kept.size_bytes
    )
    assert map_.base_map is not None
    assert map_.base_map.attribution == "© Stadskartan"


@walking
async def test_what_is_on_the_phone_is_known_after_a_restart(mapped: AStore, phone: Phone) -> None:
    map_ = await on_the_map(phone)
    await map_.download.start()
    phone.link.is_up = False
    await phone.start()
    again = phone.round.map
    assert again.download.on_phone == map_.download.on_phone
    assert again.base_map is not None


@walking
async def test_a_download_that_is_cancelled_keeps_its_part_and_goes_on(
    mapped: AStore, phone: Phone
) -> None:
    map_ = await on_the_map(phone)
    download, tiles = map_.download, phone.services.tiles
    asked: list[Tile] = []
    keep = tiles.keep

    async def slowly(wanted: list[Tile], version: str) -> Kept:
        asked.extend(wanted)
        download.cancel()
        return await keep(wanted, version)

    tiles.keep = slowly  # type: ignore[method-assign, assignment]
    await download.start()
    assert download.on_phone is not None
    assert not download.on_phone.is_whole
    assert 0 < len(asked) < len(list(tiles_of(KIRSEBERG_BOX, ZOOMS)))
    tiles.keep = keep  # type: ignore[method-assign]
    await download.start()
    assert download.on_phone.is_whole


@walking
async def test_a_download_without_contact_says_so_and_keeps_its_part(
    mapped: AStore, phone: Phone
) -> None:
    map_ = await on_the_map(phone)
    download, tiles = map_.download, phone.services.tiles
    keep = tiles.keep

    async def cut_off(wanted: list[Tile], version: str) -> Kept:
        kept = await keep(wanted, version)
        phone.link.is_up = False
        return kept

    tiles.keep = cut_off  # type: ignore[method-assign, assignment]
    await download.start()
    assert download.problem == "map.download.no_contact"
    assert download.on_phone is not None
    assert not download.on_phone.is_whole
    assert not download.is_running


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (TilesNoRoom(), "map.download.no_room"),
        (TilesLater(3600.0), "map.download.later"),
    ],
)
def test_what_stops_a_download_is_said(
    mapped: AStore, phone: Phone, error: Exception, problem: str
) -> None:
    @walking
    async def run() -> None:
        map_ = await on_the_map(phone)

        async def no(wanted: list[Tile], version: str) -> Kept:
            raise error

        phone.services.tiles.keep = no  # type: ignore[method-assign, assignment]
        await map_.download.start()
        assert map_.download.problem == problem
        assert problem in Words("sv")._texts

    run()


@walking
async def test_a_new_map_of_the_store_is_offered_and_the_old_one_serves_meanwhile(
    mapped: AStore, phone: Phone, tmp_path: Path
) -> None:
    map_ = await on_the_map(phone)
    download = map_.download
    await download.start()
    old = download.version
    give_map(mapped, tmp_path / "b.mbtiles", a_tile(BLUE))
    await download.refresh()
    assert download.is_newer
    assert download.version == old
    await download.start()
    assert not download.is_newer
    assert download.version != old
    folder = phone.folder / "tiles"
    assert [one.name for one in folder.iterdir()] == [download.version]


@walking
async def test_the_map_can_be_taken_off_the_phone(mapped: AStore, phone: Phone) -> None:
    map_ = await on_the_map(phone)
    await map_.download.start()
    download = map_.download

    def part() -> Screen:
        return Screen(lambda: DownloadPart(download, phone.app.words))

    await part().press("map-remove")
    assert download.on_phone is not None
    assert "Kartan (0,1 MB) tas bort" in part().text and "behöver du kontakt" in part().text
    await part().press("map-remove-keep")
    await part().press("map-remove")
    await part().press("map-remove-sure")
    assert map_.download.on_phone is None
    assert list((phone.folder / "tiles").iterdir()) == []
    assert phone.services.local.fact("map_on_phone") is None


@walking
async def test_a_damaged_note_of_the_map_counts_as_none(phone: Phone) -> None:
    await phone.walk()
    phone.services.local.set_facts({"map_on_phone": json.dumps({"kirseberg": {"odd": 1}})})
    fresh = MapModel(phone.services, phone.round.record, Words("sv"))
    assert fresh.download.on_phone is None


@walking
async def test_the_phones_own_place_is_heard(phone: Phone) -> None:
    map_ = await on_the_map(phone)
    fix = Fix(point=KIRSEBERGS_TORG, taken_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    map_.heard(replace(fix, is_mocked=True))
    assert map_.live is not None
    assert map_.live.is_mocked
