"""Is what is being recorded reported already? Asked when it is known what it is and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import flet as ft

from app.device.storage.errors import StorageError
from app.field.models.capture_model import CaptureModel, draft_name
from app.field.models.draft_keeper import DraftKeeper
from app.field.models.draft_photo import DraftPhoto
from app.field.models.notices import Notices, save_trouble_key, telling_when_not_kept
from app.field.models.small_pictures import SmallPictures
from app.field.models.told_too import in_words, with_answers, without_answers
from app.field.models.typed_text import many_lines
from app.field.services import Services
from app.i18n import Words
from app.widgets.catalogue import Answers
from sync.client.nearby import NearbyStore, NearPoint
from sync.client.records import ObservationRecord, RoundRecord
from sync.domain.ids import EntityId
from sync.domain.words import ObservationKind, Verdict

SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """What was on the screen when it became part of something else."""

    said: dict[str, Any]
    answers: Answers
    place: dict[str, Any]
    photos: tuple[DraftPhoto, ...]


@ft.observable
class KnownModel:
    """found: the nearest first, empty when nothing is asked. small: their pictures by hash.

    is_unfolded: all of them are shown, not the nearest alone. is_writing: one was pressed.
    """

    def __init__(
        self,
        services: Services,
        round_: RoundRecord,
        capture: CaptureModel,
        notices: Notices,
        words: Words,
        *,
        drafts: DraftKeeper,
        recorded: Callable[[], None],
    ) -> None:
        self.found: list[NearPoint] = []
        self.small: dict[str, bytes] = {}
        self.is_unfolded = False
        self.is_writing = False
        self.record = round_
        self._services, self._capture, self._notices = services, capture, notices
        self._words, self._drafts, self._recorded = words, drafts, recorded
        self._near = NearbyStore(services.local)
        self._pictures = SmallPictures(services)
        self._name = f"known/{round_.round_id}"
        kept = services.local.draft(self._name)
        self._recheck_id: EntityId | None = None
        self._not_of: str | None = None if kept is None else kept.get("observation_id")

    @property
    def now(self) -> datetime:
        return self._services.now()

    # Asking

    async def look(self) -> None:
        """To be called when kind, category or place are others than before."""
        self._show(self._nearest())
        for near in list(self.found):
            sha256 = near.point.sha256
            if sha256 is not None and sha256 not in self.small:
                small = await self._pictures.read(sha256)
                if small is not None:
                    self.small = {**self.small, sha256: small}

    def _nearest(self) -> list[NearPoint]:
        capture, chosen = self._capture, self._capture.place.chosen
        is_defect = capture.kind is ObservationKind.DEFECT
        if not is_defect or capture.category is None or chosen is None or self._is_dismissed:
            return []
        return self._near.known(
            self.record.area,
            chosen.point,
            capture.category,
            round_id=self.record.round_id,
            limit=SHOWN,
        )

    def _show(self, found: list[NearPoint]) -> None:
        if not found:
            self.is_unfolded = False
            self.small = {}
        if found != list(self.found):
            self.found = found

    @property
    def _is_dismissed(self) -> bool:
        """For what is being recorded now, which is its draft."""
        if self._not_of is None:
            return False
        draft = self._drafts.kept(draft_name(self.record.round_id))
        return draft is not None and draft.get("observation_id") == self._not_of

    def unfold(self) -> None:
        self.is_unfolded = True

    # Answers

    async def another(self) -> None:
        """It is a new one: not asked again while this is being recorded."""
        with telling_when_not_kept(self._notices, self._words):
            await self._drafts.now()
            draft = self._drafts.kept(draft_name(self.record.round_id)) or {}
            await self._keep_dismissed(draft.get("observation_id"))
            self._notices.show(self._words("known.new_anyway.done"), self._ask_again)
        await self.look()

    async def _ask_again(self) -> None:
        with telling_when_not_kept(self._notices, self._words):
            await self._keep_dismissed(None)
        await self.look()

    async def _keep_dismissed(self, observation_id: str | None) -> None:
        body = None if observation_id is None else {"observation_id": observation_id}
        self._services.local.keep_drafts({self._name: body})
        await self._services.storage.flush()
        self._not_of = observation_id

    async def also_seen(self, near: NearPoint) -> None:
        """What is on the screen becomes evidence of that one, in one transaction.

        A photo nobody has decided on is decided by this press: the button says so.
        """
        capture = self._capture
        if self.is_writing or capture.is_saving or capture.is_preparing:
            return
        self.is_writing = True
        undecided: set[str] = {photo.sha256 for photo in capture.pictures.undecided}
        capture.place.settle()
        capture.pictures.nothing_in_the_rest()
        # the same when the disk was full and the button is pressed again: no twin
        recheck_id = self._recheck_id = self._recheck_id or self._services.local.new_id()
        before = self._on_screen(undecided)
        known = self._services.walk.observation(near.point.observation_id)
        try:
            if known is not None:
                await self._write(known, recheck_id)
        except StorageError as error:
            capture.save_problem = save_trouble_key(error)
            capture.kept_after_all()
            return
        finally:
            self.is_writing = False
        if known is None:
            await self.look()  # somebody has deleted it meanwhile
            return
        self._recheck_id = None
        await capture.pictures.forget_removed()
        capture.clear()
        self._services.signals.saved()
        self._show([])
        self._offer_undo(known, recheck_id, before)
        self._recorded()

    async def _write(self, known: ObservationRecord, recheck_id: EntityId) -> None:
        capture = self._capture
        text = many_lines(capture.text)
        await self._services.recorder.recheck(
            known,
            recheck_id=recheck_id,
            round_=self.record,
            verdict=Verdict.ALSO_SEEN,
            place=capture.place.chosen,
            text=in_words(text, capture.category, capture.answers, self._words),
            photos=[replace(one, recheck_id=recheck_id) for one in capture.pictures.new()],
            content=with_answers(known, capture.answers),
            drafts={**capture.handed_over(), self._name: None},
        )
        self._not_of = None

    def _on_screen(self, undecided: set[str]) -> HandedOver:
        capture = self._capture
        return HandedOver(
            said=capture.said(),
            answers=capture.answers,
            place=capture.place.to_draft(),
            photos=tuple(
                one.as_new(self._services.local.new_id(), is_undecided=one.sha256 in undecided)
                for one in capture.photos
            ),
        )

    def _offer_undo(
        self, known: ObservationRecord, recheck_id: EntityId, before: HandedOver
    ) -> None:
        capture, recorder = self._capture, self._services.recorder
        written = with_answers(known, before.answers)

        async def undo() -> None:
            with telling_when_not_kept(self._notices, self._words):
                await recorder.delete_recheck(known.area, recheck_id)
                now = self._services.walk.observation(known.observation_id)
                if now is not None and now.is_editable:
                    content = without_answers(now, known.content, written)
                    await recorder.change_observation(now, content)
            if capture.is_empty:
                capture.say_again(before.said)
                capture.place.show_draft(before.place)
                capture.pictures.photos = list(before.photos)
                capture.number += 1
                capture.said_something()
            else:
                self._notices.show(self._words("capture.undo_too_late"))
            self._recorded()

        number = known.number
        text = self._words("known.also_seen.done")
        self._notices.show(text if number is None else f"{number}: {text}", undo)
