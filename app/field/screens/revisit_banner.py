"""The walk passes something worth another look: one line above the tabs, with two answers."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.known_model import KnownModel
from app.field.models.revisit_model import RevisitModel
from app.field.screens.known_card import small_picture
from app.field.screens.point_words import category_words, far_words
from app.i18n import Words
from app.widgets.buttons import icon_button, plain_button


@ft.component
def RevisitBanner(
    revisits: RevisitModel,
    known: KnownModel,
    words: Words,
    *,
    is_capturing: bool,
    is_large: bool,
) -> ft.Control:
    """One question at a time: what is being recorded comes first.

    is_large: the text is so large that there is room for the question alone, and its answer below.
    """
    near = None if is_capturing and known.found else revisits.offered
    shown = None if near is None else near.point.observation_id
    ft.use_effect(revisits.load, [shown])
    if near is None:
        return ft.Container()
    colour = ft.Colors.ON_TERTIARY_CONTAINER
    key = "revisit.ask_fixed" if near.point.is_claimed_fixed else "revisit.ask_old"
    title = category_words(near.point.category, words)
    if near.point.number is not None:
        title = f"{near.point.number} {title}"
    question = ft.Semantics(
        live_region=True,
        content=ft.Text(words(key), size=15, weight=ft.FontWeight.W_600, color=colour),
    )
    what = ft.Text(f"{title} – {far_words(near, words)}", size=14, color=colour)
    said = ft.Column(
        expand=True, tight=True, spacing=2, controls=[question] if is_large else [question, what]
    )
    look = plain_button(
        words("revisit.look"),
        revisits.look,
        key="revisit-look",
        icon=ft.Icons.FACT_CHECK_OUTLINED,
        expand=True if is_large else None,
    )
    not_now = icon_button(
        ft.Icons.CLOSE, words("revisit.not_now"), revisits.not_now, key="revisit-not-now"
    )
    asked: list[ft.Control] = [said]
    if revisits.small is not None and not is_large:
        asked.insert(0, small_picture(revisits.small, near, words))
    rows: list[list[ft.Control]] = (
        [asked, [look, not_now]] if is_large else [[*asked, look, not_now]]
    )
    return ft.Container(
        key="revisit-banner",
        bgcolor=ft.Colors.TERTIARY_CONTAINER,
        border=ft.Border.all(theme.BOX_BORDER, ft.Colors.OUTLINE_VARIANT),
        padding=ft.Padding.only(left=theme.GAP, right=4, top=6, bottom=6),
        content=ft.Column(
            tight=True,
            spacing=4,
            controls=[ft.Row(spacing=8, controls=controls) for controls in rows],
        ),
    )
