"""Figures that a test has found, shown at the end of every run: `name value unit`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Say = Callable[..., None]
_PROPERTY = "figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Say:
    """figure("lost", 0) or figure("seen", 1234, "kills"). Kept with the test's report, which
    also comes from another process."""

    def say(name: str, value: object, unit: str = "") -> None:
        record_property(_PROPERTY, f"{name} {value} {unit}".rstrip())

    return say


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    figures = [
        (report.nodeid, text)
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
        for name, text in report.user_properties
        if name == _PROPERTY
    ]
    if figures:
        terminalreporter.section("figures")
    test = ""
    for nodeid, text in figures:
        if nodeid != test:
            terminalreporter.write_line(nodeid)
            test = nodeid
        terminalreporter.write_line(f"    {text}")
