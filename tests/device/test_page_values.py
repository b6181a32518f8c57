"""What the page answers, as plain Python."""

from __future__ import annotations

from app.device.page import without_null


class JsNull:
    """What Pyodide gives for JavaScript's null: neither None nor false."""


def test_null_is_none_wherever_it_stands() -> None:
    null = JsNull()
    assert without_null(null) is None
    given = {"type": null, "list": [1, null], "in": {"deep": null}}
    assert without_null(given) == {"type": None, "list": [1, None], "in": {"deep": None}}
    assert without_null({"usage": 0, "text": ""}) == {"usage": 0, "text": ""}
