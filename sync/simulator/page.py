"""The page of the simulator: what came in, and the switches. Swedish, no script needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sync.domain.instants import to_text
from sync.domain.status import CITY_WORDS
from sync.simulator.fault_panel import fault_panel
from sync.simulator.faults import Fault
from sync.simulator.markup import Markup, tag, together
from sync.simulator.pictures import UNKNOWN_CONTENT
from sync.simulator.received import ReceivedCase, ReceivedPhoto
from sync.simulator.whereabouts import interpret

SHOWN_AT_MOST = 200
_LOCAL = ZoneInfo("Europe/Stockholm")
_WORDS_LIST = "statusord"
_FEEDBACK = {"1": "1 (sms)", "2": "2 (e-post)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContents:
    """root: the path the simulator is mounted under, without a slash at its end."""

    root: str
    cases: tuple[ReceivedCase, ...]
    words: dict[int, str]
    orphans: tuple[ReceivedPhoto, ...]
    faults: tuple[Fault, ...]
    advance_s: float


def render(page: PageContents) -> str:
    photos = sum(len(case.photos) for case in page.cases) + len(page.orphans)
    counts = tag(
        "ul",
        tag("li", f"Ärenden: {len(page.cases)}"),
        tag("li", f"Foton: {photos}"),
        tag("li", f"Foton utan ärende: {len(page.orphans)}"),
        tag("li", f"Påslagna fel: {len(page.faults)}"),
        class_="counts",
    )
    header = tag(
        "header",
        tag("h1", "Felanmälan – övningstjänst"),
        tag(
            "p",
            "En lokal kopia av stadens e-tjänst för övning och prov. "
            "Inget av detta har skickats till Malmö stad. ",
            tag("a", "Läs in sidan igen", href=f"{page.root}/"),
            class_="lead",
        ),
        counts,
    )
    main = tag(
        "main",
        fault_panel(page.root, page.faults),
        _cases(page),
        _orphans(page),
        _emptying(page.root),
        _word_list(),
    )
    return document("Felanmälan – övningstjänst", page.root, together(header, main))


def document(title: str, root: str, body: str) -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("link", rel="stylesheet", href=f"{root}/stil.css"),
    )
    return "<!doctype html>" + tag("html", head, tag("body", body), lang="sv")


def _cases(page: PageContents) -> Markup:
    parts: list[str] = [tag("h2", "Mottagna ärenden")]
    if page.cases:
        parts.append(_time_row(page))
    else:
        parts.append(tag("p", "Inget har kommit in än.", class_="panel"))
    parts += [_case(page, case) for case in page.cases[:SHOWN_AT_MOST]]
    if len(page.cases) > SHOWN_AT_MOST:
        parts.append(tag("p", f"Här visas de {SHOWN_AT_MOST} senaste. Alla finns i mottaget.json."))
    return tag("section", *parts)


def _time_row(page: PageContents) -> Markup:
    pace = (
        f"Varje ärende går ett steg vidare efter {page.advance_s:g} sekunder."
        if page.advance_s
        else "Ärendena går vidare bara med knapparna."
    )
    button = tag("button", "Stega alla ärenden", type="submit")
    form = tag("form", button, method="post", action=f"{page.root}/stega")
    return tag("div", tag("p", pace, class_="lead"), form, class_="panel pace")


def _case(page: PageContents, case: ReceivedCase) -> Markup:
    word = page.words[case.case_id]
    known = "badge" if word in CITY_WORDS else "badge unknown"
    header = tag(
        "header",
        tag("h3", f"Ärende {case.case_id}", id=f"rubrik-{case.case_id}"),
        tag("span", word or "(tomt)", class_=known),
        _time(case.received_at),
    )
    text = tag("p", _plain(case.sent.get("IssueDescription")), class_="text")
    parts: list[str] = [header, text, _facts(case), *_warnings(case)]
    if case.photos:
        parts.append(_photos(page.root, case.photos))
    parts.append(_case_forms(page.root, case, word))
    return tag(
        "article",
        *parts,
        id=f"arende-{case.case_id}",
        aria_labelledby=f"rubrik-{case.case_id}",
    )


def _facts(case: ReceivedCase) -> Markup:
    sent = case.sent
    where = interpret(sent.get("IssueEasting"), sent.get("IssueNorthing"))
    read_as = (
        f"{where.system}: {where.lat_deg:.6f} N, {where.lon_deg:.6f} O"
        if where.lat_deg is not None and where.lon_deg is not None
        else "går inte att tolka"
    )
    feedback = _plain(sent.get("IssueRegistratorFeedbackType"))
    rows = {
        "Easting": _plain(sent.get("IssueEasting")),
        "Northing": _plain(sent.get("IssueNorthing")),
        "Tolkat som": read_as,
        "Anmälare": _plain(sent.get("IssueRegistrator")) or "anonym",
        "E-post": _plain(sent.get("IssueRegisterContactEmail")) or "–",
        "Telefon": _plain(sent.get("IssueRegisterContactPhone")) or "–",
        "Återkoppling": _FEEDBACK.get(feedback, feedback) or "nej",
    }
    return tag("dl", *(together(tag("dt", key), tag("dd", value)) for key, value in rows.items()))


def _warnings(case: ReceivedCase) -> list[Markup]:
    where = interpret(case.sent.get("IssueEasting"), case.sent.get("IssueNorthing"))
    return [] if where.warning is None else [_warning(where.warning)]


def _warning(text: str) -> Markup:
    return tag("p", tag("strong", "Varning: "), text, class_="warning")


def _case_forms(root: str, case: ReceivedCase, word: str) -> Markup:
    step = tag(
        "form",
        tag("button", "Nästa steg", type="submit", class_="quiet"),
        method="post",
        action=f"{root}/arende/{case.case_id}/stega",
    )
    field_id = f"ord-{case.case_id}"
    by_hand = tag(
        "form",
        tag(
            "label",
            "Statusord (även okända)",
            tag(
                "input",
                id=field_id,
                name="word",
                value=word,
                list=_WORDS_LIST,
                maxlength="100",
                autocomplete="off",
            ),
            for_=field_id,
        ),
        tag("button", "Sätt status", type="submit", class_="quiet"),
        method="post",
        action=f"{root}/arende/{case.case_id}/status",
    )
    return tag("div", step, by_hand, class_="moves")


def _photos(root: str, photos: tuple[ReceivedPhoto, ...]) -> Markup:
    return tag("ul", *(tag("li", _photo(root, photo)) for photo in photos), class_="photos")


def _photo(root: str, photo: ReceivedPhoto) -> Markup:
    address = f"{root}/foto/{photo.temp_id}"
    content = photo.content_type.removeprefix("image/")
    if photo.content_type == UNKNOWN_CONTENT:
        content = "innehållet är ingen bild"
    facts = f"{photo.name} · {photo.size_bytes / 1000:.0f} kB · {content}"
    notes: list[str] = [facts]
    if photo.has_exif:
        notes.append(tag("strong", " · innehåller EXIF"))
    picture = (
        "Hämta filen"
        if photo.content_type == UNKNOWN_CONTENT
        else tag("img", src=address, alt=f"Foto {photo.temp_id}", loading="lazy")
    )
    return tag("figure", tag("a", picture, href=address), tag("figcaption", *notes))


def _orphans(page: PageContents) -> Markup:
    if not page.orphans:
        return together()
    return tag(
        "section",
        tag("h2", "Foton utan ärende"),
        tag("p", "Uppladdade, men inget ärende har nämnt dem.", class_="lead"),
        tag("div", _photos(page.root, page.orphans[:SHOWN_AT_MOST]), class_="panel"),
    )


def _emptying(root: str) -> Markup:
    tick = tag("input", type="checkbox", id="sure", name="sure", value="ja", required=True)
    form = tag(
        "form",
        tag("label", tick, "Ja, ta bort alla ärenden och foton", for_="sure", class_="tick"),
        tag("button", "Töm allt", type="submit", class_="danger"),
        method="post",
        action=f"{root}/tom",
    )
    return tag("section", tag("h2", "Börja om"), tag("div", form, class_="panel"))


def _word_list() -> Markup:
    return tag("datalist", *(tag("option", value=word) for word in CITY_WORDS), id=_WORDS_LIST)


def _time(moment: datetime) -> Markup:
    shown = moment.astimezone(_LOCAL).strftime("%Y-%m-%d %H:%M:%S")
    return tag("time", shown, datetime=to_text(moment))


def _plain(value: object) -> str:
    """Any JSON value as text for the page."""
    return "" if value is None else str(value)
