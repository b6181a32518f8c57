"""What a saved observation says, to be read."""

from __future__ import annotations

import flet as ft

from app.field.place_doubts import doubts
from app.i18n import Words
from app.widgets.answer_words import answer_lines
from sync.client.records import ObservationRecord
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.words import PlaceSource


def said_lines(finding: ObservationRecord, words: Words) -> list[ft.Control]:
    lines = [(words("edit.kind"), words(f"capture.kind.{finding.kind.value}"))]
    if finding.category is not None:
        lines.append((words("edit.category"), words(f"category.{finding.category.value}")))
        lines += answer_lines(finding.category, finding.answers, words)
    if finding.text:
        lines.append((words("edit.text"), finding.text))
    lines.append((words("edit.place"), _place(finding, words)))
    return [_line(name, said) for name, said in lines]


def _place(finding: ObservationRecord, words: Words) -> str:
    if finding.place is None:
        return words("capture.place.none")
    said = source_words(finding.place, words)
    return said if not finding.address else f"{finding.address} ({said})"


def source_words(place: Place, words: Words) -> str:
    """How a saved place was found, how sure that is, and what speaks against it."""
    return " – ".join((_found(place, words), *doubts(place, words)))


def _found(place: Place, words: Words) -> str:
    match place.source:
        case PlaceSource.PIN:
            return words("capture.place.pin")
        case PlaceSource.EXIF:
            return words("capture.place.exif")
        case PlaceSource.GPS:
            return gps_words(place.point, "capture.place.gps", words)


def gps_words(point: GeoPoint, key: str, words: Words) -> str:
    """key: of the words with metres; a phone that does not tell how sure it is has others."""
    if point.accuracy_m is None:
        return words("capture.place.gps_unsure")
    return words(key, metres=round(point.accuracy_m))


def _line(name: str, said: str) -> ft.Control:
    return ft.Column(
        spacing=0,
        controls=[
            ft.Text(name, size=14, color=ft.Colors.ON_SURFACE_VARIANT),
            ft.Text(said, size=17),
        ],
    )
