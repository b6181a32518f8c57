"""The panel that switches faults on and off."""

from __future__ import annotations

from collections.abc import Mapping

from sync.simulator.faults import DEFAULT_DELAY_S, MAX_DELAY_S, Call, Fault, FaultKind
from sync.simulator.markup import Markup, tag

_KINDS = {
    FaultKind.LOSE_ANSWER: "Tappa svaret efter mottagandet",
    FaultKind.ERROR_500: "Svara med fel 500",
    FaultKind.EMPTY_ID: "Svara med tomt nummer",
    FaultKind.SLOW: "Svara långsamt",
}
_CALLS = {
    Call.ARENDE: "Nytt ärende (POST /arende)",
    Call.UPLOAD: "Foto (POST /upload)",
    Call.STATUS: "Statusfråga (GET /arende/…)",
    Call.ALL: "Alla anrop",
}
_TIMES = {"1": "Nästa gång", "3": "De tre nästa gångerna", "always": "Alltid"}


def fault_panel(root: str, faults: tuple[Fault, ...]) -> Markup:
    seconds = tag(
        "label",
        "Sekunder (långsamt)",
        tag(
            "input",
            id="seconds",
            name="seconds",
            type="number",
            min="0",
            max=f"{MAX_DELAY_S:.0f}",
            step="any",
            value=f"{DEFAULT_DELAY_S:.0f}",
        ),
        for_="seconds",
    )
    switch_on = tag(
        "form",
        _choice("kind", "Fel", {kind.value: words for kind, words in _KINDS.items()}),
        _choice("call", "Gäller", {call.value: words for call, words in _CALLS.items()}),
        _choice("times", "Hur länge", _TIMES),
        seconds,
        tag("button", "Slå på felet", type="submit"),
        method="post",
        action=f"{root}/fel",
    )
    folded = tag("details", tag("summary", "Slå på ett fel"), switch_on)
    parts: list[str] = [_active(faults), folded]
    if faults:
        parts.append(_switch_off(root))
    heading = tag("h2", "Fel att öva på")
    return tag("section", heading, tag("div", *parts, class_="panel"), id="fel")


def _active(faults: tuple[Fault, ...]) -> Markup:
    if not faults:
        return tag("p", "Inga fel är påslagna. Tjänsten svarar som vanligt.", class_="lead")
    return tag("ul", *(tag("li", tag("strong", described(fault))) for fault in faults))


def described(fault: Fault) -> str:
    count = "en gång" if fault.left == 1 else f"{fault.left} gånger"
    times = "tills det stängs av" if fault.left is None else f"{count} till"
    delay = f", {fault.delay_s:g} s" if fault.kind is FaultKind.SLOW else ""
    return f"{_KINDS[fault.kind]}{delay} – {_CALLS[fault.call]} – {times}"


def _switch_off(root: str) -> Markup:
    return tag(
        "form",
        tag("button", "Stäng av alla fel", type="submit", class_="quiet"),
        method="post",
        action=f"{root}/fel/av",
    )


def _choice(name: str, label: str, options: Mapping[str, str]) -> Markup:
    written = (tag("option", words, value=value) for value, words in options.items())
    return tag("label", label, tag("select", *written, id=name, name=name), for_=name)
