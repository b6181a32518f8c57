"""The protocol's page: whole in itself, readable by everybody, safe from what people write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from app.field.protocol.document import CityWord
from app.field.protocol.page import file_name, page
from app.i18n import LANGUAGES, Words
from sync.domain.status import Status
from sync.domain.words import Category, Group, ObservationKind, RoundKind, Verdict
from tests.field.a_protocol import (
    a_document,
    a_finding,
    a_full_document,
    a_photo,
    a_revisit,
    a_stop,
    an_open_point,
    at,
)

VOID = {"img", "meta"}
HOSTILE = (
    "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt;</title></style>\u202e\x00"
)
SV = Words("sv")


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    around: tuple[Element, ...]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def children(self) -> list[Element]:
        return [one for one in self.inside if isinstance(one, Element)]

    @property
    def text(self) -> str:
        return "".join(one for one in self.inside if isinstance(one, str))

    @property
    def whole_text(self) -> str:
        return "".join(one if isinstance(one, str) else one.whole_text for one in self.inside)


class Page(HTMLParser):
    """Every element in reading order; an unclosed or wrongly closed one is a fault."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"not closed: {[one.name for one in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in {tag}"
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        if self._open:
            self._open[-1].inside.append(element)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1].name == tag, f"</{tag}> closes nothing"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].inside.append(data)

    def all(self, *names: str) -> Iterator[Element]:
        return (one for one in self.elements if one.name in names)

    def one(self, name: str) -> Element:
        found = list(self.all(name))
        assert len(found) == 1, f"{len(found)} {name}"
        return found[0]

    @property
    def text(self) -> str:
        return self.one("body").whole_text


def full(language: str = "sv") -> Page:
    return Page(page(a_full_document(), Words(language)))


# Whole in itself


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_its_language_and_direction(language: str) -> None:
    html = full(language).one("html")
    assert html.attributes["lang"] == language
    assert html.attributes["dir"] == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_and_no_hole_is_left_in_any_language(language: str) -> None:
    text = full(language).text
    assert not re.search(r"\b(protocol|category|round|end)\.[a-z_]+", text)
    assert not re.search(r"\{\w*\}", text)


def test_nothing_is_asked_of_anybody_else() -> None:
    shown = full()
    for one in shown.elements:
        assert one.name not in {"script", "link", "iframe", "object", "embed", "form", "base"}
        assert not [name for name in one.attributes if name.startswith("on")]
        for name in ("src", "href", "srcset", "data", "action", "poster"):
            value = one.attributes.get(name, "#")
            assert value.startswith(("#", "data:image/jpeg;base64,")), value
    assert "url(" not in shown.html and "@import" not in shown.html


def test_the_page_itself_forbids_scripts_and_anything_from_outside() -> None:
    policies = [
        one.attributes["content"]
        for one in full().all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


def test_the_same_document_is_the_same_page() -> None:
    assert page(a_full_document(), Words("sv")) == page(a_full_document(), Words("sv"))


def test_every_link_leads_to_something_on_the_page() -> None:
    shown = full()
    ids = [one.attributes["id"] for one in shown.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    links = [one.attributes["href"] for one in shown.all("a")]
    assert len(links) > 20
    assert {link.removeprefix("#") for link in links} <= set(ids)


# For everybody


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_one_main_heading_and_no_level_is_skipped(language: str) -> None:
    levels = [int(one.name[1]) for one in full(language).all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_landmarks_are_there_once_and_named_where_they_must_be() -> None:
    shown = full()
    ids = {one.attributes.get("id") for one in shown.elements}
    for name in ("header", "nav", "main", "footer"):
        shown.one(name)
    for one in shown.all("section", "nav", "article"):
        assert one.attributes["aria-labelledby"] in ids


def test_every_heading_of_a_table_says_what_it_is_for() -> None:
    shown = full()
    tables = list(shown.all("table"))
    assert len(tables) >= 5
    for table in tables:
        assert table.children[0].name == "caption" and table.children[0].whole_text.strip()
    assert all(one.attributes.get("scope") in ("col", "row") for one in shown.all("th"))


def test_every_photo_says_of_what_it_is() -> None:
    shown = full()
    photos = list(shown.all("img"))
    assert len(photos) == 12
    assert all(one.attributes["alt"] and one.around[-1].name == "figure" for one in photos)
    alts = [one.attributes["alt"] for one in photos]
    assert len(set(alts)) == len(alts)
    assert "A-20 – Belysning – bild 1 av 1" in alts


def test_a_photo_has_its_size_before_it_is_there() -> None:
    photo = next(full().all("img"))
    assert (photo.attributes["width"], photo.attributes["height"]) == ("640", "480")


def test_the_map_is_told_in_words_and_in_a_table() -> None:
    shown = full()
    svg = next(one for one in shown.all("svg") if one.attributes.get("role") == "img")
    told = {one.attributes.get("id"): one.whole_text for one in svg.children}
    assert "27 numrerade observationer" in told["map-told"]
    assert "2,1 km" in told["map-told"]
    table = next(one for one in shown.all("table") if "places" in one.attributes["class"])
    assert "A-20" in table.whole_text and "55.61103, 13.03203" in table.whole_text


def test_what_a_person_wrote_runs_in_its_own_direction() -> None:
    finding = a_finding(text="Lampan är trasig")
    shown = Page(page(a_document(findings=(finding,)), Words("ar")))
    said = [one for one in shown.all("p") if one.text == "Lampan är trasig"]
    assert [one.attributes["dir"] for one in said] == ["auto"]


# Safe from what people write


def hostile_page(language: str = "sv") -> str:
    finding = a_finding(
        HOSTILE,
        text=HOSTILE,
        address=HOSTILE,
        answers=(("post_number", HOSTILE), (HOSTILE, True)),
        photos=(a_photo(),),
        city=CityWord(case_ref=HOSTILE, status=HOSTILE, said_at=None),
    )
    rejected = a_finding("B-1", status=Status.REJECTED, status_reason=HOSTILE)
    stop = a_stop(name=HOSTILE, good=HOSTILE, bad=HOSTILE, voices=HOSTILE, findings=(finding,))
    return page(
        a_document(
            area_name=HOSTILE,
            meeting_place=HOSTILE,
            led_by=HOSTILE,
            stops=(stop,),
            findings=(finding.__class__(**{**_fields(finding), "number": "C-1"}), rejected),
            revisits=(a_revisit(number=HOSTILE, text=HOSTILE, comment=HOSTILE, address=HOSTILE),),
            last_round_at="2026-04-14T16:00:00.000Z",
            open_points=(an_open_point(HOSTILE, text=HOSTILE, address=HOSTILE),),
        ),
        Words(language),
    )


def _fields(finding: object) -> dict[str, object]:
    return {name: getattr(finding, name) for name in finding.__dataclass_fields__}  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_write_is_never_markup(language: str) -> None:
    shown = Page(hostile_page(language))
    assert not list(shown.all("script", "b"))
    assert all(one.attributes["src"].startswith("data:image/jpeg") for one in shown.all("img"))
    assert "\x00" not in shown.html
    assert not [n for one in shown.elements for n in one.attributes if n.startswith("on")]
    visible = HOSTILE.replace("\x00", "")
    assert shown.text.count(visible) >= 12


def test_style_and_title_cannot_be_left_by_a_name() -> None:
    shown = Page(hostile_page())
    assert [one.around[-1].name for one in shown.all("title")] == ["head", "svg"]
    shown.one("style")


# What it says


def test_the_page_says_that_it_is_preliminary_until_it_is_approved() -> None:
    preliminary = "Preliminärt protokoll – inte godkänt av samordnaren"
    assert preliminary in page(a_document(), SV)
    approved = page(a_document(approved_at="2026-05-20T08:00:00.000Z"), SV)
    assert preliminary not in approved
    assert "Godkänt av samordnaren 20 maj 2026" in approved


def test_participants_are_counts_with_their_total() -> None:
    counts = {Group.RESIDENTS: 12, Group.YOUNG_LEADERS: 4}
    document = a_document(participants=tuple((g, counts.get(g, 0)) for g in Group))
    table = next(
        one
        for one in Page(page(document, SV)).all("table")
        if "participants" in one.attributes["class"]
    )
    rows = [[cell.whole_text for cell in row.children] for row in _rows(table)]
    assert rows[1:3] == [["Boende", "12"], ["Unga ledare", "4"]]
    assert rows[-1] == ["Totalt", "16"]


def _rows(table: Element) -> Iterator[Element]:
    for part in table.children:
        yield from (row for row in part.children if row.name == "tr")


def test_the_times_are_those_of_sweden_in_summer_and_in_winter() -> None:
    summer = Page(page(a_document(), SV)).text
    assert "12 maj 2026 · 18.00–19.52" in summer
    winter = a_document(started_at="2026-11-20T16:00:00.000Z", ended_at=None)
    assert "20 november 2026 · 17.00" in Page(page(winter, SV)).text


def test_facts_that_nobody_gave_are_said_to_be_missing() -> None:
    document = a_document(led_by=" ", light=None, weather=None, length_m=None, duration_s=None)
    text = Page(page(document, SV)).text
    assert text.count("Inte angivet") == 3
    assert "Ingen inspelad sträcka" in text


def test_a_finding_is_told_with_answers_place_and_how_far_it_has_come() -> None:
    finding = a_finding(
        "B-7",
        category=Category.GRAFFITI,
        answers=(("offensive", True),),
        address="Vattenverksvägen 25",
        is_urgent=True,
        city=CityWord(case_ref="4711", status="Pågående", said_at="2026-05-02T08:00:00.000Z"),
    )
    shown = Page(page(a_document(findings=(finding,)), SV))
    article = shown.one("article").whole_text
    assert "B-7" in article and "Klotter" in article and "Brådskande" in article
    assert "Ja" in article and "Vattenverksvägen 25" in article
    assert "Hos staden, ärende 4711: Pågående (2 maj 2026)" in article


@pytest.mark.parametrize("address", ["", "Vattenverksvägen 25"])
def test_what_makes_a_place_doubtful_is_said_with_the_finding(address: str) -> None:
    doubts = [SV("place.doubt.mocked"), SV("place.doubt.stale")]
    place = replace(at(20, 30), is_mocked=True, is_stale=True)
    findings = (a_finding("B-7", place=place, address=address), a_finding("B-8", address=address))
    shown = Page(page(a_document(findings=findings), SV))
    doubtful, sure = (one.whole_text for one in shown.all("article"))
    assert all(doubt in doubtful and doubt not in sure for doubt in doubts)


def test_stops_are_told_with_their_scores_and_their_own_findings() -> None:
    stop = a_stop(findings=(a_finding("A-9"),))
    shown = Page(page(a_document(stops=(stop,), findings=(a_finding("B-9"),)), SV))
    section = next(one for one in shown.all("section") if one.attributes.get("class") == "stop")
    told = section.whole_text
    assert "Stopp 1: Kirsebergs torg" in told and "18.05–18.20" in told
    assert "Öppet och ljust." in told and "Mörkt bakom kiosken" in told
    assert "4 av 5" in told and "A-9" in told and "B-9" not in told
    assert "Övriga brister" in shown.text


def test_safe_places_and_proposals_have_sections_of_their_own() -> None:
    findings = (
        a_finding("A-1"),
        a_finding("A-2", kind=ObservationKind.POSITIVE),
        a_finding("A-3", kind=ObservationKind.PROPOSAL, category=None),
    )
    headings = [one.text for one in Page(page(a_document(findings=findings), SV)).all("h2")]
    assert headings[-4:-1] == ["Brister", "Trygga platser", "Förslag"]


def test_what_is_open_since_last_time_is_told_with_the_citys_word_and_day() -> None:
    document = a_document(
        last_round_at="2026-04-14T16:00:00.000Z",
        open_points=(
            an_open_point("A-4"),
            an_open_point("A-5", seen=Verdict.WORSE, seen_at="2026-05-12T16:40:00.000Z", city=None),
            an_open_point("A-6", is_claimed_fixed=True),
        ),
    )
    tables = [
        one for one in Page(page(document, SV)).all("table") if one.attributes["class"] == "open"
    ]
    still, claimed = (one.whole_text for one in tables)
    assert "Hos staden, ärende 12345: Pågående (2 maj 2026)" in still
    assert "Vid besök 12 maj 2026: värre" in still
    assert "A-6" in claimed and "inte kontrollerat på plats" in claimed and "A-6" not in still


def test_the_first_round_of_an_area_has_no_open_points() -> None:
    assert "Det finns ingen tidigare runda i området." in page(a_document(), SV)
    nothing = a_document(last_round_at="2026-04-14T16:00:00.000Z")
    assert "Inget är öppet sedan rundan 14 april 2026." in page(nothing, SV)


def test_a_photo_that_nobody_checked_is_counted_and_one_elsewhere_is_spoken_of() -> None:
    elsewhere = replace(a_photo(), data_uri=None)
    finding = a_finding(photos=(elsewhere, a_photo()), photos_left_out=2)
    shown = Page(page(a_document(findings=(finding,)), SV))
    assert len(list(shown.all("img"))) == 1
    assert "Bild 1 av 2 finns inte på den här telefonen." in shown.text
    assert "2 bilder är inte med" in shown.text


def test_an_empty_round_is_a_page_too() -> None:
    empty = a_document(outline=(), planned_route=(), tracks=(), started_at=None, ended_at=None)
    shown = Page(page(replace(empty, kind=RoundKind.INSPECTION), SV))
    assert "Inget noterades på rundan." in shown.text
    assert not list(shown.all("svg"))


def test_a_route_that_is_still_recorded_is_not_said_to_be_missing() -> None:
    """It is stored when the round ends; the page can be shown before."""
    under_way = a_document(length_m=None, duration_s=None, ended_at=None)
    assert "Ingen sparad än" in Page(page(under_way, SV)).text


def test_the_file_is_named_by_area_and_day_in_plain_letters() -> None:
    assert (
        file_name(a_document(area_name="Södra Värn / 2"))
        == "protokoll-sodra-varn-2-2026-05-12.html"
    )
    assert file_name(a_document(area_name="../", started_at=None)) == "protokoll.html"
