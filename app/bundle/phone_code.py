"""The project's own files the phone needs, by their path in the app's archive."""

from collections.abc import Iterator
from pathlib import Path

from app.bundle.layout import BundleOptions

PACKAGES = ("app", "sync")
NOT_ON_THE_PHONE = (
    "app/bundle",
    "app/office",
    "sync/central",
    "sync/forward",
    "sync/simulator",
)
ASSETS = ("assets/i18n", "assets/catalogue.json")


def phone_code(options: BundleOptions) -> dict[str, Path]:
    """Archive name → file; no caches, nothing of the office or the store."""
    files: dict[str, Path] = {}
    for package in PACKAGES:
        files.update(_below(options.project / package, options.project))
    for asset in ASSETS:
        files.update(_below(options.project / asset, options.project))
    for folder in options.extra_packages:
        files.update(_below(folder, folder.parent))
    return {name: path for name, path in files.items() if not _is_left_out(name)}


def _below(start: Path, root: Path) -> Iterator[tuple[str, Path]]:
    found = [start] if start.is_file() else sorted(start.rglob("*"))
    for path in found:
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            yield path.relative_to(root).as_posix(), path


def _is_left_out(name: str) -> bool:
    return any(name.startswith(f"{folder}/") for folder in NOT_ON_THE_PHONE)
