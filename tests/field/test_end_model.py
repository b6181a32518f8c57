"""The end of a round: what was found and is missing, what waits, and the protocol to give away."""

from __future__ import annotations

import io
import re

import pytest

from app.device.sharing import HTML, ZIP, Shared
from app.device.storage.errors import StorageDamaged, StorageError
from app.field.hand_over import export_unsent
from app.field.models.above import Above
from app.field.models.end_model import EndModel, Lack
from app.field.models.facts_model import FactsPart
from app.field.models.round_model import Tab
from app.field.screens.round_screen import RoundScreen
from app.i18n import LANGUAGES
from sync.client.hand_over import is_all_handed_over
from sync.client.records import Content, NewPhoto, ObservationRecord
from sync.domain.words import Category, Cover, ObservationKind
from sync.hand_over.reader import read_hand_over
from tests.central.a_store import a_jpeg, sha256_of
from tests.field.a_phone import Phone, until, walking
from tests.field.a_protocol import at
from tests.field.expand import Screen


async def note(
    phone: Phone, *, cover: Cover | None = Cover.COVERED, photos: int = 0, **content: object
) -> ObservationRecord:
    """An observation as it lies on the phone, a second after the last."""
    phone.clock.forward(seconds=1)
    services = phone.services
    pictures = [a_jpeg() for _ in range(photos)]
    for one in pictures:
        await services.storage.photos.write(sha256_of(one), one)
    observation_id = services.local.new_id()
    given = {"category": Category.LIGHTING, "text": "Trasig", "place": at(0, 0), **content}
    await services.recorder.save_observation(
        observation_id=observation_id,
        round_=phone.round.record,
        content=Content(**given),  # type: ignore[arg-type]
        photos=[
            NewPhoto(
                photo_id=services.local.new_id(), sha256=sha256_of(one), width_px=320,
                height_px=240, size_bytes=len(one), taken_at=None, position=n, cover=cover,
            )
            for n, one in enumerate(pictures)
        ],
        noted_at=phone.clock(),
    )  # fmt: skip
    found = services.walk.observation(observation_id)
    assert found is not None
    return found


async def at_the_end(phone: Phone) -> EndModel:
    await phone.round.open_end()
    assert phone.round.end_page is not None
    return phone.round.end_page


def screen(phone: Phone) -> Screen:
    return Screen(lambda: RoundScreen(phone.app, phone.round, phone.app.words))


# What was found and what is missing


@walking
async def test_what_was_found_is_counted_by_kind_and_by_category(phone: Phone) -> None:
    await phone.walk()
    await note(phone)
    await note(phone)
    await note(phone, category=Category.GRAFFITI)
    await note(phone, kind=ObservationKind.POSITIVE)
    await note(phone, kind=ObservationKind.PROPOSAL, category=None)
    end = await at_the_end(phone)
    assert list(end.kinds) == [
        (ObservationKind.DEFECT, 3),
        (ObservationKind.POSITIVE, 1),
        (ObservationKind.PROPOSAL, 1),
    ]
    assert list(end.categories) == [(Category.LIGHTING, 2), (Category.GRAFFITI, 1)]
    shown = screen(phone).text
    assert "3 brister" in shown and "1 trygg plats" in shown and "Belysning: 2" in shown


@walking
async def test_a_defect_without_category_place_or_photo_decision_is_told(phone: Phone) -> None:
    await phone.walk()
    await note(phone)
    bare = await note(phone, category=None, place=None)
    phone.clock.forward(days=-2)
    unchecked = await note(phone, photos=1, cover=None)
    await note(phone, kind=ObservationKind.PROPOSAL, category=None, place=None)
    end = await at_the_end(phone)
    assert [(one.finding.observation_id, one.lacks) for one in end.missing] == [
        (bare.observation_id, (Lack.CATEGORY, Lack.PLACE)),
        (unchecked.observation_id, (Lack.COVER,)),
    ]
    assert "Saknas: vad det är, plats" in screen(phone).text


@walking
async def test_a_row_of_what_is_missing_opens_it_and_comes_back_without_it(phone: Phone) -> None:
    await phone.walk()
    bare = await note(phone, category=None)
    await at_the_end(phone)
    await screen(phone).press(f"missing-{bare.observation_id}")
    assert phone.round.edit is not None
    await phone.services.recorder.change_observation(
        bare, Content(category=Category.BIN, text="Trasig", place=at(0, 0))
    )
    phone.round.edit.cancel()
    phone.round.synced()
    assert phone.round.end_page is not None
    assert list(phone.round.end_page.missing) == []


@walking
async def test_nobody_counted_and_no_leader_lead_to_the_facts(phone: Phone) -> None:
    await phone.walk()
    end = await at_the_end(phone)
    assert end.lacks_participants and end.lacks_leader and not end.is_complete
    await screen(phone).press("end-facts")
    assert phone.round.end_page is None and phone.round.tab is Tab.ROUND
    assert phone.round.facts.wanted is FactsPart.PARTICIPANTS
    await phone.services.recorder.edit_round(
        phone.round.record, {"led_by": "Sam", "count_residents": 3}
    )
    end = await at_the_end(phone)
    phone.round.synced()
    assert end.is_complete
    assert "Inget saknas." in screen(phone).text


@walking
async def test_where_all_are_counted_the_way_leads_to_who_led(phone: Phone) -> None:
    await phone.walk()
    await phone.services.recorder.edit_round(phone.round.record, {"count_residents": 3})
    await at_the_end(phone)
    await screen(phone).press("end-facts")
    assert phone.round.facts.wanted is FactsPart.LED_BY


@walking
async def test_the_route_is_shown_and_can_be_thrown_away_and_taken_back(phone: Phone) -> None:
    await phone.walk()
    route_id = phone.services.local.new_id()
    await phone.services.recorder.save_route(
        phone.round.record, route_id=route_id, points=[at(0, 0).point, at(900, 900).point],
        length_m=1273, duration_s=1500, started_at="2026-11-20T09:00:00.000Z",
        ended_at="2026-11-20T09:25:00.000Z",
    )  # fmt: skip
    phone.round.synced()
    await at_the_end(phone)
    assert "Sträcka: 1,3 km, 25 min" in screen(phone).text
    await screen(phone).press(f"end-throw-{route_id}")
    assert "1,3 km" not in screen(phone).text
    await phone.app.notices.undo()
    assert "1,3 km" in screen(phone).text


# Handing the phone back


@walking
async def test_the_phone_may_be_handed_back_only_when_all_is_sent(phone: Phone) -> None:
    await phone.walk()
    sentence = "Allt är skickat. Du kan lämna ifrån dig telefonen nu."
    phone.link.is_up = False
    await note(phone, photos=1)
    phone.sync.soon()
    await at_the_end(phone)
    assert sentence not in screen(phone).text
    assert "1 bild väntar på att skickas." in screen(phone).text
    phone.link.is_up = True
    await phone.all_sent()
    await phone.news()
    assert sentence not in screen(phone).text  # the end of the round is still to be sent
    await phone.round.end()
    await phone.all_sent()
    await phone.news()
    await until(lambda: phone.sync.may_hand_over)
    assert sentence in screen(phone).text
    assert "hand-over-file" not in screen(phone).keys()  # noqa: SIM118


@walking
async def test_a_photo_nobody_checked_and_a_draft_keep_the_phone(phone: Phone) -> None:
    await phone.walk()
    await note(phone, photos=1, cover=None)
    await phone.sync.now()
    await phone.news()
    end = await at_the_end(phone)
    phone.services.local.keep_drafts({"capture.x": {"text": "halv mening"}})
    end.refresh()
    shown = screen(phone).text
    assert "Du kan lämna ifrån dig telefonen" not in shown
    assert "1 bild skickas först när du har kollat den" in shown
    assert "1 utkast är inte sparat" in shown
    assert "1 bild är inte med i filen" in shown


# The protocol


@walking
async def test_the_protocol_is_shown_shared_printed_and_saved(phone: Phone) -> None:
    await phone.walk()
    await note(phone, photos=1)
    await at_the_end(phone)
    for key in ("protocol-show", "protocol-share", "protocol-print", "protocol-save"):
        await screen(phone).press(key)
    hand = phone.sharing
    given = [*hand.shown, *hand.shared, *hand.printed, *hand.saved]
    assert len(given) == 4 and len(set(given)) == 1
    assert given[0].media_type == HTML and given[0].name.startswith("protokoll-")
    text = given[0].content.decode()
    assert text.startswith("<!DOCTYPE html>") and "data:image/jpeg;base64," in text
    assert phone.notice == "Protokollet är sparat som fil."


@walking
async def test_a_share_that_came_too_late_asks_for_one_more_press(phone: Phone) -> None:
    await phone.walk()
    end = await at_the_end(phone)
    phone.sharing.answer = Shared.PRESS_AGAIN
    await end.protocol.share()
    assert phone.notice == "Filen är klar. Tryck en gång till."
    assert phone.sharing.saved == []


@walking
async def test_a_phone_without_a_share_sheet_saves_the_file(phone: Phone) -> None:
    await phone.walk()
    end = await at_the_end(phone)
    phone.sharing.answer = Shared.NOT_HERE
    await end.protocol.share()
    assert len(phone.sharing.saved) == 1
    assert phone.notice == "Protokollet är sparat som fil."


@walking
async def test_where_nothing_can_be_shown_the_protocol_is_shared(phone: Phone) -> None:
    await phone.walk()
    end = await at_the_end(phone)
    phone.sharing.can_show = False
    assert "protocol-print" not in screen(phone).keys()  # noqa: SIM118
    await end.protocol.show()
    assert len(phone.sharing.shared) == 1


@walking
async def test_back_closes_the_protocol_and_then_the_end(phone: Phone) -> None:
    await phone.walk()
    end = await at_the_end(phone)
    paths: list[str] = []
    phone.sharing.while_shown = lambda: paths.append(phone.app.path)
    await end.protocol.show()
    assert paths == ["/runda/slut/protokoll"]
    end.protocol.is_showing = True
    await phone.app.back()
    assert phone.sharing.hidden == 1 and phone.round.end_page is end
    end.protocol.is_showing = False
    await phone.app.back()
    assert phone.round.end_page is None


@walking
async def test_a_file_of_a_damaged_database_is_more_than_a_message(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.walk()
    phone.link.is_up = False
    await note(phone, photos=1)
    end = await at_the_end(phone)

    def fails() -> dict[str, object]:
        raise StorageDamaged("a page is no page")

    monkeypatch.setattr(phone.services.local, "drafts", fails)
    with pytest.raises(StorageDamaged):
        await screen(phone).press("hand-over-file")
    assert not end.hand_over.is_making and phone.sharing.shared == []


@walking
async def test_help_is_there_from_the_protocol_and_goes_back_to_the_end(phone: Phone) -> None:
    await phone.walk()
    end = await at_the_end(phone)
    phone.sharing.left_by = Shared.HELP
    await screen(phone).press("protocol-show")
    assert phone.app.pages.above == [Above.HELP] and phone.sharing.shared == []
    await phone.app.back()
    assert phone.app.pages.above == [] and phone.round.end_page is end


@walking
async def test_a_phone_that_cannot_read_says_so(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.walk()
    await note(phone, photos=1)
    end = await at_the_end(phone)

    async def fails(_: str) -> bytes:
        raise StorageError("gone wrong")

    monkeypatch.setattr(phone.services.storage.photos, "read", fails)
    await end.protocol.show()
    assert phone.notice == "Det gick inte. Försök igen, eller spara som fil."
    assert not end.protocol.is_making and phone.sharing.shown == []


# Ending


@walking
async def test_ending_has_undo_and_an_ended_round_shows_its_end_first(phone: Phone) -> None:
    await phone.walk()
    await at_the_end(phone)
    await screen(phone).press("end-round")
    assert phone.round.record.ended_at is not None
    assert {"end-look", "protocol-show"} <= screen(phone).keys()
    assert "end-round" not in screen(phone).keys()  # noqa: SIM118
    await phone.app.notices.undo()
    assert phone.round.record.ended_at is None
    assert "end-round" in screen(phone).keys()  # noqa: SIM118
    await screen(phone).press("end-round")
    round_id = phone.round.record.round_id
    await phone.start()
    assert phone.round.record.round_id == round_id
    assert "protocol-show" in screen(phone).keys()  # noqa: SIM118
    await screen(phone).press("end-look")
    assert phone.round.end_page is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_and_no_hole_is_left_on_the_screen(phone: Phone, language: str) -> None:
    @walking
    async def look() -> None:
        phone.language = language
        await phone.walk()
        phone.link.is_up = False
        await note(phone, category=None, place=None, photos=1, cover=None)
        await note(phone, photos=1)
        phone.sync.soon()
        await at_the_end(phone)
        words = screen(phone).text
        assert not re.search(r"\b(end|protocol|round|capture|sync)\.[a-z_]+", words)
        assert not re.search(r"\{\w*\}", words)

    look()


# The file for the coordinator


@walking
async def test_what_waits_is_given_as_a_file_and_waits_on(phone: Phone) -> None:
    await phone.walk()
    phone.link.is_up = False
    finding = await note(phone, photos=1)
    phone.sync.soon()
    end = await at_the_end(phone)
    await screen(phone).press("hand-over-file")
    (file,) = phone.sharing.shared
    assert file.media_type == ZIP and re.fullmatch(r"rundan-[a-z]+-20261120-\d{6}\.zip", file.name)
    read = read_hand_over(io.BytesIO(file.content))
    assert set(read.photos) == {finding.photos[0].sha256}
    assert finding.observation_id in {one.change.entity_id for one in read.changes}
    assert end.hand_over.was_given and end.hand_over.is_needed
    again, _ = await export_unsent(phone.services)
    assert again == file


@walking
async def test_a_file_that_took_too_long_to_make_is_given_by_the_next_press_at_once(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser shares only for some seconds after a press, and would refuse it for ever."""
    await phone.walk()
    phone.link.is_up = False
    await note(phone, photos=1)
    phone.sync.soon()
    end = await at_the_end(phone)
    phone.sharing.answer = Shared.PRESS_AGAIN
    await screen(phone).press("hand-over-file")
    assert phone.notice == "Filen är klar. Tryck en gång till."
    with monkeypatch.context() as patch:
        patch.setattr("app.field.models.hand_over_model.export_unsent", None)
        phone.sharing.answer = Shared.DONE
        await screen(phone).press("hand-over-file")
    first, second = phone.sharing.shared
    assert first is second and end.hand_over.was_given
    assert is_all_handed_over(phone.services.local)
    await note(phone)
    phone.sharing.answer = Shared.PRESS_AGAIN
    await end.hand_over.give()
    await note(phone)
    await end.hand_over.give()
    older, newer = (read_hand_over(io.BytesIO(one.content)) for one in phone.sharing.shared[2:])
    assert len(newer.changes) > len(older.changes), "what came meanwhile is in the next one"


@walking
async def test_a_photo_that_cannot_be_read_now_is_told_and_does_not_keep_the_rest_here(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.walk()
    phone.link.is_up = False
    finding = await note(phone, photos=2)
    phone.sync.soon()
    await at_the_end(phone)
    bad, local = finding.photos[0].sha256, phone.services.local
    read = phone.services.storage.photos.read

    async def fails(name: str) -> bytes:
        if name == bad:
            raise StorageError("an error of the disk")
        return await read(name)

    with monkeypatch.context() as patch:
        patch.setattr(phone.services.storage.photos, "read", fails)
        await screen(phone).press("hand-over-file")
    given = read_hand_over(io.BytesIO(phone.sharing.shared[0].content))
    assert set(given.photos) == {finding.photos[1].sha256}
    assert "1 bild gick inte att läsa just nu" in screen(phone).text
    assert not is_all_handed_over(local), "one of them is nowhere else"
    await screen(phone).press("hand-over-file")
    assert "gick inte att läsa" not in screen(phone).text
    assert is_all_handed_over(local)
