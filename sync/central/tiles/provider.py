"""One tile server on the web, asked for one tile at a time.

* ProviderError
  - SaysStop      the provider does not want to be asked now (429, 403, 503 …): stop asking
  - NotReached    no whole answer came; may be tried again
  - NotATile      what came is no raster tile: asking for more makes no sense
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests

from sync.central.tiles.pictures import MAX_TILE_BYTES, format_of, looks_like_vector
from sync.domain.tiles import Tile

TIMEOUT_S = 15.0
LONGEST_WAIT_S = 24 * 3600.0
STOPS = frozenset({401, 402, 403, 407, 418, 429, 451, 509})
MISSING = frozenset({204, 404, 410})


class BadTemplate(ValueError):
    """The text says what an address of tiles must be."""


class ProviderError(Exception):
    """Base of all that a provider does not give."""


class SaysStop(ProviderError):
    """retry_after_s: when the provider says it may be asked again, None when it does not."""

    def __init__(self, status: int, retry_after_s: float | None) -> None:
        super().__init__(f"the provider answered {status}")
        self.status, self.retry_after_s = status, retry_after_s


class NotReached(ProviderError):
    """The text holds no address: it may have a key in it."""


class NotATile(ProviderError):
    """is_vector: it is a tile, but not of a kind that can be shown."""

    def __init__(self, *, is_vector: bool) -> None:
        super().__init__("vector tiles" if is_vector else "no picture")
        self.is_vector = is_vector


def checked_template(raw: str) -> str:
    """Raises BadTemplate, which repeats nothing of `raw`: there may be a key in it."""
    try:
        parts = urlsplit(raw)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web or parts.username or parts.password or parts.fragment:
        raise BadTemplate("en adress som https://exempel.se/{z}/{x}/{y}.png")
    if "{z}" not in raw or "{x}" not in raw or ("{y}" not in raw and "{-y}" not in raw):
        raise BadTemplate("en adress med {z}, {x} och {y}")
    left = raw
    for known in ("{z}", "{x}", "{y}", "{-y}"):
        left = left.replace(known, "")
    if "{" in left or "}" in left or any(letter.isspace() for letter in raw):
        raise BadTemplate("en adress utan mellanslag och utan annat i klamrar än {z}, {x} och {y}")
    return raw


def address_of(template: str, tile: Tile) -> str:
    """{-y} counts rows from the south."""
    places = {"{z}": tile.zoom, "{x}": tile.x, "{y}": tile.y, "{-y}": tile.tms_row}
    for place, number in places.items():
        template = template.replace(place, str(number))
    return template


@dataclass(kw_only=True)
class Provider:
    """template: an address with {z}, {x}, {y}. user_agent: names the product and its version."""

    template: str = field(repr=False)
    user_agent: str
    sessions: Callable[[], requests.Session] = requests.Session
    _session: requests.Session | None = field(default=None, init=False, repr=False)

    def get(self, tile: Tile) -> bytes | None:
        """The picture; None where the provider has none. Raises ProviderError."""
        if self._session is None:
            self._session = self.sessions()
        try:
            answer = self._session.get(
                address_of(self.template, tile),
                headers={"User-Agent": self.user_agent, "Accept": "image/*"},
                timeout=TIMEOUT_S,
                stream=True,
            )
            with answer:
                return self._picture(answer)
        except requests.RequestException as error:
            raise NotReached(type(error).__name__) from error

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _picture(self, answer: requests.Response) -> bytes | None:
        retry_after_s = _seconds(answer.headers.get("Retry-After"))
        if answer.status_code in MISSING:
            return None
        if answer.status_code in STOPS or (answer.status_code >= 300 and retry_after_s is not None):
            raise SaysStop(answer.status_code, retry_after_s)
        if answer.status_code >= 500:
            raise NotReached(f"HTTP {answer.status_code}")
        if answer.status_code != 200:
            raise NotATile(is_vector=False)
        data = _at_most(answer, MAX_TILE_BYTES)
        if not data:
            return None
        if format_of(data) is None:
            is_typed = "protobuf" in answer.headers.get("Content-Type", "")
            raise NotATile(is_vector=is_typed or looks_like_vector(data))
        return data


def _at_most(answer: requests.Response, limit: int) -> bytes:
    deadline = time.monotonic() + 2 * TIMEOUT_S
    pieces: list[bytes] = []
    for piece in answer.iter_content(64 * 1024):
        pieces.append(piece)
        if sum(map(len, pieces)) > limit:
            raise NotATile(is_vector=False)
        if time.monotonic() > deadline:
            raise NotReached("too slow")
    return b"".join(pieces)


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds or as a date (RFC 9110); None when it says nothing one can read."""
    if retry_after is None:
        return None
    try:
        wait_s = float(retry_after)
    except ValueError:
        try:
            at = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        wait_s = (at - datetime.now(UTC)).total_seconds()
    return max(0.0, min(LONGEST_WAIT_S, wait_s)) if wait_s == wait_s else None
