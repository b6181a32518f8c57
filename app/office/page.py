"""The page that the office's browser opens: Flet's own, with what it lacks.

* The accessibility tree is on from the start: screen readers find nothing on a canvas.
* Nothing is fetched from another host, and nobody may put the office in a frame.
* Fonts for scripts that Flet does not bring lie where Flutter asks for them: assets/fonts.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from flet_web import get_package_web_dir
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FONTS = Path(__file__).resolve().parent.parent.parent / "assets" / "fonts"
ARABIC_FONTS = "notosansarabic"

SEMANTICS = """<script>
  new MutationObserver((_changes, watcher) => {
    const placeholder = document.querySelector("flt-semantics-placeholder");
    if (placeholder) { watcher.disconnect(); placeholder.click(); }
  }).observe(document.documentElement, { childList: true, subtree: true });
</script>
"""

POLICY = (
    "default-src 'self'; "
    "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; "
    "font-src 'self' data:; "
    "connect-src 'self' blob: data:; "
    "worker-src 'self' blob:; "
    "frame-ancestors 'none'"
)


def prepare_page(folder: Path) -> list[str]:
    """Fills `folder` with what goes before Flet's own files; the languages it can show."""
    index = (Path(get_package_web_dir()) / "index.html").read_text(encoding="utf-8")
    index = index.replace("<html>", '<html lang="sv">', 1).replace(
        "</head>", f"{SEMANTICS}</head>", 1
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(index, encoding="utf-8")
    if FONTS.is_dir():
        shutil.copytree(FONTS, folder / "assets" / "fonts", dirs_exist_ok=True)
    return ["sv", "en", "ar"] if (FONTS / ARABIC_FONTS).is_dir() else ["sv", "en"]


class Guarded:
    """Adds the security headers to every answer of `app`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                if "Access-Control-Allow-Origin" in headers:
                    del headers["Access-Control-Allow-Origin"]
            await send(message)

        await self._app(scope, receive, with_headers)
