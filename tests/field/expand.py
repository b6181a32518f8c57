"""A screen as the controls that would be shown: components run, nothing is only wrapped.

Flet's own renderer leaves a component's body to the page's session. Here the body runs at once, its
hooks with it, and every control is checked as Flet would check it before sending it to the client.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import flet as ft
from flet.components.component import Component, Renderer
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page
from flet.utils.validation import validate

HANDLERS = ("on_click", "on_tap", "on_change", "on_select", "on_submit", "on_long_press")


class _Dialogs:
    def __init__(self) -> None:
        self.controls: list[BaseControl] = []


class _Session:
    """Takes what the hooks tell a page's session: nothing follows from it here."""

    def schedule_update(self, control: BaseControl) -> None: ...

    def patch_control(self, *args: Any, **kwargs: Any) -> None: ...


class _Services:
    """A control that does something on the client (copying, say) makes itself known here."""

    def register_service(self, service: BaseControl) -> None: ...


class _Page:
    """As much of ft.Page as use_dialog and the maps need."""

    def __init__(self) -> None:
        self.theme_mode = ft.ThemeMode.LIGHT
        self._dialogs = _Dialogs()
        self._services = _Services()
        self.session = _Session()

    def _prepare_dialog(self, dialog: BaseControl) -> None: ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One control, with those around it from the outermost in."""

    control: BaseControl
    around: tuple[BaseControl, ...]

    @property
    def key(self) -> str | None:
        key = self.control.key
        return None if key is None else str(getattr(key, "value", key))

    @property
    def is_pressable(self) -> bool:
        handlers = (getattr(self.control, name, None) for name in HANDLERS)
        return any(map(callable, handlers)) or bool(getattr(self.control, "url", None))


class Screen:
    """Everything on a screen and in the messages over it, in reading order."""

    def __init__(self, root: Callable[[], ft.Control]) -> None:
        page = _Page()
        token = _context_page.set(page)  # type: ignore[arg-type]
        try:
            self.shown = list(_expanded(Renderer().render(root), ()))
            for dialog in page._dialogs.controls:
                self.shown += _expanded(dialog, ())
        finally:
            _context_page.reset(token)

    @property
    def text(self) -> str:
        """All words a person can read or hear."""
        return "\n".join(words for one in self.shown for words in _own_words(one.control))

    @property
    def pressable(self) -> list[Shown]:
        return [one for one in self.shown if one.is_pressable]

    def keys(self) -> set[str]:
        return {one.key for one in self.shown if one.key is not None}

    def find(self, key: str) -> Shown:
        found = [one for one in self.shown if one.key == key]
        assert len(found) == 1, f"{len(found)} controls have the key {key!r}: {sorted(self.keys())}"
        return found[0]

    def name(self, one: Shown) -> str:
        """What a screen reader says: the control's own words, or a label put around it."""
        inside = [other for other in self.shown if one.control in other.around]
        words = [*_own_words(one.control), *(w for i in inside for w in _own_words(i.control))]
        around = [c.label for c in one.around if isinstance(c, ft.Semantics) and c.label]
        return " ".join(words) or " ".join(str(label) for label in around)

    async def press(self, key: str) -> None:
        """Calls what a press on it calls, as Flet does."""
        control = self.find(key).control
        assert not getattr(control, "disabled", False), f"{key} is disabled"
        handler = next(h for n in HANDLERS if callable(h := getattr(control, n, None)))
        answer = handler() if not inspect.signature(handler).parameters else handler(None)
        if inspect.isawaitable(answer):
            await answer


def _expanded(found: object, around: tuple[BaseControl, ...]) -> Iterator[Shown]:
    if isinstance(found, Component):
        body = Renderer(found).render(found.fn, *found.args, **found.kwargs)
        yield from _expanded(body, around)
    elif isinstance(found, BaseControl):
        found.before_update()
        validate(found)
        yield Shown(control=found, around=around)
        for field in dataclasses.fields(found):
            if not field.metadata.get("skip") and field.name not in ("parent", "page"):
                yield from _expanded(getattr(found, field.name, None), (*around, found))
    elif isinstance(found, list | tuple):
        for one in found:
            yield from _expanded(one, around)


def _own_words(control: BaseControl) -> list[str]:
    names = ["label", "content", "semantics_label", "helper", "error", "tooltip"]
    if isinstance(control, ft.Text):
        names.append("value")  # of a field it is what was typed, not what it is called
    found = [getattr(control, name, None) for name in names]
    return [words for words in found if isinstance(words, str) and words]
