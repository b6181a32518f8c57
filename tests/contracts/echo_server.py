"""A web server that answers in every way a transport must understand, and some it must bear."""

import gzip
import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SLOW_S = 2.0
GARBLED = b"no gzip at all"


class EchoServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.paths: list[str] = []
        self.connections = 0
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that give up leave broken connections: that is what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: EchoServer

    def answer(self) -> None:
        if self.path == "/slow-read" and self.command == "POST":
            time.sleep(SLOW_S)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.command != "OPTIONS":
            self.server.paths.append(self.path)
        match self.path.strip("/").split("/"):
            case _ if self.command == "OPTIONS":
                self._send(204, b"")
            case ["echo"]:
                told = {"method": self.command, "headers": dict(self.headers)}
                self._send(200, body, {"X-Told": json.dumps(told)})
            case ["status", status]:
                self._send(int(status), b"" if status == "204" else b"body of " + status.encode())
            case ["gzip"]:
                self._send(200, gzip.compress(b"small " * 1000), {"Content-Encoding": "gzip"})
            case ["garbled-gzip"]:
                self._send(200, GARBLED, {"Content-Encoding": "gzip"})
            case ["slow"]:
                time.sleep(SLOW_S)
                self._send(200, b"late")
            case ["slow-read"]:
                self._send(200, str(len(body)).encode())
            case ["slow-body"]:
                self._send(200, b"first ", {"Content-Length": "11"})
                time.sleep(SLOW_S)
                self.wfile.write(b"last!")
            case ["drip"]:
                self._send(200, b"", {"Content-Length": "5"})
                for _ in range(5):
                    time.sleep(SLOW_S / 5)
                    self.wfile.write(b".")
            case ["cut"]:
                self._send(200, b"half", {"Content-Length": "1000"})
                self._reset()
            case ["cut-chunked"]:
                self._send(200, b"4\r\nhalf\r\n", {"Transfer-Encoding": "chunked"})
                self.close_connection = True
            case ["cut-at-once"]:
                self._reset()
            case ["redirect"]:
                self._send(302, b"", {"Location": "/status/200"})

    do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = do_DELETE = do_OPTIONS = answer

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        headers = headers or {}
        if status != 204 and "Transfer-Encoding" not in headers:
            headers = {"Content-Length": str(len(body)), **headers}
        allowed = ("Origin", "Methods", "Headers")
        for name, value in {
            **headers,
            **{f"Access-Control-Allow-{each}": "*" for each in allowed},
            "Access-Control-Expose-Headers": "*",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def _reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""
