"""A round begun by mistake: taken back at once, or removed later as long as it is empty."""

from __future__ import annotations

from app.field.models.app_model import Phase
from app.field.screens.round_screen import RoundScreen
from sync.domain.ids import EntityId
from sync.domain.instants import to_text
from sync.domain.words import EntityKind, Group, Writer
from tests.central.a_store import KIRSEBERG, a_jpeg
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.devices import KIRSEBERGS_TORG
from tests.field.expand import Screen


def end_keys(phone: Phone) -> set[str]:
    return Screen(lambda: RoundScreen(phone.app, phone.round, phone.app.words)).keys()


def under_way(phone: Phone) -> list[EntityId]:
    home = phone.app.home
    assert home is not None
    home.refresh()
    return [one.round_id for one in home.under_way]


@walking
async def test_starting_a_round_nobody_planned_is_taken_back_with_undo(
    phone: Phone, other: Phone
) -> None:
    await phone.walk()
    round_id = phone.round.record.round_id
    assert phone.notice == "Rundan har börjat"
    await phone.app.notices.undo()
    assert phone.app.phase is Phase.HOME and under_way(phone) == []
    assert not phone.location.is_listening
    await phone.all_sent()
    await other.enrol()
    await other.news()
    assert under_way(other) == []
    # and that, too, can be taken back
    assert phone.notice == "Rundan är borttagen"
    await phone.app.notices.undo()
    assert phone.app.phase is Phase.ROUND and phone.round.record.round_id == round_id
    await phone.all_sent()
    await other.news()
    assert under_way(other) == [round_id]
    await phone.start()
    assert phone.round.record.round_id == round_id


@walking
async def test_what_was_saved_or_begun_on_it_is_not_taken_away_with_it(phone: Phone) -> None:
    await phone.walk()
    undo = phone.app.notices.shown
    phone.capture.set_text(typed("Halv"))
    assert phone.notice is None  # there is no way back that it could offer
    phone.app.notices.shown = undo
    await phone.app.notices.undo()
    assert phone.app.phase is Phase.ROUND and phone.capture.text == "Halv"
    assert phone.notice == "Rundan är inte tom. Den finns kvar."
    await phone.save_a_defect()
    phone.app.notices.shown = undo
    await phone.app.notices.undo()
    assert phone.app.phase is Phase.ROUND and phone.round.count == 1


@walking
async def test_an_empty_round_is_removed_from_its_end_and_comes_back_by_undo(phone: Phone) -> None:
    await phone.walk()
    round_id = phone.round.record.round_id
    await phone.round.end()
    await phone.round.leave()
    assert phone.app.home is not None
    await phone.app.home.join(round_id)
    shown = Screen(lambda: RoundScreen(phone.app, phone.round, phone.app.words))
    await shown.press("end-remove")
    assert phone.app.phase is Phase.HOME
    home = phone.app.home
    assert home is not None and home.ended == []
    await phone.app.notices.undo()
    assert phone.app.phase is Phase.ROUND and phone.round.record.ended_at is not None


@walking
async def test_a_round_with_anything_in_it_cannot_be_removed(phone: Phone) -> None:
    await phone.walk()
    await phone.round.open_end()
    assert "end-remove" in end_keys(phone)
    phone.round.close_end()
    await phone.round.facts.add(Group.RESIDENTS)
    await phone.round.open_end()
    assert "end-remove" not in end_keys(phone)
    phone.round.close_end()
    await phone.round.facts.take_away(Group.RESIDENTS)
    await phone.round.stops.add_here()
    await phone.round.stops.close()
    await phone.round.open_end()
    assert "end-remove" not in end_keys(phone)
    phone.round.close_end()
    await phone.app.notices.undo()
    await phone.pick(a_jpeg())
    await phone.round.open_end()
    assert "end-remove" not in end_keys(phone)


@walking
async def test_what_another_phone_has_on_a_removed_round_brings_it_back(
    phone: Phone, other: Phone
) -> None:
    await phone.walk()
    round_id = phone.round.record.round_id
    await phone.all_sent()
    await other.enrol()
    await other.news()
    assert other.app.home is not None
    await other.app.home.join(round_id)
    await other.round.shown()
    other.stand_at(KIRSEBERGS_TORG)
    await phone.round.start.remove()
    await phone.all_sent()
    await other.news()
    await other.save_a_defect()
    await until(lambda: other.services.walk.round(round_id) is not None)
    await other.all_sent()
    await phone.news()
    assert under_way(phone) == [round_id]


@walking
async def test_what_the_office_has_deleted_stays_deleted(phone: Phone) -> None:
    await phone.walk()
    round_id = phone.round.record.round_id
    await phone.save_a_defect()
    await phone.all_sent()
    await phone.round.leave()
    with phone.store.services.engine.begin() as connection:
        phone.store.services.ledger.record(
            connection,
            area=KIRSEBERG,
            entity=EntityKind.ROUND,
            entity_id=round_id,
            fields={"deleted_at": to_text(phone.store.clock())},
            writer=Writer.OFFICE,
            received_from="anna",
        )
    await phone.news()
    await phone.news()
    assert under_way(phone) == []
