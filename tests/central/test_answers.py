"""The answers of a defect as lines: whatever the catalogue asks is told, in its order."""

from __future__ import annotations

import json

from sync.central.answers import FILE, Asked, answer_lines, asked_by_category
from sync.central.swedish import swedish, swedish_texts

CATALOGUE = json.loads(FILE.read_text(encoding="utf-8"))["categories"]


def lines(category: str | None, answers: dict[str, object]) -> list[str]:
    return answer_lines(category, answers, swedish, yes="Ja", no="Nej")  # type: ignore[arg-type]


def test_every_question_of_the_catalogue_is_told_in_swedish() -> None:
    told = 0
    for category in CATALOGUE:
        for question in category.get("questions", ()):
            for answer in question.get("choices", ()) or (7, "1234", True, False):
                [line] = lines(category["code"], {question["code"]: answer})
                assert "question." not in line and "_" not in line, line
                assert line[0].isupper()
                told += 1
    assert told > 30


def test_lines_stand_in_the_catalogues_order_and_strangers_are_left_out() -> None:
    answers = {"dark_stretch": "one_lamp", "post_number": "12", "newer_question": "x"}
    assert lines("belysning", answers) == [
        "Nummer på lampstolpen: 12",
        "Hur långt är det mörkt? En lampa",
    ]
    assert lines("annat", answers) == []
    assert lines(None, answers) == []


def test_a_hint_after_the_question_is_not_part_of_the_line() -> None:
    assert lines("klotter", {"offensive": True}) == ["Är det kränkande? Ja"]
    assert lines("klotter", {"offensive": False}) == ["Är det kränkande? Nej"]


def test_an_answer_that_is_none_makes_no_line() -> None:
    for answer in (None, "", [], {}, 1.5):
        assert lines("klotter", {"offensive": answer}) == []


def test_a_new_question_needs_no_new_code() -> None:
    catalogue = {"annat": (Asked(code="smell", choices=("gas", "sewer")),)}
    told = answer_lines(
        "annat", {"smell": "gas"}, {"question.annat.smell": "Luktar det?"}.get,  # type: ignore[arg-type]
        yes="Ja", no="Nej", catalogue=catalogue,
    )  # fmt: skip
    assert told == ["Luktar det? None"]
    assert asked_by_category()["annat"] == ()


def test_the_texts_are_those_of_all_files() -> None:
    assert {"category.belysning", "office.answer.yes"} <= set(swedish_texts())
    assert swedish("no.such.key") == "no.such.key"
