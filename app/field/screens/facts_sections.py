"""Who led, daylight or dark, and the weather: each in one tap."""

from __future__ import annotations

import flet as ft

from app.field.models.facts_model import LIGHT_WORDS, WEATHER_WORDS, FactsModel, FactsPart
from app.i18n import Words
from app.widgets.buttons import Handler
from app.widgets.choice_row import Choice, choices, heading
from sync.client.sun import LightHint, SunTells
from sync.domain.fields import MAX_LEADER
from sync.domain.words import Light, Weather

LIGHT_ICONS = {
    Light.DAYLIGHT: ft.Icons.LIGHT_MODE_OUTLINED,
    Light.DARK: ft.Icons.DARK_MODE_OUTLINED,
}
WEATHER_ICONS = {
    Weather.SUN: ft.Icons.WB_SUNNY_OUTLINED,
    Weather.CLOUD: ft.Icons.CLOUD_OUTLINED,
    Weather.RAIN: ft.Icons.UMBRELLA_OUTLINED,
    Weather.SNOW: ft.Icons.AC_UNIT,
    Weather.FOG: ft.Icons.FOGGY,
    Weather.WIND: ft.Icons.AIR,
}
SUN_WORDS = {
    SunTells.WENT_DOWN: "round.sun.went_down",
    SunTells.GOES_DOWN: "round.sun.goes_down",
    SunTells.GOES_UP: "round.sun.goes_up",
    SunTells.NEVER_UP: "round.sun.never_up",
    SunTells.NEVER_DOWN: "round.sun.never_down",
}


def led_by_section(facts: FactsModel, words: Words) -> list[ft.Control]:
    parts: list[ft.Control] = [heading(words("round.led_by"), scroll_key=FactsPart.LED_BY)]
    if not facts.is_editable:
        return [*parts, ft.Text(facts.led_by or words("round.not_said"), size=16)]
    parts.append(
        ft.TextField(
            key=f"led-by-{facts.led_by_number}",
            label=words("round.led_by.label"),
            value=facts.led_by,
            max_length=MAX_LEADER,
            counter="",
            capitalization=ft.TextCapitalization.WORDS,
            on_change=facts.type_led_by,
            on_blur=facts.settle,
            on_submit=facts.settle,
        )
    )
    if facts.leaders:
        parts.append(
            choices(
                [
                    Choice(
                        key=f"leader-{number}",
                        text=name,
                        is_chosen=facts.led_by == name,
                        pressed=_leading(facts, name),
                        icon=ft.Icons.PERSON_OUTLINE,
                    )
                    for number, name in enumerate(facts.leaders)
                ]
            )
        )
    return parts


def light_section(facts: FactsModel, words: Words) -> list[ft.Control]:
    parts: list[ft.Control] = [heading(words("round.light"))]
    if not facts.is_editable:
        said = "round.not_said" if facts.light is None else LIGHT_WORDS[facts.light]
        return [*parts, ft.Text(words(said), size=16)]
    if facts.hint is not None and facts.light is None:
        parts.append(ft.Text(hint_words(facts.hint, words), size=15, key="light-hint"))
    parts.append(
        choices(
            [
                Choice(
                    key=f"light-{light.value}",
                    text=words(LIGHT_WORDS[light]),
                    is_chosen=facts.light is light,
                    pressed=_lighting(facts, light),
                    icon=LIGHT_ICONS[light],
                )
                for light in Light
            ]
        )
    )
    return parts


def weather_section(facts: FactsModel, words: Words) -> list[ft.Control]:
    parts: list[ft.Control] = [heading(words("round.weather"))]
    if not facts.is_editable:
        said = "round.not_said" if facts.weather is None else WEATHER_WORDS[facts.weather]
        return [*parts, ft.Text(words(said), size=16)]
    parts.append(
        choices(
            [
                Choice(
                    key=f"weather-{weather.value}",
                    text=words(WEATHER_WORDS[weather]),
                    is_chosen=facts.weather is weather,
                    pressed=_weather(facts, weather),
                    icon=WEATHER_ICONS[weather],
                )
                for weather in Weather
            ]
        )
    )
    return parts


def hint_words(hint: LightHint, words: Words) -> str:
    """ "Förslag: mörkt (solen gick ner 15.54)"."""
    time = "" if hint.moment is None else words.time(hint.moment)
    why = words(SUN_WORDS[hint.tells], time=time)
    return words("round.light.hint", light=words(LIGHT_WORDS[hint.light]).lower(), why=why)


def _leading(facts: FactsModel, name: str) -> Handler:
    async def choose() -> None:
        await facts.choose_leader(name)

    return choose


def _lighting(facts: FactsModel, light: Light) -> Handler:
    async def choose() -> None:
        await facts.choose_light(light)

    return choose


def _weather(facts: FactsModel, weather: Weather) -> Handler:
    async def choose() -> None:
        await facts.choose_weather(weather)

    return choose
