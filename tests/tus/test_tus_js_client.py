"""tus-js-client from the npm registry, unchanged, uploads to our store."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from tests.central.a_store import KIRSEBERG, AStore, Phone, a_jpeg, sha256_of
from tests.npm_packages import NotThere, install

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / "build" / "tus-client"
PIECE_BYTES = 20_000


@pytest.fixture(scope="session")
def client() -> Path:
    """The program, with its packages beside it."""
    try:
        install(Path(__file__).parent, INSTALLED)
    except NotThere as error:
        pytest.fail(f"tus-js-client cannot run: {error}. As root: apt-get install nodejs npm")
    return INSTALLED / "upload.mjs"


@pytest.fixture
def endpoint(store: AStore) -> Iterator[str]:
    """The store, on a port of its own."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(store.ask.app, log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1/photos"
    server.should_exit = True
    thread.join()
    listener.close()


def uploaded(
    client: Path, endpoint: str, phone: Phone, tmp_path: Path, data: bytes, **options: Any
) -> dict[str, Any]:
    """What the client says at its end: url, sent, requests; or error."""
    file = tmp_path / f"{sha256_of(data)}.jpg"
    file.write_bytes(data)
    given = {
        "endpoint": endpoint,
        "token": phone.token,
        "file": str(file),
        "sha256": sha256_of(data),
        "area": KIRSEBERG,
        "piece_bytes": PIECE_BYTES,
        **options,
    }
    done = subprocess.run(
        ["node", client, json.dumps(given)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("with_creation", "only_posts"), [(False, False), (True, False), (False, True)]
)
def test_a_photo_in_pieces_arrives(
    client: Path,
    endpoint: str,
    store: AStore,
    tmp_path: Path,
    with_creation: bool,
    only_posts: bool,
) -> None:
    phone, data = store.a_phone(), a_jpeg()
    how = {"with_creation": with_creation, "only_posts": only_posts}
    said = uploaded(client, endpoint, phone, tmp_path, data, **how)
    pieces = -(-len(data) // PIECE_BYTES)
    assert said == {
        "url": f"{endpoint}/{sha256_of(data)}",
        "sent": len(data),
        "requests": pieces if with_creation else pieces + 1,
    }
    assert phone.photo(sha256_of(data)).content == data


@pytest.mark.parametrize("remembers", [True, False])
def test_an_upload_that_stopped_goes_on_where_it_was(
    client: Path, endpoint: str, store: AStore, tmp_path: Path, remembers: bool
) -> None:
    """With the address it got, or by announcing the photo again: the address is the same."""
    phone, data = store.a_phone(), a_jpeg()
    first = uploaded(client, endpoint, phone, tmp_path, data, stop_after=2 * PIECE_BYTES)
    assert first["sent"] == 2 * PIECE_BYTES
    assert phone.offset(sha256_of(data)).headers["upload-offset"] == str(first["sent"])
    known = {"url": first["url"]} if remembers else {}
    said = uploaded(client, endpoint, phone, tmp_path, data, **known)
    assert said["url"] == first["url"]
    assert phone.photo(sha256_of(data)).content == data


def test_a_photo_that_is_there_is_not_sent_again(
    client: Path, endpoint: str, store: AStore, tmp_path: Path
) -> None:
    phone, data = store.a_phone(), a_jpeg()
    phone.create(data)
    said = uploaded(client, endpoint, phone, tmp_path, data, url=f"{endpoint}/{sha256_of(data)}")
    assert (said["sent"], said["requests"]) == (len(data), 1)


def test_a_photo_that_is_no_photo_is_an_error_for_the_client(
    client: Path, endpoint: str, store: AStore, tmp_path: Path
) -> None:
    said = uploaded(client, endpoint, store.a_phone(), tmp_path, b"no photo" * 100)
    assert "415" in said["error"]
