"""How the client speaks HTTP: one request out, one answer back, whatever carries it.

What can go wrong, by what the caller can do about it:

* TransportError
  - Unreachable         nothing was learned; the request may or may not have arrived; try later
    - TimedOut          the same, after waiting the whole of `timeout_s`
    - CertificateError  the far end is not who it says it is (or the phone's clock is wrong): tell
                        the person, do not just try again

Any answer at all, also 500, is a `Response`: what it means is for the caller to judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

LEAST_BYTES_PER_S = 800
"""A third of 20 kbit/s: as many photos go at once as there are thirds."""

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class TransportError(Exception):
    """Base of all that a Transport raises."""


class Unreachable(TransportError):
    """No complete answer came: no network, refused, or cut off on the way."""


class TimedOut(Unreachable):
    """The far end was silent for longer than the request allows."""


class CertificateError(Unreachable):
    """The connection could not be trusted. Browsers do not tell this apart from Unreachable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """timeout_s: how long connecting may take, and how long the far end may then be silent.

    Sending has its own time beside it: a far end says nothing while a body is on its way to it.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS)
    body: bytes | None = None
    timeout_s: float = 30.0

    @property
    def send_s(self) -> float:
        """What the body takes on the slowest line that is still one; neither side of the transport

        can see how far it is.
        """
        return len(self.body or b"") / LEAST_BYTES_PER_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """headers: names in lower case. body: complete, and no longer compressed."""

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS)
    body: bytes = b""


class Transport(Protocol):
    """Raises TransportError. Follows no redirects: a 302 is the answer (a log-in page, say)."""

    async def request(self, request: Request) -> Response: ...
