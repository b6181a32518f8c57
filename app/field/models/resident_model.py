"""Showing a resident how to report themselves: the city's own form, in the resident's language."""

from __future__ import annotations

from io import BytesIO

import flet as ft

from app.i18n import Words

QUIET_MODULES = 4
"""White around the code, in its own squares (ISO/IEC 18004)."""
MODULE_PX = 14


@ft.observable
class ResidentModel:
    """words: of this page alone; the app keeps its language."""

    def __init__(self, url: str, language: str) -> None:
        self.url = url
        self.words = Words(language)
        self.code_png = qr_png(url)


def qr_png(url: str) -> bytes:
    """Black on white also on a dark screen; a damaged or dirty seventh is repaired (level M)."""
    import segno  # late: no other screen needs it

    file = BytesIO()
    code = segno.make(url, error="m", micro=False)
    code.save(file, kind="png", scale=MODULE_PX, border=QUIET_MODULES, dark="black", light="white")
    return file.getvalue()
