"""The office in a real browser, over a real store, worker and stand-in of the city."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from sync.domain.instants import to_text
from sync.domain.words import EntityKind
from tests.office.office_server import OfficeServer, a_photo_of, an_office
from tests.office.small_store import PASSWORD
from tests.office.unaware_phones import unaware_phone

CHROMIUM = "/usr/bin/chromium"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WAIT_MS = 30_000
FOCUS_MS = 300
RESIZED_MS = 1500
TRIES = 5


@pytest.fixture
def office(tmp_path: Path) -> Iterator[OfficeServer]:
    with an_office(tmp_path) as office:
        yield office


@pytest.fixture
def page() -> Iterator[Page]:
    if shutil.which(CHROMIUM) is None:
        pytest.fail(f"{CHROMIUM} is missing: apt-get install -y chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = browser.new_context(
            viewport={"width": 1280, "height": 800}, locale="sv-SE"
        ).new_page()
        page.set_default_timeout(WAIT_MS)
        yield page
        browser.close()


def _log_in(page: Page, password: str) -> None:
    """Types like a person: Flutter hears keys a moment after a field has got the focus."""
    for label, text in (("Namn", "amira"), ("Lösenord", password)):
        field = page.get_by_label(label)
        for _ in range(TRIES):
            field.click()
            page.wait_for_timeout(FOCUS_MS)
            page.keyboard.press("Control+A")
            page.keyboard.type(text, delay=10)
            page.wait_for_timeout(FOCUS_MS)
            if field.input_value() == text:
                break
    page.keyboard.press("Enter")


def _press_until_it_shows(button: Locator, shown: Locator) -> None:
    """As a person does when the list was drawn anew under the finger."""
    for _ in range(TRIES):
        button.click()
        with suppress(PlaywrightTimeout):
            shown.wait_for(timeout=5_000)
            return
    shown.wait_for()


def test_a_coordinator_logs_in_approves_and_sees_the_case_number_arrive(
    office: OfficeServer, page: Page
) -> None:
    office.store.an_observation(
        text="Lampan vid torget är trasig", photo=a_photo_of("lampa", "#2f4858")
    )
    answered: list[str] = []
    page.on("response", lambda response: answered.append(response.url))
    page.goto(office.address)

    _log_in(page, "fel")
    expect(page.get_by_text("stämmer inte").last).to_be_visible(timeout=WAIT_MS)
    _log_in(page, PASSWORD)

    page.get_by_role("button", name="Lampan vid torget").click()
    expect(page.get_by_text("55.61100, 13.03200").last).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name="Godkänn och skicka").click()
    page.get_by_role("button", name="Jag har tittat").click()
    expect(page.get_by_text("Ärende 599467 hos staden: Ej Registrerat.").last).to_be_visible(
        timeout=WAIT_MS
    )

    (case,) = office.city.cases()
    assert "Lampan vid torget är trasig" in case.sent["IssueDescription"]
    assert len(case.photos) == 1
    assert "Räven" not in str(case.sent)
    hosts = {url.split("/")[2] for url in answered if url.startswith("http")}
    assert hosts == {office.address.split("/")[2]}
    assert all("/kontor/" in url for url in answered if url.startswith("http"))


def test_a_coordinator_rejects_with_the_keyboard_on_a_phone_sized_screen_too(
    office: OfficeServer, page: Page
) -> None:
    observation_id = office.store.an_observation(text="Suddigt", photo=None)
    page.set_viewport_size({"width": 412, "height": 915})
    page.goto(office.address)
    _log_in(page, PASSWORD)

    page.get_by_role("button", name="Suddigt").wait_for()
    page.keyboard.press("j")
    page.get_by_role("button", name="Avvisa …").wait_for()
    page.keyboard.press("a")
    named = page.get_by_role("alertdialog").locator("> [aria-label]")
    expect(named).to_have_attribute("aria-label", "Avvisa")
    page.get_by_role("button", name="Redan anmält").click()
    page.get_by_role("button", name="Avvisa", exact=True).click()
    expect(page.get_by_text("Avvisad: Redan anmält")).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name="Tillbaka").click()
    expect(page.get_by_text("Inget att granska just nu")).to_be_visible(timeout=WAIT_MS)
    row = office.store.observation(observation_id)
    assert (row["status"], row["status_reason"]) == ("rejected", "Redan anmält")


def test_a_coordinator_chooses_between_what_two_phones_wrote(
    office: OfficeServer, page: Page
) -> None:
    store = office.store
    observation_id = store.an_observation(text="Lampan är trasig", photo=None)
    phones = [unaware_phone(store, name) for name in ("Kim", "Nova")]
    for phone, text in zip(phones, ("Två lampor", "Tre lampor"), strict=True):
        phone.writes(EntityKind.OBSERVATION, observation_id, text=text)
        phone.hands_in()
    page.goto(office.address)
    _log_in(page, PASSWORD)

    page.get_by_role("button", name="Att välja 1").click()
    keep = page.get_by_role("button", name="Behåll den här: Två lampor")
    _press_until_it_shows(page.get_by_role("button", name="Olika svar").first, keep)
    keep.click()
    page.get_by_role("button", name="Välj den här i stället: Tre lampor").wait_for()
    assert store.observation(observation_id)["text"] == "Två lampor"
    page.get_by_role("button", name="Välj den här i stället: Tre lampor").click()
    page.get_by_role("button", name="Välj den här i stället: Två lampor").wait_for()
    assert [phone.fetches()[-1].fields["text"] for phone in phones] == ["Tre lampor"] * 2


def test_a_coordinator_approves_a_protocol_and_takes_it_back_with_the_keyboard(
    office: OfficeServer, page: Page
) -> None:
    store = office.store
    round_id, at = store.an_id(), to_text(store.clock())
    store.phone_writes(
        EntityKind.ROUND, round_id, kind="safety_walk", started_at=at, ended_at=at, led_by="Nova"
    )
    store.an_observation(text="Lampan är trasig", photo=None, round_id=round_id)
    phone = unaware_phone(store, "Nova")
    page.goto(office.address)
    _log_in(page, PASSWORD)

    page.get_by_role("button", name="Lampan är trasig").click()
    approve = page.get_by_role("button", name="Godkänn protokollet")
    _press_until_it_shows(page.get_by_role("button", name="Visa rundan"), approve)
    expect(page.get_by_text("Protokollet är inte godkänt").last).to_be_visible()
    approve.click()
    take_back = page.get_by_role("button", name="Ta tillbaka godkännandet")
    expect(take_back).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_text("av amira").last).to_be_visible()
    (approved,) = phone.fetches()
    assert approved.entity_id == round_id and approved.fields["protocol_approved_at"]

    take_back.focus()
    page.keyboard.press("Enter")
    expect(approve).to_be_visible(timeout=WAIT_MS)
    assert [change.fields for change in phone.fetches()] == [{"protocol_approved_at": None}]


def test_a_dialog_that_is_open_while_the_window_becomes_narrow_can_be_closed(
    office: OfficeServer, page: Page
) -> None:
    store = office.store
    round_id, at = store.an_id(), to_text(store.clock())
    store.phone_writes(EntityKind.ROUND, round_id, kind="safety_walk", started_at=at)
    store.an_observation(text="Lampan är trasig", photo=None, round_id=round_id)
    page.goto(office.address)
    _log_in(page, PASSWORD)

    page.get_by_role("button", name="Lampan är trasig").click()
    close = page.get_by_role("button", name="Stäng")
    _press_until_it_shows(page.get_by_role("button", name="Visa rundan"), close)
    page.set_viewport_size({"width": 412, "height": 915})
    page.wait_for_timeout(RESIZED_MS)
    close.click()
    page.get_by_role("button", name="Tillbaka").click()
    page.get_by_role("button", name="Lampan är trasig").wait_for()
