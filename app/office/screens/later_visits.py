"""What later visits to the place saw: also seen, fixed, remains, worse, with their photos."""

from __future__ import annotations

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.local_time import day_and_time
from app.office.models.pictures import Pictures
from app.office.screens.pieces import heading, picture
from sync.central.defect_views import DefectDetail, RecheckView
from sync.domain.words import Verdict

PHOTO_DP = 120
ICONS = {
    Verdict.ALSO_SEEN: ft.Icons.VISIBILITY_OUTLINED,
    Verdict.FIXED: ft.Icons.TASK_ALT,
    Verdict.REMAINS: ft.Icons.REPLAY,
    Verdict.WORSE: ft.Icons.TRENDING_DOWN,
}


def later_visits(detail: DefectDetail, pictures: Pictures, words: Words) -> list[ft.Control]:
    """Nothing where nobody has been back."""
    if not detail.rechecks:
        return []
    return [
        ft.Column(
            key="later-visits",
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                heading(words("office.recheck.heading")),
                *(_visit(n, one, pictures, words) for n, one in enumerate(detail.rechecks)),
            ],
        )
    ]


def _visit(number: int, one: RecheckView, pictures: Pictures, words: Words) -> ft.Control:
    known = one.verdict in set(Verdict)
    verdict = words(f"office.recheck.{one.verdict}") if known else words("office.recheck.unknown")
    icon = ICONS[Verdict(str(one.verdict))] if known else ft.Icons.HELP_OUTLINE
    told: list[ft.Control] = [
        ft.Text(verdict, size=15, weight=ft.FontWeight.W_600),
        ft.Text(
            f"{day_and_time(one.checked_at)} · {one.checked_by or '–'}",
            size=13,
            color=ft.Colors.ON_SURFACE_VARIANT,
        ),
    ]
    if one.text:
        told.append(ft.Text(one.text, size=14))
    photos = [photo for photo in one.photos if photo.sha256 is not None]
    if photos:
        told.append(
            ft.Row(
                wrap=True,
                spacing=8,
                controls=[
                    picture(
                        pictures.small(photo.sha256 or ""),
                        width=PHOTO_DP,
                        height=PHOTO_DP,
                        name=words("office.recheck.photo", verdict=verdict),
                        fit=ft.BoxFit.COVER,
                    )
                    for photo in photos
                ],
            )
        )
    return ft.Row(
        key=f"later-{number}",
        spacing=theme.GAP,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Icon(icon, size=20, color=ft.Colors.ON_SURFACE_VARIANT),
            ft.Column(expand=True, spacing=4, controls=told),
        ],
    )
