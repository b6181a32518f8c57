"""The peers: programs from the npm registry that carry records or photos, in a folder of their own.

Whatever is missing (node, npm, the network, a peer that does not start) is said in a sentence, and
the rest goes on without that peer.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import playwright

from tests.bench.sync.photos import a_photo
from tests.bench.sync.processes import ROOT, serving, span, together
from tests.bench.sync.round_on_a_phone import RECORD_BYTES
from tests.bench.sync.store import free_port
from tests.npm_packages import NotThere
from tests.npm_packages import install as install_packages

SOURCES = Path(__file__).parent / "peers"
INSTALLED = ROOT / "build" / "bench-peers"
OLDEST_NODE = (20, 19)
"""For @tus/server 2.4, by its package.json; Debian 12 has 18."""
POUCHDB_SERVER = INSTALLED / "node_modules" / "pouchdb-server" / "bin" / "pouchdb-server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """records: of all clients together. streams: photos at a time of each client."""

    records: int
    photo_bytes: int
    clients: int
    streams: int


class Peer(Protocol):
    """streams: how many at a time it can be told to send."""

    @property
    def name(self) -> str: ...

    @property
    def streams(self) -> Container[int]: ...

    def seconds(self, folder: Path, load: Load) -> float:
        """How long it takes, all clients together. Raises Failed."""
        ...


@cache
def node() -> str:
    """The system's Node when it is new enough for the peers, else the one in playwright's wheel.

    Raises NotThere.
    """
    own = Path(playwright.__file__).parent / "driver" / "node"
    for candidate in (shutil.which("node"), own):
        if candidate is not None and _version_of(candidate) >= OLDEST_NODE:
            return str(candidate)
    raise NotThere(f"there is no Node of {OLDEST_NODE[0]}.{OLDEST_NODE[1]} or later that runs")


def _version_of(program: str | Path) -> tuple[int, ...]:
    try:
        said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(int(part) for part in said.stdout.strip().lstrip("v").split(".") if part.isdigit())


def install() -> None:
    """Puts the peers' packages where the lock says. Raises NotThere."""
    node()
    install_packages(SOURCES, INSTALLED)


@dataclass(frozen=True, slots=True)
class TusPeer:
    """@tus/server with its file store, and tus-js-client: photos only, no records."""

    name: str = "tus"
    streams: Container[int] = range(1, 100)

    def seconds(self, folder: Path, load: Load) -> float:
        photos = _photos(folder, load)
        port, kept = free_port(), folder / "kept"
        kept.mkdir()
        command: list[str | Path] = [node(), INSTALLED / "tus-server.mjs", str(port), kept]
        with serving(command, log=folder / "server.log", ready="listening", cwd=kept):
            url = f"http://127.0.0.1:{port}"
            return span(
                together(
                    [
                        _client("tus-client", url=url, folder=one, streams=load.streams)
                        for one in photos
                    ]
                )
            )


@dataclass(frozen=True, slots=True)
class PouchPeer:
    """pouchdb-server, and PouchDB that replicates records with their photos attached."""

    name: str = "pouchdb"
    streams: Container[int] = (1,)

    def seconds(self, folder: Path, load: Load) -> float:
        photos = _photos(folder, load)
        with _pouchdb_server(folder) as url:
            return span(
                together(
                    [
                        _client(
                            "pouch-client",
                            url=url,
                            folder=one,
                            kept=folder / f"local{number}",
                            database=f"walk{number}",
                            record_bytes=RECORD_BYTES,
                        )
                        for number, one in enumerate(photos)
                    ]
                )
            )


PEERS: tuple[Peer, ...] = (TusPeer(), PouchPeer())


@contextmanager
def _pouchdb_server(folder: Path) -> Iterator[str]:
    port = free_port()
    kept = folder / "kept"
    kept.mkdir()
    address = ["--host", "127.0.0.1", "--port", str(port)]
    files: list[str | Path] = [
        "--dir",
        kept,
        "--config",
        folder / "config.json",
        "--no-stdout-logs",
    ]
    command: list[str | Path] = [node(), POUCHDB_SERVER, *address, *files]
    with serving(command, log=folder / "server.log", ready="has started", cwd=folder):
        yield f"http://127.0.0.1:{port}"


def _photos(folder: Path, load: Load) -> list[Path]:
    """A folder of photos for each client."""
    folders = [folder / f"photos{number}" for number in range(load.clients)]
    for one in folders:
        one.mkdir(parents=True)
        for number in range(load.records // load.clients):
            (one / f"{number}.jpg").write_bytes(a_photo(load.photo_bytes))
    return folders


def _client(script: str, **given: object) -> list[str | Path]:
    return [node(), INSTALLED / f"{script}.mjs", json.dumps(given, default=str)]
