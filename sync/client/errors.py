"""Everything that can go wrong in a sync round, by what the caller can do about it.

* SyncError                every one has a `key`: the words for the person are in assets/i18n
  - NotReached             nothing was learned; keep everything, try again later
    - NotOurCertificate    the far end cannot show that it is the store: the person must act
  - NotTheStore            somebody else answered (a Wi-Fi log-in page, a proxy)
    - AnotherStore         a store that names itself, and is not the one this phone belongs to
  - StoreInTrouble         the store answered that it cannot now (5xx, 408, 429); try later
    - MessageNotTaken      this message as a whole, which one change in it may be the reason of
  - PhoneInTrouble         the phone's own storage failed; nothing was sent that is not kept
  - SignInNeeded           the token is unknown or revoked; stop and tell the person
  - TooOld                 the store does not speak this version; the app must be updated
"""

from __future__ import annotations


class SyncError(Exception):
    """Base of what a sync round raises. Nothing that waits is lost by any of them."""

    key = "sync.problem.unknown"


class NotReached(SyncError):
    key = "sync.problem.not_reached"


class NotOurCertificate(NotReached):
    """A wrong Wi-Fi, a phone whose clock is wrong, or a certificate that has run out."""

    key = "sync.problem.certificate"


class NotTheStore(SyncError):
    key = "sync.problem.not_the_store"


class AnotherStore(NotTheStore):
    key = "sync.problem.another_store"


class StoreInTrouble(SyncError):
    key = "sync.problem.store_in_trouble"


class MessageNotTaken(StoreInTrouble):
    """status: 400, 413 and 422 are final for what was in it, 500 is not."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class PhoneInTrouble(SyncError):
    key = "sync.problem.phone_storage"


class SignInNeeded(SyncError):
    key = "sync.problem.sign_in_needed"


class DeviceRevoked(SignInNeeded):
    key = "sync.problem.revoked"


class TooOld(SyncError):
    key = "sync.problem.too_old"
