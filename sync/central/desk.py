"""Everything the office's screens ask of the store, each call one transaction in its own thread.

Every call says which account asks and checks it anew: the role may have changed, or the account
been closed, since the person logged in. DeskError is the only thing a screen has to handle:

* DeskError
  - LoggedOut    the account is closed
  - Declined     what was asked cannot be done; `code` is a word (office.refused.<code>)
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from obstore.exceptions import BaseError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from sync.central.accounts import (
    Account,
    Accounts,
    Role,
    TooManyTries,
    WeakPassword,
    WrongPassword,
    still_valid,
)
from sync.central.areas import Area, areas_with
from sync.central.blobs import Blobs
from sync.central.choosing import Choosing
from sync.central.conflict_views import ConflictView
from sync.central.defect_filters import Filter
from sync.central.defect_views import DefectDetail, DefectRow
from sync.central.defects import PAGE, DefectStore
from sync.central.devices import Device, all_devices, revoke_device
from sync.central.engine import reading
from sync.central.enrolment import Enrolment
from sync.central.hand_in import Contents, HandedIn, HandIn, WrongStore
from sync.central.jpeg import make_thumbnail
from sync.central.photos import is_of_areas, keep_thumbnail, thumbnail_of
from sync.central.problems import Problem
from sync.central.protocol_approval import ProtocolApproval
from sync.central.review import Review, ReviewRefused
from sync.central.round_view import RoundView, round_view
from sync.central.stuck import StuckReports
from sync.central.to_choose import RoundToChoose, rounds_to_choose
from sync.domain.change import Bases
from sync.domain.ids import AreaCode, DeviceId, Sha256
from sync.domain.instants import to_text
from sync.domain.words import Category
from sync.hand_over.reader import BadHandOver, NewerHandOver

UNAVAILABLE = "unavailable"
"""The code when the database does not answer."""

CODE_VALID_FOR = timedelta(days=1)

log = logging.getLogger(__name__)

Version = tuple[int, int, int]


class DeskError(Exception):
    """What a screen shows instead of an answer."""


class LoggedOut(DeskError):
    """The account is closed."""


class Declined(DeskError):
    """wait_s: for too_many_tries, how long to wait."""

    def __init__(self, code: str, wait_s: int = 0) -> None:
        super().__init__(code)
        self.code, self.wait_s = code, wait_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One page of the list with what stands around it, all of one moment."""

    version: Version
    rows: tuple[DefectRow, ...]
    counts: dict[Filter, int]
    anything_sent: bool
    rounds: tuple[RoundToChoose, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """link: the address that opens the field app with the code filled in; shown as a QR code."""

    code: str
    link: str
    expires_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """wake_worker: called when there is something to send. link_for: the address that opens the
    field app with an enrolment code filled in."""

    engine: Engine
    accounts: Accounts
    review: Review
    stuck: StuckReports
    enrolment: Enrolment
    hand_in: HandIn
    blobs: Blobs
    folder: Path
    now: Callable[[], datetime]
    wake_worker: Callable[[], None]
    link_for: Callable[[str], str]
    defects: DefectStore = field(default_factory=DefectStore)

    @property
    def grace_s(self) -> float:
        """How long an approval can be taken back before its report goes out."""
        return self.review.grace.total_seconds()

    def log_in(self, name: str, password: str) -> Account:
        with reading(self.engine) as connection, _translated():
            return self.accounts.log_in(connection, name, password, self.now())

    def change_password(self, account: Account, *, old: str, new: str) -> None:
        with self._writing(account) as connection:
            self.accounts.change_password(
                connection, account, old=old, new=new, folder=self.folder, now=self.now()
            )

    def areas(self, account: Account) -> list[Area]:
        with self._reading(account) as (connection, current):
            return areas_with(connection, _codes(current))

    def version(self, account: Account, areas: Collection[AreaCode]) -> Version:
        with self._reading(account) as (connection, current):
            return self.defects.version(connection, _seen(current, areas))

    def overview(
        self,
        account: Account,
        areas: Collection[AreaCode],
        show: Filter,
        *,
        search: str = "",
        categories: Collection[Category] = (),
        limit: int = PAGE,
    ) -> Overview:
        with self._reading(account) as (connection, current):
            seen = _seen(current, areas)
            rounds = rounds_to_choose(connection, seen)
            counts = self.defects.counts(connection, seen)
            counts[Filter.TO_CHOOSE] += len(rounds)
            return Overview(
                rounds=rounds,
                version=self.defects.version(connection, seen),
                rows=tuple(
                    self.defects.page(
                        connection, seen, show, search=search, categories=categories, limit=limit
                    )
                ),
                counts=counts,
                anything_sent=self.defects.anything_sent(connection),
            )

    def detail(
        self, account: Account, areas: Collection[AreaCode], observation_id: str
    ) -> DefectDetail | None:
        with self._reading(account) as (connection, current):
            return self.defects.detail(connection, _seen(current, areas), observation_id)

    def photo(self, account: Account, sha256: Sha256) -> bytes | None:
        """None when it is not here, or not for this account."""
        if not self._may_see_photo(account, sha256):
            return None
        try:
            return self.blobs.get(sha256)
        except FileNotFoundError:
            return None

    def thumbnail(self, account: Account, sha256: Sha256) -> bytes | None:
        """Made when it is first asked for. None like `photo`, or when the photo is damaged."""
        if not self._may_see_photo(account, sha256):
            return None
        with reading(self.engine) as connection:
            kept = thumbnail_of(connection, sha256)
        if kept is not None:
            return kept
        try:
            made = make_thumbnail(self.blobs.get(sha256))
        except (FileNotFoundError, Problem):
            return None
        with self.engine.begin() as connection:
            keep_thumbnail(connection, sha256, made)
        return made

    def approve(
        self, account: Account, observation_id: str, uncovered_seen: Collection[str] = ()
    ) -> None:
        """uncovered_seen: as of Review.approve."""
        with self._writing(account) as connection:
            self.review.approve(
                connection, observation_id, account, self.now(), uncovered_seen=uncovered_seen
            )
        self.wake_worker()

    def round(
        self, account: Account, areas: Collection[AreaCode], round_id: str
    ) -> RoundView | None:
        with self._reading(account) as (connection, current):
            return round_view(connection, _seen(current, areas), round_id)

    def approve_protocol(self, account: Account, round_id: str) -> None:
        with self._writing(account) as connection:
            self._protocols.approve(connection, round_id, account, self.now())

    def take_back_protocol(self, account: Account, round_id: str) -> None:
        with self._writing(account) as connection:
            self._protocols.take_back(connection, round_id, account)

    def reject(self, account: Account, observation_id: str, reason: str) -> None:
        with self._writing(account) as connection:
            self.review.reject(connection, observation_id, reason, account)

    def take_back(self, account: Account, observation_id: str) -> None:
        with self._writing(account) as connection:
            self.review.take_back(connection, observation_id, account, self.now())

    def edit(
        self,
        account: Account,
        observation_id: str,
        *,
        text: str | None,
        category: Category | None,
        seen: Bases | None = None,
    ) -> None:
        """seen: as of Review.edit."""
        with self._writing(account) as connection:
            self.review.edit(
                connection, observation_id, account, text=text, category=category, seen=seen
            )

    def choose(self, account: Account, conflict: ConflictView, stamp: str) -> None:
        """stamp: of one of its values."""
        with self._writing(account) as connection:
            Choosing(ledger=self.review.ledger).choose(
                connection,
                account,
                entity=conflict.entity,
                entity_id=conflict.entity_id,
                field=conflict.field,
                stamp=stamp,
                seen=conflict.seen,
            )

    def remove_photo(self, account: Account, observation_id: str, photo_id: str) -> None:
        with self._writing(account) as connection:
            self.review.remove_photo(connection, observation_id, photo_id, account, self.now())

    def arrived(self, account: Account, report_id: str, case_ref: str) -> None:
        with self._writing(account) as connection:
            self.stuck.arrived(connection, report_id, case_ref, account, self.now())
        self.wake_worker()

    def send_again(self, account: Account, report_id: str) -> None:
        with self._writing(account) as connection:
            self.stuck.send_again(connection, report_id, account, self.now())
        self.wake_worker()

    def devices(self, account: Account) -> list[Device]:
        """The phones of the account's areas."""
        with self._reading(account) as (connection, current):
            return [one for one in all_devices(connection) if _manages(current, one)]

    def revoke(self, account: Account, device_id: DeviceId) -> None:
        with self._writing(account) as connection:
            current = _who_manages_phones(connection, account)
            mine = [one for one in all_devices(connection) if one.device_id == device_id]
            if not mine or not _manages(current, mine[0]):
                raise Declined("not_found")
            revoke_device(connection, device_id, self.now())

    def invite(self, account: Account, areas: Collection[AreaCode]) -> Invitation:
        """A code that lets phones into these areas for a day."""
        with self._writing(account) as connection:
            current = _who_manages_phones(connection, account)
            code = self.enrolment.make_code(connection, _seen(current, areas), CODE_VALID_FOR)
        return Invitation(
            code=code.text, link=self.link_for(code.text), expires_at=to_text(code.expires_at)
        )

    def look_into(self, account: Account, file: Path) -> Contents:
        """What a file from a phone has in it; nothing of it is taken."""
        with self._reading(account) as (connection, _):
            _who_manages_phones(connection, account)
        with _translated(), file.open("rb") as content:
            return self.hand_in.look(content)

    def take_in(self, account: Account, file: Path) -> HandedIn:
        """Takes a file from a phone into the account's areas."""
        with self._reading(account) as (connection, _):
            current = _who_manages_phones(connection, account)
            areas = frozenset(area.code for area in areas_with(connection, _codes(current)))
        with _translated(), file.open("rb") as content:
            return self.hand_in.take(content, areas=areas, received_from=current.id)

    @property
    def _protocols(self) -> ProtocolApproval:
        return ProtocolApproval(ledger=self.review.ledger)

    def _may_see_photo(self, account: Account, sha256: Sha256) -> bool:
        with self._reading(account) as (connection, current):
            codes = [one.code for one in areas_with(connection, _codes(current))]
            return is_of_areas(connection, sha256, codes)

    @contextmanager
    def _reading(self, account: Account) -> Iterator[tuple[Connection, Account]]:
        with reading(self.engine) as connection, _translated():
            yield connection, _checked(connection, account)

    @contextmanager
    def _writing(self, account: Account) -> Iterator[Connection]:
        with _translated(), self.engine.begin() as connection:
            _checked(connection, account)
            yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ReviewRefused as error:
        raise Declined(error.code) from error
    except WrongPassword as error:
        raise Declined("wrong_password") from error
    except WeakPassword as error:
        raise Declined(f"password_{error.code}") from error
    except NewerHandOver as error:
        raise Declined("newer_file") from error
    except BadHandOver as error:
        log.info("a file was not taken: %s", error)
        raise Declined("bad_file") from error
    except WrongStore as error:
        raise Declined("other_store") from error
    except (OSError, BaseError) as error:
        log.error("the disk failed", exc_info=error)
        raise Declined("store_full") from error
    except OperationalError as error:
        log.error("the database failed", exc_info=error)
        raise Declined(UNAVAILABLE) from error
    except TooManyTries as error:
        raise Declined("too_many_tries", wait_s=error.wait_s) from error


def _checked(connection: Connection, account: Account) -> Account:
    current = still_valid(connection, account)
    if current is None:
        raise LoggedOut
    return current


def _codes(account: Account) -> tuple[AreaCode, ...] | None:
    return None if account.role is Role.ADMINISTRATOR else account.areas


def _seen(account: Account, areas: Collection[AreaCode]) -> list[AreaCode]:
    return [area for area in areas if account.may_see(area)]


def _who_manages_phones(connection: Connection, account: Account) -> Account:
    current = _checked(connection, account)
    if current.role is Role.CITY:
        raise Declined("not_allowed")
    return current


def _manages(account: Account, device: Device) -> bool:
    return account.role is not Role.CITY and any(account.may_see(area) for area in device.areas)
