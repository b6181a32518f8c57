"""One contract for the transports: requests on a phone, fetch in Chromium and in WebKit."""

import asyncio
import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import pytest
from requests import adapters

from app.device.transport import native
from app.device.transport.native import NativeTransport
from sync.client import transport as errors
from sync.client.transport import (
    LEAST_BYTES_PER_S,
    CertificateError,
    Request,
    Response,
    TimedOut,
    TransportError,
    Unreachable,
)
from tests.browser.pyodide_lab import PyodideLab, PythonError
from tests.contracts.echo_server import GARBLED, SLOW_S, EchoServer

ALL_BYTES = bytes(range(256))
MORE_THAN_IS_KEPT = 12_000_000
"""Bytes. The systems keep up to 4 MB to be sent and 6 MB to be read (Linux, tcp_wmem, tcp_rmem)."""


class Sender(Protocol):
    """Sends requests at once with the transport under test; `ticks` counts a coroutine beside."""

    ticks: int

    def send(self, requests: Sequence[Request]) -> list[Response]: ...


class NativeSender:
    def __init__(self) -> None:
        self.transport = NativeTransport()
        self.ticks = 0

    def send(self, requests: Sequence[Request]) -> list[Response]:
        return asyncio.run(self._send(requests))

    async def _send(self, requests: Sequence[Request]) -> list[Response]:
        ticker = asyncio.create_task(self._tick())
        try:
            return await asyncio.gather(*map(self.transport.request, requests))
        finally:
            ticker.cancel()

    async def _tick(self) -> None:
        self.ticks = 0
        while True:
            await asyncio.sleep(0.02)
            self.ticks += 1


IN_THE_BROWSER = """
import asyncio
from app.device.transport.browser import BrowserTransport
from sync.client.transport import Request

ticks = 0
async def tick():
    global ticks
    while True:
        await asyncio.sleep(0.02)
        ticks += 1

async def send_all():
    transport = BrowserTransport()
    ticker = asyncio.create_task(tick())
    try:
        answers = await asyncio.gather(*(transport.request(Request(**each)) for each in asked))
    finally:
        ticker.cancel()
    return [{"status": a.status, "headers": dict(a.headers), "body": a.body} for a in answers]

{"ticks": ticks, "answers": await send_all(), "ticks_after": ticks}
"""


class BrowserSender:
    def __init__(self, lab: PyodideLab) -> None:
        self.lab = lab
        self.ticks = 0

    def send(self, requests: Sequence[Request]) -> list[Response]:
        asked = [
            {
                "method": each.method,
                "url": each.url,
                "headers": dict(each.headers),
                "body": each.body,
                "timeout_s": each.timeout_s,
            }
            for each in requests
        ]
        try:
            result: dict[str, Any] = self.lab.run(IN_THE_BROWSER, asked=asked)
        except PythonError as error:
            kind = getattr(errors, error.kind, None)
            if isinstance(kind, type) and issubclass(kind, TransportError):
                raise kind(str(error)) from error
            raise
        self.ticks = result["ticks_after"]
        return [Response(**each) for each in result["answers"]]


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    server = EchoServer()
    yield server
    server.stop()


@pytest.fixture(scope="module", params=["native", "chromium", "webkit"])
def sender(request: pytest.FixtureRequest) -> Iterator[Sender]:
    match request.param:
        case "native":
            on_a_phone = NativeSender()
            yield on_a_phone
            on_a_phone.transport.close()
        case "chromium":
            yield BrowserSender(request.getfixturevalue("pyodide_lab"))
        case _:
            yield BrowserSender(request.getfixturevalue("webkit_lab"))


def one(sender: Sender, method: str, url: str, **more: Any) -> Response:
    return sender.send([Request(method=method, url=url, **more)])[0]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_method_headers_and_body_arrive_as_they_were(
    sender: Sender, server: EchoServer, method: str
) -> None:
    headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "7"}
    answer = one(sender, method, server.url + "/echo", headers=headers, body=ALL_BYTES)
    told = json.loads(answer.headers["x-told"])
    arrived = {name.lower(): value for name, value in told["headers"].items()}
    assert answer.status == 200
    assert answer.body == ALL_BYTES
    assert told["method"] == method
    assert arrived["upload-offset"] == "7"
    assert arrived["content-type"] == "application/offset+octet-stream"
    assert "cookie" not in arrived


@pytest.mark.parametrize("status", [200, 201, 400, 401, 404, 409, 429, 500, 503])
def test_an_answer_is_an_answer_whatever_its_status(
    sender: Sender, server: EchoServer, status: int
) -> None:
    answer = one(sender, "GET", f"{server.url}/status/{status}")
    assert (answer.status, answer.body) == (status, f"body of {status}".encode())


def test_an_answer_without_content_has_an_empty_body(sender: Sender, server: EchoServer) -> None:
    answer = one(sender, "PATCH", server.url + "/status/204", body=b"piece")
    assert (answer.status, answer.body) == (204, b"")


def test_a_head_request_is_answered_with_headers_only(sender: Sender, server: EchoServer) -> None:
    answer = one(sender, "HEAD", server.url + "/status/200")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == "11"


def test_names_of_headers_are_in_lower_case(sender: Sender, server: EchoServer) -> None:
    answer = one(sender, "GET", server.url + "/status/200")
    assert all(name == name.lower() for name in answer.headers)


def test_a_compressed_answer_is_unpacked(sender: Sender, server: EchoServer) -> None:
    assert one(sender, "GET", server.url + "/gzip").body == b"small " * 1000


def test_a_compressed_request_goes_out_as_it_is(sender: Sender, server: EchoServer) -> None:
    packed = gzip.compress(b"change " * 1000)
    headers = {"Content-Encoding": "gzip"}
    answer = one(sender, "POST", server.url + "/echo", headers=headers, body=packed)
    assert answer.body == packed


def test_five_megabytes_go_both_ways(sender: Sender, server: EchoServer) -> None:
    large = ALL_BYTES * 20_000
    assert one(sender, "POST", server.url + "/echo", body=large).body == large


def test_requests_run_side_by_side_and_hold_up_nothing(sender: Sender, server: EchoServer) -> None:
    slow = [Request(method="GET", url=f"{server.url}/slow") for _ in range(3)]
    answers = sender.send(slow)
    assert [answer.body for answer in answers] == [b"late"] * 3
    assert sender.ticks >= SLOW_S / 0.02 / 4


@pytest.mark.parametrize("path", ["/slow", "/slow-body"])
def test_a_silent_server_is_timed_out(sender: Sender, server: EchoServer, path: str) -> None:
    with pytest.raises(TimedOut):
        one(sender, "GET", server.url + path, timeout_s=SLOW_S / 4)


def test_a_body_has_its_own_time_to_be_sent(sender: Sender, server: EchoServer) -> None:
    """On a line of 20 kbit/s the far end is silent for as long as the body is on its way."""
    body = b"x" * round(LEAST_BYTES_PER_S * SLOW_S * 4)
    answer = one(sender, "POST", server.url + "/slow", body=body, timeout_s=SLOW_S / 4)
    assert answer.body == b"late"


def test_sending_may_take_longer_than_the_far_end_may_be_silent(
    sender: Sender, server: EchoServer
) -> None:
    """It is the body that waits: more of it than the systems on both sides keep for each other."""
    body = bytes(MORE_THAN_IS_KEPT)
    answer = one(sender, "POST", server.url + "/slow-read", body=body, timeout_s=SLOW_S / 4)
    assert answer.body == str(len(body)).encode()


def test_a_far_end_that_does_not_take_the_body_is_timed_out_on_a_phone(
    server: EchoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "LEAST_BYTES_PER_S", MORE_THAN_IS_KEPT / (SLOW_S / 8))
    sender = NativeSender()
    with pytest.raises(TimedOut):
        one(
            sender,
            "POST",
            server.url + "/slow-read",
            body=bytes(MORE_THAN_IS_KEPT),
            timeout_s=SLOW_S / 8,
        )
    sender.transport.close()


def test_connecting_has_no_more_time_for_a_large_body() -> None:
    """A listener whose queue is full answers nobody."""
    sender = NativeSender()
    with socket.socket() as full, socket.socket() as first:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        first.connect(full.getsockname())
        began_s = time.monotonic()
        with pytest.raises(TimedOut):
            url = f"http://127.0.0.1:{full.getsockname()[1]}/"
            one(sender, "POST", url, body=bytes(MORE_THAN_IS_KEPT), timeout_s=SLOW_S / 4)
        assert time.monotonic() - began_s < SLOW_S
    sender.transport.close()


def test_a_slow_server_that_keeps_sending_is_not(sender: Sender, server: EchoServer) -> None:
    assert one(sender, "GET", server.url + "/drip", timeout_s=SLOW_S * 0.6).body == b"....."


def test_a_port_nobody_listens_on_is_unreachable(sender: Sender) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(Unreachable) as caught:
            one(sender, "GET", url)
    assert caught.type is not TimedOut


@pytest.mark.parametrize("path", ["/cut", "/cut-at-once"])
def test_a_cut_connection_is_unreachable(sender: Sender, server: EchoServer, path: str) -> None:
    with pytest.raises(Unreachable) as caught:
        one(sender, "POST", server.url + path, body=b"x")
    assert caught.type is not TimedOut


def test_an_answer_of_unknown_length_that_is_cut_is_never_taken_for_more(
    sender: Sender, server: EchoServer
) -> None:
    """WebKitGTK takes the cut for the end: the reader of the body has to notice."""
    try:
        answer = one(sender, "GET", server.url + "/cut-chunked")
    except Unreachable:
        return
    assert isinstance(sender, BrowserSender)
    assert sender.lab.engine == "webkit"
    assert answer.body == b"half"


def test_what_only_says_that_it_is_compressed_is_never_taken_for_an_answer(
    sender: Sender, server: EchoServer
) -> None:
    """WebKitGTK gives what came, as it came: the reader of the body has to notice."""
    try:
        answer = one(sender, "GET", server.url + "/garbled-gzip")
    except Unreachable:
        return
    assert isinstance(sender, BrowserSender)
    assert sender.lab.engine == "webkit"
    assert answer.body == GARBLED


def test_a_redirect_is_not_followed(sender: Sender, server: EchoServer) -> None:
    server.paths.clear()
    assert one(sender, "GET", server.url + "/redirect").status == 302
    assert server.paths == ["/redirect"]


def test_what_cannot_be_sent_at_all_is_told_as_a_transport_tells_things(
    server: EchoServer,
) -> None:
    transport = NativeTransport()
    broken = Request(method="GET", url=f"{server.url}/echo", headers={"X-Rundan": "a\nb"})
    with pytest.raises(TransportError):
        asyncio.run(transport.request(broken))
    transport.close()


def test_the_native_transport_keeps_its_connection(server: EchoServer) -> None:
    sender = NativeSender()
    before = server.connections
    for _ in range(5):
        one(sender, "POST", server.url + "/echo", body=b"x")
    sender.transport.close()
    assert server.connections == before + 1


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority of these tests is one that the phone trusts."""
    authority = Path(__file__).with_name("authority.pem")
    monkeypatch.setattr(adapters, "DEFAULT_CA_BUNDLE_PATH", str(authority))


@contextmanager
def showing(certificate: str) -> Iterator[str]:
    """The address of a server that shows this certificate to one who asks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name(f"{certificate}.pem"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_answer_one, args=(context, listening))
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join()


def _answer_one(context: ssl.SSLContext, listening: socket.socket) -> None:
    connection, _ = listening.accept()
    refused = suppress(OSError)
    with connection, refused, context.wrap_socket(connection, server_side=True) as secure:
        secure.recv(10_000)
        secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nours")


@pytest.mark.parametrize("certificate", ["stranger", "another-host", "run-out"])
def test_a_certificate_that_is_not_the_store_s_is_told_apart_on_a_phone(
    trusted: None, certificate: str
) -> None:
    sender = NativeSender()
    with showing(certificate) as url, pytest.raises(CertificateError):
        one(sender, "GET", url)
    sender.transport.close()


def test_a_certificate_of_an_authority_that_the_phone_trusts_is_enough(trusted: None) -> None:
    sender = NativeSender()
    with showing("ours") as url:
        assert one(sender, "GET", url).body == b"ours"
    sender.transport.close()
