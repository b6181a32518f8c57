"""The folder that `flet build apk|ipa` wants: the phone's code with main.py and pyproject.toml.

It holds nothing of the store or the office, so no server code ends up on a phone.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from app.bundle.layout import DESCRIPTION, NAME, PROJECT, BundleOptions
from app.bundle.phone_code import phone_code
from app.version import VERSION

ON_THE_PHONE = (
    "astral",
    "exifread",
    "flet",
    "flet-audio",
    "flet-camera",
    "flet-geolocator",
    "flet-map",
    "pi-heif",
    "pillow",
    "requests",
    "segno",
    "sqlite-utils",
    "tzdata",
)
MAIN = """import flet as ft

from app.device.faults import keep_drawing
from app.device.late_answers import tolerate_late_answers
from app.main import main

tolerate_late_answers()
keep_drawing()
ft.run(main)
"""


def stage(folder: Path, project: Path = PROJECT) -> None:
    """Replaces `folder`. Versions are those of requirements.lock."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, path in phone_code(BundleOptions(out=folder, project=project)).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    shutil.copyfile(project / "assets" / "icons" / "icon-512.png", folder / "assets" / "icon.png")
    (folder / "main.py").write_text(MAIN, encoding="utf-8")
    (folder / "pyproject.toml").write_text(_project_file(project), encoding="utf-8")


def _project_file(project: Path) -> str:
    lock = (project / "requirements.lock").read_text(encoding="utf-8")
    pins = [
        f'  "{name}=={version}",'
        for name, version in re.findall(r"^([a-z0-9-]+)==([^ ]+)", lock, re.M)
        if name in ON_THE_PHONE
    ]
    lines = [
        "[project]",
        f'name = "{NAME.lower()}"',
        f'version = "{VERSION}"',
        f'description = "{DESCRIPTION}"',
        'requires-python = ">=3.11"',
        "dependencies = [",
        *pins,
        "]",
    ]
    return "\n".join(lines) + "\n"
