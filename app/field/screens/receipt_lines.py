"""How far an observation has come and what stands in its way, a line each."""

from __future__ import annotations

import flet as ft

from app.field.screens.said_lines import source_words
from app.i18n import Words
from sync.client.records import ObservationRecord, Receipt
from sync.domain.status import Status

RECEIPT_ICONS = {
    Receipt.ON_PHONE: ft.Icons.PHONE_ANDROID,
    Receipt.WITH_COORDINATOR: ft.Icons.PERSON_OUTLINE,
    Receipt.WITH_CITY: ft.Icons.ACCOUNT_BALANCE,
}


def receipt_lines(finding: ObservationRecord, words: Words) -> list[ft.Control]:
    text = words(f"receipt.{finding.receipt.value}", case=finding.case_ref)
    if finding.status is Status.APPROVED and finding.receipt is Receipt.WITH_COORDINATOR:
        text = f"{text} · {words('receipt.approved')}"
    if finding.city_status is not None and finding.receipt is Receipt.WITH_CITY:
        text = f"{text} · {finding.city_status}"
    lines = [said_line(RECEIPT_ICONS[finding.receipt], text, ft.Colors.PRIMARY)]
    own = [photo for photo in finding.photos if photo.is_stored is not None]
    stored = sum(photo.is_stored is True for photo in own)
    if finding.is_waiting and finding.receipt is Receipt.WITH_CITY:
        newest = words("receipt.newest_on_phone")
        lines.append(said_line(ft.Icons.PHONE_ANDROID, newest, ft.Colors.PRIMARY))
    elif stored < len(own) and not finding.is_waiting:
        photos = words("receipt.photos", stored=stored, count=len(own))
        lines.append(said_line(ft.Icons.PHOTO_OUTLINED, photos, ft.Colors.PRIMARY))
    if finding.status is Status.REJECTED:
        reason = finding.status_reason or ""
        rejected = words("receipt.rejected", reason=reason)
        lines.append(said_line(ft.Icons.CLOSE, rejected, ft.Colors.ERROR))
    if finding.refused_code is not None:
        known = {"already_approved", "damaged_on_phone"}
        key = finding.refused_code if finding.refused_code in known else "other"
        refused = words("list.refused", reason=words(f"refused.{key}"))
        lines.append(said_line(ft.Icons.ERROR_OUTLINE, refused, ft.Colors.ERROR))
    if any(photo.refused_reason is not None for photo in finding.photos):
        lines.append(said_line(ft.Icons.ERROR_OUTLINE, words("refused.photo"), ft.Colors.ERROR))
    if any(photo.is_undecided for photo in finding.photos):
        waits = words("list.photo_waits")
        lines.append(said_line(ft.Icons.HOURGLASS_EMPTY, waits, ft.Colors.ERROR))
    return lines


def photo_receipt(is_stored: bool | None, words: Words) -> list[ft.Control]:
    """Of one photo's file; nothing of one that another phone took."""
    if is_stored is None:
        return []
    receipt = Receipt.WITH_COORDINATOR if is_stored else Receipt.ON_PHONE
    said = words("receipt.photo", receipt=words(f"receipt.{receipt.value}"))
    return [said_line(RECEIPT_ICONS[receipt], said, ft.Colors.PRIMARY)]


def said_line(icon: ft.IconData, text: str, colour: ft.ColorValue) -> ft.Control:
    return ft.Row(
        spacing=6,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Icon(icon, size=18, color=colour),
            ft.Text(text, size=14, color=colour, weight=ft.FontWeight.W_600, expand=True),
        ],
    )


def place_words(finding: ObservationRecord, words: Words) -> str:
    """The street or known place where there is one, and how sure the place is."""
    if finding.place is None:
        return words("list.no_place")
    said = source_words(finding.place, words)
    return said if not finding.address else f"{finding.address} · {said}"
