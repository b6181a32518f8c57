"""The list of what was recorded on this round; deleting, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import flet as ft

from app.field.models.cover_model import CoverModel
from app.field.models.cover_saved import CoverSaved
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.open_points_model import OpenPointsModel
from app.field.models.row_page import RowPage
from app.field.models.row_window import RowWindow
from app.field.models.small_pictures import SmallPictures
from app.field.services import Services
from app.i18n import Words
from sync.client.finding_list import FindingList, Show
from sync.client.records import ObservationRecord, RoundRecord
from sync.domain.geo import GeoPoint


@ft.observable
class FindingsModel:
    """show: which of them. window: the rows near the screen. points: the area's open ones, when

    they are looked at instead of the round's.
    """

    def __init__(
        self,
        services: Services,
        round_: RoundRecord,
        notices: Notices,
        words: Words,
        changed: Callable[[], None],
        *,
        open_cover: Callable[[CoverModel | None], None] = lambda cover: None,
        here: Callable[[], GeoPoint | None] = lambda: None,
    ) -> None:
        self.show = Show.ALL
        self.points: OpenPointsModel | None = None
        self._services, self._round, self._notices = services, round_, notices
        self._words, self._changed, self._here = words, changed, here
        self._list = FindingList(services.local, services.walk)
        self._pictures = SmallPictures(services)
        self._cover = CoverSaved(services, notices, words, open_cover, self._decided)
        self.window = RowWindow(self._list.rows)
        self.window.show(self._list.ids(round_.round_id))

    @property
    def findings(self) -> list[ObservationRecord]:
        """Those whose rows are built, newest first."""
        return [row.finding for row in self.window.built_rows]

    @property
    def thumbnails(self) -> dict[str, bytes]:
        """By hash, of the rows that are built."""
        pages = self.window.built_pages()
        return {sha256: small for page in pages for sha256, small in page.pictures.items()}

    def now(self) -> datetime:
        return self._services.now()

    def refresh(self) -> None:
        self.window.refresh(self._list.ids(self._round.round_id, self.show))
        if self.points is not None:
            self.points.refresh()

    def choose(self, show: Show) -> None:
        if show is not self.show:
            self.show = show
            self.window.show(self._list.ids(self._round.round_id, show))

    def to_top(self) -> None:
        """What came meanwhile is shown, and the list begins at its top again."""
        self.window.show(self._list.ids(self._round.round_id, self.show))

    # Pictures

    async def load_thumbnails(self) -> None:
        """Reads the pictures of the rows that are built and have none."""
        for page in list(self.window.built_pages()):
            await self.load_page(page)

    async def load_page(self, page: RowPage) -> None:
        await load_pictures(self._pictures, page)

    # The area's open points

    def open_points(self) -> None:
        self.points = OpenPointsModel(self._services, self._round.area, self._here())

    def close_points(self) -> None:
        self.points = None

    # What is done with one of them

    async def cover(self, finding: ObservationRecord) -> None:
        """The first photo that nobody has looked at for faces and number plates."""
        await self._cover.open(finding)

    def _decided(self) -> None:
        self.refresh()
        self._changed()

    async def delete(self, finding: ObservationRecord) -> None:
        async def undo() -> None:
            with telling_when_not_kept(self._notices, self._words):
                await self._services.recorder.restore_observation(finding)
                self._notices.show(self._words("list.restored"))
            self.refresh()
            self._changed()

        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.delete_observation(finding)
            self._notices.show(self._words("list.deleted"), undo)
        self.refresh()
        self._changed()


async def load_pictures(pictures: SmallPictures, page: RowPage) -> None:
    """Those on the disk together, so that the rows are built once for them; the others as they

    come. A page that is forgotten meanwhile gets none.
    """
    found: dict[str, bytes] = {}
    missing = page.missing_pictures
    for sha256 in missing:
        kept = await pictures.kept(sha256)
        if kept is not None:
            found[sha256] = kept
    if found and page.is_built:
        page.pictures = {**page.pictures, **found}
    for sha256 in missing:
        if sha256 not in found and page.is_built:
            fetched = await pictures.read(sha256)
            if fetched is not None and page.is_built:
                page.pictures = {**page.pictures, sha256: fetched}
