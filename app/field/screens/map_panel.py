"""Beside the map: keeping it on the phone, what its shapes mean, and what is nearest, as a list."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.map_download_model import MapDownloadModel
from app.field.models.map_model import MapModel
from app.i18n import Words
from app.widgets.buttons import icon_button, plain_button, quiet_button
from app.widgets.map_marks import icon_of, mark_shape
from app.widgets.notes import warning_note
from sync.client.map_store import MapMark, MarkState

HEIGHT_DP = 330
LEGEND_DP = 26
METRES_TO_SAY_KM = 1000


@ft.component
def MapPanel(map_: MapModel, words: Words) -> ft.Control:
    return ft.Container(
        key="map-panel-open",
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        height=HEIGHT_DP,
        padding=theme.GAP,
        content=ft.Column(  # a heading within a ListView is a landmark within another one
            scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            spacing=10,
            controls=[
                ft.Row(
                    controls=[
                        _heading(words("map.panel.title"), expand=True),
                        icon_button(
                            ft.Icons.CLOSE,
                            words("map.panel.close"),
                            map_.toggle_panel,
                            key="map-panel-close",
                        ),
                    ]
                ),
                DownloadPart(map_.download, words),
                ft.Switch(
                    key="map-only-round",
                    label=words("map.only_round"),
                    value=map_.only_this_round,
                    on_change=map_.toggle_scope,
                ),
                *_legend(words),
                *_nearest(map_, words),
            ],
        ),
    )


@ft.component
def DownloadPart(download: MapDownloadModel, words: Words) -> ft.Control:
    """One way forward at a time: fetch, or stop, or take away."""
    parts: list[ft.Control] = []
    kept = download.on_phone
    if download.is_running:
        percent = int(download.progress * 100)
        parts += [
            ft.Text(words("map.download.running", percent=percent), size=15),
            ft.ProgressBar(value=download.progress, height=8),
            plain_button(
                words("map.download.cancel"),
                download.cancel,
                key="map-download-cancel",
                icon=ft.Icons.CLOSE,
            ),
        ]
        return _column(parts)
    if kept is not None and kept.is_whole:
        size = megabytes(kept.size_bytes, words)
        parts.append(_line(ft.Icons.OFFLINE_PIN, words("map.download.done", size=size)))
    elif kept is not None:
        parts.append(_line(ft.Icons.DOWNLOADING, words("map.download.part")))
    if download.problem is not None:
        parts.append(warning_note(words(download.problem), key="map-download-problem"))
    if download.is_offered and (kept is None or not kept.is_whole or download.is_newer):
        key = "map.download.newer" if download.is_newer else "map.download.start"
        size = megabytes(download.size_bytes or 0, words)
        parts.append(
            plain_button(
                words("map.download.go_on" if _is_begun(download) else key, size=size),
                download.start,
                key="map-download",
                icon=ft.Icons.DOWNLOAD,
            )
        )
    if kept is not None:
        parts.append(_removal(download, words))
    if not parts:
        parts.append(ft.Text(words("map.download.none"), size=15))
    return _column(parts)


def _removal(download: MapDownloadModel, words: Words) -> ft.Control:
    """Asked first: without contact the map does not come back."""
    icon = ft.Icons.DELETE_OUTLINE
    if not download.asks_removal:
        text = words("map.download.remove")
        return quiet_button(text, download.ask_removal, key="map-remove", icon=icon)
    size = megabytes(download.size_on_phone, words)
    sure, keep = words("map.download.remove.sure"), words("map.download.remove.keep")
    ways = ft.Row(
        wrap=True,
        spacing=8,
        run_spacing=8,
        controls=[
            plain_button(sure, download.remove, key="map-remove-sure", icon=icon),
            plain_button(keep, download.keep, key="map-remove-keep"),
        ],
    )
    text = words("map.download.remove.ask", size=size)
    return warning_note(text, key="map-remove-ask", action=ways)


def megabytes(size_bytes: int, words: Words) -> str:
    """At least a tenth."""
    return words.number(max(0.1, size_bytes / 1_000_000))


def metres_words(metres: float, words: Words) -> str:
    if metres < METRES_TO_SAY_KM:
        return words("map.scale.m", metres=round(metres))
    return words("map.scale.km", km=round(metres / 1000))


def _is_begun(download: MapDownloadModel) -> bool:
    kept = download.on_phone
    return kept is not None and not kept.is_whole and not download.is_newer


def _legend(words: Words) -> list[ft.Control]:
    return [
        _heading(words("map.legend")),
        *(
            ft.Row(
                key=f"legend-{state.value}",
                spacing=10,
                controls=[
                    mark_shape(state, None, size_dp=LEGEND_DP),
                    ft.Text(words(f"map.state.{state.value}"), size=14, expand=True),
                ],
            )
            for state in MarkState
        ),
    ]


def _nearest(map_: MapModel, words: Words) -> list[ft.Control]:
    nearest = map_.nearest
    if not nearest:
        return [ft.Text(words("map.nearest.none"), size=15)]
    return [
        _heading(words("map.nearest")),
        *(_near(mark, metres, map_, words) for mark, metres in nearest),
    ]


def _near(mark: MapMark, metres: float, map_: MapModel, words: Words) -> ft.Control:
    def chosen() -> None:
        map_.choose([mark.observation_id])

    what = "list.no_category" if mark.category is None else f"category.{mark.category.value}"
    name = " ".join(part for part in (mark.number, words(what)) if part)
    state = words(f"map.state.{mark.state.value}")
    return ft.Row(
        spacing=10,
        controls=[
            mark_shape(mark.state, icon_of(mark.kind, mark.category), size_dp=34),
            ft.Semantics(
                expand=True,
                content=quiet_button(
                    f"{name} · {state} · {metres_words(metres, words)}",
                    chosen,
                    key=f"near-{mark.observation_id}",
                ),
            ),
        ],
    )


def _heading(text: str, *, expand: bool | None = None) -> ft.Control:
    return ft.Semantics(
        header=True, expand=expand, content=ft.Text(text, size=16, weight=ft.FontWeight.W_600)
    )


def _line(icon: ft.IconData, text: str) -> ft.Control:
    return ft.Row(
        spacing=8,
        controls=[ft.Icon(icon, color=ft.Colors.PRIMARY), ft.Text(text, size=15, expand=True)],
    )


def _column(parts: list[ft.Control]) -> ft.Control:
    return ft.Column(
        tight=True,
        spacing=8,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=parts,
    )
