"""The photos of the open defect: one large, the others to choose below it."""

from __future__ import annotations

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.decision import Decision
from app.office.models.pictures import Pictures
from app.office.screens.pieces import picture
from app.widgets.notes import warning_note
from sync.central.defect_views import DefectDetail, PhotoView
from sync.domain.words import Cover

LARGE_DP = 400
NARROW_LARGE_DP = 290
SMALL_DP = 76
COVER_ICONS = {
    Cover.COVERED: ft.Icons.FORMAT_COLOR_FILL,
    Cover.NOTHING_TO_COVER: ft.Icons.CHECK,
}


def photo_block(
    detail: DefectDetail,
    decision: Decision,
    pictures: Pictures,
    words: Words,
    *,
    narrow: bool,
) -> ft.Control:
    if not detail.photos:
        return ft.Container(
            height=120,
            border_radius=theme.RADIUS,
            bgcolor=ft.Colors.SURFACE_CONTAINER,
            alignment=ft.Alignment.CENTER,
            content=ft.Text(words("office.photo.none"), color=ft.Colors.ON_SURFACE_VARIANT),
        )
    position = min(decision.shown_photo, len(detail.photos) - 1)
    shown = detail.photos[position]
    height = NARROW_LARGE_DP if narrow else LARGE_DP
    column: list[ft.Control] = [
        _large(shown, position, detail, decision, pictures, words, height),
        cover_mark(shown, words),
    ]
    if len(detail.photos) > 1:
        column.append(
            ft.Row(
                wrap=True,
                spacing=8,
                controls=[
                    _small(one, number, number == position, decision, pictures, words)
                    for number, one in enumerate(detail.photos)
                ],
            )
        )
    if decision.can_decide:
        column.append(
            ft.Row(
                alignment=ft.MainAxisAlignment.END,
                controls=[
                    ft.TextButton(
                        key="remove-photo",
                        content=words("office.photo.remove"),
                        icon=ft.Icons.HIDE_IMAGE_OUTLINED,
                        height=theme.TARGET_DP,
                        on_click=lambda: decision.ask_to_remove(shown.id),
                    )
                ],
            )
        )
    return ft.Column(spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=column)


def cover_mark(photo: PhotoView, words: Words) -> ft.Control:
    """What was decided of faces and number plates; that nothing was cannot be overlooked."""
    if photo.cover in set(Cover):
        icon, text = COVER_ICONS[Cover(str(photo.cover))], words(f"office.cover.{photo.cover}")
        return ft.Row(
            key="photo-cover",
            spacing=8,
            controls=[
                ft.Icon(icon, size=18, color=ft.Colors.ON_SURFACE_VARIANT),
                ft.Text(text, size=13, color=ft.Colors.ON_SURFACE_VARIANT, expand=True),
            ],
        )
    return warning_note(words("office.cover.undecided"), key="photo-cover")


def _large(
    photo: PhotoView,
    position: int,
    detail: DefectDetail,
    decision: Decision,
    pictures: Pictures,
    words: Words,
    height: int,
) -> ft.Control:
    name = words("office.photo.name", number=position + 1, total=len(detail.photos))
    content = None if photo.sha256 is None else pictures.large(photo.sha256)
    if content is None:
        missing = photo.sha256 is None or pictures.is_missing(photo.sha256)
        key = "office.photo.on_its_way" if not photo.stored or missing else "office.photo.loading"
        inner: ft.Control = ft.Text(words(key), color=ft.Colors.ON_SURFACE_VARIANT)
    else:
        inner = picture(content, width=None, height=height, name=name, fit=ft.BoxFit.CONTAIN)
    return ft.Semantics(
        key="photo-large",
        button=content is not None,
        label=name,
        content=ft.Container(
            height=height,
            border_radius=theme.RADIUS,
            bgcolor=ft.Colors.SURFACE_CONTAINER,
            alignment=ft.Alignment.CENTER,
            clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
            on_click=None if content is None else decision.enlarge,
            content=inner,
        ),
    )


def _small(
    photo: PhotoView,
    number: int,
    is_shown: bool,
    decision: Decision,
    pictures: Pictures,
    words: Words,
) -> ft.Control:
    name = words("office.photo.show", number=number + 1)
    content = None if photo.sha256 is None else pictures.small(photo.sha256)
    return ft.Semantics(
        key=f"photo-{number}",
        button=True,
        selected=is_shown,
        label=name,
        exclude_semantics=True,
        on_tap=lambda: decision.show_photo(number),
        content=ft.Container(
            border=ft.Border.all(3, ft.Colors.PRIMARY if is_shown else ft.Colors.TRANSPARENT),
            border_radius=12,
            on_click=lambda: decision.show_photo(number),
            content=picture(
                content, width=SMALL_DP, height=SMALL_DP, name=name, fit=ft.BoxFit.COVER
            ),
        ),
    )
