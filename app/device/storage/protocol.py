"""What the field app asks of storage, the same on a phone's disk and in a browser."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol


class Persistence(StrEnum):
    """How far what is kept here can be trusted to stay."""

    DURABLE = "durable"
    """Files on disk."""

    FALLBACK = "fallback"
    """The browser's IndexedDB, for engines without better: kept, only slower to write."""

    FORGETFUL = "forgetful"
    """A private window: all is gone when it closes. Say so before the first round."""


class PhotoFiles(Protocol):
    """Photos by name (their SHA-256). A photo that is there is whole."""

    async def write(self, name: str, content: bytes) -> None:
        """Returns when the photo is on disk; the same name again replaces it."""

    async def read(self, name: str) -> bytes:
        """Raises PhotoMissing."""

    async def delete(self, name: str) -> None:
        """Raises PhotoMissing."""

    async def names(self) -> list[str]:
        """Sorted."""


class OwnFiles(PhotoFiles, Protocol):
    async def overwrite(self, name: str, content: bytes) -> None:
        """As write, and faster: not on disk yet. A power cut may leave the old, or a mixture.

        For small things that tell themselves whether they are whole.
        """


class Storage(Protocol):
    """Opened once, by one tab or process at a time. Raises StorageError (see errors.py)."""

    @property
    def database_path(self) -> str:
        """Where sqlite3 opens the database, once open() has returned. One connection at a time."""

    @property
    def pragmas(self) -> Sequence[str]:
        """To be run first on the connection, in this order: flush() relies on them."""

    @property
    def persistence(self) -> Persistence:
        """Known once open() has returned."""

    @property
    def photos(self) -> PhotoFiles: ...

    @property
    def beside(self) -> OwnFiles:
        """Files of our own beside the database, kept as safely as photos."""
        ...

    async def open(self) -> None: ...

    async def flush(self) -> None:
        """Returns when everything committed so far is on disk: then the screen may say "Sparad".

        After StorageFull the commit is still in memory, and the next flush() tries it again.
        """

    async def close(self) -> None:
        """Close the database's connection first."""
