"""What can go wrong with storage, by what the caller can do about it.

* StorageError
  - StorageFull          nothing of this was kept; the person frees space, then tries again
  - AlreadyOpen          Rundan is open in another tab or process; the person closes that one
  - StorageUnavailable   this browser or folder can keep nothing; the text is for the log
    - InsecurePage       the page came over plain http from another machine; it needs https
    - AppNotLoaded       a part of the app could not be fetched; loading the page anew fetches all
  - StorageDamaged       what is kept cannot be read; nothing may be cleared, a person must look
  - PhotoMissing         there is no photo of that name
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sync.client.phone_storage import PhoneStorageError


class StorageError(PhoneStorageError):
    """Base of all that Storage raises."""


class StorageFull(StorageError):
    """No room. What was being written is not there, not even half."""


class AlreadyOpen(StorageError):
    """Somebody else has this storage open; after they close it, open() works."""


class StorageUnavailable(StorageError):
    """The storage cannot be opened, read or written at all."""


class InsecurePage(StorageUnavailable):
    """Browsers give neither storage, camera nor place to such a page."""


class AppNotLoaded(StorageUnavailable):
    """The network went away in the first start, or the store got a newer app just then."""


class StorageDamaged(StorageError):
    """The database's file is not a whole database any more."""


class PhotoMissing(StorageError, LookupError):
    """The name is not among photos.names()."""


def is_damage(error: BaseException | None) -> bool:
    """Whether an error says that the database is not whole, however it was met."""
    if isinstance(error, StorageDamaged):
        return True
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    is_sqlite = isinstance(error, sqlite3.DatabaseError)
    return is_sqlite and code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextmanager
def opening_errors() -> Iterator[None]:
    """As database_errors, around opening: a damaged schema gives errors as of wrong SQL, too."""
    try:
        with database_errors():
            yield
    except sqlite3.Error as error:
        raise StorageDamaged(str(error)) from error


@contextmanager
def database_errors() -> Iterator[None]:
    """Put around a transaction: SQLite's errors about the disk and the file become ours.

    Any other sqlite3.Error is a fault in our SQL and passes through.
    """
    try:
        yield
    except UnicodeDecodeError as error:  # of an error that names what the schema has become
        raise StorageDamaged(str(error)) from error
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:  # Python's own: a text that is no text any more
            raise StorageDamaged(str(error)) from error
        match code & 0xFF:
            case sqlite3.SQLITE_FULL:
                raise StorageFull(str(error)) from error
            case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY:
                raise StorageUnavailable(str(error)) from error
            case sqlite3.SQLITE_BUSY:
                raise AlreadyOpen(str(error)) from error
        raise
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise StorageDamaged(str(error)) from error
        raise
