"""The core of a walk in WebKit, the iPhone's engine. It has no offline switch: the store stops.

Debian's WebKit has no sync access handles ("Backend does not support this operation"), so what is
seen here is the storage of older iPhones: IndexedDB.
"""

from __future__ import annotations

from pathlib import Path

from tests.journeys.environment import PHOTOS
from tests.journeys.iphone import START_S, iphone
from tests.journeys.running_store import running_store
from tests.journeys.store_records import photos_kept_by
from tests.journeys.what_arrived import check_kept_photo, is_upright_copy

TURNED_PHOTO = PHOTOS / "landscape_6.jpg"


def test_a_defect_recorded_while_the_store_is_away_reaches_it_later(tmp_path: Path) -> None:
    with (
        running_store(tmp_path) as store,
        iphone(f"{store.url}/#/anslut/{store.code}", tmp_path / "profile") as phone,
    ):
        phone.sees("Hoppa över", START_S)
        phone.tap("Hoppa över")
        phone.sees("Välkommen till Rundan")
        phone.fill("Smeknamn", "Räven")
        phone.tap("Börja")
        phone.sees("Hej Räven!")
        assert "privat fönster" not in phone.screen_text()
        phone.tap("Starta")
        phone.sees("Snart frågar telefonen")
        phone.tap("Fortsätt")
        phone.sees("Vad är det?")
        phone.offline_ready()
        store.stop()

        phone.pick_photo(TURNED_PHOTO)
        phone.sees("Ta om")
        phone.tap("Belysning")
        phone.tap("Ändra plats")
        phone.tap("Använd nålen")
        phone.sees("Nål på kartan")
        phone.tap("Inget att dölja – spara")
        phone.sees("Sparad")
        phone.reload()
        phone.sees("Lista (1)", START_S)
        phone.tap("Lista (1)")
        phone.sees("Bild: Belysning")
        phone.sees("På telefonen")

        store.start()
        phone.tap("Skicka nu")
        phone.sees("Hos samordnaren")
        phone.sees("Allt är skickat")
        (photo,) = photos_kept_by(store)
        check_kept_photo(photo.content)
        assert is_upright_copy(photo.content, TURNED_PHOTO)
