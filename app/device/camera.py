"""The camera with a live preview. One implementation: flet_camera."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

import flet as ft
import flet_camera as fc

from app.device.page import PageCallFailed, is_in_page, page_call

log = logging.getLogger(__name__)

AGAIN_S = 0.7
JPEG_START = b"\xff\xd8"
MIRRORED = (
    b"\xff\xe1\x00\x22Exif\x00\x00"  # APP1 of 34 bytes
    b"MM\x00\x2a\x00\x00\x00\x08"  # TIFF, big-endian, first directory at 8
    b"\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x02\x00\x00"  # one entry: orientation 2
    b"\x00\x00\x00\x00"  # no further directory
)
"""Exif 2.32, 4.6.4: orientation 2 is mirrored left to right."""


class CameraError(Exception):
    """key: the words for the person."""

    key = "camera.failed"


class CameraDenied(CameraError):
    key = "camera.denied"


class NoCamera(CameraError):
    key = "camera.none"


class TorchFailed(CameraError):
    key = "camera.torch_failed"


class Camera(Protocol):
    @property
    def has_torch(self) -> bool:
        """Whether the open camera has a lamp that can stay on; asked again at every open()."""
        ...

    @property
    def preview(self) -> ft.Control:
        """The control that shows what the camera sees; it must be on the screen before open."""
        ...

    async def open(self) -> None:
        """Raises CameraError."""
        ...

    async def take(self) -> bytes:
        """The picture as the camera made it. Raises CameraError."""
        ...

    async def torch(self, on: bool) -> None:
        """The lamp; off after every open(). Raises TorchFailed, and has_torch is False then."""
        ...


class FletCamera:
    """The back camera, at the resolution nearest above what is kept (1600 px)."""

    def __init__(self) -> None:
        self._camera = fc.Camera(preview_enabled=True, expand=True)
        self._is_mirrored = False
        self._has_torch = False

    @property
    def has_torch(self) -> bool:
        return self._has_torch

    @property
    def preview(self) -> ft.Control:
        shown: ft.Control = self._camera
        return shown

    async def open(self) -> None:
        """Tries again once: a camera that another screen has just let go of needs a moment, and a
        busy browser may not see one at first."""
        try:
            await self._open()
        except CameraDenied:
            raise
        except CameraError as error:
            log.info("the camera did not open, once more: %s", error)
            await asyncio.sleep(AGAIN_S)
            await self._open()

    async def _open(self) -> None:
        try:
            cameras = await self._camera.get_available_cameras()
            if not cameras:
                raise NoCamera
            back = [c for c in cameras if c.lens_direction is fc.CameraLensDirection.BACK]
            # camera_web (takePicture) mirrors the pictures of every camera but a back one.
            self._is_mirrored = is_in_page() and not back
            await self._camera.initialize(
                (back or cameras)[0], fc.ResolutionPreset.VERY_HIGH, enable_audio=False
            )
        except (RuntimeError, TimeoutError) as error:
            raise _translated(error) from error
        # A packaged app only learns by trying; a front camera never has one.
        self._has_torch = bool(await page_call("has_torch")) if is_in_page() else bool(back)

    async def torch(self, on: bool) -> None:
        """In the page without camera_web: its refusal would leave the preview's state in error."""
        try:
            if is_in_page():
                is_done = bool(await page_call("torch", {"on": on}))
            else:
                mode = fc.FlashMode.TORCH if on else fc.FlashMode.OFF
                await self._camera.set_flash_mode(mode)
                is_done = True
        except (RuntimeError, TimeoutError, PageCallFailed) as error:
            self._has_torch = False
            raise TorchFailed(str(error)) from error
        if not is_done:
            self._has_torch = False
            raise TorchFailed("the camera has none")

    async def take(self) -> bytes:
        try:
            taken = await self._camera.take_picture()
        except (RuntimeError, TimeoutError) as error:
            raise _translated(error) from error
        picture = bytes(taken)
        return marked_as_mirrored(picture) if self._is_mirrored else picture


def marked_as_mirrored(jpeg: bytes) -> bytes:
    """The same JPEG with Exif orientation 2 in front, so that the codec turns it the right way."""
    if not jpeg.startswith(JPEG_START):
        return jpeg
    return JPEG_START + MIRRORED + jpeg[len(JPEG_START) :]


def _translated(error: Exception) -> CameraError:
    """flet_camera gives the plugin's own error codes as text (camera_platform_interface)."""
    text = str(error).lower()
    if "denied" in text or "notallowed" in text or "permission" in text:
        return CameraDenied(text)
    if "notfound" in text or "no camera" in text or "cameranotfound" in text:
        return NoCamera(text)
    return CameraError(text)
