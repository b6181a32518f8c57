"""The floor: a bare standard-library server that writes what it is sent with fsync, no more.

A new file costs a second fsync, of the folder: without it the name may be gone after a power cut.
No look inside, no hash, no database, no resuming, no rename.
"""

from __future__ import annotations

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Writing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    folder = Path()
    folder_descriptor = -1

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.folder / self.path.lstrip("/")
        is_new = not target.exists()
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, body)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            os.fsync(self.folder_descriptor)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """A line for every request would be measured too."""


def main(port: int, folder: Path) -> None:
    folder.mkdir(parents=True)
    Writing.folder = folder
    Writing.folder_descriptor = os.open(folder, os.O_RDONLY)
    with ThreadingHTTPServer(("127.0.0.1", port), Writing) as server:
        sys.stdout.write("listening\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
