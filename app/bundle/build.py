"""Builds the browser app into a folder, or finds that the folder holds it already."""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.bundle.layout import BundleOptions
from app.bundle.phone_code import phone_code
from app.bundle.precompress import precompressed
from app.bundle.site import site_files
from app.bundle.web_client import web_directory

FINGERPRINT = ".fingerprint"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """What a build did. is_new is False when nothing had changed since the last one."""

    out: Path
    files: int
    is_new: bool


def build(options: BundleOptions) -> BuildResult:
    """Replaces `options.out` by the finished site; one that fails leaves the old one there.

    Waits for another build with the same cache to end.
    """
    with _alone(options.cache):
        return _build(options)


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """The lock is the operating system's: it ends with the process that holds it."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(options: BundleOptions) -> BuildResult:
    fingerprint = input_fingerprint(options)
    stamp = options.out / FINGERPRINT
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint:
        return BuildResult(out=options.out, files=0, is_new=False)
    files = site_files(options)
    files |= precompressed(files, options.cache, is_quick=options.is_quick)
    unfinished = options.out.with_name(f"{options.out.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for path, content in files.items():
        target = unfinished / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (unfinished / FINGERPRINT).write_text(fingerprint, encoding="utf-8")
    shutil.rmtree(options.out, ignore_errors=True)
    unfinished.rename(options.out)
    return BuildResult(out=options.out, files=len(files), is_new=True)


def input_fingerprint(options: BundleOptions) -> str:
    """A hash of what the result follows from; of Flet's large files name, size and date."""
    digest = hashlib.sha256(f"{options.entry} {options.is_quick}".encode())
    for path in _own_inputs(options):
        digest.update(f"{path}\0".encode() + path.read_bytes())
    for path in sorted(web_directory().rglob("*")):
        state = path.stat()
        digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}".encode())
    return digest.hexdigest()


def _own_inputs(options: BundleOptions) -> Iterator[Path]:
    yield from phone_code(options).values()
    yield options.project / "requirements.lock"
    for folder in ("app/bundle", "assets/web", "assets/icons", "assets/fonts"):
        for path in sorted((options.project / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
