"""The browser as the machine sees it: processes, which can be killed in the middle of anything."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

DEAD_WITHIN_S = 10.0


def process_of_profile(profile: Path) -> int:
    """The number of the main process of the one Chromium that uses this profile."""
    wanted = f"--user-data-dir={profile}"
    found = [
        number
        for number, arguments in _all_processes()
        if wanted in arguments and not any(one.startswith("--type=") for one in arguments)
    ]
    assert len(found) == 1, f"processes {found} use the profile {profile}"
    return found[0]


def end_at_once(leader: int) -> None:
    """SIGKILL to the process group that `leader` leads. Returns when it is no more."""
    assert os.getpgid(leader) == leader, "the browser is not the leader of its process group"
    os.killpg(leader, signal.SIGKILL)
    deadline = time.monotonic() + DEAD_WITHIN_S
    while _is_alive(leader):
        assert time.monotonic() < deadline, f"process {leader} outlives SIGKILL"
        time.sleep(0.005)


def _all_processes() -> list[tuple[int, list[str]]]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it ended while we were looking
                arguments = (folder / "cmdline").read_bytes().decode(errors="replace")
                found.append((int(folder.name), arguments.split("\0")))
    return found


def _is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
