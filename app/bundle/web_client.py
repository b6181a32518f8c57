"""Flet's web client (Flutter, its engines, fonts) from flet-web, less what is never loaded."""

import json
import re
import tempfile
from pathlib import Path

import flet_web
from flet.controls.types import RouteUrlStrategy

from app.bundle.layout import BACKGROUND_COLOUR, DESCRIPTION, NAME, THEME_COLOUR
from app.bundle.symbols import symbol_fonts

ENGINES = {
    "skwasm": ("canvaskit/skwasm.", "main.dart.mjs", "main.dart.wasm"),
    "skwasm_heavy": ("canvaskit/skwasm_heavy.", "main.dart.mjs", "main.dart.wasm"),
    "chromium": ("canvaskit/chromium/", "main.dart.js"),
    "canvaskit": ("canvaskit/canvaskit.", "main.dart.js"),
}
"""Engine → how the names of its files begin; flutter.js chooses one engine per browser."""

PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
NOT_SHIPPED = (
    "canvaskit/experimental_webparagraph/",
    "canvaskit/wimp.",
    "icons/",
    "pyodide/",
    "assets/packages/flutter_math_fork/",
    "assets/AssetManifest.bin",
    "assets/packages/media_kit/",
    "assets/packages/record_web/",
    "assets/packages/flutter_map/lib/assets/flutter_map_logo.png",
    "favicon.png",
    "flutter.js",
    "flutter_service_worker.js",
    "index.html",
    "manifest.json",
    "python.js",
    "python-worker.js",
)
ASSET_LIST = "assets/AssetManifest.bin.json"
BOOTSTRAP = "flutter_bootstrap.js"
SERVICE_WORKER_SETTINGS = re.compile(r"serviceWorkerSettings:\s*\{[^}]*\},?")
NOT_SHIPPED_SUFFIXES = (".symbols", ".map", ".d.ts")
FONTS_NOT_SHIPPED = "packages/flutter_math_fork/"


class ClientChanged(Exception):
    """flet-web's files are not what this build knows; look at them before raising the version."""


def web_directory() -> Path:
    return Path(flet_web.get_package_web_dir())


def pyodide_directory() -> Path:
    return web_directory() / "pyodide"


def client_files() -> dict[str, bytes]:
    """Name → content of Flutter's and Pyodide's files, fonts declared for what is there."""
    web = web_directory()
    files = {
        name: path.read_bytes()
        for path in sorted(web.rglob("*"))
        if path.is_file() and _is_shipped(name := path.relative_to(web).as_posix())
    }
    files.update({f"pyodide/{name}": (web / "pyodide" / name).read_bytes() for name in PYODIDE})
    files["assets/FontManifest.json"] = _font_manifest(web)
    files.update(symbol_fonts(web))
    files[BOOTSTRAP] = _bootstrap(files[BOOTSTRAP].decode()).encode()
    return files


def patched_index(template: str) -> str:
    """The front page with Flet's settings for Python in the browser, all of it local."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "index.html")
        page.write_text(template, encoding="utf-8")
        flet_web.patch_index_html(
            str(page),
            base_href="/",
            app_name=NAME,
            app_description=DESCRIPTION,
            pyodide=True,
            pyodide_script_path="main.py",
            no_cdn=True,
            # Screens live behind the #, so that every address a person can reload is "/".
            route_url_strategy=RouteUrlStrategy.HASH,
        )
        return page.read_text(encoding="utf-8")


def manifest() -> bytes:
    """The web app manifest: Flet's, with this app's name, words, colours and icons."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "manifest.json")
        path.write_bytes((web_directory() / "manifest.json").read_bytes())
        flet_web.patch_manifest_json(
            str(path),
            app_name=NAME,
            app_short_name=NAME,
            app_description=DESCRIPTION,
            background_color=BACKGROUND_COLOUR,
            theme_color=THEME_COLOUR,
        )
        values = json.loads(path.read_text(encoding="utf-8"))
    values |= {"id": "/", "start_url": "/", "scope": "/", "lang": "sv", "dir": "ltr"}
    values["orientation"] = "any"
    return json.dumps(values, ensure_ascii=False, indent=2).encode()


def _bootstrap(script: str) -> str:
    """Flutter's loader without its own service worker, which would take the place of ours."""
    patched, count = SERVICE_WORKER_SETTINGS.subn("", script)
    if count != 1:
        raise ClientChanged(f"{BOOTSTRAP} has {count} service worker settings, not one")
    return patched


def _is_shipped(name: str) -> bool:
    return name == ASSET_LIST or (
        not name.startswith(NOT_SHIPPED) and not name.endswith(NOT_SHIPPED_SUFFIXES)
    )


def _font_manifest(web: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "FontManifest.json")
        path.write_bytes((web / "assets" / "FontManifest.json").read_bytes())
        flet_web.patch_font_manifest_json(str(path))
        fonts = json.loads(path.read_text(encoding="utf-8"))
    kept = [font for font in fonts if not font["family"].startswith(FONTS_NOT_SHIPPED)]
    return json.dumps(kept).encode()
