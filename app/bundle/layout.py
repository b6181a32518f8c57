"""What goes into the browser app, where it comes out, and what it is called."""

import os
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
CACHE = PROJECT / "build" / "cache"


def _is_for_tests() -> bool:
    return os.environ.get("RUNDAN_BUNDLE") == "quick"


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleOptions:
    """entry: the module that calls `ft.run(main)`; extra_packages: folders to ship beside `app`.

    is_quick: compressed less, in seconds instead of a minute; for tests, which load it from this
    machine. `./build.sh test` says so with RUNDAN_BUNDLE=quick.
    """

    out: Path
    entry: str = "app.main"
    project: Path = PROJECT
    cache: Path = CACHE
    extra_packages: tuple[Path, ...] = field(default=())
    is_quick: bool = field(default_factory=_is_for_tests)


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFile:
    """One file of the built site. path: below the folder that is served, with forward slashes."""

    path: str
    content: bytes


NAME = "Rundan"
DESCRIPTION = (
    "Fältapp för inspektionsrundor, felanmälningsrundor och trygghetsvandringar. Fungerar utan nät."
)
THEME_COLOUR = "#12594f"
BACKGROUND_COLOUR = "#f4f8f6"
