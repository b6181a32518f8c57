"""Joining with a code: the first screen of a phone that nobody knows yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.device.storage.errors import StorageFull
from app.field.models.sync_model import is_anything_begun
from app.field.models.typed_text import one_line
from app.field.services import Services
from sync.client.enrolment import CodeNotTaken, enrol
from sync.client.errors import SyncError
from sync.client.hand_over import is_all_handed_over, is_anything_unsent
from sync.client.store_api import StoreApi
from sync.client.whole_database import packed
from sync.domain.instants import to_text

CODE_LENGTH = 6
MIN_NICKNAME = 2
MAX_NICKNAME = 40


@ft.observable
class EnrolModel:
    """problem, code_problem, nickname_problem: keys of what is wrong, of all or of one field."""

    def __init__(
        self, services: Services, code: str, enrolled: Callable[[], Awaitable[None]]
    ) -> None:
        self.code = code
        self.nickname = services.local.fact("nickname") or ""
        self.is_busy = False
        self.problem: str | None = None
        self.code_problem: str | None = None
        self.nickname_problem: str | None = None
        self._services, self._enrolled = services, enrolled

    def set_code(self, event: ft.Event[ft.TextField]) -> None:
        self.code, self.code_problem = str(event.control.value), None

    def set_nickname(self, event: ft.Event[ft.TextField]) -> None:
        self.nickname, self.nickname_problem = str(event.control.value), None

    async def go(self) -> None:
        code = "".join(c for c in self.code.upper() if c.isalnum())
        nickname = one_line(self.nickname)[:MAX_NICKNAME].strip()
        self.code_problem = None if len(code) == CODE_LENGTH else "enrol.code.missing"
        self.nickname_problem = None if len(nickname) >= MIN_NICKNAME else "enrol.nickname.missing"
        if self.is_busy or self.code_problem or self.nickname_problem:
            return
        self.is_busy, self.problem = True, None
        try:
            await self._enrol(code, nickname)
        except CodeNotTaken as error:
            self.problem = error.key
        except SyncError as error:
            self.problem = error.key
        except StorageFull:
            self.problem = "app.storage_full.body"
        else:
            await self._enrolled()
        finally:
            self.is_busy = False

    async def _enrol(self, code: str, nickname: str) -> None:
        services = self._services
        api = StoreApi(base_url=services.base_url, token=None, transport=services.transport)
        await enrol(
            services.local,
            api,
            code=code,
            nickname=nickname,
            random=services.random,
            leave=self._leave,
        )
        await services.storage.flush()

    async def _leave(self) -> bool:
        """For another store: what is here is put aside, unless something of it waits for the first
        that was not handed in as a file either.
        """
        services, local = self._services, self._services.local
        is_waiting = is_anything_unsent(local) and not is_all_handed_over(local)
        if is_waiting or is_anything_begun(services):
            return False
        moment = "".join(one for one in to_text(services.now()) if one.isalnum())
        await services.storage.beside.write(f"first-store-{moment}.db", packed(local))
        return True
