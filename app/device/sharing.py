"""Giving a file away: the phone's own share sheet, a download, paper; and showing a page of ours.

The browser shares and opens windows only for some seconds after a tap, and a file takes longer to
make. So a file is made first and shared on a tap of its own: PRESS_AGAIN asks for that tap.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import flet as ft

from app.device.growing_file import BrowserFile, Content, DiskFile, GrowingFile, page_file
from app.device.page import page_call

log = logging.getLogger(__name__)

HTML, ZIP, TEXT = "text/html", "application/zip", "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """name: without folders. media_type: HTML, ZIP or TEXT. content: bytes, or where they are."""

    name: str
    media_type: str
    content: Content


class Shared(StrEnum):
    """What became of it. NOT_HERE: this phone has no share sheet for such a file, no printer, or no
    room for the file to lie beside the app.

    HELP: the person left what was shown for the numbers to call.
    """

    DONE = "done"
    HELP = "help"
    CHANGED_MIND = "changed_mind"
    PRESS_AGAIN = "press_again"
    NOT_HERE = "not_here"


class Sharing(Protocol):
    @property
    def can_show(self) -> bool:
        """Whether show() and print() do anything here."""
        ...

    def new_file(self, name: str) -> GrowingFile:
        """For a SharedFile that may become large; only the newest stays. Raises OSError."""
        ...

    async def share(self, file: SharedFile, title: str) -> Shared:
        """By the phone's share sheet; returns when it is closed."""
        ...

    async def save(self, file: SharedFile) -> Shared:
        """Where the phone keeps downloads, or where the person says."""
        ...

    async def show(self, page: SharedFile, title: str, *, close: str, help: str) -> Shared:
        """The page over the whole app; returns when the person has closed it, or hide() has.

        title: its name for screen readers. close, help: the words of its buttons.
        """
        ...

    async def hide(self) -> None:
        """What show() shows goes away; nothing when nothing is shown."""
        ...

    async def print(self, page: SharedFile, title: str) -> Shared:
        """Returns when the phone's print dialog is up."""
        ...


class PageSharing:
    """In the browser: see assets/web/sharing.js."""

    can_show = True

    def new_file(self, name: str) -> GrowingFile:
        return page_file()

    async def share(self, file: SharedFile, title: str) -> Shared:
        return await _asked("share_file", file, {"title": title})

    async def save(self, file: SharedFile) -> Shared:
        return await _asked("save_file", file, {})

    async def show(self, page: SharedFile, title: str, *, close: str, help: str) -> Shared:
        return await _asked("show_page", page, {"title": title, "close": close, "help": help})

    async def hide(self) -> None:
        await page_call("hide_page")

    async def print(self, page: SharedFile, title: str) -> Shared:
        return await _asked("print_page", page, {"title": title})


async def _asked(call: str, file: SharedFile, more: Mapping[str, object]) -> Shared:
    from pyodide.ffi import to_js

    kept = file.content
    content = kept.blob if isinstance(kept, BrowserFile) else to_js(kept)
    args = {"name": file.name, "type": file.media_type, "content": content, **more}
    return Shared(str(await page_call(call, args)))


class NativeSharing:
    """In a packaged app: the file lies in `folder` for as long as another app may read it.

    The services are made by the first use: Flet ties them to the page that is up then.
    """

    can_show = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new_file(self, name: str) -> GrowingFile:
        return DiskFile(_emptied(self._folder / "large") / Path(name).name)

    async def share(self, file: SharedFile, title: str) -> Shared:
        try:
            path = self._written(file)
        except OSError as error:
            log.warning("the file cannot lie where another app reads it: %s", error)
            return Shared.NOT_HERE
        shared = ft.ShareFile.from_path(str(path), name=file.name)
        result = await ft.Share().share_files([shared], title=title)
        if result.status is ft.ShareResultStatus.SUCCESS:
            return Shared.DONE
        is_dismissed = result.status is ft.ShareResultStatus.DISMISSED
        return Shared.CHANGED_MIND if is_dismissed else Shared.NOT_HERE

    async def save(self, file: SharedFile) -> Shared:
        try:
            content = _bytes_of(file)
        except OSError as error:
            log.warning("the file cannot be read any more: %s", error)
            return Shared.NOT_HERE
        chosen = await ft.FilePicker().save_file(file_name=file.name, src_bytes=content)
        return Shared.CHANGED_MIND if chosen is None else Shared.DONE

    async def show(self, page: SharedFile, title: str, *, close: str, help: str) -> Shared:
        log.info("a packaged app has no page to show in; the share sheet opens files")
        return Shared.NOT_HERE

    async def hide(self) -> None:
        """Nothing is shown here."""

    async def print(self, page: SharedFile, title: str) -> Shared:
        return Shared.NOT_HERE

    def _written(self, file: SharedFile) -> Path:
        """Only the newest of what was shared stays."""
        if isinstance(file.content, Path):
            return file.content
        path = _emptied(self._folder) / Path(file.name).name
        path.write_bytes(_bytes_of(file))
        return path


def _emptied(folder: Path) -> Path:
    """Of files; what lies deeper stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for older in folder.iterdir():
        if older.is_file():
            older.unlink()
    return folder


def _bytes_of(file: SharedFile) -> bytes:
    content = file.content
    if isinstance(content, BrowserFile):
        raise OSError("the file is in the browser")
    return content.read_bytes() if isinstance(content, Path) else content
