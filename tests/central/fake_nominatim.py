"""A Nominatim on this machine, as much of it as reverse geocoding needs."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CHURCH = {"road": "Vattenverksvägen", "house_number": "25", "city": "Malmö"}


@dataclass
class FakeNominatim:
    """status, body and delay_s: how it answers. asked: the queries, with their time and agent."""

    url: str = ""
    status: int = 200
    body: bytes | None = None
    delay_s: float = 0.0
    address: dict[str, Any] = field(default_factory=lambda: dict(CHURCH))
    asked: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def answer(self, query: dict[str, str], agent: str) -> bytes:
        self.times.append(time.monotonic())
        self.asked.append({**query, "agent": agent})
        if self.body is not None:
            return self.body
        place = {
            "place_id": 1, "lat": query["lat"], "lon": query["lon"],
            "display_name": "25, Vattenverksvägen, Malmö", "address": self.address,
        }  # fmt: skip
        return json.dumps(place).encode()


@contextmanager
def a_nominatim() -> Iterator[FakeNominatim]:
    fake = FakeNominatim()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(fake.delay_s)
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            assert parts.path == "/karta/reverse"
            body = fake.answer(query, self.headers["User-Agent"])
            self.send_response(fake.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}/karta"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
