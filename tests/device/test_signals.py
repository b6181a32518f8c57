"""The buzz and the sound after a save: never in the way, also where there is neither."""

from __future__ import annotations

import asyncio
import wave

from app.device.signals import SOUND, PhoneSignals


def signals_of(given: list[str], *, is_deaf: bool = False) -> PhoneSignals:
    async def buzz() -> None:
        given.append("buzz")

    async def play() -> None:
        if is_deaf:
            raise RuntimeError("no speaker")
        given.append("sound")

    return PhoneSignals(buzz, play)


def given_by(signals: PhoneSignals) -> None:
    async def save() -> None:
        signals.saved()
        await asyncio.sleep(0.01)

    asyncio.run(save())


def test_a_save_is_felt_and_heard() -> None:
    given: list[str] = []
    given_by(signals_of(given))
    assert sorted(given) == ["buzz", "sound"]


def test_each_can_be_off() -> None:
    given: list[str] = []
    signals = signals_of(given)
    signals.has_sound = False
    given_by(signals)
    signals.has_sound, signals.has_vibration = True, False
    given_by(signals)
    assert given == ["buzz", "sound"]


def test_a_phone_without_a_speaker_still_buzzes_and_saves() -> None:
    given: list[str] = []
    given_by(signals_of(given, is_deaf=True))
    assert given == ["buzz"]


def test_the_sound_of_a_packaged_app_is_short() -> None:
    with wave.open(str(SOUND)) as sound:
        assert 0.05 < sound.getnframes() / sound.getframerate() < 0.5
