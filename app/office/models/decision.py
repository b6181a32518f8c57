"""What the coordinator does with the open defect, and the questions asked on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ParamSpec

import flet as ft

from app.office.models.room import Room
from app.office.models.session import Session
from sync.central.defect_views import DefectDetail, PhotoView, ReportView
from sync.domain.status import REPORT_MOVES, ReportState, Status
from sync.domain.words import Category

P = ParamSpec("P")


class Question(StrEnum):
    """The dialog that is open."""

    FIRST_SEND = "first_send"
    UNDECIDED = "undecided"
    REJECT = "reject"
    EDIT = "edit"
    REMOVE_PHOTO = "remove_photo"
    ARRIVED = "arrived"
    SEND_AGAIN = "send_again"
    PHOTO = "photo"


@ft.observable
@dataclass
class Decision:
    """error: in the open dialog. shown_photo: the position of the large photo."""

    session: Session
    room: Room
    question: Question | None = None
    error: str | None = None
    busy: bool = False
    shown_photo: int = 0
    reason: str = ""
    category: Category | None = None
    _text: str = ""
    _case_ref: str = ""
    _photo_id: str = ""
    _looked_at: tuple[str, ...] = ()
    _edited: DefectDetail | None = None

    @property
    def text(self) -> str:
        return self._text

    @property
    def report(self) -> ReportView | None:
        return None if self.room.detail is None else self.room.detail.row.report

    @property
    def can_decide(self) -> bool:
        """Approve and reject are offered."""
        return self._status in (Status.RECEIVED, Status.REJECTED)

    @property
    def can_reject(self) -> bool:
        return self._status is Status.RECEIVED

    @property
    def can_take_back(self) -> bool:
        if self._status is Status.REJECTED:
            return True
        detail = self.room.detail
        if self._status is Status.APPROVED and detail is not None and not detail.row.is_defect:
            return True
        report = self.report
        return (
            self._status is Status.APPROVED
            and report is not None
            and ReportState.WITHDRAWN in REPORT_MOVES[report.state]
        )

    @property
    def is_doubtful(self) -> bool:
        return self.report is not None and self.report.state in (
            ReportState.UNCERTAIN,
            ReportState.NEEDS_PERSON,
        )

    @property
    def undecided(self) -> tuple[PhotoView, ...]:
        """Photos that would be sent without a decision about faces and number plates."""
        detail = self.room.detail
        return (
            ()
            if detail is None
            else tuple(one for one in detail.photos if one.cover is None and one.stored)
        )

    @property
    def _status(self) -> Status | None:
        detail = self.room.detail
        if detail is None or not self.room.may_review or detail.row.is_deleted:
            return None
        return detail.row.status

    async def open(self, observation_id: str) -> None:
        self.shown_photo = 0
        await self.room.choose(observation_id)

    async def next(self) -> None:
        self.shown_photo = 0
        await self.room.next()

    async def previous(self) -> None:
        self.shown_photo = 0
        await self.room.previous()

    async def approve(self) -> None:
        """Asks first when nothing has ever been sent from this store, and shows the photos of
        which nobody has said whether they show people."""
        detail = self.room.detail
        if not self.can_decide or detail is None:
            return
        if detail.row.is_defect:
            asked = self.question
            if asked is None and not self.room.anything_sent:
                self.ask(Question.FIRST_SEND)
                return
            if asked is not Question.UNDECIDED and self.undecided:
                self._looked_at = tuple(photo.id for photo in self.undecided)
                self.ask(Question.UNDECIDED)
                return
        seen = self._looked_at if self.question is Question.UNDECIDED else ()
        await self._do(self.session.desk.approve, seen)

    def ask_to_reject(self) -> None:
        if self.can_reject:
            self.reason = ""
            self.ask(Question.REJECT)

    def ask_to_edit(self) -> None:
        if self.room.detail is not None:
            self._edited = self.room.detail
            row = self._edited.row
            self._text = row.text
            self.category = None if row.category is None else Category(row.category)
            self.ask(Question.EDIT)

    def ask_to_remove(self, photo_id: str) -> None:
        self._photo_id = photo_id
        self.ask(Question.REMOVE_PHOTO)

    def ask_for_case(self) -> None:
        self._case_ref = ""
        self.ask(Question.ARRIVED)

    def ask_to_send_again(self) -> None:
        self.ask(Question.SEND_AGAIN)

    def ask(self, question: Question) -> None:
        self.error, self.question = None, question

    def cancel(self) -> None:
        self.error, self.question = None, None

    def show_photo(self, position: int) -> None:
        self.shown_photo = position

    def enlarge(self) -> None:
        self.ask(Question.PHOTO)

    def suggest(self, reason: str) -> None:
        self.reason = reason

    def type_reason(self, reason: str) -> None:
        self.reason = reason

    def type_text(self, text: str) -> None:
        self._text = text

    def type_case_ref(self, case_ref: str) -> None:
        self._case_ref = case_ref

    def pick_category(self, code: str | None) -> None:
        self.category = None if not code else Category(code)

    async def reject(self) -> None:
        if not self.reason.strip():
            self.error = self.session.words.text("office.refused.reason_needed")
            return
        await self._do(self.session.desk.reject, self.reason)

    async def take_back(self) -> None:
        await self._do(self.session.desk.take_back)

    async def save_edit(self) -> None:
        """Only what was changed, as of what was on the screen when the changing began."""
        before = self._edited
        if before is None:
            return
        category = None if self.category is None else self.category.value
        await self._do(
            self.session.desk.edit,
            text=None if self._text == before.row.text else self._text,
            category=None if category == before.row.category else self.category,
            seen=before.seen,
        )

    async def remove_photo(self) -> None:
        self.shown_photo = 0
        await self._do(self.session.desk.remove_photo, self._photo_id)

    async def arrived(self) -> None:
        if not self._case_ref.strip():
            self.error = self.session.words.text("office.refused.case_ref_needed")
            return
        await self._do_with_report(self.session.desk.arrived, self._case_ref)

    async def send_again(self) -> None:
        await self._do_with_report(self.session.desk.send_again)

    async def _do(self, call: Callable[..., None], *args: object, **kwargs: object) -> None:
        if self.room.detail is not None:
            await self._perform(call, self.room.detail.row.id, *args, **kwargs)

    async def _do_with_report(self, call: Callable[..., None], *args: object) -> None:
        if self.report is not None:
            await self._perform(call, self.report.id, *args)

    async def _perform(
        self, call: Callable[..., None], thing: str, *args: object, **kwargs: object
    ) -> None:
        """One at a time: a second press while the first is under way does nothing."""
        account = self.session.account
        if account is None or self.busy:
            return
        self.busy, self.question = True, None
        self.session.dismiss()
        try:
            await self.session.ask(call, account, thing, *args, **kwargs)
            await self.room.refresh()
        finally:
            self.busy = False
