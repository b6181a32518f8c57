"""When, how and with whom the round was walked."""

from __future__ import annotations

from app.field.protocol.document import ProtocolDocument
from app.field.protocol.markup import Markup, said, tag
from app.field.protocol.measures import clock, day_element, duration, length
from app.field.protocol.sections import Section, facts_list
from app.i18n import Words


def facts(document: ProtocolDocument, words: Words) -> Section:
    light, weather = document.light, document.weather
    names = {
        "area": said("span", document.area_name),
        "kind": words(f"round.kind.{document.kind.value}"),
        "day": "" if document.started_at is None else day_element(document.started_at, words),
        "start": "" if document.started_at is None else clock(document.started_at, words),
        "end": _end(document, words),
        "meeting_place": _said(document.meeting_place),
        "led_by": _said(document.led_by) or words("protocol.not_given"),
        "light": words("protocol.not_given" if light is None else f"protocol.light.{light.value}"),
        "weather": words(
            "protocol.not_given" if weather is None else f"protocol.weather.{weather.value}"
        ),
        "route": _route(document, words),
    }
    body = facts_list((words(f"protocol.fact.{name}"), value) for name, value in names.items())
    return Section(anchor="about", heading=words("protocol.about"), body=body)


def participants(document: ProtocolDocument, words: Words) -> Section:
    rows = [
        tag(
            "tr",
            tag("th", words(f"protocol.group.{group.value}"), scope="row"),
            tag("td", str(count), class_="number"),
        )
        for group, count in document.participants
    ]
    total = tag(
        "tr",
        tag("th", words("protocol.participants.total"), scope="row"),
        tag("td", str(document.total_participants), class_="number"),
    )
    heads = tag(
        "tr",
        tag("th", words("protocol.participants.group"), scope="col"),
        tag("th", words("protocol.participants.count"), scope="col", class_="number"),
    )
    table = tag(
        "table",
        tag("caption", words("protocol.participants.caption")),
        tag("thead", heads),
        tag("tbody", *rows),
        tag("tfoot", total),
        class_="participants",
    )
    return Section(anchor="participants", heading=words("protocol.participants"), body=table)


def _end(document: ProtocolDocument, words: Words) -> str:
    if document.started_at is None:
        return ""
    if document.ended_at is None:
        return words("protocol.under_way")
    return clock(document.ended_at, words)


def _route(document: ProtocolDocument, words: Words) -> str:
    if document.length_m is None or document.duration_s is None:
        is_over = document.ended_at is not None
        return words("protocol.route.none" if is_over else "protocol.route.none_yet")
    return words(
        "protocol.route",
        length=length(document.length_m, words),
        duration=duration(document.duration_s, words),
    )


def _said(text: str) -> Markup | str:
    return said("span", text) if text.strip() else ""
