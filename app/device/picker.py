"""Choosing a picture that is already on the phone, or taking one with the phone's own camera."""

from __future__ import annotations

from typing import Protocol

import flet as ft

from app.device.page import page_call
from app.device.photo.blob import BlobSource
from app.device.photo.source import BytesSource, PhotoSource

ACCEPT = "image/*"
ACCEPT_ZIP = ".zip,application/zip"
MAX_ZIP_BYTES = 200_000_000
"""Some hundred photos: more would not fit in the memory that a browser gives a page."""


class Picker(Protocol):
    async def pick(self) -> PhotoSource | None:
        """One of the phone's pictures; None when the person changed their mind."""
        ...

    async def photograph(self) -> PhotoSource | None:
        """A picture taken now with the phone's own camera app; None when there came none."""
        ...

    async def pick_zip(self) -> bytes | None:
        """A zip file; None when the person changed their mind. Raises FileTooLarge."""
        ...


class FileTooLarge(Exception):
    """The file is larger than this phone can hold in its memory."""


class PagePicker:
    """In the browser: the file stays with the browser, no byte goes through Flet."""

    async def pick(self) -> PhotoSource | None:
        return await self._ask(None)

    async def photograph(self) -> PhotoSource | None:
        return await self._ask("environment")

    async def pick_zip(self) -> bytes | None:
        file = await page_call("pick_photo", {"accept": ACCEPT_ZIP, "capture": None})
        if file is None:
            return None
        source = BlobSource(file)
        if source.size > MAX_ZIP_BYTES:
            raise FileTooLarge(str(source.size))
        return await source.read(0, source.size)

    async def _ask(self, capture: str | None) -> PhotoSource | None:
        file = await page_call("pick_photo", {"accept": ACCEPT, "capture": capture})
        return None if file is None else BlobSource(file)


class FletPicker:
    """In the packaged app."""

    def __init__(self) -> None:
        self._picker = ft.FilePicker()

    async def pick(self) -> PhotoSource | None:
        files = await self._picker.pick_files(
            file_type=ft.FilePickerFileType.IMAGE, allow_multiple=False, with_data=True
        )
        content = files[0].bytes if files else None
        return None if content is None else BytesSource(content)

    async def photograph(self) -> PhotoSource | None:
        return await self.pick()

    async def pick_zip(self) -> bytes | None:
        files = await self._picker.pick_files(
            file_type=ft.FilePickerFileType.CUSTOM, allowed_extensions=["zip"], with_data=True
        )
        if files and files[0].size > MAX_ZIP_BYTES:
            raise FileTooLarge(str(files[0].size))
        return files[0].bytes if files else None
