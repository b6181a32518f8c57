"""A list of thousands of rows: what is built, what stays, and that nothing moves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from app.field.models.row_page import ROW_DP
from app.field.models.row_window import PAGE_ROWS, RowWindow
from sync.client.finding_list import ListedFinding
from sync.client.records import ObservationRecord, Receipt
from sync.domain.ids import AreaCode, EntityId

SCREEN_DP = 600.0
PAGE_DP = PAGE_ROWS * 200.0


def a_row(one: EntityId, text: str = "") -> ListedFinding:
    return ListedFinding(
        finding=ObservationRecord(
            observation_id=one,
            area=AreaCode("kirseberg"),
            round_id=EntityId("r"),
            category=None,
            text=text,
            place=None,
            noted_at="2026-06-01T10:00:00.000Z",
            status=None,
            status_reason=None,
            photos=(),
            receipt=Receipt.ON_PHONE,
            case_ref=None,
            city_status=None,
            refused_code=None,
        )
    )


class Listing:
    """ids in the order of the list; read: which rows were read since it was asked last."""

    def __init__(self, count: int) -> None:
        self.ids = [EntityId(f"{number:05}") for number in range(count)]
        self.text = ""
        self.read: list[EntityId] = []
        self.window = RowWindow(self.rows)
        self.window.show(self.ids)

    def rows(self, ids: Sequence[EntityId]) -> list[ListedFinding]:
        self.read += ids
        return [a_row(one, self.text) for one in ids if one in set(self.ids)]

    def lay_out(self) -> None:
        """The screen tells how high what is built has become, until nothing more is built."""
        while unmeasured := [p for p in self.window.built_pages() if p.height_dp is None]:
            for page in unmeasured:
                self.window.measured(page, len(page.ids) * 200.0)

    def scroll(self, pixels: float) -> None:
        self.window.scrolled(pixels, SCREEN_DP)
        self.lay_out()

    @property
    def built(self) -> list[EntityId]:
        return [row.row_id for row in self.window.built_rows]

    @property
    def all(self) -> list[EntityId]:
        return [one for page in self.window.pages for one in page.ids]

    @property
    def height_dp(self) -> float:
        return sum(page.space_dp for page in self.window.pages)


def test_the_first_page_alone_is_read_before_the_list_is_on_the_screen() -> None:
    listing = Listing(2000)
    assert listing.built == listing.ids[:PAGE_ROWS]
    assert listing.read == listing.ids[:PAGE_ROWS]
    assert listing.window.built == (listing.window.pages[0].number,)


def test_on_the_screen_the_next_pages_are_read_and_no_more_than_are_near() -> None:
    listing = Listing(2000)
    listing.scroll(0)
    assert listing.built == listing.ids[: len(listing.built)]
    near_dp = len(listing.built) * 200.0
    assert SCREEN_DP < near_dp < 2 * SCREEN_DP + 2 * PAGE_DP


def test_the_height_of_all_is_that_of_all_rows() -> None:
    listing = Listing(2000)
    assert listing.height_dp == 2000 * ROW_DP
    listing.scroll(0)
    listing.scroll(20_000)
    pieces = listing.window.pieces()
    heights = [one if isinstance(one, float) else one.space_dp for one in pieces]
    assert sum(heights) == listing.height_dp
    assert isinstance(pieces[0], float) and isinstance(pieces[-1], float)
    assert len(pieces) < 8


def test_far_down_what_was_above_is_forgotten_and_keeps_its_height() -> None:
    listing = Listing(2000)
    for pixels in range(0, 40_000, 500):
        listing.scroll(pixels)
    first = listing.window.pages[0]
    assert (first.rows, first.is_built, first.height_dp) == ((), False, PAGE_DP)
    assert len(listing.built) * 200 < 2 * SCREEN_DP + 3 * PAGE_DP
    assert listing.ids[0] not in listing.built
    listing.scroll(0)
    assert listing.built[0] == listing.ids[0]


def test_a_jump_to_the_end_reads_the_end_and_nothing_between() -> None:
    listing = Listing(2000)
    listing.scroll(0)
    listing.read.clear()
    listing.scroll(listing.height_dp - SCREEN_DP)
    assert listing.ids[-1] in listing.built
    assert len(listing.read) < 40


def test_reading_the_list_anew_reads_only_what_is_built() -> None:
    listing = Listing(2000)
    listing.scroll(0)
    listing.read.clear()
    listing.window.refresh(listing.ids)
    assert set(listing.read) == set(listing.built)


def test_rows_that_say_the_same_are_the_same_rows() -> None:
    listing = Listing(50)
    listing.scroll(0)
    before = [page.rows for page in listing.window.pages]
    listing.window.refresh(listing.ids)
    assert all(page.rows is rows for page, rows in zip(listing.window.pages, before, strict=True))
    listing.text = "skickad"
    listing.window.refresh(listing.ids)
    assert {row.finding.text for row in listing.window.built_rows} == {"skickad"}


def test_at_the_top_a_new_one_is_seen_at_once_and_the_other_pages_stay() -> None:
    listing = Listing(50)
    listing.scroll(0)
    pages = list(listing.window.pages)
    listing.ids.insert(0, EntityId("new"))
    listing.window.refresh(listing.ids)
    assert listing.built[0] == "new"
    assert listing.all == listing.ids
    assert [page.ids for page in listing.window.pages[1:]] == [page.ids for page in pages[1:]]


def test_farther_down_new_ones_wait_above_until_they_are_asked_for() -> None:
    listing = Listing(200)
    listing.scroll(5000)
    before, height = listing.built, listing.height_dp
    listing.ids[:0] = [EntityId("new-b"), EntityId("new-a")]
    listing.window.refresh(listing.ids)
    assert (listing.built, listing.height_dp) == (before, height)
    assert listing.window.held_back == 2
    listing.window.show(listing.ids)
    assert listing.built[:2] == ["new-b", "new-a"]
    assert listing.window.held_back == 0


def test_a_deleted_one_goes_and_comes_back_in_its_place() -> None:
    listing = Listing(50)
    listing.scroll(0)
    gone = listing.ids.pop(2)
    listing.window.refresh(listing.ids)
    assert gone not in listing.built
    assert listing.all == listing.ids
    listing.ids.insert(2, gone)
    listing.window.refresh(listing.ids)
    assert listing.built[2] == gone
    assert listing.all == listing.ids


def test_many_new_ones_become_pages_of_their_own() -> None:
    listing = Listing(10)
    listing.scroll(0)
    listing.ids[:0] = [EntityId(f"new{number:03}") for number in range(200)]
    listing.window.refresh(listing.ids)
    assert listing.all == listing.ids
    assert max(len(page.ids) for page in listing.window.pages) <= 2 * PAGE_ROWS
    listing.scroll(0)
    assert len(listing.built) < 40


def test_what_a_finger_passes_quickly_is_not_read() -> None:
    listing = Listing(2000)
    listing.scroll(0)
    listing.read.clear()

    async def fling() -> None:
        moves = [listing.window.follow(float(at), SCREEN_DP) for at in range(0, 100_000, 1000)]
        await asyncio.gather(*moves)

    asyncio.run(fling())
    assert len(listing.read) < 60
    assert listing.window.built_rows[0].row_id > listing.ids[400]


def test_an_empty_list_becomes_one_with_rows_and_empty_again() -> None:
    listing = Listing(0)
    assert listing.window.is_empty
    listing.ids.append(EntityId("one"))
    listing.window.refresh(listing.ids)
    assert listing.built == ["one"]
    listing.ids.clear()
    listing.window.refresh(listing.ids)
    assert listing.window.is_empty and listing.built == []


def test_another_choice_begins_at_the_top() -> None:
    listing = Listing(500)
    listing.scroll(8000)
    number = listing.window.number
    listing.window.show(listing.ids[100:])
    assert listing.window.number > number
    assert listing.built[0] == listing.ids[100]
    assert len(listing.window.built) == 1
