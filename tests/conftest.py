"""Laboratories shared by all tests of one run: starting a browser with Pyodide takes seconds."""

from collections.abc import Iterator

import pytest

from tests.browser.pyodide_lab import PyodideLab
from tests.figures import figure, pytest_terminal_summary

LONG = ("kills", "journeys", "history", "disk", "contracts", "link", "bundle", "office")
"""Folders of long tests: begun first, so that no process is left alone with one at the end."""

__all__ = ["figure", "pytest_terminal_summary"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.parent.name, len(order)))


@pytest.fixture(scope="session")
def pyodide_lab() -> Iterator[PyodideLab]:
    """Python in Chromium; a test that kills, reloads or fills it up opens one of its own."""
    with PyodideLab("chromium") as lab:
        yield lab


@pytest.fixture(scope="session")
def webkit_lab() -> Iterator[PyodideLab]:
    """Python in WebKit, the iPhone's engine."""
    with PyodideLab("webkit") as lab:
        yield lab
