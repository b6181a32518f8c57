"""axe-core on what a screen reader is given: Flutter's accessibility tree, which is real DOM.

And what axe does not look for: two buttons of one name, which nobody tells apart by hearing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

NOT_OURS: dict[str, str] = {
    "meta-viewport": (
        "Flutter writes user-scalable=no itself and takes every touch (touch-action: none),"
        " so a pinch would not zoom; text grows to 200 % in the settings instead"
    ),
}
"""Rule of axe -> why Flutter's own tree breaks it and Flet cannot mend it."""

PAINTED = "<flt-clip"
"""What Flutter holds the camera's moving picture in: beside its tree, where no landmark can be. The
words about the picture and the buttons below it are in the tree like all others."""

RUN = """async ([off, painted]) => {
    const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
    const found = await axe.run(document, { rules, resultTypes: ["violations"] });
    const isOurs = (id) => ({ html }) => id !== "region" || !html.startsWith(painted);
    return found.violations.map(({ id, help, nodes }) => ({
        id,
        help,
        nodes: nodes.filter(isOurs(id))
            .map(({ html, failureSummary }) => `${html} ${failureSummary}`),
    })).filter(({ nodes }) => nodes.length);
}"""

ALIKE = """() => {
    const shown = [...document.querySelectorAll('flt-semantics[role="button"]')];
    const names = shown.map((one) => one.getAttribute("aria-label") ?? one.textContent);
    return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}"""


@cache
def axe_source() -> str:
    path = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    return path.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What is broken, rule by rule. The page allows no script tag: axe comes as the debugger's."""
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(axe_source())
    found: list[dict[str, Any]] = page.evaluate(RUN, [sorted(NOT_OURS), PAINTED])
    broken = [f"{one['id']}: {one['help']}\n  " + "\n  ".join(one["nodes"]) for one in found]
    alike: list[str] = page.evaluate(ALIKE)
    return [*broken, *(f"several buttons are called {name!r}" for name in alike)]
