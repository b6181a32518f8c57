"""The text of a report says what, where, when and our reference, whatever was written in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.geo import GeoPoint
from sync.forward.malmo_text import MAX_CHARS, report_text

NOTED = datetime(2026, 6, 23, 8, 5, tzinfo=UTC)


def test_a_whole_report_reads_well() -> None:
    text = report_text(
        category="Belysning",
        reference="7KQ2-M4",
        noted_at=NOTED,
        place_words="Gångtunneln vid Kirsebergs torg",
        free_text="Två lampor är släckta.\r\nDet är mörkt redan klockan fyra.",
        place=GeoPoint(lat_deg=55.6051458, lon_deg=13.003365, accuracy_m=7.6),
    )
    assert text == (
        "Belysning\n"
        "\n"
        "Två lampor är släckta.\n"
        "Det är mörkt redan klockan fyra.\n"
        "\n"
        "Plats: Gångtunneln vid Kirsebergs torg\n"
        "Läge på kartan: 55.60515 N, 13.00337 O (WGS 84), osäkerhet cirka 8 m\n"
        "Noterat: 23 juni 2026 kl. 10.05\n"
        "Ref. Rundan 7KQ2-M4"
    )


def test_a_report_without_free_text_and_place_words_is_short() -> None:
    text = report_text(category="Klotter", reference="7KQ2-M4")
    assert text == "Klotter\n\nRef. Rundan 7KQ2-M4"


def test_the_time_is_local_in_winter_too() -> None:
    winter = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    text = report_text(category="Snö/is", reference="7KQ2-M4", noted_at=winter)
    assert "Noterat: 1 januari 2027 kl. 00.30" in text


def test_a_long_text_is_cut_at_a_space_with_an_ellipsis_and_the_reference_stays() -> None:
    text = report_text(
        category="Annat", reference="7KQ2-M4", noted_at=NOTED, free_text="ordet " * 2000
    )
    assert MAX_CHARS - 40 < len(text) <= MAX_CHARS
    assert "ordet…\n\nNoterat:" in text
    assert text.endswith("\nRef. Rundan 7KQ2-M4")


@given(
    category=st.text(max_size=2000).filter(lambda text: any(c.isalnum() for c in text)),
    place_words=st.none() | st.text(max_size=2000),
    free_text=st.none() | st.text(max_size=50) | st.text("ab å\n\r\t\x00…\ud800", min_size=3900),
)
def test_any_words_give_a_text_of_bounded_length_that_ends_with_the_reference(
    category: str, place_words: str | None, free_text: str | None
) -> None:
    text = report_text(
        category=category,
        reference="7KQ2-M4",
        noted_at=NOTED,
        place_words=place_words,
        free_text=free_text,
    )
    assert len(text) <= MAX_CHARS
    assert text.endswith("\nRef. Rundan 7KQ2-M4")
    assert text.isprintable() or all(c.isprintable() or c in "\n\t" or ord(c) > 127 for c in text)
    assert text.encode()


@pytest.mark.parametrize(
    ("category", "reference", "noted_at"),
    [
        (" ", "7KQ2-M4", NOTED),
        ("Belysning", "\n", NOTED),
        ("Belysning", "7KQ2-M4", NOTED.replace(tzinfo=None)),
    ],
)
def test_a_report_without_category_reference_or_zone_is_not_written(
    category: str, reference: str, noted_at: datetime
) -> None:
    with pytest.raises(ValueError, match=r"category and a reference|time zone"):
        report_text(category=category, reference=reference, noted_at=noted_at)


def test_answers_stand_between_what_was_told_and_the_facts() -> None:
    text = report_text(
        category="Klotter",
        reference="7KQ2-M4",
        free_text="Hatord på väggen",
        answers=["Är det kränkande? Ja", "  ", "Hur stort?\nTvå meter"],
        place_words="Vattenverksvägen 25",
        is_urgent=True,
    )
    assert text == (
        "Klotter (brådskande)\n\nHatord på väggen\n\nÄr det kränkande? Ja\nHur stort? Två meter\n\n"
        "Plats: Vattenverksvägen 25\nRef. Rundan 7KQ2-M4"
    )


def test_a_long_text_gives_way_to_the_answers() -> None:
    text = report_text(
        category="Klotter", reference="7KQ2-M4", free_text="x" * 9000, answers=["Kränkande? Ja"]
    )
    assert len(text) <= MAX_CHARS
    assert "Kränkande? Ja" in text and text.endswith("Ref. Rundan 7KQ2-M4")
