"""The whole field app: which screen is up, and what stands above all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum

import flet as ft

from app import theme
from app.device.storage.errors import (
    AlreadyOpen,
    InsecurePage,
    StorageDamaged,
    StorageError,
    StorageFull,
)
from app.device.storage.protocol import Persistence
from app.field.models.enrol_model import EnrolModel
from app.field.models.home_model import HomeModel
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.round_model import RoundModel
from app.field.models.sync_model import SyncModel
from app.field.services import Services
from app.i18n import Words
from sync.domain.ids import EntityId


class Phase(StrEnum):
    OPENING = "opening"
    BLOCKED = "blocked"
    ENROL = "enrol"
    HOME = "home"
    ROUND = "round"


@ft.observable
class AppModel:
    """blocked_by: key of the title and body that say why the app cannot open.

    open_services: opens the phone's storage and builds what the models work with.
    push_path: puts a path into the browser's history, so that "back" has somewhere to go.
    """

    def __init__(
        self,
        open_services: Callable[[], Awaitable[Services]],
        words: Words,
        code: str,
        push_path: Callable[[str], Awaitable[None]],
    ) -> None:
        self.phase = Phase.OPENING
        self.blocked_by: str | None = None
        self.persistence: Persistence | None = None
        self.is_help_open = False
        self.is_wide = False
        self.enrol: EnrolModel | None = None
        self.home: HomeModel | None = None
        self.round: RoundModel | None = None
        self.sync: SyncModel | None = None
        self.notices = Notices()
        self.words = words
        self._open_services, self._code, self._push_path = open_services, code, push_path
        self._services: Services | None = None
        self._left_rounds: dict[EntityId, RoundModel] = {}
        self._pushed_path = "/"

    async def open(self) -> None:
        """Opens the storage; what goes wrong is a screen, never a silence."""
        self.phase, self.blocked_by = Phase.OPENING, None
        try:
            services = await self._open_services()
        except StorageError as error:
            self.blocked_by, self.phase = _blocked_key(error), Phase.BLOCKED
            return
        self._services = services
        self.persistence = services.storage.persistence
        self.sync = SyncModel(services, self._synced)
        if services.local.fact("store_id") is None:
            self.enrol = EnrolModel(services, self._code, self._enrolled)
            self.phase = Phase.ENROL
            return
        current = services.local.fact("current_round")
        self.sync.start()
        with telling_when_not_kept(self.notices, self.words):
            await services.remove_unused_photos()
        await services.ask_to_keep()
        if current is not None and services.walk.round(EntityId(current)) is not None:
            await self._open_round(EntityId(current))
        else:
            self._go_home()

    def network_is_back(self) -> None:
        if self.sync is not None and self.phase in (Phase.HOME, Phase.ROUND):
            self.sync.soon()

    def resized(self, width_px: float) -> None:
        self.is_wide = width_px > theme.MAX_WIDTH

    # Where the person is, for the browser's "back"

    @property
    def path(self) -> str:
        base = "/"
        if self.phase is Phase.ROUND and self.round is not None:
            base = f"/runda{self.round.path}"
        elif self.phase is Phase.ENROL and self.may_skip_code:
            base = "/kod"
        return f"{base.rstrip('/')}/hjalp" if self.is_help_open else base

    async def moved(self) -> None:
        """Another screen is up: the browser's history gets its path."""
        if self.path != self._pushed_path:
            self._pushed_path = self.path
            await self._push_path(self.path)

    async def went_to(self, path: str) -> None:
        """The browser's history stands at `path`: by our own push, or because of "back"."""
        if path == self._pushed_path:
            return
        self._pushed_path = path
        if path != self.path:
            await self.back()

    async def back(self) -> None:
        """One screen back; nothing that was typed or taken is lost by it."""
        if self.is_help_open:
            self.close_help()
        elif self.phase is Phase.ROUND and self.round is not None:
            await self.round.back()
        elif self.phase is Phase.ENROL and self.may_skip_code:
            self.skip_code()

    def enrol_again(self) -> None:
        """The store does not know this phone any more: a new code, and all that waits is kept."""
        if self._services is not None:
            self.enrol = EnrolModel(self._services, "", self._enrolled)
            self.phase = Phase.ENROL

    @property
    def may_skip_code(self) -> bool:
        """The phone has been enrolled before: it can be used without contact."""
        return self._services is not None and self._services.local.fact("store_id") is not None

    def skip_code(self) -> None:
        self._go_home()

    def open_help(self) -> None:
        self.notices.dismiss()
        self.is_help_open = True

    def close_help(self) -> None:
        self.is_help_open = False

    async def _enrolled(self) -> None:
        self._go_home()
        if self.sync is not None:
            self.sync.start()
            self.sync.soon()
        if self._services is not None:
            await self._services.ask_to_keep()

    def _go_home(self) -> None:
        if self._services is None:
            raise RuntimeError("the storage is not open")
        if self.round is not None:  # with the defect that was being recorded
            self._left_rounds[self.round.record.round_id] = self.round
        self.notices.dismiss()
        self.home = HomeModel(self._services, self.notices, self.words, self._open_round)
        self.round, self.enrol = None, None
        self.phase = Phase.HOME

    async def _open_round(self, round_id: EntityId) -> None:
        services = self._services
        record = None if services is None else services.walk.round(round_id)
        if services is None or record is None:
            raise RuntimeError("a round that is not on this phone cannot be opened")
        left = self._left_rounds.pop(round_id, None)
        if left is not None:
            left.synced()
            self.round = left
        else:
            self.round = RoundModel(
                services, record, self.notices, self.words, saved=self._saved, left=self._leave
            )
        self.phase = Phase.ROUND
        self._saved()

    async def _leave(self) -> None:
        if self._services is not None:
            with telling_when_not_kept(self.notices, self.words):
                await self._services.recorder.join_round(None)
        self._go_home()

    def _saved(self) -> None:
        if self.sync is not None:
            self.sync.soon()

    def _synced(self) -> None:
        if self.home is not None and self.phase is Phase.HOME:
            self.home.refresh()
        if self.round is not None:
            self.round.synced()


def _blocked_key(error: StorageError) -> str:
    if isinstance(error, AlreadyOpen):
        return "app.already_open"
    if isinstance(error, StorageFull):
        return "app.storage_full"
    if isinstance(error, InsecurePage):
        return "app.insecure"
    if isinstance(error, StorageDamaged):
        return "app.storage_damaged"
    return "app.storage_unavailable"
