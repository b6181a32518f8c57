"""Letters of phones, known places and categories of areas, addresses that were looked up."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, Text, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("area", Column("places", Text(), nullable=False, server_default="[]"))
    op.add_column("area", Column("categories_off", Text(), nullable=False, server_default="[]"))
    op.create_table(
        "address",
        Column("cell", Text(), nullable=False, comment="lat,lon with four decimals"),
        Column("text", Text(), comment="street and number; none there"),
        Column("asked_at", Text(), nullable=False),
        PrimaryKeyConstraint("cell", name="pk_address"),
        comment="street addresses that the geocoder has told, so that it is asked once",
        sqlite_strict=True,
    )
    op.add_column("device", Column("letter", Text()))
    _give_letters()
    op.create_index("ix_device_letter", "device", ["letter"], unique=True)


def _give_letters() -> None:
    """In the order of enrolment, and the next phone goes on after them."""
    connection = op.get_bind()
    known = connection.execute(text("SELECT id FROM device ORDER BY enrolled_at, id")).scalars()
    given = 0
    for device_id in known.all():
        given += 1
        connection.execute(
            text("UPDATE device SET letter = :letter WHERE id = :id"),
            {"letter": _letter(given), "id": device_id},
        )
    if given:
        connection.execute(
            text("INSERT INTO store_fact (name, value) VALUES ('letters_given', :given)"),
            {"given": str(given)},
        )


def _letter(number: int) -> str:
    """As sync.central.letters had it at the time of this revision."""
    letters = ""
    while number:
        number, last = divmod(number - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters
