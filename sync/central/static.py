"""Serves the browser app's folder (see app/bundle): precompressed, cached, under a strict policy.

Files below `/v/` carry their content's hash in the address and are kept for ever; the others are
asked for again each time and answered 304 when nothing has changed.
"""

import hashlib
import logging
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

log = logging.getLogger(__name__)

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".otf": "font/otf",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
}
MANIFEST = "manifest.json"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",  # Flutter writes style elements
        "img-src 'self' blob: data:",
        "media-src 'self' blob: data:",
        "font-src 'self' data:",
        "connect-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "frame-src blob:",  # the protocol, shown and printed in a frame without scripts
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PAGE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFile:
    """One file of the folder as it is answered. encoded: content coding → file with those bytes."""

    path: Path
    headers: dict[str, str]
    encoded: dict[str, Path]


def create_static_app(directory: Path) -> ASGIApp:
    """The app's folder as an ASGI application; it may be built anew while it is served."""
    folder = _Folder(directory)

    async def answer(request: Request) -> Response:
        files = folder.files()
        name = request.url.path.removeprefix("/")
        if name == "" or name.startswith("anslut/"):
            name = "index.html"
        served = files.get(name)
        if served is None:
            return PlainTextResponse("Sidan finns inte.", status_code=404, headers=PAGE_HEADERS)
        return _response(served, request)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "HEAD"])])


class _Folder:
    """What is in the folder, read again only when another index.html lies in it."""

    def __init__(self, directory: Path) -> None:
        self._index = directory / "index.html"
        self._read_at = self._index.stat().st_mtime_ns
        self._files = _served_files(directory)

    def files(self) -> dict[str, ServedFile]:
        try:
            changed_at = self._index.stat().st_mtime_ns
            if changed_at != self._read_at:
                self._files, self._read_at = _served_files(self._index.parent), changed_at
        except FileNotFoundError:
            log.info("the app's folder is being replaced")
        return self._files


def _served_files(directory: Path) -> dict[str, ServedFile]:
    """By name relative to the folder: only these are ever answered, so no path leads out of it."""
    present = {
        path.relative_to(directory).as_posix(): path
        for path in directory.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    return {
        name: ServedFile(
            path=path,
            headers=_headers(name, path),
            encoded={
                coding: present[name + suffix]
                for coding, suffix in ENCODINGS
                if name + suffix in present
            },
        )
        for name, path in present.items()
        if not (name.endswith((".br", ".gz")) and name[:-3] in present)
    }


def _headers(name: str, path: Path) -> dict[str, str]:
    headers = {
        **PAGE_HEADERS,
        "Content-Type": _media_type(name),
        "Vary": "Accept-Encoding",
        "Cache-Control": FOR_EVER if name.startswith("v/") else ASK_AGAIN,
    }
    if not name.startswith("v/"):
        headers["ETag"] = f'"{hashlib.sha256(path.read_bytes()).hexdigest()[:24]}"'
    else:
        headers["ETag"] = f'"{hashlib.sha256(name.encode()).hexdigest()[:24]}"'
    if name == "service-worker.js":
        headers["Service-Worker-Allowed"] = "/"
    return headers


def _media_type(name: str) -> str:
    if name == MANIFEST:
        return "application/manifest+json"
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return TYPES.get(Path(name).suffix, guessed)


def _response(served: ServedFile, request: Request) -> Response:
    coding = _coding(served, request.headers.get("Accept-Encoding", ""))
    headers = dict(served.headers)
    if coding is not None:
        headers["Content-Encoding"] = coding
        headers["ETag"] = f'{headers["ETag"][:-1]}-{coding}"'
    if _has(request.headers.get("If-None-Match", ""), headers["ETag"]):
        kept = {
            key: value
            for key, value in headers.items()
            if key not in ("Content-Type", "Content-Encoding")
        }
        return Response(status_code=304, headers=kept)
    path = served.path if coding is None else served.encoded[coding]
    return FileResponse(path, headers=headers)


def _coding(served: ServedFile, accepted: str) -> str | None:
    """The best coding the browser takes and the folder has; `q=0` means not taken."""
    weights = {}
    for part in accepted.split(","):
        name, _, parameter = part.strip().partition(";")
        weights[name.strip().lower()] = parameter.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00")
    for coding in served.encoded:
        if weights.get(coding, weights.get("*", False)):
            return coding
    return None


def _has(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or "*" in tags
