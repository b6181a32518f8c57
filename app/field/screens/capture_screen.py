"""Recording a defect: shutter, tile, "Spara och nästa". Three taps when the place is known."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.capture_model import CameraState, CaptureModel
from app.field.models.place_model import PlaceModel
from app.field.models.round_model import RoundModel
from app.field.screens.place_line import PlaceLine
from app.i18n import Words
from app.widgets.buttons import main_button, plain_button
from app.widgets.catalogue import load_catalogue
from app.widgets.category_grid import category_grid
from app.widgets.notes import done_note, warning_note
from sync.domain.fields import MAX_TEXT

PREVIEW_DP = 250


@ft.component
def CaptureTab(
    model: AppModel, round_: RoundModel, capture: CaptureModel, place: PlaceModel, words: Words
) -> ft.Control:
    scrolled = ft.use_memo(lambda: ft.Ref[ft.Column](), [])

    async def to_top() -> None:
        """The next defect begins with the camera in sight."""
        if scrolled.current is not None and capture.number:
            await scrolled.current.scroll_to(offset=0)

    ft.use_effect(to_top, [capture.number])
    body: list[ft.Control] = [_picture(round_, capture, words), _photo_buttons(capture, words)]
    body += [
        PlaceLine(place, round_.pick_place, words),
        ft.Semantics(
            header=True,
            content=ft.Text(words("capture.category"), size=18, weight=ft.FontWeight.W_600),
        ),
        category_grid(load_catalogue(), capture.category, capture.choose, words),
        ft.TextField(
            key=f"text-{capture.number}",
            label=words("capture.text"),
            hint_text=words("capture.text.hint"),
            value=capture.text,
            multiline=True,
            min_lines=2,
            max_lines=5,
            max_length=MAX_TEXT,
            counter="",
            capitalization=ft.TextCapitalization.SENTENCES,
            on_change=capture.set_text,
        ),
    ]
    return ft.Column(
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Column(
                ref=scrolled,
                expand=True,
                scroll=ft.ScrollMode.AUTO,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    ft.Container(
                        padding=theme.GAP,
                        content=ft.Column(
                            spacing=10,
                            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                            controls=body,
                        ),
                    )
                ],
            ),
            _save(capture, words),
        ],
    )


def _problem(capture: CaptureModel, problem: str, words: Words) -> ft.Control:
    """What went wrong; where the preview does not work, the phone's own camera may."""
    other_way = (
        plain_button(words("capture.system_camera"), capture.photograph, key="system-camera")
        if problem.startswith("camera.")
        else None
    )
    return warning_note(words(problem), key="capture-problem", action=other_way)


def _picture(round_: RoundModel, capture: CaptureModel, words: Words) -> ft.Control:
    """The preview, with the photo on top of it once it is taken."""
    layers: list[ft.Control] = []
    if capture.camera is not CameraState.OFF:
        layers.append(Preview(round_, capture, words))
    if capture.is_preparing or capture.camera is CameraState.STARTING:
        key = "capture.preparing" if capture.is_preparing else "capture.camera_starting"
        layers.append(_centred([ft.ProgressRing(), ft.Text(words(key))]))
    elif capture.photos and not capture.wants_another:
        layers.append(
            ft.Container(
                bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,  # the camera goes on behind it
                content=ft.Image(
                    src=capture.photos[-1].photo.jpeg,
                    fit=ft.BoxFit.CONTAIN,
                    expand=True,
                    gapless_playback=True,
                    semantics_label=words("capture.photo_count", count=len(capture.photos)),
                ),
            )
        )
    elif capture.camera is CameraState.OFF:
        layers.append(
            _centred(
                [
                    ft.Icon(ft.Icons.PHOTO_CAMERA, size=48, color=ft.Colors.OUTLINE),
                    ft.Text(words("capture.no_faces"), size=14),
                ]
            )
        )
    return ft.Container(
        height=PREVIEW_DP,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        content=ft.Stack(expand=True, fit=ft.StackFit.EXPAND, controls=layers),
    )


@ft.component
def Preview(round_: RoundModel, capture: CaptureModel, words: Words) -> ft.Control:
    """What the camera sees. Opening it waits until this is on the screen."""
    ft.use_effect(capture.preview_shown, [])
    return ft.Stack(
        expand=True,
        fit=ft.StackFit.EXPAND,
        controls=[
            capture.preview,
            ft.Container(
                left=8,
                right=8,
                bottom=8,
                content=ft.Text(
                    words("capture.no_faces"),
                    size=14,
                    color=ft.Colors.WHITE,
                    bgcolor=ft.Colors.with_opacity(0.6, ft.Colors.BLACK),
                ),
            ),
        ],
    )


def _centred(controls: list[ft.Control]) -> ft.Control:
    return ft.Column(
        alignment=ft.MainAxisAlignment.CENTER,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        controls=controls,
    )


def _photo_buttons(capture: CaptureModel, words: Words) -> ft.Control:
    if capture.photos and not capture.is_preparing and not capture.wants_another:
        return _after_photo(capture, words)
    is_ready = capture.camera in (CameraState.READY, CameraState.TAKING)
    first = (
        plain_button(
            words("capture.shutter"),
            capture.shutter,
            key="shutter",
            icon=ft.Icons.PHOTO_CAMERA,
            expand=3,
            disabled=capture.is_preparing or capture.camera is CameraState.TAKING,
        )
        if is_ready
        else plain_button(
            words("capture.camera_on"),
            capture.want_camera,
            key="camera-on",
            icon=ft.Icons.PHOTO_CAMERA,
            expand=3,
            disabled=capture.camera is CameraState.STARTING,
        )
    )
    second = plain_button(
        words("capture.pick"),
        capture.pick,
        key="pick",
        icon=ft.Icons.PHOTO_LIBRARY_OUTLINED,
        expand=2,
        disabled=capture.is_preparing,
    )
    return ft.Row(spacing=8, controls=[first, second])


def _after_photo(capture: CaptureModel, words: Words) -> ft.Control:
    last = capture.photos[-1].photo.sha256

    def remove() -> None:
        capture.remove_photo(last)

    controls = [
        plain_button(
            words("capture.retake"), remove, key="retake", icon=ft.Icons.REPLAY, expand=True
        )
    ]
    if capture.may_take_another:
        controls.append(
            plain_button(
                words("capture.another"),
                capture.another,
                key="another-photo",
                icon=ft.Icons.ADD_A_PHOTO_OUTLINED,
                expand=True,
            )
        )
    return ft.Row(spacing=8, controls=controls)


def _save(capture: CaptureModel, words: Words) -> ft.Control:
    """Always in sight, and with it what went wrong, what is missing, and that it is saved."""
    parts: list[ft.Control] = []
    if capture.problem is not None:
        parts.append(_problem(capture, capture.problem, words))
    if capture.missing:
        what = ", ".join(words(f"capture.missing.{name}") for name in capture.missing)
        parts.append(warning_note(words("capture.save_anyway", what=what), key="missing"))
    elif capture.just_saved:
        parts.append(done_note(words("capture.saved"), key="saved"))
    key = "capture.save_anyway_go" if capture.missing else "capture.save_next"
    parts.append(
        main_button(
            words("capture.saving" if capture.is_saving else key),
            capture.save,
            key="save-next",
            icon=ft.Icons.CHECK,
            disabled=capture.is_saving or capture.is_preparing,
        )
    )
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.GAP, vertical=8),
        content=ft.Column(
            tight=True,
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=parts,
        ),
    )
