"""The laboratory's web server: Pyodide, our assets and packages, jobs and notes."""

import io
import json
import queue
import site
import threading
import zipfile
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flet_web import get_package_web_dir

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path(__file__).parent / "lab_page"
WEB = ROOT / "assets" / "web"
PYODIDE = Path(get_package_web_dir()) / "pyodide"
PURE_PACKAGES = (
    "click",
    "click_default_group.py",
    "dateutil",
    "exifread",
    "pluggy",
    "six.py",
    "sqlite_fts4",
    "sqlite_utils",
    "tabulate",
    "typing_extensions.py",
)
POLL_S = 5.0
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
}


@cache
def packages_zip(pure_packages: tuple[str, ...]) -> bytes:
    """app/, sync/ and the named packages of this environment, as the worker unpacks them."""
    installed = next(Path(p) for p in site.getsitepackages() if (Path(p) / "flet_web").exists())
    places = [(ROOT, "app"), (ROOT, "sync"), *((installed, name) for name in pure_packages)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for parent, name in places:
            top = parent / name
            for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
                if path.is_file() and "__pycache__" not in path.parts:
                    archive.write(path, path.relative_to(parent))
    return buffer.getvalue()


class LabServer(ThreadingHTTPServer):
    """Serves one laboratory; `notes` is what the code under test has told so far, in order."""

    daemon_threads = True

    def __init__(self, *, modules: tuple[str, ...], pure_packages: tuple[str, ...]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.modules = modules
        self.pure_packages = pure_packages
        self.notes: list[Any] = []
        self.page_seen = threading.Event()
        self._pages_refused: set[str] = set()
        self._page = ""
        self._jobs: queue.Queue[dict[str, Any]] = queue.Queue()
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._number = 0
        self._thread = threading.Thread(target=self.serve_forever, name="lab", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def submit(self, job: dict[str, Any]) -> queue.Queue[dict[str, Any]]:
        """Queues a job for a polling page; its answer arrives in the queue given back."""
        self._number += 1
        answer: queue.Queue[dict[str, Any]] = queue.Queue()
        self._answers[self._number] = answer
        self._jobs.put({"number": self._number, **job})
        return answer

    def forget_page(self) -> None:
        """The page that polls now is going away: it gets no more jobs, the next one does."""
        self._pages_refused.add(self._page)
        self.page_seen.clear()

    def next_job(self, page: str) -> dict[str, Any] | None:
        if page in self._pages_refused:
            raise LookupError(page)
        self._page = page
        self.page_seen.set()
        try:
            job = self._jobs.get(timeout=POLL_S)
        except queue.Empty:
            return None
        if page in self._pages_refused:
            self._jobs.put(job)
            raise LookupError(page)
        return job

    def take_answer(self, number: int, result: dict[str, Any]) -> None:
        self._answers.pop(number).put(result)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that was killed leaves broken connections behind: nothing to tell."""

    def content(self, path: str) -> bytes | None:
        if path == "/lab/packages.zip":
            return packages_zip(self.pure_packages)
        if path == "/lab/modules.json":
            return json.dumps(self.modules).encode()
        if path == "/":
            return (PAGE / "index.html").read_bytes()
        for prefix, folder in (("/lab/", PAGE), ("/pyodide/", PYODIDE), ("/", WEB)):
            if path.startswith(prefix):
                file = (folder / path[len(prefix) :]).resolve()
                if file.is_file() and file.is_relative_to(folder.resolve()):
                    return file.read_bytes()
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LabServer

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/lab/job":
            try:
                job = self.server.next_job(parse_qs(url.query)["page"][0])
            except LookupError:
                return self._send(410)
            return self._send(200, json.dumps(job).encode()) if job else self._send(204)
        content = self.server.content(url.path)
        return self._send(404) if content is None else self._send(200, content, url.path)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/lab/note":
            self.server.notes.append(body)
        else:
            self.server.take_answer(int(self.path.rpartition("/")[2]), body)
        self._send(204)

    def _send(self, status: int, body: bytes = b"", path: str = "/.json") -> None:
        self.send_response(status)
        suffix = ".html" if path == "/" else Path(path).suffix
        self.send_header("Content-Type", TYPES.get(suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(body)))
        # Kept, a browser does not compile Pyodide anew at every start.
        is_pyodide = path.startswith("/pyodide/")
        self.send_header("Cache-Control", "max-age=86400" if is_pyodide else "no-cache")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: pytest shows what matters."""
