"""Packages of the npm registry, put where their lock says, in a folder outside the sources."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

INSTALL_S = 900


class NotThere(Exception):
    """The packages cannot be run here, and why."""


def install(sources: Path, into: Path) -> None:
    """Nothing when they are there. sources: package.json, its lock, and programs beside them.

    Install scripts do not run: native parts come compiled, and what has none is not used. Raises
    NotThere.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotThere(f"{program} is not installed")
    into.mkdir(parents=True, exist_ok=True)
    with (into / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install(sources, into)


def _install(sources: Path, into: Path) -> None:
    wanted = (sources / "package-lock.json").read_text()
    stamp = into / "installed-lock.json"
    for source in sources.iterdir():
        if source.is_file():
            shutil.copyfile(source, into / source.name)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(
            command, cwd=into, check=True, capture_output=True, text=True, timeout=INSTALL_S
        )
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if "npm error" in line]
        raise NotThere(f"npm could not install it ({(said or ['no reason given'])[0]})") from error
    except subprocess.TimeoutExpired as error:
        raise NotThere(f"npm had not installed it after {INSTALL_S} s") from error
    stamp.write_text(wanted)
