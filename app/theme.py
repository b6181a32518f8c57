"""Colours and measures of every screen. Targets are at least 48 dp (WCAG 2.5.8, EN 301 549)."""

from __future__ import annotations

import flet as ft

SEED = "#00694F"
TARGET_DP = 48
GAP = 12
EDGE = 16
RADIUS = 14
MAX_WIDTH = 640
"""Wider screens show the field app as a column of this width, in dp."""

BOX_BORDER = 1.5
"""Around what stands out by its colour: in sunlight there are no tints, only borders."""
SUN_BORDER = 2
INK, PAPER = "#000000", "#FFFFFF"
SUN_ERROR = "#8B0000"
"""On white 10:1 (WCAG 1.4.6 asks for 7:1)."""


def theme() -> ft.Theme:
    return ft.Theme(
        color_scheme_seed=SEED,
        use_material3=True,
        visual_density=ft.VisualDensity.STANDARD,
        page_transitions=ft.PageTransitionsTheme(),
    )


def sunlight_theme() -> ft.Theme:
    """For a screen in full sun: black on white, no tints, and every border drawn."""
    side = ft.BorderSide(width=SUN_BORDER, color=INK)
    button = ft.ButtonStyle(side=side)
    return ft.Theme(
        color_scheme=_sunlight_colours(),
        use_material3=True,
        visual_density=ft.VisualDensity.STANDARD,
        page_transitions=ft.PageTransitionsTheme(),
        scaffold_bgcolor=PAPER,
        disabled_color=INK,
        hint_color=INK,
        divider_color=INK,
        filled_button_theme=ft.FilledButtonTheme(style=button),
        outlined_button_theme=ft.OutlinedButtonTheme(style=button),
    )


def _sunlight_colours() -> ft.ColorScheme:
    """What is filled in other themes is white here with a black border, or black with white."""
    return ft.ColorScheme(
        primary=INK,
        on_primary=PAPER,
        primary_container=PAPER,
        on_primary_container=INK,
        secondary=INK,
        on_secondary=PAPER,
        secondary_container=PAPER,
        on_secondary_container=INK,
        tertiary=INK,
        on_tertiary=PAPER,
        tertiary_container=PAPER,
        on_tertiary_container=INK,
        error=SUN_ERROR,
        on_error=PAPER,
        error_container=PAPER,
        on_error_container=SUN_ERROR,
        surface=PAPER,
        on_surface=INK,
        on_surface_variant=INK,
        outline=INK,
        outline_variant=INK,
        inverse_surface=INK,
        on_inverse_surface=PAPER,
        inverse_primary=PAPER,
        surface_tint=PAPER,
        surface_bright=PAPER,
        surface_dim=PAPER,
        surface_container_lowest=PAPER,
        surface_container_low=PAPER,
        surface_container=PAPER,
        surface_container_high=PAPER,
        surface_container_highest=PAPER,
    )
