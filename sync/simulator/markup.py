"""HTML that cannot be broken by what is put into it: everything is escaped unless it is Markup."""

from __future__ import annotations

from html import escape

_VOID = frozenset({"img", "input", "link", "meta"})


class Markup(str):
    """Text that is HTML already; made only by `tag` and `together`."""

    __slots__ = ()


def tag(element: str, /, *content: str, **attributes: str | bool) -> Markup:
    """An element. `class_` and `for_` lose the underscore, `_` becomes `-`, False leaves out."""
    written = "".join(
        f" {_attribute(key)}" if value is True else f' {_attribute(key)}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not False
    )
    if element in _VOID:
        return Markup(f"<{element}{written}>")
    return Markup(f"<{element}{written}>{together(*content)}</{element}>")


def together(*parts: str) -> Markup:
    return Markup("".join(part if isinstance(part, Markup) else escape(part) for part in parts))


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
