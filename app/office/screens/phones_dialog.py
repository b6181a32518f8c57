"""The phones: a list, shutting one out, and a code with its QR for new ones."""

from __future__ import annotations

import io

import flet as ft
import segno

from app import theme
from app.i18n import Words
from app.office.models.local_time import day_and_time
from app.office.models.phones import Phones
from app.office.models.room import Room
from app.office.screens.pieces import cancel_button, dialog, ok_button
from sync.central.desk import Invitation
from sync.central.devices import Device
from sync.domain.instants import to_text

QR_DP = 220


@ft.component
def PhonesDialog(phones: Phones, room: Room) -> ft.Control:
    words = phones.session.words
    shown: ft.AlertDialog | None = None
    if phones.revoking is not None:
        shown = _sure(phones, phones.revoking, words)
    elif phones.is_open:
        shown = _list(phones, room, words)
    ft.use_dialog(shown)
    return ft.Container(width=0, height=0)


def _list(phones: Phones, room: Room, words: Words) -> ft.AlertDialog:
    async def invite(_event: object) -> None:
        await phones.invite(room.seen)

    content: list[ft.Control] = []
    if phones.invitation is not None:
        content.append(_invitation(phones.invitation, words))
    content.append(
        ft.FilledTonalButton(
            key="new-code",
            content=words("office.phones.new_code"),
            icon=ft.Icons.QR_CODE,
            on_click=invite,
            height=theme.TARGET_DP,
        )
    )
    if not phones.loaded:
        content.append(ft.ProgressRing(semantics_label=words("office.list.loading")))
    elif not phones.devices:
        content.append(ft.Text(words("office.phones.none"), key="phones-none"))
    content += [_phone(one, phones, words) for one in phones.devices]
    return dialog(
        words("office.phones.title"),
        content,
        [
            ft.TextButton(
                key="phones-close",
                content=words("app.close"),
                on_click=phones.close,
                height=theme.TARGET_DP,
            )
        ],
        phones.close,
        key="phones-dialog",
    )


def _invitation(invitation: Invitation, words: Words) -> ft.Control:
    return ft.Container(
        key="invitation",
        padding=theme.EDGE,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        content=ft.Column(
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=8,
            controls=[
                ft.Container(
                    bgcolor=ft.Colors.WHITE,
                    border_radius=10,
                    padding=8,
                    content=ft.Image(
                        src=_qr(invitation.link),
                        width=QR_DP,
                        height=QR_DP,
                        semantics_label=words("office.phones.qr", code=invitation.code),
                    ),
                ),
                ft.Text(
                    f"{invitation.code[:3]} {invitation.code[3:]}",
                    key="enrolment-code",
                    size=32,
                    weight=ft.FontWeight.W_700,
                ),
                ft.Text(
                    words("office.phones.how", when=day_and_time(invitation.expires_at)),
                    size=14,
                    text_align=ft.TextAlign.CENTER,
                ),
                ft.Text(
                    invitation.link,
                    size=12,
                    text_align=ft.TextAlign.CENTER,
                    color=ft.Colors.ON_SURFACE_VARIANT,
                ),
            ],
        ),
    )


def _phone(device: Device, phones: Phones, words: Words) -> ft.Control:
    if device.revoked_at is not None:
        state = words("office.phones.revoked", when=day_and_time(to_text(device.revoked_at)))
    elif device.last_seen_at is None:
        state = words("office.phones.never_seen")
    else:
        state = words("office.phones.seen", when=day_and_time(to_text(device.last_seen_at)))
    line: list[ft.Control] = [
        ft.Icon(ft.Icons.SMARTPHONE, color=ft.Colors.ON_SURFACE_VARIANT),
        ft.Column(
            expand=True,
            spacing=0,
            controls=[
                ft.Text(device.nickname, size=16, weight=ft.FontWeight.W_500),
                ft.Text(state, size=13, color=ft.Colors.ON_SURFACE_VARIANT),
            ],
        ),
    ]
    if device.revoked_at is None:
        line.append(
            ft.TextButton(
                key=f"revoke-{device.device_id}",
                content=words("office.phones.revoke"),
                tooltip=words("office.phones.revoke.of", nickname=device.nickname),
                on_click=lambda: phones.ask_to_revoke(device),
                height=theme.TARGET_DP,
            )
        )
    return ft.Row(key=f"phone-{device.device_id}", spacing=theme.GAP, controls=line)


def _sure(phones: Phones, device: Device, words: Words) -> ft.AlertDialog:
    return dialog(
        words("office.phones.revoke.title", nickname=device.nickname),
        [ft.Text(words("office.phones.revoke.body"), size=15)],
        [
            cancel_button(words, phones.keep, key="revoke-cancel"),
            ok_button(words("office.phones.revoke.go"), phones.revoke, key="revoke-go"),
        ],
        phones.keep,
        key="phones-dialog",
    )


def _qr(link: str) -> bytes:
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=8, border=2)
    return out.getvalue()
