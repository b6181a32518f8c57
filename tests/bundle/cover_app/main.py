"""The real cover screen over the browser's real codec and storage, without a round around it."""

from types import SimpleNamespace
from typing import Any

import flet as ft

from app.device.photo.browser import CanvasCodec
from app.device.photo.codec import thumbnail_name
from app.device.picker import PagePicker
from app.device.storage.browser import BrowserStorage
from app.field.models.cover_model import CoverModel, CoverResult
from app.field.models.notices import Notices
from app.field.screens.cover_screen import CoverScreen
from app.i18n import Words

AROUND: Any = SimpleNamespace(
    sync=None,
    phase=None,
    settings=None,
    pages=SimpleNamespace(open_help=lambda: None),
    notices=Notices(),
    words=Words("sv"),
)
"""As much of an AppModel as the screen asks for."""


@ft.observable
class Desk:
    def __init__(self, storage: BrowserStorage) -> None:
        self.storage, self.codec = storage, CanvasCodec()
        self.cover: CoverModel | None = None
        self.said = "Redo"

    async def pick(self) -> None:
        source = await PagePicker().pick()
        if source is None:
            return
        photo = await self.codec.prepare(source)
        await self.storage.photos.write(photo.sha256, photo.jpeg)
        await self.storage.photos.write(thumbnail_name(photo.sha256), photo.thumbnail)
        self.cover = CoverModel(
            self.codec, self.storage.photos, photo, self.done, cancelled=self.cancelled
        )

    async def done(self, result: CoverResult) -> None:
        self.said = f"{result.cover.value} {result.photo.sha256}"

    def cancelled(self) -> None:
        self.cover = None

    async def look(self) -> None:
        self.cover = None
        self.said += f"; {len(await self.storage.photos.names())} filer"


@ft.component
def DeskScreen(desk: Desk) -> ft.Control:
    if desk.cover is not None and desk.said == "Redo":
        return CoverScreen(AROUND, desk.cover, Words("sv"))
    return ft.SafeArea(
        content=ft.Column(
            controls=[
                ft.Text(desk.said),
                ft.Button("Välj bild", on_click=desk.pick),
                ft.Button("Räkna filer", on_click=desk.look),
            ]
        )
    )


async def main(page: ft.Page) -> None:
    page.padding = 0
    storage = BrowserStorage()
    await storage.open()
    page.render(DeskScreen, Desk(storage))


ft.run(main)
