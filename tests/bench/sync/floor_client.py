"""The floor's client: one connection of the standard library; each record, then each photo.

Every one of them is acknowledged by itself when it is on disk.

The argument, JSON: port, records, photo_bytes.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import sys
import time

from tests.bench.sync.photos import a_photo
from tests.bench.sync.round_on_a_phone import RECORD_BYTES


def main(port: int, records: int, photo_bytes: int) -> None:
    photos = [a_photo(photo_bytes) for _ in range(records)]
    named = [(hashlib.sha256(photo).hexdigest(), photo) for photo in photos]
    lines = [os.urandom(RECORD_BYTES) for _ in range(records)]
    connection = http.client.HTTPConnection("127.0.0.1", port)
    _say("ready")
    sys.stdin.readline()
    began = time.monotonic()
    for line in lines:
        _put(connection, "records", line)
    for name, photo in named:
        _put(connection, name, photo)
    _say(json.dumps({"began": began, "ended": time.monotonic()}))


def _put(connection: http.client.HTTPConnection, name: str, body: bytes) -> None:
    connection.request("PUT", f"/{name}", body)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 204:
        raise SystemExit(f"the floor answered {answer.status}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
