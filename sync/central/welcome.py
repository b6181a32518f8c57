"""What the store prints when it starts: for the person in front of the terminal."""

from __future__ import annotations

import io

import segno

from sync.central.accounts import FIRST_NAME


def welcome(
    *, link: str, code: str, office: str, password: str | None, simulator: str | None
) -> str:
    """Addresses, the enrolment code as text and as a QR code, and the office's first password."""
    picture = io.StringIO()
    segno.make(link, error="m").terminal(picture, compact=True)
    lines = [
        "",
        "Rundan",
        "",
        "Fältappen (öppna länken på telefonen, eller skriv koden):",
        f"  adress  {link.split('#', 1)[0]}",
        f"  kod     {code}",
        f"  länk    {link}",
        "",
        picture.getvalue().rstrip("\n"),
        "",
        "Kontoret:",
        f"  adress  {office}",
        f"  namn    {FIRST_NAME}",
        f"  lösenord  {password}" if password else "  lösenord  det du själv har valt",
    ]
    if simulator is not None:
        lines += ["", "Stadens e-tjänst (simulator, inget skickas till Malmö):", f"  {simulator}"]
    return "\n".join([*lines, ""])
