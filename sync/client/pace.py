"""How much this link carries in half a second, and whether the store takes so much at once.

Several small photos in one request cost both sides a third of what they cost one by one
(docs/adr/0023). On a slow link there is nothing to gain: they go alone, and show that they move.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sync.client.transport import Response
from sync.headers import byte_count
from sync.photo_bundle import BUNDLE_HEADER, MAX_BUNDLE_BYTES

BUNDLE_S = 0.5


class Pace:
    """Of one sync round, like the StoreApi that it belongs to."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._bytes_per_s, self._taken_bytes = 0.0, 0
        self._failed = 0

    @property
    def bundle_bytes(self) -> int:
        """The most bytes of photos to send in one request; 0 before anything is known."""
        most = min(self._taken_bytes, MAX_BUNDLE_BYTES) >> self._failed
        return int(min(most, self._bytes_per_s * BUNDLE_S))

    @contextmanager
    def measuring(self, sent_bytes: int) -> Iterator[None]:
        """Around a request with photos. One that fails says nothing: the next photo goes alone."""
        before = self._monotonic()
        try:
            yield
        except BaseException:
            self._bytes_per_s = 0.0
            raise
        self._bytes_per_s = sent_bytes / max(self._monotonic() - before, 1e-6)

    def bundle_failed(self) -> None:
        """The next is half as large: something on the way may let no such request through."""
        self._failed += 1

    def heard(self, response: Response) -> None:
        said = byte_count(response.headers.get(BUNDLE_HEADER.lower(), ""))
        if said is not None:
            self._taken_bytes = said
