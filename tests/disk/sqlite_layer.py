"""SQLite's own reads and writes, seen from a test: a layer over its file system layer.

SQLite writes in C, where no patch of Python's reaches. What it does with a disk goes through a
"VFS" (https://sqlite.org/vfs.html): two tables of functions. Here some of those functions are ours,
called through ctypes in the very library that Python's sqlite3 is linked to, and the rest are left.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any, Protocol

Returns = c_int
_OPEN = CFUNCTYPE(Returns, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = CFUNCTYPE(Returns, c_void_p, c_char_p, c_int)
_READ = _WRITE = CFUNCTYPE(Returns, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(Returns, c_void_p, c_int64)
_SYNC = CFUNCTYPE(Returns, c_void_p, c_int)
_SET_CALL = CFUNCTYPE(Returns, c_void_p, c_char_p, c_void_p)
_GET_CALL = CFUNCTYPE(c_void_p, c_void_p, c_char_p)
_OPEN_FOLDER = CFUNCTYPE(Returns, c_char_p, POINTER(c_int))


class _Vfs(Structure):
    """sqlite3_vfs, version 3."""

    _fields_ = (
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", c_void_p),
        ("xDelete", c_void_p),
        *((name, c_void_p) for name in ("xAccess", "xFullPathname", "xDlOpen", "xDlError")),
        *((name, c_void_p) for name in ("xDlSym", "xDlClose", "xRandomness", "xSleep")),
        *((name, c_void_p) for name in ("xCurrentTime", "xGetLastError", "xCurrentTimeInt64")),
        *((name, c_void_p) for name in ("xSetSystemCall", "xGetSystemCall", "xNextSystemCall")),
    )


class _Methods(Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = (
        ("iVersion", c_int),
        *((name, c_void_p) for name in ("xClose", "xRead", "xWrite", "xTruncate", "xSync")),
        *((name, c_void_p) for name in ("xFileSize", "xLock", "xUnlock", "xCheckReservedLock")),
        *((name, c_void_p) for name in ("xFileControl", "xSectorSize", "xDeviceCharacteristics")),
        *((name, c_void_p) for name in ("xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap")),
        *((name, c_void_p) for name in ("xFetch", "xUnfetch")),
    )


class Watcher(Protocol):
    """Is told of every call before it is done. SQLite fails with what it returns, unless 0.

    wants_fsync: False saves the time of really waiting for the disk.
    """

    wants_fsync: bool

    def sqlite_calls(self, what: str, path: Path) -> int:
        """what: "open", "read", "write", "truncate", "fsync" or "delete"."""

    def sqlite_synced(self, path: Path) -> None:
        """A file's bytes, or a folder's names, are on disk now."""


class SqliteLayer:
    """One per process and never unloaded: connections keep pointing into it."""

    _only: SqliteLayer | None = None

    def __init__(self) -> None:
        self._watcher: Watcher | None = None
        self._library = library = _sqlite_of_python()
        library.sqlite3_vfs_find.restype = POINTER(_Vfs)
        library.sqlite3_vfs_register.argtypes = (c_void_p, c_int)
        self._below = below = library.sqlite3_vfs_find(None)
        assert below.contents.iVersion == 3, "this SQLite has another sqlite3_vfs than version 3"
        self._paths: dict[int, Path] = {}
        self._methods: dict[int, _Methods] = {}
        self._kept: list[Any] = []  # what C points to must not be collected
        self._vfs = _Vfs.from_buffer_copy(below.contents)
        self._vfs.zName = b"watched"
        self._vfs.xOpen = self._ours(_OPEN, below.contents.xOpen, self._opens)
        self._vfs.xDelete = self._ours(_DELETE, below.contents.xDelete, self._deletes)
        self._watch_folders()
        library.sqlite3_vfs_register(ctypes.byref(self._vfs), 0)

    @classmethod
    @contextmanager
    def watched_by(cls, watcher: Watcher) -> Iterator[None]:
        """Databases opened within are watched; they are to be closed within too."""
        layer = cls._only = cls._only or SqliteLayer()
        layer._library.sqlite3_vfs_register(ctypes.byref(layer._vfs), 1)
        layer._watcher = watcher
        try:
            yield
        finally:
            layer._watcher = None
            layer._library.sqlite3_vfs_register(layer._below, 1)

    def _ours(self, kind: Any, original: int, ours: Callable[..., int]) -> int | None:
        """The address of a C function that calls `ours` with the original and its arguments."""
        function = kind(original)
        callback = kind(lambda *arguments: ours(function, *arguments))
        self._kept += [function, callback]
        return ctypes.cast(callback, c_void_p).value

    def _tell(self, what: str, path: Path | None) -> int:
        if self._watcher is None or path is None:
            return 0
        return self._watcher.sqlite_calls(what, path)

    def _told_synced(self, path: Path | None) -> None:
        if self._watcher is not None and path is not None:
            self._watcher.sqlite_synced(path)

    def _opens(self, open_: Any, vfs: int, name: int | None, file: int, *rest: Any) -> int:
        path = None if name is None else Path(os.fsdecode(ctypes.string_at(name)))
        failed = self._tell("open", path) or open_(vfs, name, file, *rest)
        methods = c_void_p.from_address(file)  # the first word of a file
        if failed:
            methods.value = None
            return int(failed)
        if path is not None and methods.value is not None:
            self._paths[file] = path
            methods.value = ctypes.addressof(self._methods_over(methods.value))
        return 0

    def _methods_over(self, address: int) -> _Methods:
        if address not in self._methods:
            made = _Methods.from_buffer_copy(_Methods.from_address(address))
            for field, kind, ours in (
                ("xRead", _READ, self._reads),
                ("xWrite", _WRITE, self._writes),
                ("xTruncate", _TRUNCATE, self._truncates),
                ("xSync", _SYNC, self._syncs),
            ):
                setattr(made, field, self._ours(kind, getattr(made, field), ours))
            self._methods[address] = made
        return self._methods[address]

    def _reads(self, read: Any, file: int, *rest: Any) -> int:
        return int(self._tell("read", self._paths[file]) or read(file, *rest))

    def _writes(self, write: Any, file: int, data: int, amount: int, offset: int) -> int:
        """A write that fails has written half: disks do that."""
        failed = self._tell("write", self._paths[file])
        done = write(file, data, amount // 2 if failed else amount, offset)
        return int(failed or done)

    def _truncates(self, truncate: Any, file: int, size: int) -> int:
        return int(self._tell("truncate", self._paths[file]) or truncate(file, size))

    def _syncs(self, sync: Any, file: int, flags: int) -> int:
        failed = self._tell("fsync", self._paths[file])
        if not failed and (self._watcher is None or self._watcher.wants_fsync):
            failed = sync(file, flags)
        if not failed:
            self._told_synced(self._paths[file])
        return int(failed)

    def _deletes(self, delete: Any, vfs: int, name: bytes, wants_sync: int) -> int:
        return int(self._tell("delete", Path(os.fsdecode(name))) or delete(vfs, name, wants_sync))

    def _watch_folders(self) -> None:
        """SQLite opens a folder for one purpose: to put its list of names on disk."""
        name = b"openDirectory"
        address = _GET_CALL(self._below.contents.xGetSystemCall)(self._below, name)

        def opens_folder(open_folder: Any, path: bytes, descriptor: Any) -> int:
            failed = open_folder(path, descriptor)
            if not failed:
                self._told_synced(Path(os.fsdecode(path)).parent)
            return int(failed)

        ours = self._ours(_OPEN_FOLDER, address, opens_folder)
        set_call = _SET_CALL(self._below.contents.xSetSystemCall)
        assert set_call(self._below, name, ours) == 0


def _sqlite_of_python() -> ctypes.CDLL:
    """Finds symbols in the SQLite that Python's sqlite3 calls; other packages may bring others."""
    library = ctypes.CDLL(_sqlite3.__file__)
    if not hasattr(library, "sqlite3_vfs_find"):
        raise RuntimeError(
            "Python's sqlite3 has SQLite built in, so its writes cannot be watched and these "
            "tests say nothing: use a Python that links to libsqlite3, as Debian's does."
        )
    return library
