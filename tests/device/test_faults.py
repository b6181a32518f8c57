"""A fault of ours leaves the screen where it is, and the person is told."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from flet.components.component import Component
from flet.controls.context import _context_page

from app.device.faults import keep_drawing, survive_faults


def a_page() -> Any:
    return SimpleNamespace(session=SimpleNamespace(error=None))


def test_a_fault_in_a_handler_tells_the_person_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    page, told = a_page(), []
    survive_faults(page, lambda: told.append("told"))
    page.session.error("KeyError: 'x'")
    assert told == ["told"]
    assert "KeyError" in caplog.text


def test_what_cannot_be_drawn_does_not_end_the_drawing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Component) -> None:
        raise ValueError("no such icon")

    monkeypatch.setattr(Component, "update", broken)
    keep_drawing()
    page, told = a_page(), []
    survive_faults(page, lambda: told.append("told"))
    token = _context_page.set(page)
    try:
        with caplog.at_level(logging.ERROR):
            Component.update(Component(fn=lambda: None))
    finally:
        _context_page.reset(token)
    assert told == ["told"]
    assert "no such icon" in caplog.text
