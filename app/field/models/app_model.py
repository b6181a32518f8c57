"""The whole field app: which screen is up, and the round that it is about."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TYPE_CHECKING

import flet as ft

from app import theme
from app.device.storage.errors import StorageError
from app.device.storage.protocol import Persistence
from app.field.closed_drafts import forget_closed_drafts
from app.field.log_ring import LogRing
from app.field.look import Look, ShowLook
from app.field.models.above import Above
from app.field.models.before_round_model import BeforeRoundModel
from app.field.models.blocked import NOT_LOADED, blocked_key
from app.field.models.browser_history import BrowserHistory
from app.field.models.damaged_model import DamagedModel
from app.field.models.enrol_model import EnrolModel
from app.field.models.home_model import HomeModel
from app.field.models.notices import Notices, Undo, telling_when_not_kept
from app.field.models.pages_above import PagesAbove
from app.field.models.round_path import path_in, step_back
from app.field.models.settings_model import SettingsModel
from app.field.models.sync_model import SyncModel
from app.field.opening import DatabaseDamaged, rescue_of
from app.field.rescue import Rescue
from app.field.reserve import keep_reserve
from app.field.services import Services
from app.i18n import Words
from sync.client.records import ObservationRecord
from sync.domain.ids import EntityId

if TYPE_CHECKING:
    from app.field.models.round_model import RoundModel


class Phase(StrEnum):
    OPENING = "opening"
    BLOCKED = "blocked"
    DAMAGED = "damaged"
    ENROL = "enrol"
    HOME = "home"
    ROUND = "round"


log = logging.getLogger(__name__)


@ft.observable
class AppModel:
    """blocked_by: key of the title and body that say why the app cannot open.

    pages: those that lie over what the person was doing.
    load_anew: loads the page again, where there is a page.
    open_services: opens the phone's storage and builds what the models work with.
    push_path: puts a path into the browser's history, so that "back" has somewhere to go.
    """

    def __init__(
        self,
        open_services: Callable[[], Awaitable[Services]],
        words: Words,
        code: str,
        push_path: Callable[[str], Awaitable[None]],
        show_look: ShowLook,
        ring: LogRing,
        build: str = "",
        load_anew: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.phase = Phase.OPENING
        self.blocked_by: str | None = None
        self.persistence: Persistence | None = None
        self.is_wide = False
        self.enrol: EnrolModel | None = None
        self.home: HomeModel | None = None
        self.round: RoundModel | None = None
        self.sync: SyncModel | None = None
        self.settings: SettingsModel | None = None
        self.damaged: DamagedModel | None = None
        self.before_round: BeforeRoundModel | None = None
        self.notices = Notices()
        self.words = words
        self.pages = PagesAbove(
            ring,
            build,
            self.notices,
            words,
            open_finding=self._open_finding,
            open_round=self._open_its_round,
            put_right=self._put_right,
            taken_over=self._taken_over,
        )
        self._open_services, self._code, self._show_look = open_services, code, show_look
        self.build, self._load_anew = build, load_anew
        self._history = BrowserHistory(push_path)
        self._services: Services | None = None
        self._rescuing: asyncio.Task[None] | None = None
        self._bringing: asyncio.Task[None] | None = None
        self._left_rounds: dict[EntityId, RoundModel] = {}

    async def open(self) -> None:
        """Opens the storage; what goes wrong is a screen, never a silence."""
        self.phase, self.blocked_by = Phase.OPENING, None
        try:
            services = await self._open_services()
        except DatabaseDamaged as damage:
            self._show_damage(damage.rescue)
            return
        except StorageError as error:
            log.warning("the app cannot open: %s", type(error).__name__)
            self.blocked_by, self.phase = blocked_key(error), Phase.BLOCKED
            return
        except Exception:
            # The edge of the start: whatever it is, the person must not wait for ever.
            log.exception("the app could not open")
            self.blocked_by, self.phase = NOT_LOADED, Phase.BLOCKED
            return
        self._services = services
        self.persistence = services.storage.persistence
        self.before_round = BeforeRoundModel(services)
        self.settings = SettingsModel(services, self.notices, self.words, self._show_look)
        await self.settings.apply()
        self.sync = SyncModel(services, self._synced, self.damage_noticed)
        self.pages.storage_opened(services, self.sync)
        if services.local.fact("store_id") is None:
            self.enrol = EnrolModel(services, self._code, self._enrolled)
            self.pages.open_intro_once()
            self.phase = Phase.ENROL
            return
        current = services.local.fact("current_round")
        self.sync.start()
        with telling_when_not_kept(self.notices, self.words):
            await services.recorder.settle()
            await keep_reserve(services.storage)
            await forget_closed_drafts(services)
            await services.remove_unused_photos()
            await services.sweep_photos(self.settings.preferences.keep_photos_days)
        await services.ask_to_keep()
        if current is not None and services.walk.round(EntityId(current)) is not None:
            await self._open_round(EntityId(current))
        else:
            self._go_home()

    async def open_again(self) -> None:
        if self.blocked_by == NOT_LOADED and self._load_anew is not None:
            await self._load_anew()
        else:
            await self.open()

    def damage_noticed(self) -> None:
        """The database is not whole: nothing more is read or written until the person has said."""
        if self._services is not None and self.phase is not Phase.DAMAGED:
            self.phase = Phase.DAMAGED
            self._rescuing = asyncio.get_running_loop().create_task(self._rescue())

    async def _rescue(self) -> None:
        services = self._services
        if services is None:
            raise RuntimeError("the storage is not open")
        if self.sync is not None:
            self.sync.stop()
        drafts = {}
        if self.round is not None:
            drafts = self.round.unwritten()
            self.round.capture.camera_off()
        rescue = await rescue_of(services.storage, services.local, services.now, drafts)
        rescue.sharing = services.sharing
        self._show_damage(rescue)

    def _show_damage(self, rescue: Rescue) -> None:
        """The app begins anew afterwards, with what was salvaged."""
        self.pages.storage_gone()
        self._services = None
        self.home = self.round = self.enrol = self.sync = None
        self._left_rounds.clear()
        self.notices.dismiss()
        self.damaged = DamagedModel(rescue, self.notices, self.words, self.open)
        self.phase = Phase.DAMAGED

    def fault(self) -> None:
        """Something of ours went wrong; what is on disk is not touched by it."""
        self.notices.show(self.words("app.fault"))

    def network_is_back(self) -> None:
        if self.sync is not None and self.phase in (Phase.HOME, Phase.ROUND):
            self.sync.contact_again()

    def seen(self, is_seen: bool) -> None:
        """The app is on the screen, or behind another one."""
        if self.round is not None:
            self.round.seen(is_seen)

    async def phone_speaks(self, language: str) -> None:
        """The phone's own language is another one now; what was chosen in the app stays."""
        if self.settings is not None:
            await self.settings.phone_speaks(language)
        else:
            await self._show_look(Look(language=language))
            self.words.switch_to(language)

    def resized(self, width_px: float) -> None:
        self.is_wide = width_px > theme.MAX_WIDTH

    # Where the person is, for the browser's "back"

    @property
    def path(self) -> str:
        base = "/"
        if self.phase is Phase.ROUND and self.round is not None:
            base = f"/runda{path_in(self.round)}"
        elif self.phase is Phase.ENROL and self.may_skip_code:
            base = "/kod"
        above = self.pages.above
        return "/".join([base.rstrip("/"), *above]) if above else base

    async def moved(self) -> None:
        """Another screen is up: the browser's history gets its path."""
        await self._history.show(self.path)

    async def went_to(self, path: str) -> None:
        """The browser's history stands at `path`: by our own push, or because of "back"."""
        if self._history.went_to(path) and path != self.path:
            await self.back()

    async def back(self) -> None:
        """One screen back; nothing that was typed or taken is lost by it."""
        if self.pages.above:
            await self.pages.close()
        elif self.phase is Phase.ROUND and self.round is not None:
            await step_back(self.round)
        elif self.phase is Phase.ENROL and self.may_skip_code:
            self.skip_code()

    def enrol_again(self) -> None:
        """The store does not know this phone any more: a new code, and all that waits is kept."""
        if self._services is not None:
            self.pages.close_all()
            self.enrol = EnrolModel(self._services, "", self._enrolled)
            self.phase = Phase.ENROL

    @property
    def may_skip_code(self) -> bool:
        """The phone has been enrolled before: it can be used without contact."""
        return self._services is not None and self._services.local.fact("store_id") is not None

    def skip_code(self) -> None:
        self._go_home()

    # What the pages above do to what lies below

    async def try_again(self) -> None:
        """The person has allowed it, or gone outdoors: from the page that told how."""
        page = self.pages.above[-1] if self.pages.above else None
        await self.pages.close()
        if self.round is None:
            return
        if page in (Above.PLACE_DENIED, Above.NO_PLACE):
            await self.round.place.retry()
        else:
            self.round.want_camera()

    def _taken_over(self) -> None:
        """What came from another phone is in the lists, and on its way."""
        self._saved()
        self._synced()

    async def _open_finding(self, finding: ObservationRecord) -> None:
        """To be changed, on its own round."""
        await self._open_its_round(finding.round_id)
        if self.round is not None:
            self.round.open_edit(finding)

    async def _open_its_round(self, round_id: EntityId) -> None:
        self.pages.close_all()
        if self.round is None or self.round.record.round_id != round_id:
            await self._open_round(round_id)

    def _put_right(self) -> None:
        if self.sync is not None:
            self.sync.contact_again()
        self._synced()

    # The screens below

    async def _enrolled(self) -> None:
        round_, services = self.round, self._services
        if round_ and services and services.walk.round(round_.record.round_id) is None:
            self.round = None  # of the store that the phone has left
        self._go_home()
        if self.sync is not None:
            self.sync.start()
            self.sync.contact_again()
        if self._services is not None:
            with telling_when_not_kept(self.notices, self.words):
                await self._services.recorder.settle()
            await self._services.ask_to_keep()

    def _go_home(self) -> None:
        if self._services is None:
            raise RuntimeError("the storage is not open")
        if self.round is not None:  # with the defect that was being recorded
            self._left_rounds[self.round.record.round_id] = self.round
        self.notices.dismiss()
        self.home = HomeModel(
            self._services,
            self.notices,
            self.words,
            self._open_round,
            self._close_round,
            self._round_begun,
        )
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
            # a round is a third of the app: the start screen does not wait for it
            from app.field.models.round_model import RoundModel

            self.round = RoundModel(
                services,
                record,
                self.notices,
                self.words,
                saved=self._saved,
                left=self._leave,
                again=self._join_again,
            )
        if self.before_round is not None and not record.ended_at:
            await self.before_round.look()
        self.phase = Phase.ROUND
        self._saved()

    async def _close_round(self) -> None:
        if self.round is not None:
            await self.round.leave()

    def _round_begun(self, undo: Undo | None) -> None:
        if self.round is not None:
            self.round.start.say_begun(undo)

    async def _join_again(self, round_id: EntityId) -> None:
        if self._services is not None:
            await self._services.recorder.join_round(round_id)
            await self._open_round(round_id)

    async def _leave(self) -> None:
        if self._services is not None:
            with telling_when_not_kept(self.notices, self.words):
                await self._services.recorder.join_round(None)
        self._go_home()

    def _saved(self) -> None:
        self._bring_back_rounds()
        if self.sync is not None:
            self.sync.soon()
        is_under_way = self.round is not None and not self.round.record.ended_at
        if self.before_round is not None and is_under_way:
            self.before_round.saved()

    def _bring_back_rounds(self) -> None:
        """Somebody removed an empty round that was not empty on every phone."""
        if self._services is not None and self._services.walk.removed_too_early():
            self._bringing = asyncio.get_running_loop().create_task(self._restore_rounds())

    async def _restore_rounds(self) -> None:
        services = self._services
        if services is None:
            return
        with telling_when_not_kept(self.notices, self.words):
            for round_ in services.walk.removed_too_early():
                await services.recorder.restore_round(round_)
        if self.home is not None:
            self.home.refresh()
        if self.sync is not None:
            self.sync.soon()

    def _synced(self) -> None:
        self._bring_back_rounds()
        if self.home is not None and self.phase is Phase.HOME:
            self.home.refresh()
            self.pages.tell_once()
        if self.round is not None:
            self.round.synced()
        self.pages.synced()
