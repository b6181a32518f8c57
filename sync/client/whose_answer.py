"""Whether an answer is our store's and whole: what another gave, or half of it, is never believed.

A store of the release before this one says in the body of a sync answer whose it is, and nowhere
else. So an answer without a name is listened to as long as the store has never named itself, and as
a receipt for a photo only once a sync answer of the same round had our store's id in it.
"""

from __future__ import annotations

from sync.client.errors import AnotherStore, NotTheStore
from sync.client.transport import Response
from sync.headers import DIGEST_HEADER, STORE_HEADER, digest_of

_STORE, _DIGEST = STORE_HEADER.lower(), DIGEST_HEADER.lower()
_ANYBODYS = frozenset({408, 429})
"""With every status from 500 up: what a proxy on the way says too. Nothing follows from them."""


class WhoseAnswer:
    """store_id: None before the phone has joined; it listens to any store then.

    is_named: our store has named itself in its last sync answer.
    """

    def __init__(self, store_id: str | None, *, is_named: bool) -> None:
        self.store_id, self.is_named = store_id, is_named
        self._is_vouched_for = False

    def check(self, response: Response, *, has_id_inside: bool = False) -> None:
        """Raises NotTheStore. has_id_inside: of an answer that `vouch` will be asked about."""
        said = response.headers.get(_STORE)
        if said is not None and self.store_id is not None and said != self.store_id:
            raise AnotherStore("another store answered")
        is_anybodys = response.status >= 500 or response.status in _ANYBODYS
        if said is None and self.is_named and not is_anybodys and not has_id_inside:
            raise NotTheStore(f"an answer {response.status} without the store's name")
        digest = response.headers.get(_DIGEST)
        if digest is not None and response.body and digest != digest_of(response.body):
            raise NotTheStore("an answer that was changed on its way")

    def check_whole(self, response: Response) -> None:
        """Of one that changes what the phone has: a store that names itself seals these."""
        if _STORE in response.headers and _DIGEST not in response.headers:
            raise NotTheStore("an answer without its digest")

    def vouch(self, store_id: str, response: Response) -> None:
        """A sync answer has been read: believes this store from now on if it is ours."""
        if self.store_id is not None and store_id != self.store_id:
            raise AnotherStore("another store answered")
        self._is_vouched_for = True
        self.is_named = _STORE in response.headers

    def check_receipt(self, response: Response) -> None:
        """Raises NotTheStore for a receipt that anybody could have given."""
        if _STORE not in response.headers and not self._is_vouched_for:
            raise NotTheStore("a receipt of nobody we know")
