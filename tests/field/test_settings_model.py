"""What a person chooses for the phone: shown at once, kept, and there again at the next start."""

from __future__ import annotations

import json

import pytest

from app.device.connectivity import Link
from app.device.room import Room
from app.device.storage.errors import AlreadyOpen
from app.field.models.settings_model import SettingsModel
from app.field.preferences import FACT, Appearance, Preferences, kept_preferences
from tests.field.a_phone import Phone, walking


def settings(phone: Phone) -> SettingsModel:
    assert phone.app.settings is not None
    return phone.app.settings


@walking
async def test_the_phones_own_language_comes_first(phone: Phone) -> None:
    phone.language = "ar"
    await phone.start()
    assert phone.app.words.language == "ar"
    assert phone.looks.shown[-1].is_right_to_left
    assert kept_preferences(phone.services.local).language is None


@walking
async def test_a_phone_whose_language_is_changed_is_followed_unless_another_was_chosen(
    phone: Phone,
) -> None:
    await phone.enrol()
    await phone.app.phone_speaks("ar")
    assert phone.app.words("app.back") == "رجوع"
    assert phone.looks.shown[-1].is_right_to_left
    assert kept_preferences(phone.services.local).language is None
    await settings(phone).choose_language("en")
    await phone.app.phone_speaks("sv")
    assert phone.app.words("app.back") == "Back"


@walking
async def test_an_app_that_cannot_open_follows_the_language_of_the_phone_too(phone: Phone) -> None:
    phone.cannot_open = AlreadyOpen("in another tab")
    await phone.start()
    await phone.app.phone_speaks("ar")
    assert phone.app.words("app.back") == "رجوع"
    assert phone.looks.shown[-1].is_right_to_left


@walking
async def test_a_chosen_language_is_spoken_at_once_and_again_at_the_next_start(
    phone: Phone,
) -> None:
    await phone.enrol()
    words = phone.app.words
    await settings(phone).choose_language("ar")
    assert words("app.back") == "رجوع"
    assert phone.looks.shown[-1].is_right_to_left
    await phone.start()
    assert phone.app.words("app.back") == "رجوع"
    await settings(phone).choose_language("sv")
    assert phone.app.words("app.back") == "Tillbaka"
    assert not phone.looks.shown[-1].is_right_to_left


@walking
async def test_all_that_hold_the_words_hear_of_another_language(phone: Phone) -> None:
    await phone.enrol()
    heard: list[str | None] = []

    def hear(_: object, field: str | None) -> None:
        heard.append(field)

    stop = phone.app.words.subscribe(hear)  # type: ignore[attr-defined]
    await settings(phone).choose_language("en")
    assert heard == ["language"]
    stop()


@walking
async def test_the_look_and_the_text_size_are_kept(phone: Phone) -> None:
    await phone.enrol()
    await settings(phone).choose_appearance(Appearance.SUNLIGHT)
    await settings(phone).choose_text_percent(200)
    await phone.start()
    look = phone.looks.shown[-1]
    assert (look.appearance, look.text_percent) == (Appearance.SUNLIGHT, 200)


@walking
async def test_sound_and_vibration_can_be_off_each_by_itself(phone: Phone) -> None:
    await phone.enrol()
    await settings(phone).toggle_sound()
    assert (phone.signals.has_sound, phone.signals.has_vibration) == (False, True)
    await phone.start()
    assert (phone.signals.has_sound, phone.signals.has_vibration) == (False, True)
    assert phone.signals.given == []
    await settings(phone).toggle_sound()
    assert phone.signals.given == [(True, True)], "who switches it on hears it"


@walking
async def test_it_tells_what_is_stored_and_what_is_left(phone: Phone) -> None:
    await phone.enrol()
    await settings(phone).look_around()
    use = settings(phone).use
    assert use is not None and use.room is not None
    assert (use.photos.count, use.photos.size_bytes) == (0, 0)
    assert use.database_bytes > 4096
    assert use.room.free_bytes == 10_000_000_000
    phone.left = None
    await settings(phone).look_around()
    use = settings(phone).use
    assert use is not None and use.room is None


@walking
async def test_a_phone_that_cannot_write_says_so_and_shows_what_was_chosen(phone: Phone) -> None:
    await phone.enrol()
    phone.room.for_flushing = False
    await settings(phone).choose_text_percent(150)
    assert phone.notice == phone.app.words("app.storage_full.body")
    assert phone.looks.shown[-1].text_percent == 150


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("{}", Preferences()),
        ("[1, 2]", Preferences()),
        ("not json", Preferences()),
        (json.dumps({"language": "fi", "text_percent": 125}), Preferences(text_percent=125)),
        (json.dumps({"appearance": "neon", "has_sound": False}), Preferences(has_sound=False)),
        (json.dumps({"has_sound": "no", "keep_photos_days": 8}), Preferences()),
        (json.dumps({"text_percent": None, "of_a_later_release": 1}), Preferences()),
    ],
)
def test_preferences_that_cannot_be_read_are_as_if_they_had_not_been_chosen(
    phone: Phone, kept: str, read: Preferences
) -> None:
    @walking
    async def walk() -> None:
        await phone.start()
        phone.services.local.set_facts({FACT: kept})
        assert kept_preferences(phone.services.local) == read

    walk()


@walking
async def test_a_phone_that_does_not_tell_its_network_is_shown_as_such(phone: Phone) -> None:
    await phone.enrol()
    phone.link_kind = Link.UNKNOWN
    await settings(phone).toggle_wifi_only()
    assert settings(phone).link is Link.UNKNOWN


def test_room_is_low_below_what_a_walk_takes() -> None:
    assert Room(free_bytes=49_000_000, used_bytes=0).is_low
    assert not Room(free_bytes=51_000_000, used_bytes=0).is_low
