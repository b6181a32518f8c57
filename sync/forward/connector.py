"""What every way of reaching a responsible party offers, and what can go wrong on the way.

The errors, by what the worker can do about them:

* ForwardError
  - NotSent        certain that no case was made: try again later
  - Uncertain      the order went out and its answer was lost or makes no sense: a case may be
                   there; never send again by itself, a person decides
  - CannotSend     will never be accepted as it is: a person must change something
  - Unauthorized   no case was made; the key or the address must be put right first
  - NoStatus       nothing was learned about a case: keep the old status, ask again later
  - UnknownCase    the party says it has no such case: a person must look
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NewType, Protocol

from sync.domain.geo import GeoPoint

CaseRef = NewType("CaseRef", str)
"""The party's own number of a case; foreign, so never a key here."""


class ForwardError(Exception):
    """The text says what happened, without contents of the report: fit for log and screen."""


class NotSent(ForwardError):
    pass


class Uncertain(ForwardError):
    pass


class CannotSend(ForwardError):
    pass


class Unauthorized(ForwardError):
    pass


class NoStatus(ForwardError):
    pass


class UnknownCase(ForwardError):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingPhoto:
    """name: a file name ending in .jpg; jpeg: covered, upright and without EXIF already."""

    name: str
    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingReport:
    """One report, ready to go.

    text is complete: it names what, where and our reference. sender_name is the round or the
    organisation, never a person's name. Photos in the order they shall be seen.
    """

    report_id: str
    reference: str
    text: str = field(repr=False)
    place: GeoPoint
    photos: tuple[OutgoingPhoto, ...] = ()
    sender_name: str
    contact_email: str | None = None
    contact_phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CityStatus:
    """The party's own word. Not known: keep the old status and tell the coordinator."""

    word: str
    known: bool
    final: bool


class Connector(Protocol):
    """Blocking; called in the worker's thread, one report at a time."""

    def check(self, report: OutgoingReport) -> None:
        """Raises CannotSend; sends nothing."""

    def send(self, report: OutgoingReport) -> CaseRef:
        """Checks, then sends. Raises CannotSend, NotSent, Uncertain or Unauthorized."""

    def status(self, case_ref: CaseRef) -> CityStatus:
        """Raises NoStatus, UnknownCase or Unauthorized."""
