"""The web server's part: compressed and kept where that is right, and nothing else served."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from sync.central.static import create_static_app


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteClient:
    """Asks the application without a network. The content is the bytes as they were sent."""

    app: ASGIApp

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[httpx.Response, bytes]:
        async def once() -> tuple[httpx.Response, bytes]:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://store") as client:
                sent = {name.replace("_", "-"): value for name, value in headers.items()}
                request = client.build_request(method, path, headers=sent)
                answer = await client.send(request, stream=True)
                return answer, b"".join([piece async for piece in answer.aiter_raw()])

        return asyncio.run(once())


@pytest.fixture
def client(tmp_path: Path) -> SiteClient:
    site = tmp_path / "web"
    (site / "v" / "1f").mkdir(parents=True)
    (site / "index.html").write_text("<p>Rundan</p>")
    (site / "service-worker.js").write_text("//")
    (site / "manifest.json").write_text("{}")
    (site / ".fingerprint").write_text("secret")
    (site / "v" / "1f" / "a.wasm").write_bytes(b"plain")
    (site / "v" / "1f" / "a.wasm.br").write_bytes(b"brotli")
    (site / "v" / "1f" / "a.wasm.gz").write_bytes(b"gzip")
    (tmp_path / "outside.txt").write_text("secret")
    return SiteClient(app=create_static_app(site))


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate", "gzip"),
        ("identity", None),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
    ],
)
def test_the_best_coding_the_browser_takes_is_sent(
    client: SiteClient, accepted: str, coding: str | None
) -> None:
    answer, body = client.ask("/v/1f/a.wasm", Accept_Encoding=accepted)
    assert answer.headers.get("content-encoding") == coding
    assert body == {"br": b"brotli", "gzip": b"gzip", None: b"plain"}[coding]
    assert answer.headers["content-type"] == "application/wasm"
    assert answer.headers["vary"] == "Accept-Encoding"


def test_hashed_files_are_kept_for_ever_and_the_front_page_is_asked_for_again(
    client: SiteClient,
) -> None:
    hashed, _ = client.ask("/v/1f/a.wasm")
    assert "immutable" in hashed.headers["cache-control"]
    front, _ = client.ask("/")
    assert front.headers["cache-control"] == "no-cache"
    again, body = client.ask("/", If_None_Match=front.headers["etag"])
    assert (again.status_code, body) == (304, b"")


def test_a_link_with_an_enrolment_code_opens_the_app(client: SiteClient) -> None:
    assert client.ask("/anslut/ABC123")[1] == b"<p>Rundan</p>"
    assert client.ask("/?kod=ABC123")[1] == b"<p>Rundan</p>"


@pytest.mark.parametrize(
    "path",
    ["/nej", "/../outside.txt", "/%2e%2e/outside.txt", "/v/../../outside.txt", "/.fingerprint"],
)
def test_nothing_but_the_sites_files_is_answered(client: SiteClient, path: str) -> None:
    answer, body = client.ask(path)
    assert answer.status_code == 404
    assert b"secret" not in body


def test_every_answer_forbids_other_hosts(client: SiteClient) -> None:
    for path in ("/", "/nej", "/service-worker.js"):
        policy = client.ask(path)[0].headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy


def test_types_are_what_browsers_ask_for(client: SiteClient) -> None:
    assert client.ask("/manifest.json")[0].headers["content-type"] == "application/manifest+json"
    worker, _ = client.ask("/service-worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["service-worker-allowed"] == "/"


def test_writing_is_not_possible(client: SiteClient) -> None:
    assert client.ask("/", method="POST")[0].status_code == 405


def test_an_app_that_is_built_anew_is_served_without_a_restart(
    client: SiteClient, tmp_path: Path
) -> None:
    site = tmp_path / "web"
    (site / "v" / "2e").mkdir()
    (site / "v" / "2e" / "b.wasm").write_bytes(b"newer")
    (site / "index.html").write_text("<p>Rundan, nyare</p>")
    os.utime(site / "index.html", ns=(1, 1))
    assert client.ask("/v/2e/b.wasm")[1] == b"newer"
    assert b"nyare" in client.ask("/")[1]
