"""Third-party packages for the browser: versions and hashes from requirements.lock, nothing else.

pip unpacks them once into the cache, in a folder named by the hash of what was asked for.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from app.bundle.layout import BundleOptions

PHONE_PACKAGES = (
    "astral",
    "click",
    "exifread",
    "flet",
    "flet-camera",
    "flet-geolocator",
    "flet-map",
    "msgpack",
    "pluggy",
    "python-dateutil",
    "repath",
    "segno",
    "six",
    "sqlite-fts4",
    "sqlite-utils",
)
PLATFORM = "pyemscripten_2026_0_wasm32"
"""The ABI of Pyodide 314, as `info.abi_version` of flet_web's pyodide-lock.json says."""
PYTHON = "3.14"

NOT_NEEDED = (
    "bin/",
    "flutter/",
    "flet/auth/providers/",
    "flet/fastapi/",
    "flet/testing/",
    "flet/pytest_plugin.py",
    "flet/cli.py",
    "flet/messaging/flet_dart_bridge_server.py",
    "flet/messaging/flet_socket_server.py",
    "sqlite_utils/cli.py",
    "sqlite_utils/__main__.py",
    "astral/__main__.py",
    "astral/geocoder.py",
    "astral/location.py",
    "astral/moon.py",
    "astral/sidereal.py",
    "astral/table4.py",
    "dateutil/zoneinfo/",
    "dateutil/tz/win.py",
)


class LockIncomplete(Exception):
    """requirements.lock lacks a package the phone needs."""


def phone_packages(options: BundleOptions) -> dict[str, Path]:
    """Archive name → file of every third-party module. The first call downloads them."""
    wanted = _locked(options.project / "requirements.lock")
    digest = hashlib.sha256(f"{PYTHON} {PLATFORM}\n{wanted}".encode()).hexdigest()[:16]
    folder = options.cache / f"packages-{digest}"
    if not folder.is_dir():
        _install(wanted, folder)
    return {
        name: path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and _is_needed(name := path.relative_to(folder).as_posix())
    }


def _locked(lock: Path) -> str:
    """The part of the lock file that pins PHONE_PACKAGES, hashes included."""
    pins: dict[str, str] = {}
    for pin in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8")):
        name = re.match(r"([A-Za-z0-9._-]+)==", pin)
        if name is not None:
            pins[name[1].lower()] = pin
    missing = [name for name in PHONE_PACKAGES if name not in pins]
    if missing:
        raise LockIncomplete(f"requirements.lock lacks {', '.join(missing)}")
    return "\n".join(pins[name] for name in PHONE_PACKAGES) + "\n"


def _install(wanted: str, folder: Path) -> None:
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    requirements = folder.with_suffix(".txt")
    requirements.write_text(wanted, encoding="utf-8")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"),
            *("--disable-pip-version-check", "--no-compile", "--only-binary=:all:"),
            *("--python-version", PYTHON, "--platform", PLATFORM, "--platform", "any"),
            *("--target", str(unfinished), "--requirement", str(requirements)),
        ],
        check=True,
    )
    unfinished.rename(folder)


def _is_needed(name: str) -> bool:
    if name.startswith(NOT_NEEDED) or "/__pycache__/" in name or name.endswith((".pyi", ".typed")):
        return False
    return ".dist-info/" not in name
