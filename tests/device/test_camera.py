"""Pictures that the browser's camera plugin mirrors come out the right way round."""

from __future__ import annotations

import asyncio
import io

import flet_camera as fc
import pytest
from PIL import Image

from app.device import camera as device_camera
from app.device.camera import CameraError, FletCamera, NoCamera, TorchFailed, marked_as_mirrored
from app.device.photo.native import PillowCodec
from app.device.photo.source import BytesSource


def a_picture_red_on_the_left() -> bytes:
    picture = Image.new("RGB", (200, 100), "blue")
    picture.paste("red", (0, 0, 100, 100))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return out.getvalue()


def test_a_mirrored_picture_is_turned_back() -> None:
    marked = marked_as_mirrored(a_picture_red_on_the_left())
    prepared = asyncio.run(PillowCodec().prepare(BytesSource(marked)))
    kept = Image.open(io.BytesIO(prepared.jpeg)).convert("RGB")
    assert kept.getpixel((150, 50))[0] > 200, "red is on the right now"
    assert kept.getpixel((50, 50))[2] > 200, "blue is on the left now"


def test_what_is_no_jpeg_is_left_as_it_is() -> None:
    assert marked_as_mirrored(b"png or nothing") == b"png or nothing"


# The lamp, in a packaged app (in the page: tests/journeys/test_torch.py)


class PluginCamera:
    """What flet_camera's control is asked for. lens: where the only camera looks.

    unseen: so many times there is no camera when it is looked for.
    """

    def __init__(
        self, lens: fc.CameraLensDirection, *, refuses: bool = False, unseen: int = 0
    ) -> None:
        self.lens, self.refuses, self.unseen = lens, refuses, unseen
        self.modes: list[fc.FlashMode] = []

    async def get_available_cameras(self) -> list[fc.CameraDescription]:
        if self.unseen > 0:
            self.unseen -= 1
            return []
        return [fc.CameraDescription(name="0", lens_direction=self.lens, sensor_orientation=90)]

    async def initialize(self, *given: object, **named: object) -> None: ...

    async def set_flash_mode(self, mode: fc.FlashMode) -> None:
        if self.refuses:
            raise RuntimeError("setFlashModeFailed")
        self.modes.append(mode)


def opened(plugin: PluginCamera) -> FletCamera:
    camera = FletCamera()
    camera._camera = plugin
    assert not camera.has_torch, "nothing is known before it is open"
    asyncio.run(camera.open())
    return camera


def test_the_lamp_of_the_back_camera_is_switched_on_and_off() -> None:
    plugin = PluginCamera(fc.CameraLensDirection.BACK)
    camera = opened(plugin)
    assert camera.has_torch
    asyncio.run(camera.torch(True))
    asyncio.run(camera.torch(False))
    assert plugin.modes == [fc.FlashMode.TORCH, fc.FlashMode.OFF]


def test_a_camera_that_looks_at_a_face_has_no_lamp() -> None:
    assert not opened(PluginCamera(fc.CameraLensDirection.FRONT)).has_torch


def test_a_lamp_that_cannot_be_switched_is_not_offered_again() -> None:
    camera = opened(PluginCamera(fc.CameraLensDirection.BACK, refuses=True))
    with pytest.raises(TorchFailed) as failed:
        asyncio.run(camera.torch(True))
    assert isinstance(failed.value, CameraError)
    assert not camera.has_torch


# Opening


@pytest.fixture
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_camera, "AGAIN_S", 0.0)


@pytest.mark.usefixtures("no_wait")
def test_a_camera_that_the_browser_does_not_see_at_first_is_found() -> None:
    assert opened(PluginCamera(fc.CameraLensDirection.BACK, unseen=1)).has_torch


@pytest.mark.usefixtures("no_wait")
def test_a_phone_without_a_camera_says_so() -> None:
    with pytest.raises(NoCamera):
        opened(PluginCamera(fc.CameraLensDirection.BACK, unseen=99))
