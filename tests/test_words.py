"""The words of three languages: complete, of the same shape, and every one of them used."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from app.device.permissions import Needed
from app.field.models.end_model import Lack
from app.field.models.intro_model import PICTURES
from app.field.preferences import Appearance
from app.field.protocol.measures import length
from app.field.screens.accessibility_screen import PARTS
from app.field.screens.help_screen import NUMBERS
from app.field.screens.map_panel import megabytes as download_size
from app.field.screens.not_sent_screen import PHOTO_WHYS, TO_BE_OPENED, WHYS
from app.field.screens.settings_screen import size
from app.field.screens.way_back_screen import HOW
from app.field.screens.when import length_words, off_words
from app.i18n import DEFAULT, FOLDER, LANGUAGES, Words, best_language, load, plural_form
from app.office.models.conflict_words import NAMED
from app.office.models.history import CHANGES
from app.office.screens.questions import SUGGESTIONS
from app.widgets.catalogue import load_catalogue
from sync.central.defect_filters import Filter
from sync.client.map_store import MarkState
from sync.domain.status import ReportState, Status
from sync.domain.words import (
    Category,
    Cover,
    EntityKind,
    Group,
    Light,
    ObservationKind,
    Perception,
    PlaceSource,
    RoundKind,
    Verdict,
    Weather,
)
from sync.forward.report_queue import Reason

ROOT = Path(__file__).parent.parent
FORMS = {"sv": {"one", "other"}, "en": {"one", "other"}}
FORMS["ar"] = {"zero", "one", "two", "few", "many", "other"}
KEY = re.compile(
    r"(app|help|question|enrol|home|round|capture|camera|place|pin|list|refused|receipt|edit|sync|category"
    r"|photo|cover|office|settings|intro|resident|before|wayback|tooold|clock|shutout|about|licences"
    r"|accessibility|report|map|end|protocol|known|revisit|visit|takefile|damaged|notsent)(\.[a-z0-9_]+)+"
)
SHOWN = ("app/field", "app/office", "app/widgets", "app/device", "sync/client")
REVIEWED = (Status.RECEIVED, Status.APPROVED, Status.REJECTED)

BLOCKED = {
    f"app.{why}"
    for why in (
        "already_open",
        "insecure",
        "not_loaded",
        "storage_damaged",
        "storage_full",
        "storage_unavailable",
    )
}

PAGES = {name for name, _ in HOW.values()} | {
    "shutout.revoked",
    "shutout.unknown",
    "shutout.another",
}

# What stands in the hole of every key that is put together: f"category.{…}" and its like.
PUT_TOGETHER: dict[str, set[str]] = {
    "notsent.{}": {"edit", "again", "remove", "seen"},
    "notsent.what.{}": {one.value for one in EntityKind} - {EntityKind.REPORT.value},
    "notsent.why.{}": {*WHYS, "other"},
    "notsent.why.closed.{}": TO_BE_OPENED,
    "notsent.why.photo.{}": {*PHOTO_WHYS, "other"},
    "end.found.{}": {one.value for one in ObservationKind},
    "end.missing.{}": {one.value for one in Lack},
    "end.protocol.{}": {"share", "print", "save"},
    "protocol.fact.{}": {
        "area",
        "kind",
        "day",
        "start",
        "end",
        "meeting_place",
        "led_by",
        "light",
        "weather",
        "route",
    },
    "protocol.findings.{}": {
        kind.value + ending for kind in ObservationKind for ending in ("", ".other")
    },
    "protocol.group.{}": {one.value for one in Group},
    "protocol.kind.{}": {one.value for one in ObservationKind},
    "protocol.light.{}": {one.value for one in Light},
    "protocol.map.column.{}": {"number", "what", "place"},
    "protocol.month.{}": {str(month) for month in range(1, 13)},
    "protocol.open.column.{}": {"number", "what", "place", "state"},
    "protocol.score.{}": {one.value for one in Perception},
    "protocol.verdict.{}": {one.value for one in Verdict},
    "protocol.weather.{}": {one.value for one in Weather},
    "map.state.{}": {one.value for one in MarkState},
    "settings.appearance.{}": {one.value for one in Appearance},
    "settings.{}": {"sound", "vibration", "wifi_only"},
    "intro.{}": set(PICTURES),
    "before.why.{}": {one.value for one in Needed},
    "accessibility.{}.title": set(PARTS),
    "accessibility.{}.body": set(PARTS),
    "category.{}": {one.value for one in Category},
    "capture.kind.{}": {one.value for one in ObservationKind},
    "capture.text.{}": {one.value for one in ObservationKind},
    "capture.text.hint.{}": {one.value for one in ObservationKind},
    "question.{}.{}": {
        f"{tile.category.value}.{question.code}"
        for tile in load_catalogue()
        for question in tile.questions
    },
    "question.{}.{}.{}": {
        f"{tile.category.value}.{question.code}.{choice}"
        for tile in load_catalogue()
        for question in tile.questions
        for choice in question.choices
    },
    "round.kind.{}": {one.value for one in RoundKind},
    "round.group.{}": {one.value for one in Group},
    "round.light.{}": {one.value for one in Light},
    "round.score.{}": {one.value for one in Perception},
    "round.weather.{}": {one.value for one in Weather},
    "revisit.done.{}": {one.value for one in Verdict} - {Verdict.ALSO_SEEN.value},
    "list.month.{}": {str(month) for month in range(1, 13)},
    "capture.missing.{}": {"photo", "category", "place"},
    "receipt.{}": {"on_phone", "with_coordinator", "with_city"},
    "refused.{}": {"already_approved", "damaged_on_phone", "other"},
    "help.{}": {name for name, _ in NUMBERS},
    "help.{}.why": {name for name, _ in NUMBERS},
    "{}.title": BLOCKED | PAGES,
    "{}.body": BLOCKED | PAGES,
    "office.filter.{}": {one.value for one in Filter},
    "office.list.empty.{}": {one.value for one in Filter},
    "office.status.{}": {one.value for one in REVIEWED},
    "office.state.{}": {one.value for one in ReportState},
    "office.sentence.{}": {one.value for one in ReportState},
    "office.reason.{}": {one.value for one in Reason},
    "office.history.status.{}": {one.value for one in REVIEWED},
    "office.history.changed.{}": set(CHANGES),
    "office.history.chose.{}": set(CHANGES),
    "office.conflict.field.{}": set(NAMED),
    "office.conflict.what.{}": {one.value for one in EntityKind} - {EntityKind.REPORT.value},
    "office.history.noted.{}": {"positive", "proposal"},
    "office.history.recheck.{}": {one.value for one in Verdict},
    "office.recheck.{}": {one.value for one in Verdict},
    "office.cover.{}": {one.value for one in Cover},
    "office.place.mark.{}": {"mocked", "stale"},
    "office.round.stop.{}": {"good", "bad", "voices"},
    "office.history.report.{}": {one.value for one in ReportState},
    "office.place.source.{}": {one.value for one in PlaceSource},
    "office.reject.suggestion.{}": set(SUGGESTIONS),
    "office.doubt.{}.title": {"uncertain", "needs_person"},
    "office.doubt.{}.body": {"uncertain", "needs_person"},
    "office.sure.{}.title": {"remove_photo", "send_again"},
    "office.sure.{}.body": {"remove_photo", "send_again"},
    "office.sure.{}.go": {"remove_photo", "send_again"},
    "office.top.{}": {"phones", "hand_in", "password", "log_out"},
    "office.hand_in.what.{}": {one.value for one in EntityKind},
    "office.hand_in.why.{}": {
        "damaged_on_phone",
        "not_your_area",
        "other_area",
        "already_approved",
        "different_content",
        "not_covered",
        "unknown_photo",
        "not_a_photo",
        "has_metadata",
    },
    "office.password.{}": {"old", "new", "again"},
}
OFFICE_REFUSALS = "office.refused.{}"
ENGLISH = re.compile(
    r"\b(the|and|you|your|please|error|failed|save|photo|loading|retry|cancel|settings|with|"
    r"again|phone|from|reports?|this)\b",
    re.IGNORECASE,
)
SWEDISH = re.compile(r"\b(och|inte|är|du|din|telefonen|bilden|för|försök|att)\b|[åäö]", re.I)
PLACE_NAMES = re.compile(r"Malmö|Rosengård")


@cache
def texts(language: str) -> dict[str, str | dict[str, str]]:
    return load(language)


def forms(text: str | dict[str, str]) -> dict[str, str]:
    return text if isinstance(text, dict) else {"other": text}


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# Three languages, one shape


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert set(texts(language)) == set(texts(DEFAULT))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_has_blanks_around_it(language: str) -> None:
    for key, text in texts(language).items():
        for form in forms(text).values():
            assert form and form == form.strip(), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_every_form_that_the_language_needs(language: str) -> None:
    counted = {key for key, text in texts(DEFAULT).items() if isinstance(text, dict)}
    assert counted == {key for key, text in texts(language).items() if isinstance(text, dict)}
    for key in counted:
        assert set(forms(texts(language)[key])) == FORMS[language], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    """A form for one exact number may do without the number: "اثنان في الانتظار"."""
    for key, text in texts(DEFAULT).items():
        wanted = holes(forms(text)["other"])
        for form, translated in forms(texts(language)[key]).items():
            may_lack = {"count"} if form in ("zero", "one", "two") else set()
            assert holes(translated) | may_lack == wanted | may_lack, f"{language} {key} {form}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_has_its_form_and_says_it(language: str) -> None:
    words = Words(language)
    seen = {plural_form(language, count) for count in range(201)}
    assert seen == FORMS[language]
    for count in (3, 11, 100, 103):
        assert str(count) in words("sync.waiting.photos", count=count)


def test_arabic_counts_as_arabic_does() -> None:
    said = [Words("ar")("sync.waiting.photos", count=count) for count in (0, 1, 2, 3, 11, 100)]
    assert len(set(said)) == 6


@pytest.mark.parametrize(
    ("language", "shown"),
    [("sv", ("1,4", "0,1", "12")), ("en", ("1.4", "0.1", "12")), ("ar", ("1.4", "0.1", "12"))],
)
def test_a_number_has_the_decimal_sign_of_its_language(
    language: str, shown: tuple[str, ...]
) -> None:
    words = Words(language)
    assert (words.number(1.36), words.number(0.12), words.number(11.8, decimals=0)) == shown


@pytest.mark.parametrize(
    ("language", "kilometres", "megabytes", "gigabytes"),
    [
        ("sv", "1,2 km", "2,4 MB", "3,1 GB"),
        ("en", "1.2 km", "2.4 MB", "3.1 GB"),
        ("ar", "1.2 كم", "2.4 م.ب", "3.1 ج.ب"),
    ],
)
def test_lengths_and_sizes_are_written_alike_on_every_screen(
    language: str, kilometres: str, megabytes: str, gigabytes: str
) -> None:
    words = Words(language)
    assert length_words(1230, words) == length(1230, words) == kilometres
    assert (size(2_400_000, words), size(3_100_000_000, words)) == (megabytes, gigabytes)
    assert download_size(2_400_000, words) == megabytes.split()[0]


@pytest.mark.parametrize(
    ("minutes", "swedish", "english", "arabic"),
    [
        (6, "6 minuter", "6 minutes", "6 دقائق"),
        (90, "90 minuter", "90 minutes", "90 دقيقة"),
        (91, "2 timmar", "2 hours", "ساعتان"),
        (47 * 60, "47 timmar", "47 hours", "47 ساعة"),
        (48 * 60, "2 dagar", "2 days", "يومان"),
        (2_341_856, "1626 dagar", "1626 days", "1626 يومًا"),
    ],
)
def test_a_wrong_clock_is_told_in_a_unit_that_says_something(
    minutes: int, swedish: str, english: str, arabic: str
) -> None:
    said = [off_words(minutes, Words(language)) for language in ("sv", "en", "ar")]
    assert said == [swedish, english, arabic]


@pytest.mark.parametrize("guide", ["ung-ledare", "samordnare"])
def test_what_a_guide_tells_to_look_for_is_what_the_screens_say(guide: str) -> None:
    """Bold words; a question or a heading ends with its sign."""
    guide_text = " ".join((ROOT / "docs" / f"{guide}.md").read_text(encoding="utf-8").split())
    shown = [form.lower() for text in texts("sv").values() for form in forms(text).values()]
    told = {bold for bold in re.findall(r"\*\*(.+?)\*\*", guide_text) if bold[-1] not in "?:"}
    looked_for = {bold.rstrip(" .:…").lower() for bold in told}
    assert len(looked_for) > 20
    assert {one for one in looked_for if not any(one in text for text in shown)} == set()


# Every key in the code, and every key used


@cache
def in_code() -> tuple[frozenset[str], frozenset[str]]:
    """Keys written out, and those put together with {} for their holes."""
    whole, patterns = set(), set()
    for folder in SHOWN:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    if KEY.fullmatch(node.value):
                        whole.add(node.value)
                elif isinstance(node, ast.JoinedStr):
                    patterns.add("".join(_pieces(node)))
    whole.update(of_the_start_screen())
    return frozenset(whole), frozenset(one for one in patterns if _is_of_a_key(one))


def of_the_start_screen() -> dict[str, str]:
    """Key → Swedish of the page's own words, which are there before the app is."""
    page = (ROOT / "assets" / "web" / "index.html").read_text(encoding="utf-8")
    found = re.findall(r'data-words="([a-z.]+)">([^<]+)<', page)
    found += [
        (key, said) for said, key in re.findall(r'aria-label="([^"]+)" data-label="(.+?)"', page)
    ]
    return {f"start.{key}": said for key, said in found}


def _pieces(node: ast.JoinedStr) -> Iterator[str]:
    for value in node.values:
        yield str(value.value) if isinstance(value, ast.Constant) else "{}"


def _is_of_a_key(pattern: str) -> bool:
    is_of_any = pattern in ("{}.title", "{}.body")
    return is_of_any or (pattern[0] != "{" and bool(KEY.fullmatch(pattern.replace("{}", "x"))))


def filled(pattern: str, value: str) -> str:
    """value: what stands from the first hole to the end of the last."""
    return pattern[: pattern.index("{}")] + value + pattern[pattern.rindex("{}") + 2 :]


def expanded() -> set[str]:
    keys = {filled(pattern, value) for pattern, values in PUT_TOGETHER.items() for value in values}
    return keys | {OFFICE_REFUSALS.replace("{}", code) for code in refusal_codes()}


@cache
def refusal_codes() -> frozenset[str]:
    """What sync.central says no with: ReviewRefused(…), Declined(…), and passwords' own codes."""
    found = {"unavailable"}
    for path in (ROOT / "sync" / "central").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    if node.func.id in ("ReviewRefused", "Declined"):
                        found.add(code.value)
                    elif node.func.id == "WeakPassword":
                        found.add(f"password_{code.value}")
    return frozenset(found)


def test_the_code_is_read_where_the_words_are() -> None:
    whole, patterns = in_code()
    assert len(whole) > 150
    assert "category.{}" in patterns
    assert len(refusal_codes()) > 12


def test_every_key_in_the_code_has_words() -> None:
    known = set(texts(DEFAULT))
    unknown = {
        key
        for key in in_code()[0]
        if key not in known and not {f"{key}.title", f"{key}.body"} <= known
    }
    assert not unknown


def test_every_key_that_is_put_together_is_known_here_with_all_it_can_become() -> None:
    patterns = set(in_code()[1]) - {OFFICE_REFUSALS}
    assert patterns == set(PUT_TOGETHER)
    assert expanded() <= set(texts(DEFAULT)), expanded() - set(texts(DEFAULT))


def test_no_words_are_left_over_from_what_is_no_longer_there() -> None:
    whole, _ = in_code()
    assert set(texts(DEFAULT)) - whole - expanded() == set()


def test_the_start_screen_says_in_its_page_what_the_swedish_words_say() -> None:
    said = of_the_start_screen()
    assert len(said) > 10
    assert said == {key: texts("sv")[key] for key in said}


# The languages themselves


def test_swedish_has_no_english_left_in_it() -> None:
    for key, text in texts("sv").items():
        for form in forms(text).values():
            assert not ENGLISH.search(re.sub(r"\{\w+\}", "", form)), f"{key}: {form}"


def test_english_has_no_swedish_left_in_it() -> None:
    for key, text in texts("en").items():
        for form in forms(text).values():
            left = SWEDISH.search(PLACE_NAMES.sub("", re.sub(r"\{\w+\}", "", form)))
            assert not left, f"{key}: {form}"


def test_arabic_is_written_in_arabic() -> None:
    brands = re.compile(
        r"\{\w+\}|Rundan|GPS|HEIC|iPhone|Samsung|Android|https|wifi|QR|AR|FGK|WCAG|EN|Apache"
        r"|digg.se/tdosanmalan|J|K|G|A|–"
    )
    for key, text in texts("ar").items():
        for form in forms(text).values():
            left = re.search(r"[A-Za-zÅÄÖåäö]+", brands.sub("", form))
            assert not left, f"{key}: {form}"
            if re.sub(r"[\W\d_]", "", brands.sub("", form)):
                assert re.search(r"[\u0600-\u06ff]", form), f"{key}: {form}"


def test_a_number_to_call_is_read_from_the_left_in_arabic_too() -> None:
    """Without isolation (U+2066 … U+2069) "114 14" is shown as "14 114" between Arabic words."""
    for key, text in texts("ar").items():
        for form in forms(text).values():
            outside = re.sub("\u2066[^\u2069]*\u2069", "", form)
            assert not re.search(r"\d[\d-]* \d", outside), f"{key}: {form}"


def test_a_sentence_ends_as_a_sentence_in_every_language() -> None:
    for key, text in texts("sv").items():
        if len(forms(text)["other"]) == 1:
            continue  # a sign, as the one between a number and its decimals
        ends = [forms(text)["other"][-1] in ".!?؟"]
        ends += [forms(texts(language)[key])["other"][-1] in ".!?؟" for language in ("en", "ar")]
        assert len(set(ends)) == 1, key


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ([], "sv"),
        (["sv-SE", "en-US"], "sv"),
        (["en-GB"], "en"),
        (["ar-SY", "sv"], "ar"),
        (["so", "ar"], "ar"),
        (["fa_IR"], "sv"),
        (["AR"], "ar"),
    ],
)
def test_the_first_language_of_the_phone_that_there_is_is_chosen(
    wanted: list[str], language: str
) -> None:
    assert best_language(wanted) == language


def test_files_are_sorted_as_the_swedish_one_so_that_they_are_compared_side_by_side() -> None:
    for start in ("", "office.", "hand_over.", "start."):
        keys = [
            list(json.loads((FOLDER / f"{start}{one}.json").read_text(encoding="utf-8")))
            for one in LANGUAGES
        ]
        assert keys[0] == keys[1] == keys[2]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_no_key_stands_twice_in_a_file(path: Path) -> None:
    """JSON would silently take the last."""

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in found]
        assert sorted(keys) == sorted(set(keys))
        return dict(found)

    assert json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=pairs)


def test_an_arabic_name_does_not_turn_the_order_of_what_stands_after_it() -> None:
    said = Words("sv")("home.started_by", name="سمير", when="28/11 04.17")
    assert said == "Startad av \u2068سمير\u2069 28/11 04.17"
    assert Words("sv")("home.title", nickname="سمير") == "Hej سمير!"
    assert Words("sv")("home.started_by", name="Räven", when="28/11 04.17").isprintable()
    assert Words("ar")("home.started_by", name="سمير", when="28/11 04.17").isprintable()
