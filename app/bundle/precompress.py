"""`.br` and `.gz` beside every file worth it, made once per content and kept in the cache."""

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # it comes without types

COMPRESSIBLE = (
    *(".css", ".frag", ".html", ".js", ".json", ".mjs", ".otf", ".svg", ".ttf", ".wasm", ".zip"),
    *(".bin", "/NOTICES"),
)
BEST, GOOD, FAST, QUICK = 11, 10, 9, 4
"""Brotli's qualities. Pyodide's 10 MB: 16 s at GOOD, 27 s at BEST for 3 % less, 2 s at FAST."""
LARGE_BYTES = 1_000_000
RARELY_LOADED = ("canvaskit/chromium/", "canvaskit/skwasm_heavy.", "assets/NOTICES")
GZIP_LEVEL = 6
SMALLEST_BYTES = 1024
WINDOW_BITS = 24


def is_compressible(path: str, size: int) -> bool:
    return size >= SMALLEST_BYTES and path.endswith(COMPRESSIBLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One file to be made. quality: brotli's, or None for gzip."""

    place: Path
    content: bytes
    quality: int | None

    def run(self) -> None:
        if self.quality is None:
            data = gzip.compress(self.content, GZIP_LEVEL, mtime=0)
        else:
            data = brotli.compress(self.content, quality=self.quality, lgwin=WINDOW_BITS)
        unfinished = self.place.with_suffix(".unfinished")
        unfinished.write_bytes(data)
        unfinished.rename(self.place)


def precompressed(
    files: Mapping[str, bytes], cache: Path, *, is_quick: bool = False
) -> dict[str, bytes]:
    """Path with `.br` or `.gz` → content, for every file that gets smaller by it."""
    folder = cache / "compressed"
    folder.mkdir(parents=True, exist_ok=True)
    jobs = {
        path + suffix: job
        for path, content in files.items()
        if is_compressible(path, len(content))
        for suffix, job in _jobs(path, content, folder, is_quick)
    }
    waiting = {job.place: job for job in jobs.values() if not job.place.is_file()}
    slowest_first = sorted(waiting.values(), key=_cost, reverse=True)
    if slowest_first:
        with ProcessPoolExecutor() as pool:
            for done in [pool.submit(job.run) for job in slowest_first]:
                done.result()
    results = {path: job.place.read_bytes() for path, job in jobs.items()}
    return {path: data for path, data in results.items() if len(data) < len(jobs[path].content)}


def _jobs(path: str, content: bytes, folder: Path, is_quick: bool) -> Iterator[tuple[str, _Job]]:
    quality = QUICK if is_quick else _quality(path, len(content))
    key = hashlib.sha256(content).hexdigest()[:32]
    yield ".br", _Job(place=folder / f"{key}-{quality}.br", content=content, quality=quality)
    yield ".gz", _Job(place=folder / f"{key}-{GZIP_LEVEL}.gz", content=content, quality=None)


def _quality(path: str, size: int) -> int:
    if any(name in path for name in RARELY_LOADED):
        return FAST
    return GOOD if size > LARGE_BYTES else BEST


def _cost(job: _Job) -> int:
    return len(job.content) * (10 if (job.quality or 0) > FAST else 1)
