"""Everything that cannot be sent: what it is, why, and what to do."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.not_sent_model import NotSentModel
from app.field.screens.finding_row import title_words
from app.field.screens.page_above import page_above, paragraph
from app.field.screens.sent_section import HandOverSection
from app.i18n import Words
from app.widgets.buttons import Handler, plain_button
from sync.client.not_sent import TOO_LATE, NotSent

WHYS = frozenset(
    {TOO_LATE, "not_your_area", "too_large", "unreadable", "damaged_on_phone", "aside"}
)  # fmt: skip
TO_BE_OPENED = frozenset({"too_large", "damaged_on_phone", "other"})
"""Whys that say "open it": what cannot be opened here has another remedy."""
PHOTO_WHYS = frozenset(
    {
        "gone_from_phone",
        "damaged_on_phone",
        "not_your_area",
        "not_a_photo",
        "has_metadata",
        "too_large",
    }
)
"""Codes with words of their own; all others have the same."""


@ft.component
def NotSentScreen(model: AppModel, not_sent: NotSentModel, words: Words) -> ft.Control:
    rows = [_row(not_sent, thing, words) for thing in not_sent.things]
    return page_above(
        words("notsent.title"),
        model,
        words,
        [
            paragraph(words("notsent.body" if rows else "notsent.none")),
            *rows,
            HandOverSection(not_sent.hand_over, words),
        ],
        key="not-sent",
    )


def what_words(thing: NotSent, words: Words) -> str:
    """ "Bild: B-7 Belysning", "Stopp: Torget"."""
    if thing.finding is not None:
        what = title_words(thing.finding, words)
    elif thing.name is not None:
        what = thing.name
    elif thing.round is not None and thing.round.started_at is not None:
        what = words.day_and_time(thing.round.started_at)
    else:
        what = ""
    return words(f"notsent.what.{thing.kind.value}", what=what).strip()


def why_words(thing: NotSent, words: Words, *, can_edit: bool) -> str:
    if thing.is_photo_file:
        return words(f"notsent.why.photo.{thing.code if thing.code in PHOTO_WHYS else 'other'}")
    if thing.is_open_again:
        return words("notsent.why.open_again")
    if thing.code == TOO_LATE and thing.is_of_protocol:
        return words("notsent.why.protocol_approved")
    code = thing.code if thing.code in WHYS else "other"
    if code in TO_BE_OPENED and not can_edit:
        return words(f"notsent.why.closed.{code}")
    return words(f"notsent.why.{code}")


def _row(not_sent: NotSentModel, thing: NotSent, words: Words) -> ft.Control:
    lines: list[ft.Control] = [
        ft.Text(what_words(thing, words), size=17, weight=ft.FontWeight.W_600)
    ]
    if thing.typed is not None:
        lines.append(ft.Text(words("notsent.typed", text=thing.typed), size=15))
    why = why_words(thing, words, can_edit=not_sent.can_edit(thing))
    lines.append(ft.Text(why, size=16))
    asked = not_sent.asking
    is_asked = asked is not None and asked.entity_id == thing.entity_id
    ways = (_sure if is_asked else _ways)(not_sent, thing, words)
    lines.append(ft.Row(wrap=True, spacing=8, run_spacing=8, controls=ways))
    return ft.Container(
        key=f"not-sent-{thing.entity_id}",
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        border=ft.Border.all(theme.BOX_BORDER, ft.Colors.OUTLINE_VARIANT),
        border_radius=theme.RADIUS,
        padding=theme.GAP,
        content=ft.Column(spacing=6, tight=True, controls=lines),
    )


def _ways(not_sent: NotSentModel, thing: NotSent, words: Words) -> list[ft.Control]:
    """What a person can do about it; the first is what helps most often."""
    ways: list[tuple[str, Handler, ft.IconData]] = []

    async def edit() -> None:
        await not_sent.edit(thing)

    async def again() -> None:
        await not_sent.try_again(thing)

    async def away() -> None:
        await not_sent.put_away(thing)

    if not_sent.can_edit(thing):
        ways.append(("edit", edit, ft.Icons.EDIT_OUTLINED))
    if not_sent.can_try_again(thing):
        ways.append(("again", again, ft.Icons.REFRESH))
    if not_sent.can_put_away(thing):
        name, icon = "seen", ft.Icons.CHECK
        if _is_gone_then(thing):
            name, icon = "remove", ft.Icons.DELETE_OUTLINE
        ways.append((name, away, icon))
    return [
        plain_button(words(f"notsent.{name}"), pressed, key=f"{name}-{thing.entity_id}", icon=icon)
        for name, pressed, icon in ways
    ]


def _is_gone_then(thing: NotSent) -> bool:
    return thing.is_photo_file or thing.is_unknown or thing.code == "unreadable"


def _sure(not_sent: NotSentModel, thing: NotSent, words: Words) -> list[ft.Control]:
    """What putting it away does, for it cannot be taken back."""
    text = words("notsent.sure.remove" if _is_gone_then(thing) else "notsent.sure.seen")
    return [
        ft.Semantics(live_region=True, content=ft.Text(text, size=16)),
        plain_button(
            words("notsent.sure"),
            not_sent.put_away_for_good,
            key=f"sure-{thing.entity_id}",
            icon=ft.Icons.DELETE_OUTLINE,
        ),
        plain_button(words("notsent.keep"), not_sent.keep, key=f"keep-{thing.entity_id}"),
    ]
