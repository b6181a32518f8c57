"""The pages that lie over what the person was doing: which are open, and the models of theirs.

They may look at everything on the phone. What they do to the round or to the start screen below
them is done by the app, through what it has given them to call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.field.log_ring import LogRing
from app.field.models.above import WAYS_BACK, Above
from app.field.models.hand_over_model import HandOverModel
from app.field.models.intro_model import IntroModel
from app.field.models.not_sent_model import NotSentModel
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.report_model import ReportModel
from app.field.models.resident_model import ResidentModel
from app.field.models.sync_model import SyncModel
from app.field.models.take_file_model import TakeFileModel
from app.field.services import Services
from app.i18n import Words
from sync.client.briefing import read_briefing
from sync.client.records import ObservationRecord
from sync.domain.ids import EntityId

INTRO_SEEN = "intro_seen"
"""Fact: the pictures of the first start have been looked at, or skipped."""


@ft.observable
class PagesAbove:
    """above: the open ones, the topmost last.

    Before the storage is open there is the help alone. open_finding, open_round: leave the pages
    for it. put_right: told when something that could not be sent may be tried again. taken_over:
    told when the records of another phone are here.
    """

    def __init__(
        self,
        ring: LogRing,
        build: str,
        notices: Notices,
        words: Words,
        *,
        open_finding: Callable[[ObservationRecord], Awaitable[None]],
        open_round: Callable[[EntityId], Awaitable[None]],
        put_right: Callable[[], None],
        taken_over: Callable[[], None],
    ) -> None:
        self.above: list[Above] = []
        self.intro: IntroModel | None = None
        self.resident: ResidentModel | None = None
        self.report: ReportModel | None = None
        self.hand_over: HandOverModel | None = None
        self.take_file: TakeFileModel | None = None
        self.not_sent: NotSentModel | None = None
        self._ring, self._build = ring, build
        self._notices, self._words = notices, words
        self._open_finding, self._open_round = open_finding, open_round
        self._put_right, self._taken_over = put_right, taken_over
        self._told: set[Above] = set()
        self._services: Services | None = None
        self._sync: SyncModel | None = None

    def storage_opened(self, services: Services, sync: SyncModel) -> None:
        self._services, self._sync = services, sync

    def storage_gone(self) -> None:
        """Nothing can be read any more; the pages close."""
        self.close_all()
        self._services = self._sync = None

    def open(self, page: Above) -> None:
        self._notices.make_way()
        if page not in self.above:
            self.above.append(page)

    async def close(self) -> None:
        """The topmost page goes."""
        if self.above and self.above.pop() is Above.INTRO and self._services is not None:
            with telling_when_not_kept(self._notices, self._words):
                self._services.local.set_facts({INTRO_SEEN: "1"})
                await self._services.storage.flush()

    def close_all(self) -> None:
        self.above = []

    @property
    def is_help_open(self) -> bool:
        return Above.HELP in self.above

    def open_help(self) -> None:
        self.open(Above.HELP)

    def close_help(self) -> None:
        self.above = [page for page in self.above if page is not Above.HELP]

    def open_settings(self) -> None:
        self.open(Above.SETTINGS)

    def open_intro_once(self) -> None:
        """At the first start, until it has been looked at or skipped."""
        if self._services is not None and self._services.local.fact(INTRO_SEEN) is None:
            self.open_intro()

    def open_intro(self) -> None:
        self.intro = IntroModel()
        self.open(Above.INTRO)

    def open_resident(self) -> None:
        """Shows a resident how to report themselves, in the language that the app has now."""
        if self._services is not None:
            briefing = read_briefing(self._services.local)
            self.resident = ResidentModel(briefing.report_form_url, self._words.language)
            self.open(Above.RESIDENT)

    def open_report(self) -> None:
        if self._services is not None:
            self.report = ReportModel(
                self._services, self._ring, self._build, self._notices, self._words
            )
            self.open(Above.ERROR_REPORT)

    def open_way_back(self, problem: str) -> None:
        """problem: the key of what went wrong with the camera or the place."""
        self.open(WAYS_BACK[problem])

    def open_trouble(self) -> None:
        """The store takes nothing from this phone: why, and what can be done with what is left."""
        if self._services is not None and self._sync is not None:
            self.hand_over = HandOverModel(self._services, self._notices, self._words)
            self.open(Above.TOO_OLD if self._sync.is_too_old else Above.SHUT_OUT)

    async def send_again(self) -> None:
        """From the page that says that the app is too old."""
        await self.close()
        if self._sync is not None:
            await self._sync.now()

    def open_take_file(self) -> None:
        if self._services is not None:
            self.take_file = TakeFileModel(self._services, self._taken_over)
            self.open(Above.TAKE_FILE)

    def open_not_sent(self) -> None:
        """Everything that cannot be sent, and what to do about it."""
        if self._services is not None:
            self.not_sent = NotSentModel(
                self._services,
                self._notices,
                self._words,
                open_finding=self._open_finding,
                open_round=self._open_round,
                changed=self._put_right,
            )
            self.open(Above.NOT_SENT)

    def synced(self) -> None:
        """The store answered."""
        if self.not_sent is not None and Above.NOT_SENT in self.above:
            self.not_sent.refresh()

    def tell_once(self) -> None:
        """What is wrong with the phone itself: on the start screen, not in the middle of work."""
        if self._sync is None or self.above:
            return
        if self._sync.needs_code and Above.SHUT_OUT not in self._told:
            self._told.add(Above.SHUT_OUT)
            self.open_trouble()
        elif self._sync.is_too_old and Above.TOO_OLD not in self._told:
            self._told.add(Above.TOO_OLD)
            self.open_trouble()
        elif self._sync.is_clock_untold:
            with telling_when_not_kept(self._notices, self._words):
                self._sync.told_clock()
            self.open(Above.CLOCK)
