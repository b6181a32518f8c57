"""Where the journeys' processes run: the project's folder, without settings of the machine."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCREENS = ROOT / "build" / "screens"
PHOTOS = ROOT / "tests" / "data" / "photos"


def only_ours(**settings: str) -> dict[str, str]:
    """The environment of this process, with these settings of Rundan and no others."""
    rest = {name: text for name, text in os.environ.items() if not name.startswith("RUNDAN_")}
    return {**rest, **settings}
