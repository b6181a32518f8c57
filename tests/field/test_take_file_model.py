"""Taking over another phone's file on the screen: what came, or why nothing did."""

from __future__ import annotations

from pathlib import Path

from app.device.photo.codec import thumbnail_name
from app.field.models.above import Above
from app.field.screens.above_screen import above_screen
from tests.central.a_store import AStore
from tests.central.test_hand_in import a_phone_with_work, counts
from tests.client.test_hand_over import file_of
from tests.field.a_phone import Phone, until, walking
from tests.field.expand import Screen


def screen(phone: Phone) -> Screen:
    return Screen(lambda: above_screen(phone.app, phone.app.pages, phone.app.words))


@walking
async def test_the_others_findings_are_in_the_list_with_pictures_and_are_sent(
    phone: Phone, store: AStore, tmp_path: Path
) -> None:
    other = await a_phone_with_work(store, tmp_path)
    await phone.enrol()
    phone.picker.chosen_zip = b"no zip"
    phone.app.pages.open_take_file()
    assert phone.app.pages.above[-1] is Above.TAKE_FILE
    await screen(phone).press("take-file")
    assert "Filen är trasig" in screen(phone).text
    phone.picker.chosen_zip = await file_of(other)
    await screen(phone).press("take-file")
    assert "Ändringar: 5. Bilder: 2." in screen(phone).text
    names = await phone.services.storage.photos.names()
    assert {one for sha in other.photos for one in (sha, thumbnail_name(sha))} <= set(names)
    await until(lambda: counts(store)[1:] == (2, 2))
    await screen(phone).press("take-file")
    assert "har du redan tagit emot" in screen(phone).text
