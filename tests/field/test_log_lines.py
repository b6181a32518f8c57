"""What the app logs may end up in a fault report, and what "Om Rundan" says is true."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from app.bundle.packages import PHONE_PACKAGES
from app.bundle.stage import ON_THE_PHONE
from app.field.licences import LICENCES
from app.version import VERSION

ROOT = Path(__file__).parent.parent.parent
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    for folder in ("app/field", "app/device", "app/widgets", "sync/client", "sync/domain"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    whom = node.func.value
                    if node.func.attr in LEVELS and isinstance(whom, ast.Name) and whom.id == "log":
                        yield f"{path.name}:{node.lineno}", node


def test_every_line_of_the_log_is_a_fixed_template() -> None:
    calls = list(log_calls())
    assert len(calls) > 10
    for where, call in calls:
        template = call.args[0]
        assert isinstance(template, ast.Constant) and isinstance(template.value, str), where


def test_every_package_on_the_phone_is_named_with_its_licence() -> None:
    named = {name for name, _ in LICENCES}
    assert set(PHONE_PACKAGES) | set(ON_THE_PHONE) <= named


def test_the_version_that_is_shown_is_the_projects() -> None:
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
