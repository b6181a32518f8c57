"""Storage in the browser: the Python side of assets/web/storage.js, which says how it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.device.page import load_page_module
from app.device.storage.database import DURABLE
from app.device.storage.errors import (
    AlreadyOpen,
    AppNotLoaded,
    InsecurePage,
    PhotoMissing,
    StorageError,
    StorageFull,
    StorageUnavailable,
)
from app.device.storage.protocol import Persistence

if TYPE_CHECKING:
    from pyodide.ffi import JsProxy

MODULE = "storage.js"
MOUNTPOINT = "/db"
FAULTS: dict[str, type[StorageError]] = {
    kind.__name__: kind for kind in (StorageFull, AlreadyOpen, StorageUnavailable, PhotoMissing)
}


@contextmanager
def _javascript_errors() -> Iterator[None]:
    from pyodide.ffi import JsException

    try:
        yield
    except JsException as error:
        kind = FAULTS.get(error.name)
        if kind is None:
            raise
        raise kind(error.message) from error


class BrowserPhotos:
    def __init__(self, photos: "JsProxy") -> None:
        self._photos = photos

    async def write(self, name: str, content: bytes) -> None:
        from pyodide.ffi import to_js

        with _javascript_errors():
            await self._photos.write(name, to_js(content))

    async def overwrite(self, name: str, content: bytes) -> None:
        await self.write(name, content)

    async def read(self, name: str) -> bytes:
        with _javascript_errors():
            content: bytes = (await self._photos.read(name)).to_bytes()
        return content

    async def delete(self, name: str) -> None:
        with _javascript_errors():
            await self._photos.remove(name)

    async def names(self) -> list[str]:
        with _javascript_errors():
            return sorted(await self._photos.names())


class BrowserStorage:
    """Only in the Python worker: a page's own thread has no synchronous files."""

    database_path = f"{MOUNTPOINT}/rundan.db"
    pragmas = DURABLE

    def __init__(self) -> None:
        self._opened: JsProxy | None = None

    @property
    def persistence(self) -> Persistence:
        return Persistence(self._open_storage.persistence)

    @property
    def photos(self) -> BrowserPhotos:
        return BrowserPhotos(self._open_storage.photos)

    @property
    def beside(self) -> BrowserPhotos:
        return BrowserPhotos(self._open_storage.beside)

    async def open(self) -> None:
        import js
        import pyodide_js
        from pyodide.ffi import JsException

        if not js.isSecureContext:
            raise InsecurePage("the page was not fetched over https")
        try:
            module = await load_page_module(MODULE)
        except JsException as error:
            raise AppNotLoaded(str(error)) from error
        with _javascript_errors():
            self._opened = await module.open(pyodide_js.FS, MOUNTPOINT)

    async def flush(self) -> None:
        with _javascript_errors():
            await self._open_storage.flush()

    async def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    @property
    def _open_storage(self) -> "JsProxy":
        if self._opened is None:
            raise StorageUnavailable("open() has not succeeded")
        return self._opened
