"""Changing an observation that is saved already, until the coordinator has approved it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import flet as ft

from app.device.photo.source import PhotoSource
from app.device.storage.errors import StorageError
from app.field.models.addresses import Addresses
from app.field.models.camera_model import CameraModel, CameraState
from app.field.models.cover_model import CoverModel
from app.field.models.draft_keeper import Draft, DraftKeeper
from app.field.models.draft_photo import DraftPhoto, saved
from app.field.models.notices import Notices, save_trouble_key, telling_when_not_kept
from app.field.models.observation_form import ObservationForm
from app.field.models.photos_model import PhotosModel
from app.field.models.place_model import PlaceModel
from app.field.models.surroundings import NOWHERE, Surroundings
from app.field.models.tiles import Tiles
from app.field.services import Services
from app.i18n import Words
from sync.client.photo_references import photo_size
from sync.client.records import Content, ObservationRecord
from sync.domain.ids import EntityId
from sync.domain.status import Status

EDIT_DRAFT = "edit/"
"""What the names of such drafts begin with; the observation's id follows."""


@ft.observable
class EditModel(ObservationForm):
    """finding: as it was when the changing began. problem: key of the words for a failure.

    number: another one makes new text fields, which show what is in the model.
    offers_draft: a change that was begun and not saved is here, and the person chooses.
    recorded: called when something of it has been written at once. done: the screen goes away.
    """

    def __init__(
        self,
        services: Services,
        finding: ObservationRecord,
        notices: Notices,
        words: Words,
        done: Callable[[], None],
        *,
        drafts: DraftKeeper,
        open_cover: Callable[[CoverModel | None], None],
        recorded: Callable[[], None],
        tiles: Tiles,
        surroundings: Surroundings = NOWHERE,
    ) -> None:
        super().__init__()
        self.is_saving = False
        self.save_problem: str | None = None
        self.number = 0
        self._is_saved = False
        self.finding = finding
        self.place = PlaceModel(services.location, services.now, surroundings)
        self.tiles = tiles
        self.lens = CameraModel(
            services, notices, words, pressed=lambda: None, taken=self._photographed
        )
        self.pictures = PhotosModel(
            services, changed=self.said_something, keep=self._keep, open_cover=open_cover
        )
        self._services, self._notices, self._words, self._done = services, notices, words, done
        self._drafts, self._recorded = drafts, recorded
        self._addresses = Addresses(services)
        self._name = edit_draft_name(finding.observation_id)
        self._show_record()
        self.place.when_changed = self.said_something
        self.offers_draft = drafts.kept(self._name) is not None and not self.is_read_only

    @property
    def is_read_only(self) -> bool:
        return not self.finding.is_editable

    @property
    def problem(self) -> str | None:
        return self.save_problem or self.pictures.trouble or self.lens.problem

    def synced(self) -> None:
        """An approval closes it. What others changed meanwhile is merged when it is saved."""
        fresh = self._services.walk.observation(self.finding.observation_id)
        if fresh is not None and fresh.status is Status.APPROVED and not self.is_read_only:
            self.finding = fresh
            self.offers_draft = False
            self.lens.off()
            self._show_record()

    async def shown(self) -> None:
        """The screen is up: the pictures are read."""
        await self.pictures.load()

    def _show_record(self) -> None:
        local = self._services.local
        self.show(self.finding.content)
        self.place.restore(self.finding.place)
        self.pictures.clear()
        self.pictures.photos = [
            saved(photo, photo_size(local, photo.photo_id))
            for photo in self.finding.photos
            if photo.recheck_id is None
        ]

    # A change that was begun before

    async def continue_draft(self) -> None:
        draft = self._drafts.kept(self._name)
        self.offers_draft = False
        if draft is None:
            return
        self.say_again(draft)
        # what others wrote since the draft was begun, nobody has seen in it
        self.finding = replace(self.finding, clocks=draft.get("clocks", self.finding.clocks))
        self.number += 1
        if draft.get("place") is not None:
            self.place.show_draft(draft)
        off = set(draft.get("taken_off", []))
        self.pictures.photos = [one for one in self.pictures.photos if one.photo_id not in off]
        self.pictures.add_from_draft(draft.get("photos", []))
        await self.pictures.load()

    async def discard_draft(self) -> None:
        """Throws the change away; one press brings it back."""
        draft = self._drafts.kept(self._name)
        self.offers_draft = False
        self._drafts.changed(self._name, lambda: None)

        async def undo() -> None:
            self._drafts.changed(self._name, lambda: draft)
            await self._drafts.try_now()
            self.offers_draft = True

        self._notices.show(self._words("edit.draft_discarded"), undo)

    def said_something(self, *, typing: bool = False) -> None:
        if self.is_saving or self._is_saved:  # the record ends the draft
            return
        self._drafts.changed(self._name, self._draft, typing=typing)

    def _draft(self) -> Draft | None:
        if not self.is_changed:
            return None
        return {
            "round_id": self.finding.round_id,
            "clocks": self.finding.clocks,
            **self.said(),
            **self.place.to_draft(),
            "photos": self.pictures.to_draft(),
            "taken_off": list(self._taken_off),
        }

    # Photos

    def camera_turned(self) -> None:
        """On where one more photo is wanted, for those who use it; off where one is looked at."""
        if self.pictures.wants_another:
            self.lens.again()
        elif self.pictures.photos:
            self.lens.off()

    async def shutter(self) -> None:
        if not self.pictures.is_preparing:
            await self.lens.shutter()

    async def pick(self) -> None:
        source = await self._services.picker.pick()
        if source is not None:
            await self._take_in(source)

    async def photograph(self) -> None:
        """With the phone's own camera, where the preview does not work."""
        source = await self._services.picker.photograph()
        if source is not None:
            await self._take_in(source)

    def retake(self) -> None:
        self.pictures.retake(self.remove_photo)

    def remove_photo(self, sha256: str) -> None:
        self.pictures.remove(sha256)

    async def _photographed(self, source: PhotoSource) -> None:
        self.lens.off()
        await self._take_in(source)

    async def _take_in(self, source: PhotoSource) -> None:
        self.save_problem, self.lens.problem = None, None
        await self.pictures.take_in(source)

    async def _keep(self, before: DraftPhoto, after: DraftPhoto) -> None:
        """Faces and number plates of what is saved are decided at once, not with the rest."""
        recorder = self._services.recorder
        if not before.is_saved:
            self._drafts.changed(self._name, self._draft)
            await self._drafts.now()
        elif after.sha256 != before.sha256:
            position = next(
                (p.position for p in self.finding.photos if p.photo_id == before.photo_id), 0
            )
            await recorder.replace_photo(self.finding, after.new(position))
            self._recorded()
        else:
            await recorder.decide_photo(self.finding, before.photo_id, after.cover)
            self._recorded()

    # Leaving and saving

    def cancel(self) -> None:
        """Back: what was changed is kept, and offered the next time."""
        self._done()

    @property
    def _taken_off(self) -> list[EntityId]:
        there = {photo.photo_id for photo in self.pictures.photos}
        mine = [photo for photo in self.finding.photos if photo.recheck_id is None]
        return [photo.photo_id for photo in mine if photo.photo_id not in there]

    @property
    def is_changed(self) -> bool:
        return (
            self._content() != self.finding.content
            or bool(self.pictures.to_draft())
            or bool(self._taken_off)
        )

    def _content(self) -> Content:
        """Where place or answers are as they were, so is what follows from them."""
        before, place = self.finding.content, self.place.chosen
        address = before.address
        if place != before.place:
            address = self._addresses.known(place, self.place.surroundings)
        content = self.content(place, address)
        asked = (content.kind, content.category, dict(content.answers))
        if asked == (before.kind, before.category, dict(before.answers)):
            content = replace(content, is_urgent=before.is_urgent)
        return content

    async def save(self) -> None:
        taking = self.lens.state is CameraState.TAKING
        if self.is_saving or self.is_read_only or self.pictures.is_preparing or taking:
            return
        before, content, taken_off = self.finding, self._content(), self._taken_off
        is_changed = self.is_changed
        self.is_saving = True
        self.pictures.nothing_in_the_rest()
        photos = self.pictures.new()
        self._drafts.dropped(self._name)
        try:
            await self._services.recorder.change_observation(
                before, content, photos=photos, taken_off=taken_off, drafts={self._name: None}
            )
        except StorageError as error:
            self.save_problem = save_trouble_key(error)
            self._drafts.changed(self._name, self._draft)
            return
        finally:
            self.is_saving = False
        self._is_saved = True
        self._done()
        if not is_changed:
            return
        self._services.signals.saved()
        if content.place != before.place:
            after = self._services.walk.observation(before.observation_id)
            self._addresses.complete(after, self._recorded)
        new = [photo.photo_id for photo in photos]

        async def undo() -> None:
            after = self._services.walk.observation(before.observation_id)
            if after is not None:
                with telling_when_not_kept(self._notices, self._words):
                    await self._services.recorder.change_observation(
                        after, before.content, taken_off=new, put_back=taken_off
                    )
            self._recorded()

        self._notices.show(self._words("list.changed"), undo)


def edit_draft_name(observation_id: EntityId) -> str:
    return f"{EDIT_DRAFT}{observation_id}"
