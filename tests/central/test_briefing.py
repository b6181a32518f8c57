from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, insert, select, text

from sync.central.areas import Area, KnownPlace, put_area
from sync.central.composition import open_store
from sync.central.engine import MIGRATIONS, migrate, open_engine, reading
from sync.central.letters import letter_of
from sync.central.settings import BadSettings, read_settings
from sync.central.tables import device
from sync.domain.geo import GeoPoint
from sync.domain.words import Category
from tests.central.a_store import KIRSEBERG, ROSENGARD, AStore, a_phone_of_its_own, code_of

TORG = KnownPlace(name="Kirsebergs torg", point=GeoPoint(lat_deg=55.611, lon_deg=13.032))


def a_known_area(store: AStore) -> None:
    outline = {"type": "Polygon", "coordinates": [[[13.0, 55.6], [13.1, 55.6], [13.1, 55.7]]]}
    area = Area(
        code=KIRSEBERG,
        name="Kirseberg",
        outline=outline,
        places=(TORG,),
        categories_off=frozenset({Category.SNOW_ICE}),
    )
    with store.services.engine.begin() as connection:
        put_area(connection, area)


def test_a_phone_is_briefed_on_its_own_areas(store: AStore) -> None:
    a_known_area(store)
    briefing = store.a_phone(KIRSEBERG).ask("GET", "/api/v1/briefing").json()
    assert briefing["letter"] == "A"
    assert [area["code"] for area in briefing["areas"]] == ["kirseberg"]
    assert briefing["areas"][0]["places"] == [
        {"name": "Kirsebergs torg", "lat_deg": 55.611, "lon_deg": 13.032}
    ]
    assert briefing["areas"][0]["categories_off"] == ["sno_is"]
    assert briefing["report_form_url"].startswith("https://")
    assert (briefing["has_address_lookup"], briefing["tiles"]) == (False, None)


def test_a_large_briefing_is_compressed_for_who_takes_that(store: AStore) -> None:
    """Official outlines have hundreds of corners."""
    outline = {"type": "Polygon", "coordinates": [[[13.0 + n / 9e4, 55.6] for n in range(500)]]}
    with store.services.engine.begin() as connection:
        put_area(connection, Area(code=KIRSEBERG, name="Kirseberg", outline=outline))
    phone = store.a_phone(KIRSEBERG)
    plain = phone.ask("GET", "/api/v1/briefing", headers={"Accept-Encoding": "identity"})
    packed = phone.ask("GET", "/api/v1/briefing", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert packed.headers["rundan-digest"] == hashlib.sha256(plain.content).hexdigest()
    assert "Accept-Encoding" in packed.headers["vary"]
    again = {"If-None-Match": packed.headers["etag"]}
    assert phone.ask("GET", "/api/v1/briefing", headers=again).status_code == 304


def test_a_briefing_that_has_not_changed_costs_a_304(store: AStore) -> None:
    phone = store.a_phone(KIRSEBERG)
    first = phone.ask("GET", "/api/v1/briefing")
    again = {"If-None-Match": first.headers["etag"]}
    unchanged = phone.ask("GET", "/api/v1/briefing", headers=again)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    weak = {"If-None-Match": f'"other", W/{first.headers["etag"]}'}
    assert phone.ask("GET", "/api/v1/briefing", headers=weak).status_code == 304
    a_known_area(store)
    changed = phone.ask("GET", "/api/v1/briefing", headers=again)
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


def test_nobody_without_a_token_is_briefed(store: AStore) -> None:
    assert code_of(store.ask("GET", "/api/v1/briefing")) == "unknown_token"


def test_letters_go_on_after_z() -> None:
    assert [letter_of(n) for n in (1, 2, 26, 27, 28, 52, 53, 702, 703)] == [
        "A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


def test_every_phone_of_the_store_has_a_letter_of_its_own(store: AStore) -> None:
    first, code = a_phone_of_its_own(), store.code(KIRSEBERG)
    letters = [store.enrol(code, first).json()["letter"]]
    letters += [store.enrol(store.code(ROSENGARD), a_phone_of_its_own()).json()["letter"]]
    again = store.enrol(code, first).json()["letter"]
    assert (letters, again) == (["A", "B"], "A")


def test_the_letter_of_a_phone_that_is_gone_is_not_given_again(store: AStore) -> None:
    made = a_phone_of_its_own()
    store.enrol(store.code(), made)
    with store.services.engine.begin() as connection:
        connection.execute(device.delete().where(device.c.id == made["device_id"]))
    assert store.enrol(store.code(), a_phone_of_its_own()).json()["letter"] == "B"


def test_phones_of_an_older_release_get_letters_in_the_order_they_came(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'rundan.sqlite'}")
    with engine.begin() as connection:
        _at_0002(connection)
        for device_id, at in (("second0000", "2026-02-01"), ("first00000", "2026-01-01")):
            connection.execute(
                text(
                    "INSERT INTO device (id, token_hash, nickname, areas, enrolled_at,"
                    " enrolment_code_id) VALUES (:id, :id, 'Sam', '[]', :at, 'code')"
                ),
                {"id": device_id, "at": f"{at}T09:00:00.000Z"},
            )
    migrate(engine)
    with reading(engine) as connection:
        rows = connection.execute(select(device.c.id, device.c.letter).order_by(device.c.letter))
        assert [tuple(row) for row in rows] == [("first00000", "A"), ("second0000", "B")]
        given = "SELECT value FROM store_fact WHERE name = 'letters_given'"
        assert connection.execute(text(given)).scalar() == "2"
    with pytest.raises(Exception, match="UNIQUE"), engine.begin() as connection:
        row = {
            "id": "third00000", "token_hash": "t", "nickname": "x", "areas": "[]",
            "enrolled_at": "x", "enrolment_code_id": "code", "letter": "A",
        }  # fmt: skip
        connection.execute(insert(device), row)
    engine.dispose()


def _at_0002(connection: Connection) -> None:
    """The tables of the release before letters, with a code that phones were let in with."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "0002")
    connection.execute(
        text(
            "INSERT INTO enrolment_code (id, code_hash, areas, made_at, expires_at)"
            " VALUES ('code', 'h', '[]', 'x', 'x')"
        )
    )


def test_the_store_knows_the_places_of_its_areas_also_after_an_update(tmp_path: Path) -> None:
    settings = read_settings({"RUNDAN_DATA": str(tmp_path)})
    for forgets in (False, True):
        opened = open_store(settings, "http://127.0.0.1:9")
        engine = opened.services.engine
        with engine.begin() as connection:
            places = connection.execute(text("SELECT places FROM area WHERE code = 'kirseberg'"))
            assert "Kirsebergs torg" in places.scalar_one()
            if not forgets:
                connection.execute(text("UPDATE area SET places = '[]', name = 'Backarna'"))
            else:
                names = connection.execute(text("SELECT DISTINCT name FROM area"))
                assert names.scalars().all() == ["Backarna"]
        opened.lock.close()
        engine.dispose()


def test_the_form_for_residents_is_a_setting(tmp_path: Path) -> None:
    assert read_settings({}).report_form_url == "https://felanmalan.malmo.se"
    own = "https://fel.example/anmal?sprak=sv#start"
    assert read_settings({"RUNDAN_REPORT_FORM_URL": own}).report_form_url == own
    for wrong in ("fel.example", "ftp://fel.example", "https://", "javascript:alert(1)"):
        with pytest.raises(BadSettings, match="RUNDAN_REPORT_FORM_URL"):
            read_settings({"RUNDAN_REPORT_FORM_URL": wrong})


def test_the_geocoder_is_off_until_it_is_set(tmp_path: Path) -> None:
    assert read_settings({}).geocoder_url is None
    with pytest.raises(BadSettings, match="RUNDAN_GEOCODER_URL"):
        read_settings({"RUNDAN_GEOCODER_URL": "nominatim"})
