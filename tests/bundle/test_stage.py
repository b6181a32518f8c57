"""The folder for packages: what the phone needs, and nothing of the store."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from app.bundle.stage import ON_THE_PHONE, stage


def test_the_folder_holds_the_app_and_nothing_of_the_store(tmp_path: Path) -> None:
    stage(tmp_path)
    assert (tmp_path / "main.py").is_file()
    assert (tmp_path / "app" / "field" / "screens" / "app_screen.py").is_file()
    assert (tmp_path / "assets" / "i18n" / "sv.json").is_file()
    for left_out in ("app/office", "app/bundle", "sync/central", "sync/forward", "sync/simulator"):
        assert not (tmp_path / left_out).exists(), left_out


def test_every_library_of_the_phone_is_pinned(tmp_path: Path) -> None:
    stage(tmp_path)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {pin.split("==")[0] for pin in project["dependencies"]} == set(ON_THE_PHONE)


def test_the_staged_app_can_be_imported_by_itself(tmp_path: Path) -> None:
    stage(tmp_path)
    code = "import app.main, sync.client.local_store, app.device.photo.native"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
