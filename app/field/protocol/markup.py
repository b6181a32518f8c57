"""HTML that cannot be broken by what is put into it: everything is escaped unless it is Markup."""

from __future__ import annotations

import re
from html import escape

_VOID = frozenset({"img", "meta"})


class Markup(str):
    """Text that is HTML already; made only by `tag`, `together` and the style sheet."""

    __slots__ = ()


NOTHING = Markup("")


def tag(element: str, /, *content: str, **attributes: str | int | bool | None) -> Markup:
    """An element. `class_` loses the underscore, `_` becomes `-`; None and False leave out."""
    written = "".join(
        f' {_attribute(key)}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if element in _VOID:
        return Markup(f"<{element}{written}>")
    return Markup(f"<{element}{written}>{together(*content)}</{element}>")


def together(*parts: str) -> Markup:
    return Markup("".join(part if isinstance(part, Markup) else _text(part) for part in parts))


def said(element: str, text: str, /, **attributes: str | int | bool | None) -> Markup:
    """What a person wrote: in its own direction, with its line breaks kept by the style sheet."""
    return tag(element, text, dir="auto", **attributes)


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("__", ":").replace("_", "-")


def _value(value: str | int | bool) -> str:
    return escape(_printable("" if value is True else str(value)))


def _text(text: str) -> str:
    return escape(_printable(text), quote=False)


def _printable(text: str) -> str:
    """Without what no HTML may hold, as an older store may have let through."""
    is_plain = text.isascii() and text.isprintable()  # quick: a photo is 60 000 such letters
    return text if is_plain else _NO_HTML.sub("", text)


_NO_HTML = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
"""Control characters, halves of surrogate pairs, and code points that are no characters."""
