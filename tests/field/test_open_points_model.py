"""The list of all that is open in the area, from this round and every other."""

from __future__ import annotations

from app.field.models.open_points_model import OpenPointsModel
from app.field.models.round_model import Tab
from sync.domain.geo import GeoPoint
from tests.field.a_phone import Phone, walking
from tests.field.app_on_screen import screen_below

HERE = GeoPoint(lat_deg=55.6110, lon_deg=13.0320, accuracy_m=8.0)
FARTHER = GeoPoint(lat_deg=55.6119, lon_deg=13.0320, accuracy_m=8.0)
FARTHEST = GeoPoint(lat_deg=55.6155, lon_deg=13.0320, accuracy_m=8.0)


async def two_that_another_noted(other: Phone) -> None:
    await other.walk()
    for place, text in ((FARTHEST, "Längst bort"), (FARTHER, "Lite längre bort")):
        other.stand_at(place)
        await other.save_a_defect(text)
    await other.all_sent()


async def listed(phone: Phone) -> OpenPointsModel:
    await phone.round.show_tab(Tab.LIST)
    await screen_below(phone).press("area-points")
    points = phone.round.findings.points
    assert points is not None
    return points


def texts(points: OpenPointsModel) -> list[str]:
    return [row.finding.text for row in points.window.built_rows]


@walking
async def test_what_others_noted_is_listed_with_the_nearest_first(
    phone: Phone, other: Phone
) -> None:
    await two_that_another_noted(other)
    await phone.walk()
    await phone.news()
    phone.stand_at(HERE)
    await phone.save_a_defect("Här")
    points = await listed(phone)
    assert texts(points) == ["Här", "Lite längre bort", "Längst bort"]
    shown = screen_below(phone).text
    assert "3 öppna i området" in shown and "Närmast först" in shown
    assert "100 m åt norr" in shown


@walking
async def test_from_nowhere_the_newest_are_first(phone: Phone, other: Phone) -> None:
    await two_that_another_noted(other)
    await phone.walk()
    await phone.news()
    points = OpenPointsModel(phone.services, phone.round.record.area, None)
    assert texts(points) == ["Lite längre bort", "Längst bort"]
    await listed(phone)
    phone.round.findings.points = points
    assert "Nyast först" in screen_below(phone).text


@walking
async def test_what_is_deleted_leaves_the_list_and_back_leads_to_the_round(
    phone: Phone, other: Phone
) -> None:
    await two_that_another_noted(other)
    await phone.walk()
    await phone.news()
    phone.stand_at(HERE)
    await phone.save_a_defect("Här")
    points = await listed(phone)
    await phone.round.findings.delete(points.window.built_rows[0].finding)
    assert (points.count, texts(points)) == (2, ["Lite längre bort", "Längst bort"])
    await phone.app.notices.undo()
    assert points.count == 3
    await screen_below(phone).press("close-area-points")
    assert phone.round.findings.points is None


@walking
async def test_every_button_of_the_list_says_what_it_is_about(phone: Phone, other: Phone) -> None:
    await two_that_another_noted(other)
    await phone.walk()
    await phone.news()
    await phone.save_a_defect("Här")
    await listed(phone)
    shown = screen_below(phone)
    names = [shown.name(one) for one in shown.pressable]
    assert sum(name.startswith("Återbesök: ") for name in names) == 3
    assert sorted(names) == sorted(set(names))
