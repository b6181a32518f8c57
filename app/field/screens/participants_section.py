"""How many took part, per group: large plus and minus, and a field for large numbers."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.facts_model import FactsModel, FactsPart
from app.i18n import Words
from app.widgets.buttons import Handler, plain_button
from app.widgets.choice_row import heading
from sync.domain.words import Group

PRESS_DP = 60
GROUP_WORDS = {
    Group.RESIDENTS: "round.group.residents",
    Group.YOUNG_LEADERS: "round.group.young_leaders",
    Group.POLICE: "round.group.police",
    Group.OWNERS: "round.group.owners",
    Group.ASSOCIATION: "round.group.association",
    Group.MUNICIPALITY: "round.group.municipality",
    Group.OTHERS: "round.group.others",
}


def participants_section(facts: FactsModel, words: Words) -> list[ft.Control]:
    return [
        heading(words("round.participants"), scroll_key=FactsPart.PARTICIPANTS),
        *(_counter(facts, group, words) for group in Group),
        ft.Semantics(
            live_region=True,
            content=ft.Text(
                words("round.participants.total", count=facts.total),
                size=17,
                weight=ft.FontWeight.W_600,
            ),
        ),
    ]


def _counter(facts: FactsModel, group: Group, words: Words) -> ft.Control:
    name, count = words(GROUP_WORDS[group]), facts.counts[group]
    now = words("round.group.count", group=name, count=count)
    if not facts.is_editable:
        return ft.Text(now, size=16)

    async def more() -> None:
        await facts.add(group)

    async def less() -> None:
        await facts.take_away(group)

    def type_it() -> None:
        facts.type_count(group)

    buttons = ft.Row(
        tight=True,
        spacing=6,
        controls=[
            _press(
                ft.Icons.REMOVE,
                words("round.group.less", group=name, count=count),
                less,
                f"less-{group.value}",
                is_disabled=count == 0,
            ),
            ft.TextButton(
                key=f"count-{group.value}",
                on_click=type_it,
                style=ft.ButtonStyle(padding=ft.Padding.symmetric(horizontal=4, vertical=16)),
                content=ft.Text(
                    str(count),
                    size=22,
                    weight=ft.FontWeight.W_700,
                    semantics_label=words("round.group.type", group=name, count=count),
                ),
            ),
            _press(
                ft.Icons.ADD,
                words("round.group.more", group=name, count=count),
                more,
                f"more-{group.value}",
            ),
        ],
    )
    row = ft.Row(
        wrap=True,  # large letters: the buttons have a line of their own
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        controls=[ft.Text(name, size=16, semantics_label=now), buttons],
    )
    if facts.counting is not group:
        return row
    return ft.Column(
        spacing=6,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[row, _field(facts, group, name, words)],
    )


def _field(facts: FactsModel, group: Group, name: str, words: Words) -> ft.Control:
    return ft.Row(
        spacing=8,
        controls=[
            ft.TextField(
                key=f"type-{group.value}",
                label=words("round.group.how_many", group=name),
                keyboard_type=ft.KeyboardType.NUMBER,
                input_filter=ft.InputFilter(regex_string=r"^[0-9]*$", allow=True),
                max_length=3,
                counter="",
                autofocus=True,
                expand=True,
                on_change=facts.counted,
                on_submit=facts.done_counting,
            ),
            plain_button(
                words("round.group.done"), facts.done_counting, key=f"typed-{group.value}"
            ),
        ],
    )


def _press(
    icon: ft.IconData, name: str, pressed: Handler, key: str, *, is_disabled: bool = False
) -> ft.Control:
    """Large enough for a glove; the icon carries the name."""
    return ft.FilledTonalButton(
        key=key,
        on_click=pressed,
        disabled=is_disabled,
        width=PRESS_DP,
        height=PRESS_DP,
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
            padding=ft.Padding.all(0),
            bgcolor={
                ft.ControlState.DISABLED: ft.Colors.SURFACE_CONTAINER,
                ft.ControlState.DEFAULT: ft.Colors.SECONDARY_CONTAINER,
            },
        ),
        content=ft.Icon(icon, size=28, semantics_label=name),
    )
