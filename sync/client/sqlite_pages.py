"""The rows that are still readable in the bytes of an SQLite database, page by page.

SQLite itself stops at the first page that makes no sense, and drops all of a write-ahead log after
the first frame whose sum is wrong. Here every leaf of a table is read for itself, so what stands
beside the damage comes out (sqlite.org/fileformat2.html, sections 1.5, 1.6, 2.1 and 4). Which table
a row is of is not looked up: the pages that tell may be gone.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

Value = int | float | str | bytes | None

DEFAULT_PAGE = 4096
LEAF = 0x0D
WAL_HEADER, FRAME_HEADER = 32, 24
BIG_ENDIAN = 0x377F0683
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
MAX_CHAIN = 10_000


class Unreadable(ValueError):
    """These bytes are no row."""


@dataclass(slots=True)
class _Pages:
    """latest: number -> its newest whole version. doubtful: versions whose sum is wrong."""

    size: int
    latest: dict[int, bytes] = field(default_factory=dict)
    doubtful: list[tuple[int, bytes]] = field(default_factory=list)


def readable_rows(database: bytes, log: bytes) -> Iterator[list[Value]]:
    """database, log: the bytes of the file and of its -wal; either may be empty or cut."""
    pages = _pages(database, log)
    free = _free_pages(pages.latest)
    for number, page in pages.latest.items():
        if number not in free:
            yield from _rows(number, page, pages.latest, pages.size)
    for number, page in pages.doubtful:
        yield from _rows(number, page, pages.latest, pages.size)


def _pages(database: bytes, log: bytes) -> _Pages:
    size = _page_size(database, log)
    pages = _Pages(size=size)
    for number in range(1, len(database) // size + 1):
        pages.latest[number] = database[(number - 1) * size : number * size]
    order = ">" if log[:4] == struct.pack(">I", BIG_ENDIAN) else "<"
    frames = list(_frames(log, size))
    salts = _salts_of_today(log, frames, order)
    sums = struct.unpack(">II", log[24:32]) if len(log) >= WAL_HEADER else (0, 0)
    older: dict[int, bytes] = {}
    is_today = False
    for header, page in frames:
        number, told = int.from_bytes(header[:4], "big"), struct.unpack(">II", header[16:])
        if header[8:16] == salts:
            is_today = True
            is_whole = _sums(page, _sums(header[:8], sums, order), order) == told
            sums = told
            if is_whole:
                pages.latest[number] = page
            else:
                pages.doubtful.append((number, page))
        elif is_today:
            older[number] = page  # what is left of the log before this one
        else:
            pages.doubtful.append((number, page))  # of a spoilt start
    pages.latest = {**older, **pages.latest}
    return pages


def _salts_of_today(log: bytes, frames: list[tuple[bytes, bytes]], order: str) -> bytes:
    """What marks the frames of this log, also when the log's start does not tell it any more.

    Frames of this log stand before those of the log it is written over. Each one's sum goes on from
    the sum of the one before it.
    """
    told = log[16:24]
    if any(header[8:16] == told for header, _ in frames):
        return told
    for (before, _), (header, page) in pairwise(frames):
        start = struct.unpack(">II", before[16:])
        if _sums(page, _sums(header[:8], start, order), order) == struct.unpack(">II", header[16:]):
            return header[8:16]
    return told


def _page_size(database: bytes, log: bytes) -> int:
    told = int.from_bytes(database[16:18], "big")
    in_log = int.from_bytes(log[8:12], "big")
    for size in (65_536 if told == 1 else told, in_log):
        if 512 <= size <= 65_536 and size & (size - 1) == 0:
            return size
    return DEFAULT_PAGE


def _frames(log: bytes, size: int) -> Iterator[tuple[bytes, bytes]]:
    at = WAL_HEADER
    while at + FRAME_HEADER + size <= len(log):
        yield log[at : at + FRAME_HEADER], log[at + FRAME_HEADER : at + FRAME_HEADER + size]
        at += FRAME_HEADER + size


def _sums(data: bytes, start: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = start
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for one, two in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second


def _free_pages(pages: Mapping[int, bytes]) -> set[int]:
    """As far as the list of them can be followed."""
    free: set[int] = set()
    trunk = int.from_bytes(pages.get(1, b"")[32:36], "big")
    while trunk in pages and trunk not in free and trunk > 1:
        page = pages[trunk]
        count = min(int.from_bytes(page[4:8], "big"), len(page) // 4 - 2)
        free.add(trunk)
        free.update(struct.unpack(f">{count}I", page[8 : 8 + 4 * count]))
        trunk = int.from_bytes(page[:4], "big")
    return free


def _rows(number: int, page: bytes, pages: Mapping[int, bytes], size: int) -> Iterator[list[Value]]:
    start = 100 if number == 1 else 0
    if len(page) < start + 8 or page[start] != LEAF:
        return
    usable = size - (pages[1][20] if 1 in pages and pages[1][20] < 64 else 0)
    cells = min(int.from_bytes(page[start + 3 : start + 5], "big"), (size - start - 8) // 2)
    for index in range(cells):
        at = start + 8 + 2 * index
        pointer = int.from_bytes(page[at : at + 2], "big")
        try:
            yield _record(_payload(page, pointer, pages, usable))
        except (Unreadable, IndexError, UnicodeDecodeError, struct.error):
            continue  # this row is what was damaged; those beside it are read


def _payload(page: bytes, at: int, pages: Mapping[int, bytes], usable: int) -> bytes:
    length, at = _varint(page, at)
    _, at = _varint(page, at)
    if length <= usable - 35:
        return page[at : at + length]
    least = (usable - 12) * 32 // 255 - 23
    local = least + (length - least) % (usable - 4)
    if local > usable - 35:
        local = least
    content = [page[at : at + local]]
    left, following = length - local, int.from_bytes(page[at + local : at + local + 4], "big")
    for _ in range(MAX_CHAIN):
        if left <= 0:
            return b"".join(content)
        more = pages.get(following)
        if more is None:
            break
        content.append(more[4 : 4 + min(left, usable - 4)])
        left -= usable - 4
        following = int.from_bytes(more[:4], "big")
    raise Unreadable("a row that goes on on a page that is not there")


def _record(payload: bytes) -> list[Value]:
    head, at = _varint(payload, 0)
    if not 1 <= head <= len(payload):
        raise Unreadable("no record")
    kinds: list[int] = []
    while at < head:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[Value] = []
    at = head
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    return values


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    length = _INTEGERS.get(kind, 8 if kind == 7 else (kind - 12) // 2)
    if kind in (10, 11) or at + length > len(payload):
        raise Unreadable("a value that is longer than its row")
    raw = payload[at : at + length]
    if kind in _INTEGERS:
        return int.from_bytes(raw, "big", signed=True), at + length
    if kind == 7:
        return float(struct.unpack(">d", raw)[0]), at + length
    return (raw.decode() if kind % 2 else raw), at + length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        byte = data[at + count]
        if count == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + count + 1
    raise Unreadable("no number")
