"""The photos of one observation as a strip, and what is to be decided of the one on the screen."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app import theme
from app.field.models.draft_photo import DraftPhoto
from app.field.models.photos_model import PhotosModel
from app.field.screens.receipt_lines import photo_receipt
from app.i18n import Words
from app.widgets.buttons import Handler, icon_button, plain_button, quiet_button
from app.widgets.notes import info_note
from sync.domain.words import Cover

SHOWN_DP = 230
SMALL_DP = 64
CHOSEN_EDGE = 3


@ft.component
def PhotoDecision(
    pictures: PhotosModel,
    photo: DraftPhoto,
    words: Words,
    *,
    retake: Callable[[], None] | None = None,
) -> ft.Control:
    """Faces and number plates, right under the photo. retake: for one that was taken just now."""
    parts: list[ft.Control] = []
    if photo.is_dark or photo.is_blurry:
        key = "capture.dark" if photo.is_dark else "capture.blurry"
        again = None
        if retake is not None:
            again = quiet_button(
                words("capture.retake"), retake, key="retake-bad", icon=ft.Icons.REPLAY
            )
        parts.append(info_note(words(key), key="bad-photo", action=again))
    parts.append(
        _question(pictures, photo, words) if photo.is_undecided else _answer(pictures, photo, words)
    )
    parts += photo_receipt(photo.is_stored, words)
    return ft.Column(spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=parts)


def _question(pictures: PhotosModel, photo: DraftPhoto, words: Words) -> ft.Control:
    async def cover() -> None:
        await pictures.cover(photo.sha256)

    async def nothing() -> None:
        await pictures.nothing_to_cover(photo.sha256)

    return ft.Column(
        spacing=4,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Text(words("capture.faces_seen"), size=16, weight=ft.FontWeight.W_600),
            ft.Row(
                spacing=8,
                controls=[
                    plain_button(
                        words("capture.cover"),
                        cover,
                        key="cover",
                        icon=ft.Icons.BRUSH,
                        expand=2,
                    ),
                    plain_button(
                        words("capture.nothing_to_cover"),
                        nothing,
                        key="nothing-to-cover",
                        icon=ft.Icons.VISIBILITY_OUTLINED,
                        expand=3,
                    ),
                ],
            ),
        ],
    )


def _answer(pictures: PhotosModel, photo: DraftPhoto, words: Words) -> ft.Control:
    """What was decided; "nothing to cover" can be taken back, burnt pixels cannot."""

    async def again() -> None:
        await pictures.look_again(photo.sha256)

    is_covered = photo.cover is Cover.COVERED
    said = "capture.decided.unknown"
    if photo.cover is not None:
        said = "capture.decided.covered" if is_covered else "capture.decided.nothing"
    row: list[ft.Control] = [
        ft.Icon(decision_icon(photo), size=22, color=ft.Colors.PRIMARY),
        ft.Semantics(live_region=True, expand=True, content=ft.Text(words(said), size=15)),
    ]
    if photo.cover is Cover.NOTHING_TO_COVER and photo.may_cover:
        row.append(quiet_button(words("app.undo"), again, key="look-again"))
    return ft.Row(spacing=8, controls=row)


def decision_icon(photo: DraftPhoto) -> ft.IconData:
    match photo.cover:
        case Cover.COVERED:
            return ft.Icons.BRUSH
        case Cover.NOTHING_TO_COVER:
            return ft.Icons.VISIBILITY_OUTLINED
        case _:
            return ft.Icons.HELP_OUTLINE


def shown_photo(photo: DraftPhoto, pictures: PhotosModel, words: Words) -> ft.Control:
    """Large; an icon in its place where this phone does not have it."""
    source = photo.jpeg or photo.thumbnail
    number = pictures.photos.index(photo) + 1
    name = words("capture.photo_of", number=number, count=len(pictures.photos))
    return ft.Container(
        height=SHOWN_DP,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        alignment=ft.Alignment.CENTER,
        content=ft.Icon(ft.Icons.IMAGE_OUTLINED, size=48, semantics_label=name)
        if source is None
        else ft.Image(
            src=source, fit=ft.BoxFit.CONTAIN, gapless_playback=True, semantics_label=name
        ),
    )


@ft.component
def PhotoStrip(
    pictures: PhotosModel,
    words: Words,
    *,
    remove: Callable[[str], None],
    retake: Callable[[], None] | None = None,
) -> ft.Control:
    """Every photo with its decision; choosing, removing, one more, and the way back.

    A single one is on the screen already, unless the camera is.
    """
    parts: list[ft.Control] = []
    if pictures.photos:
        small: list[ft.Control] = []
        if len(pictures.photos) > 1 or pictures.wants_another:
            small += [_small(pictures, one, number, words) for number, one in _numbered(pictures)]
        if retake is not None and not pictures.wants_another:
            small.append(
                plain_button(words("capture.retake"), retake, key="retake", icon=ft.Icons.REPLAY)
            )
        if pictures.may_take_another and not pictures.wants_another:
            small.append(
                plain_button(
                    words("capture.another"),
                    pictures.another,
                    key="another-photo",
                    icon=ft.Icons.ADD_A_PHOTO_OUTLINED,
                )
            )
        shown = pictures.shown_photo
        if shown is not None and not pictures.wants_another:
            small.append(_remove(pictures, shown, remove, words))
        parts.append(
            ft.Row(
                wrap=True,
                spacing=8,
                run_spacing=8,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
                controls=small,
            )
        )
    if pictures.removed is not None:
        parts.append(_removed(pictures.put_back, words))
    return ft.Column(spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=parts)


def _numbered(pictures: PhotosModel) -> list[tuple[int, DraftPhoto]]:
    return list(enumerate(pictures.photos, 1))


def _small(pictures: PhotosModel, photo: DraftPhoto, number: int, words: Words) -> ft.Control:
    def show() -> None:
        pictures.show(photo.sha256)

    is_shown = not pictures.wants_another and pictures.shown_photo is photo
    source = photo.thumbnail or photo.jpeg
    layers: list[ft.Control] = [
        ft.Icon(ft.Icons.IMAGE_OUTLINED, size=32)
        if source is None
        else ft.Image(
            src=source, fit=ft.BoxFit.COVER, gapless_playback=True, exclude_from_semantics=True
        ),
        ft.Container(
            right=0,
            bottom=0,
            padding=3,
            border_radius=theme.RADIUS,
            bgcolor=ft.Colors.SURFACE,
            content=ft.Icon(decision_icon(photo), size=18, color=ft.Colors.ON_SURFACE),
        ),
    ]
    return ft.Semantics(
        label=words(_decision_words(photo), number=number),
        button=True,
        selected=is_shown,
        content=ft.Container(
            key=f"photo-{number}",
            width=SMALL_DP,
            height=SMALL_DP,
            border_radius=theme.RADIUS,
            clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
            border=ft.Border.all(
                CHOSEN_EDGE if is_shown else 1,
                ft.Colors.PRIMARY if is_shown else ft.Colors.OUTLINE,
            ),
            on_click=show,
            content=ft.Stack(expand=True, fit=ft.StackFit.EXPAND, controls=layers),
        ),
    )


def _decision_words(photo: DraftPhoto) -> str:
    match photo.cover:
        case Cover.COVERED:
            return "capture.small.covered"
        case Cover.NOTHING_TO_COVER:
            return "capture.small.nothing"
        case _ if photo.may_cover:
            return "capture.small.undecided"
        case _:
            return "capture.small.plain"


def _remove(
    pictures: PhotosModel, shown: DraftPhoto, remove: Callable[[str], None], words: Words
) -> ft.Control:
    def pressed() -> None:
        remove(shown.sha256)

    number = pictures.photos.index(shown) + 1
    return icon_button(
        ft.Icons.DELETE_OUTLINE,
        words("capture.remove_photo", number=number),
        pressed,
        key="remove-photo",
    )


def _removed(put_back: Handler, words: Words) -> ft.Control:
    return ft.Row(
        spacing=8,
        controls=[
            ft.Semantics(
                live_region=True,
                expand=True,
                content=ft.Text(words("capture.photo_removed"), size=15),
            ),
            quiet_button(words("app.undo"), put_back, key="put-photo-back", icon=ft.Icons.UNDO),
        ],
    )
