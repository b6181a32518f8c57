"""The camera on a screen: off, starting, ready, and the torch of one that has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum

import flet as ft

from app.device.camera import CameraError
from app.device.photo.source import BytesSource, PhotoSource
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.services import Services
from app.i18n import Words

CAMERA_USED = "camera_used"


class CameraState(StrEnum):
    OFF = "off"
    STARTING = "starting"
    READY = "ready"
    TAKING = "taking"


@ft.observable
class CameraModel:
    """problem: key of the words for what went wrong.

    pressed: the shutter is down, the picture will be of this moment. taken: with the picture.
    """

    def __init__(
        self,
        services: Services,
        notices: Notices,
        words: Words,
        *,
        pressed: Callable[[], None],
        taken: Callable[[PhotoSource], Awaitable[None]],
    ) -> None:
        self.state = CameraState.OFF
        self.problem: str | None = None
        self.has_torch = False
        self.is_torch_on = False
        self._services, self._notices, self._words = services, notices, words
        self._pressed, self._taken = pressed, taken
        self._opening = 0

    @property
    def preview(self) -> ft.Control:
        return self._services.camera.preview

    def want(self) -> None:
        """Shows the preview; opening follows once it is on the screen."""
        self.problem, self.state = None, CameraState.STARTING

    def again(self) -> None:
        """The screen is back: the camera too, for a person who has used it before."""
        if self._services.local.fact(CAMERA_USED) and self.state is CameraState.OFF:
            self.state = CameraState.STARTING

    async def shown(self) -> None:
        """The preview is on the screen; once more, when a page lay above it meanwhile."""
        if self.state is CameraState.READY:
            self.state, self.is_torch_on = CameraState.STARTING, False
        local, camera = self._services.local, self._services.camera
        self._opening += 1
        opening = self._opening
        try:
            await camera.open()
        except CameraError as error:
            if opening != self._opening or self.state is not CameraState.STARTING:
                return  # the person has gone elsewhere meanwhile
            self.problem, self.state = error.key, CameraState.OFF
            with telling_when_not_kept(self._notices, self._words):
                local.set_facts({CAMERA_USED: None})
        else:
            if opening != self._opening or self.state is not CameraState.STARTING:
                return
            self.state = CameraState.READY
            self.has_torch, self.is_torch_on = camera.has_torch, False
            if not local.fact(CAMERA_USED):
                with telling_when_not_kept(self._notices, self._words):
                    local.set_facts({CAMERA_USED: "yes"})

    def off(self) -> None:
        self.state, self.is_torch_on = CameraState.OFF, False

    async def shutter(self) -> None:
        if self.state is not CameraState.READY:
            return
        self.state = CameraState.TAKING
        self._pressed()
        try:
            picture = await self._services.camera.take()
        except CameraError as error:
            if self.state is CameraState.TAKING:
                self.problem, self.state = error.key, CameraState.OFF
            return
        if self.state is CameraState.TAKING:
            self.state = CameraState.READY
        await self._taken(BytesSource(picture))

    async def switch_torch(self) -> None:
        """A camera that cannot after all has no button for it any more."""
        wanted = not self.is_torch_on
        try:
            await self._services.camera.torch(wanted)
        except CameraError as error:
            self.problem, self.has_torch, self.is_torch_on = error.key, False, False
        else:
            self.is_torch_on = wanted
