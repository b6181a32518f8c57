"""Colours and measures of every screen. Targets are at least 48 dp (WCAG 2.5.8, EN 301 549)."""

from __future__ import annotations

import flet as ft

SEED = "#00694F"
TARGET_DP = 48
BIG_TARGET_DP = 60
GAP = 12
EDGE = 16
RADIUS = 14
MAX_WIDTH = 640
"""Wider screens show the field app as a column of this width, in dp."""


def theme() -> ft.Theme:
    return ft.Theme(
        color_scheme_seed=SEED,
        use_material3=True,
        visual_density=ft.VisualDensity.STANDARD,
        page_transitions=ft.PageTransitionsTheme(),
    )
