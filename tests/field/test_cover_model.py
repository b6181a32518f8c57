"""Covering a photo: the finger, the buttons, and which files are on disk at every moment."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PIL import Image

from app.device.photo.codec import PreparedPhoto, thumbnail_name
from app.device.photo.errors import DamagedPhoto
from app.device.photo.native import PillowCodec
from app.device.photo.shapes import Box, Stroke
from app.device.photo.source import BytesSource
from app.device.storage.errors import PhotoMissing, StorageError, StorageFull
from app.field.models.cover_box import SMALLEST, STEP, Edit
from app.field.models.cover_model import CoverModel, CoverResult, Tool
from sync.domain.words import Cover
from tests.device.photo_cases import a_photo


@dataclass
class Disk:
    """Photos by name. full_after: so many more are written before there is no room."""

    kept: dict[str, bytes] = field(default_factory=dict)
    full_after: int = 99
    cannot_delete: bool = False

    async def write(self, name: str, content: bytes) -> None:
        if not self.full_after:
            raise StorageFull(name)
        self.full_after -= 1
        self.kept[name] = content

    async def read(self, name: str) -> bytes:
        return self.kept[name]

    async def delete(self, name: str) -> None:
        if self.cannot_delete:
            raise StorageError(name)
        if self.kept.pop(name, None) is None:
            raise PhotoMissing(name)

    async def names(self) -> list[str]:
        return sorted(self.kept)


@dataclass
class Around:
    """What the model was given, and what it has told."""

    photo: PreparedPhoto
    disk: Disk
    results: list[CoverResult] = field(default_factory=list)
    on_disk_when_told: list[set[str]] = field(default_factory=list)
    cancelled: int = 0
    fails: StorageError | None = None
    needed: set[str] = field(default_factory=set)

    async def done(self, result: CoverResult) -> None:
        if self.fails is not None:
            raise self.fails
        self.on_disk_when_told.append(set(self.disk.kept))
        self.results.append(result)

    def back(self) -> None:
        self.cancelled += 1

    @property
    def model(self) -> CoverModel:
        return CoverModel(
            PillowCodec(),
            self.disk,
            self.photo,
            self.done,
            cancelled=self.back,
            is_needed=self.needed.__contains__,
        )

    @property
    def originals(self) -> set[str]:
        return {self.photo.sha256, thumbnail_name(self.photo.sha256)}


@pytest.fixture(scope="module")
def photo() -> PreparedPhoto:
    return asyncio.run(PillowCodec().prepare(BytesSource(a_photo("DSCN0010.jpg"))))


@pytest.fixture
def around(photo: PreparedPhoto) -> Around:
    disk = Disk({photo.sha256: photo.jpeg, thumbnail_name(photo.sha256): photo.thumbnail})
    return Around(photo=photo, disk=disk)


def painted(model: CoverModel, *points: tuple[float, float]) -> None:
    model.press(*points[0])
    for point in points[1:]:
        model.drag(*point)
    model.lift()


# The finger


def test_a_finger_paints_one_stroke_and_a_tap_a_dot(around: Around) -> None:
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3), (0.4, 0.2))
    painted(model, (0.7, 0.7))
    stroke, dot = model.shapes
    assert isinstance(stroke, Stroke) and isinstance(dot, Stroke)
    assert stroke.points == ((0.2, 0.2), (0.3, 0.3), (0.4, 0.2))
    assert set(dot.points) == {(0.7, 0.7)}


def test_a_finger_that_trembles_adds_no_points(around: Around) -> None:
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3), (0.3005, 0.3), (0.301, 0.3))
    (stroke,) = model.shapes
    assert isinstance(stroke, Stroke) and len(stroke.points) == 2


def test_a_finger_draws_a_box_in_any_direction_and_never_outside(around: Around) -> None:
    model = around.model
    model.choose(Tool.BOX)
    painted(model, (0.9, 0.6), (0.7, 0.5), (0.5, -0.4))
    assert list(model.shapes) == [Box(left=0.5, top=0.0, right=0.9, bottom=0.6)]


def test_a_box_too_small_to_be_seen_is_none(around: Around) -> None:
    model = around.model
    model.choose(Tool.BOX)
    painted(model, (0.5, 0.5))
    painted(model, (0.5, 0.5), (0.501, 0.501))
    assert not model.shapes and model.is_empty


def test_nothing_on_the_screen_changes_its_place_while_the_finger_is_down(around: Around) -> None:
    model = around.model
    model.press(0.2, 0.2)
    model.drag(0.4, 0.4)
    assert model.shapes and model.is_empty
    model.lift()
    assert not model.is_empty


def test_moves_without_a_press_paint_nothing(around: Around) -> None:
    model = around.model
    model.drag(0.4, 0.4)
    model.lift()
    assert not model.shapes


# The buttons


def test_undo_takes_the_last_and_clear_takes_all(around: Around) -> None:
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3))
    painted(model, (0.6, 0.6), (0.7, 0.7))
    model.undo()
    assert len(model.shapes) == 1
    painted(model, (0.6, 0.6), (0.7, 0.7))
    model.clear()
    assert not model.shapes and model.is_empty


def test_a_box_is_put_moved_and_sized_without_a_finger(around: Around) -> None:
    model = around.model
    model.add_box()
    assert model.tool is Tool.BOX and model.is_adjusting
    before = model.chosen_box
    assert before is not None
    model.edit(Edit.RIGHT)
    model.edit(Edit.UP)
    model.edit(Edit.TALLER)
    after = model.chosen_box
    assert after is not None
    assert after.left == pytest.approx(before.left + STEP)
    assert after.top == pytest.approx(before.top - STEP)
    assert after.bottom - after.top == pytest.approx(before.bottom - before.top + STEP)


@pytest.mark.parametrize("how", list(Edit))
def test_a_box_never_leaves_the_photo_and_never_vanishes(around: Around, how: Edit) -> None:
    model = around.model
    model.add_box()
    for _ in range(80):
        model.edit(how)
    box = model.chosen_box
    assert box is not None
    assert box.left >= -1e-9 and box.right <= 1 + 1e-9
    assert box.top >= -1e-9 and box.bottom <= 1 + 1e-9
    assert min(box.right - box.left, box.bottom - box.top) >= SMALLEST - 1e-9


# The decision


def black_at(jpeg: bytes, x: float, y: float) -> bool:
    image = Image.open(io.BytesIO(jpeg)).convert("RGB")
    return image.getpixel((round(x * image.width), round(y * image.height))) == (0, 0, 0)


def test_done_burns_it_in_and_leaves_no_file_of_the_uncovered_photo(around: Around) -> None:
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3))
    asyncio.run(model.burn())
    (result,) = around.results
    assert result.cover is Cover.COVERED
    assert set(around.disk.kept) == {result.photo.sha256, thumbnail_name(result.photo.sha256)}
    assert black_at(around.disk.kept[result.photo.sha256], 0.25, 0.25)
    assert result.photo.taken_at == around.photo.taken_at
    assert result.photo.place == around.photo.place
    assert not model.is_burning and model.problem is None


def test_the_uncovered_photo_is_deleted_after_the_decision_is_kept(around: Around) -> None:
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3))
    asyncio.run(model.burn())
    new = around.results[0].photo.sha256
    assert around.on_disk_when_told == [around.originals | {new, thumbnail_name(new)}]


def test_nothing_to_cover_is_a_decision_and_keeps_the_photo(around: Around) -> None:
    asyncio.run(around.model.nothing())
    (result,) = around.results
    assert result == CoverResult(photo=around.photo, cover=Cover.NOTHING_TO_COVER)
    assert set(around.disk.kept) == around.originals


def test_back_decides_nothing(around: Around) -> None:
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3))
    model.cancel()
    assert around.cancelled == 1 and not around.results
    assert set(around.disk.kept) == around.originals


@pytest.mark.parametrize("room", [0, 1])
def test_a_full_disk_keeps_the_photo_and_says_so(around: Around, room: int) -> None:
    around.disk.full_after = room
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3))
    asyncio.run(model.burn())
    assert model.problem == "cover.disk_full" and not around.results
    assert around.originals <= set(around.disk.kept)
    assert model.shapes, "what was painted is still there"
    around.disk.full_after = 99
    asyncio.run(model.burn())
    assert around.results and model.problem is None


def test_a_decision_that_could_not_be_kept_keeps_the_photo(around: Around) -> None:
    around.fails = StorageFull("the draft")
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3))
    asyncio.run(model.burn())
    assert model.problem == "cover.disk_full"
    asyncio.run(model.nothing())
    assert model.problem == "cover.disk_full"
    assert around.originals <= set(around.disk.kept)


def test_a_photo_that_something_else_needs_stays(around: Around) -> None:
    around.needed.add(around.photo.sha256)
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3))
    asyncio.run(model.burn())
    assert around.originals <= set(around.disk.kept) and around.results


def test_a_file_that_cannot_be_deleted_now_does_not_undo_the_decision(
    around: Around,
) -> None:
    around.disk.cannot_delete = True
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3))
    asyncio.run(model.burn())
    assert around.results and model.problem is None


def test_a_damaged_photo_says_what_is_wrong(around: Around) -> None:
    around.photo = PreparedPhoto(
        jpeg=around.photo.jpeg[:9000], thumbnail=b"", width_px=640, height_px=480, sha256="0" * 64,
        taken_at=None, place=None,
    )  # fmt: skip
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3))
    asyncio.run(model.burn())
    assert model.problem == DamagedPhoto.key and not around.results


async def _pressed_twice(around: Around) -> None:
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3))
    ways: list[Callable[[], object]] = [model.undo, model.clear, model.cancel, model.add_box]
    burning = asyncio.create_task(model.burn())
    await asyncio.sleep(0)
    assert model.is_burning
    for way in ways:
        way()
    await model.burn()
    await model.nothing()
    await burning
    assert len(around.results) == 1 and len(model.shapes) == 1 and not around.cancelled


def test_what_was_cleared_comes_back_by_undo_after_what_was_painted_since(around: Around) -> None:
    model = around.model
    painted(model, (0.2, 0.2), (0.3, 0.3))
    painted(model, (0.6, 0.6), (0.7, 0.7))
    before = list(model.shapes)
    model.clear()
    assert model.can_undo
    painted(model, (0.4, 0.4), (0.5, 0.5))
    model.clear()
    model.clear()  # there is nothing, and nothing to take back
    model.undo()
    assert len(model.shapes) == 1
    model.undo()
    model.undo()
    assert model.shapes == before and not model.is_empty
    model.undo()
    model.undo()
    assert not model.can_undo and model.is_empty


def test_a_second_press_while_it_burns_does_nothing(around: Around) -> None:
    asyncio.run(_pressed_twice(around))
