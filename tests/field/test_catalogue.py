"""The catalogue is data: what it may say, and what is said of one that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.i18n import LANGUAGES, Words
from app.widgets.catalogue import (
    BadCatalogue,
    QuestionKind,
    is_urgent,
    load_catalogue,
    questions_of,
)
from sync.domain.words import Category


def a_catalogue(folder: Path, *categories: Any) -> Path:
    path = folder / "catalogue.json"
    path.write_text(json.dumps({"categories": list(categories)}), encoding="utf-8")
    return path


def a_category(**more: Any) -> dict[str, Any]:
    return {"code": "belysning", "icon": "LIGHTBULB_OUTLINE", **more}


def asking(**question: Any) -> dict[str, Any]:
    return a_category(questions=[{"code": "post", "kind": "text", **question}])


def test_every_category_is_in_the_catalogue_once_with_an_icon_of_its_own() -> None:
    tiles = load_catalogue()
    assert [tile.category for tile in tiles] == list(dict.fromkeys(Category))
    assert len({tile.icon for tile in tiles}) == len(tiles)


def test_lamps_are_asked_about_their_post_and_how_far_it_is_dark() -> None:
    post, dark = questions_of(Category.LIGHTING)
    assert (post.kind, dark.kind) == (QuestionKind.TEXT, QuestionKind.CHOICE)
    assert Words()(f"question.belysning.{dark.code}") == "Hur långt är det mörkt?"


def test_offensive_graffiti_goes_first_and_other_graffiti_does_not() -> None:
    assert is_urgent(Category.GRAFFITI, {"offensive": True})
    assert not is_urgent(Category.GRAFFITI, {"offensive": False})
    assert not is_urgent(Category.GRAFFITI, {})
    assert not is_urgent(None, {"offensive": True})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_every_choice_has_words(language: str) -> None:
    words = Words(language)
    for tile in load_catalogue():
        for question in tile.questions:
            key = f"question.{tile.category.value}.{question.code}"
            for one in (key, *(f"{key}.{choice}" for choice in question.choices)):
                assert words(one) != one


def test_a_question_added_to_the_file_is_a_question(tmp_path: Path) -> None:
    path = a_catalogue(
        tmp_path,
        a_category(
            questions=[{"code": "how", "kind": "choice", "choices": ["a", "b"], "urgent_when": "b"}]
        ),
    )
    (tile,) = load_catalogue(path)
    (question,) = tile.questions
    assert question.choices == ("a", "b")
    assert question.takes("a") and not question.takes("c") and not question.takes(True)
    assert question.is_urgent({"how": "b"}) and not question.is_urgent({"how": "a"})


@pytest.mark.parametrize(
    ("category", "fault"),
    [
        (a_category(code="lampor"), "code must be one of belysning"),
        (a_category(icon="LAMP_OF_ALADDIN"), "icon 'LAMP_OF_ALADDIN' is none of flet.Icons"),
        (a_category(colour="red"), "'colour' is not known"),
        (a_category(questions={}), "questions must be a list of at most 2"),
        (a_category(questions=[{}, {}, {}]), "questions must be a list of at most 2"),
        (a_category(questions=["post"]), "must be an object"),
        (asking(code="Post number"), "code 'Post number' must be 1-40 of a-z, 0-9 and _"),
        (asking(kind="date"), "kind 'date' must be one of text, number, choice, yes_no"),
        (asking(kind="choice"), "choices must be a list of at least two different codes"),
        (asking(kind="choice", choices=["a"]), "choices must be a list of at least two"),
        (asking(kind="choice", choices=["a", "a"]), "choices must be a list of at least two"),
        (asking(choices=["a", "b"]), "only a choice has choices"),
        (asking(max_length=0), "max_length must be a whole number from 1 to 200"),
        (asking(max_length=True), "max_length must be a whole number from 1 to 200"),
        (asking(kind="yes_no", max_length=5), "only a text has a max_length"),
        (asking(kind="yes_no", urgent_when="yes"), "urgent_when 'yes' is no answer"),
        (asking(urgent_when="x"), "urgent_when 'x' is no answer of a text question"),
    ],
)
def test_a_wrong_catalogue_names_the_file_the_category_and_the_fault(
    tmp_path: Path, category: dict[str, Any], fault: str
) -> None:
    with pytest.raises(BadCatalogue) as error:
        load_catalogue(a_catalogue(tmp_path, category))
    assert str(error.value).startswith("catalogue.json: category 1")
    assert fault in str(error.value)


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    path = a_catalogue(tmp_path, a_category(icon="NO"), a_category(), asking(kind="date"))
    with pytest.raises(BadCatalogue) as error:
        load_catalogue(path)
    said = str(error.value)
    assert "icon 'NO'" in said and "is there twice" in said and "kind 'date'" in said


@pytest.mark.parametrize("text", ["", "{", "[]", '{"categories": {}}', '{"categories": ["a"]}'])
def test_a_file_of_another_shape_is_told_as_such(tmp_path: Path, text: str) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadCatalogue, match=r"catalogue\.json: "):
        load_catalogue(path)
