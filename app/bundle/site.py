"""The site as a set of files: what is immutable under /v/<hash>/, what is named at the root."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from app.bundle.arabic import arabic_fonts
from app.bundle.archive import stored_zip
from app.bundle.bytecode import with_bytecode
from app.bundle.layout import BundleOptions
from app.bundle.packages import phone_packages
from app.bundle.phone_code import phone_code
from app.bundle.standard_library import standard_library
from app.bundle.web_client import (
    ENGINES,
    client_files,
    manifest,
    patched_index,
    pyodide_directory,
    web_directory,
)
from app.i18n import DEFAULT, LANGUAGES

CONFIG_SCRIPT = re.compile(r"<script>\s*(flet\..*?)</script>", re.DOTALL)
FLET_DEFAULTS = """var flet = {
  pyodide: true, multiView: false, noCdn: true, webSocketEndpoint: "ws",
  routeUrlStrategy: "path", webRenderer: "auto", appPackageUrl: "app.zip"
};
flet.flutterAppLoaded = new Promise((resolve) => { flet.flutterAppResolve = resolve; });
"""
AT_THE_ROOT = ("index.html", "service-worker.js")


def content_hash(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return digest.hexdigest()[:16]


def site_files(options: BundleOptions) -> dict[str, bytes]:
    """Path → content of everything that is served, before compression."""
    engine = _engine_files(options)
    engine_base = f"v/{content_hash(engine)}/"
    pages = {
        path.name: path.read_bytes()
        for path in sorted((options.project / "assets" / "web").iterdir())
        if path.suffix in {".js", ".css"} and path.name not in AT_THE_ROOT
    }
    pages["app.zip"] = _archive(options, phone_code(options))
    index, script = _front_page(_web_asset(options, "index.html"))
    pages["config.js"] = (FLET_DEFAULTS + script + _settings(options, f"/{engine_base}")).encode()
    version = content_hash({**pages, "index.html": index.encode()})
    app_base = f"v/{version}/"
    pages["config.js"] = _with_address(pages["config.js"], app_base)
    immutable = {
        **{engine_base + name: content for name, content in engine.items()},
        **{app_base + name: content for name, content in pages.items()},
    }
    root = _root_files(options)
    worker = _service_worker(options, version, immutable, root, engine_base)
    front_page = _with_address(index.encode(), app_base)
    return {**immutable, **root, "index.html": front_page, "service-worker.js": worker}


def _with_address(content: bytes, app_base: str) -> bytes:
    """Fills in the version, which is the hash of everything with the places for it still open."""
    version = app_base.removeprefix("v/").strip("/")
    return content.replace(b"%APP%", f"/{app_base}".encode()).replace(
        b"%VERSION%", version.encode()
    )


def _engine_files(options: BundleOptions) -> dict[str, bytes]:
    return {
        **client_files(),
        **arabic_fonts(options, web_directory()),
        "pyodide/python_stdlib.zip": standard_library(pyodide_directory(), options.cache),
        "packages.zip": _archive(options, phone_packages(options)),
    }


def _archive(options: BundleOptions, paths: Mapping[str, Path]) -> bytes:
    files = {name: path.read_bytes() for name, path in paths.items()}
    return stored_zip(with_bytecode(files, pyodide=pyodide_directory(), cache=options.cache))


def _front_page(template: str) -> tuple[str, str]:
    """index.html, and the settings Flet's helper wrote into it: no inline script is allowed."""
    patched = patched_index(template)
    found = CONFIG_SCRIPT.search(patched)
    if found is None:
        raise ValueError("flet_web.patch_index_html left no settings in index.html")
    return patched.replace(found[0], ""), found[1]


def _settings(options: BundleOptions, engine: str) -> str:
    """Overrides for the addresses with a content hash; the page's own routes stay at `/`."""
    flet = {
        "entrypointBaseUrl": engine,
        "assetBase": engine,
        "canvasKitBaseUrl": f"{engine}canvaskit/",
        "fontFallbackBaseUrl": f"{engine}assets/fonts/",
    }
    lock = json.loads((pyodide_directory() / "pyodide-lock.json").read_text(encoding="utf-8"))
    rundan = {
        "version": "%VERSION%",
        "entry": options.entry,
        "engine": engine,
        "archives": [f"{engine}packages.zip", "%APP%app.zip"],
        "pyodide": f"{engine}pyodide/",
        "stdlib": f"{engine}pyodide/python_stdlib.zip",
        "lock": json.dumps({"info": lock["info"], "packages": {}}),
        "languages": LANGUAGES,
        "words": _start_words(options),
    }
    return (
        f"Object.assign(flet, {json.dumps(flet)});\n"
        f"globalThis.rundanConfig = {json.dumps(rundan)};\n"
    )


def _start_words(options: BundleOptions) -> dict[str, dict[str, str]]:
    """Language → words of the start screen, for the languages that index.html is not written in."""
    return {
        language: json.loads(
            (options.project / "assets" / "i18n" / f"start.{language}.json").read_text("utf-8")
        )
        for language in LANGUAGES
        if language != DEFAULT
    }


def _root_files(options: BundleOptions) -> dict[str, bytes]:
    icons = options.project / "assets" / "icons"
    files = {
        f"icons/{path.name}": path.read_bytes()
        for path in sorted(icons.iterdir())
        if path.is_file()
    }
    return {
        **files,
        "favicon.png": (icons / "favicon.png").read_bytes(),
        "manifest.json": manifest(),
    }


def _service_worker(
    options: BundleOptions,
    version: str,
    immutable: Mapping[str, bytes],
    root: Mapping[str, bytes],
    engine_base: str,
) -> bytes:
    """The service worker with the list of what to keep: for all, and per engine."""
    of_one_engine = tuple({engine_base + start for starts in ENGINES.values() for start in starts})
    not_kept = {f"{engine_base}assets/NOTICES", "icons/icon-512.png", "icons/icon-maskable-512.png"}
    lists = {
        "all": [
            f"/{path}"
            for path in sorted({**immutable, **root})
            if not path.startswith(of_one_engine) and path not in not_kept
        ],
        **{
            engine: [
                f"/{path}"
                for path in sorted(immutable)
                if path.startswith(tuple(engine_base + start for start in starts))
            ]
            for engine, starts in ENGINES.items()
        },
    }
    # Root files change without a new address: they are part of what makes a version.
    stamp = content_hash({**root, "version": version.encode()})
    source = _web_asset(options, "service-worker.js")
    source = source.replace('"%FILES%"', json.dumps(lists)).replace("%VERSION%", version)
    return f"{source}// {stamp}\n".encode()


def _web_asset(options: BundleOptions, name: str) -> str:
    return (options.project / "assets" / "web" / name).read_text(encoding="utf-8")
