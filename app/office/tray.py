"""Files that a browser of the office sends: picked there, put into a folder of this process.

Flet's own upload: the browser opens its dialog inside the press, and sends the file to an address
that is signed for this one file and these few minutes.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import flet as ft

log = logging.getLogger(__name__)

VALID_S = 15 * 60
MAX_FILE_BYTES = 512 * 1024 * 1024
"""More than a thousand photos of 400 kB."""

Progress = Callable[[float], None]
Arrived = Callable[[Path], Awaitable[None]]
Failed = Callable[[str], None]


class Tray(Protocol):
    """picking: the action of the button that opens the browser's dialog."""

    @property
    def picking(self) -> ft.ClientAction | None: ...

    def listen(self, *, progress: Progress, arrived: Arrived, failed: Failed) -> None:
        """progress: from 0 to 1. failed: with the key of the words. Of one listener only."""
        ...

    def done_with(self, file: Path) -> None:
        """The file goes; it is the person's own copy that stays."""
        ...


class PageTray:
    """One browser's, made while its page opens."""

    def __init__(self, page: ft.Page, folder: Path) -> None:
        self._page, self._folder = page, folder
        self._picker = ft.FilePicker(on_result=self._picked, on_upload=self._uploading)
        self._name: str | None = None
        self._size = 0

    @property
    def picking(self) -> ft.ClientAction:
        return ft.PickFiles(
            self._picker,
            file_type=ft.FilePickerFileType.CUSTOM,
            allowed_extensions=["zip"],
            cancel_upload_on_window_blur=False,
        )

    def listen(self, *, progress: Progress, arrived: Arrived, failed: Failed) -> None:
        self._progress, self._arrived, self._failed = progress, arrived, failed

    def done_with(self, file: Path) -> None:
        file.unlink(missing_ok=True)

    async def _picked(self, event: ft.FilePickerResultEvent) -> None:
        if not event.files:
            return
        picked = event.files[0]
        if picked.size > MAX_FILE_BYTES:
            self._failed("office.refused.file_too_large")
            return
        self._name, self._size = f"{uuid4().hex}.zip", picked.size
        self._progress(0.0)
        url = self._page.get_upload_url(self._name, VALID_S)
        await self._picker.upload(
            [ft.FilePickerUploadFile(upload_url=url, id=picked.id, name=picked.name)]
        )

    async def _uploading(self, event: ft.FilePickerUploadEvent) -> None:
        if self._name is None:
            return
        file = self._folder / self._name
        if event.error:
            log.warning("a file did not arrive: %s", event.error)
            self._name = None
            self.done_with(file)
            self._failed("office.refused.upload_failed")
        elif event.progress is not None and event.progress < 1:
            self._progress(event.progress)
        elif event.progress is not None:
            self._name = None
            if file.exists() and file.stat().st_size == self._size:
                await self._arrived(file)
            else:
                self.done_with(file)
                self._failed("office.refused.upload_failed")
