"""The camera's lamp: a button where the browser can switch it, and none where it cannot."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright

from app.i18n import Words
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import running_store

WORDS = Words("sv")
A_LAMP = """
    globalThis.lamp = [];
    MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
    MediaStreamTrack.prototype.applyConstraints = async (wanted) => {
        globalThis.lamp.push(wanted.advanced[0].torch);
    };
"""


def test_the_lamp_is_switched_on_and_off_where_there_is_one(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.enrol(store.code)
        phone.start_round()
        phone.tap(WORDS("capture.camera_on"))
        phone.button(WORDS("capture.shutter")).wait_for(state="attached")
        phone.page.wait_for_timeout(500)
        assert phone.button(WORDS("capture.torch_on")).count() == 0, (
            "Chromium's test camera has none"
        )

        phone.page.add_init_script(A_LAMP)
        phone.reload()
        phone.tap(WORDS("capture.torch_on"))
        phone.button(WORDS("capture.torch_off")).wait_for(state="attached")
        phone.tap(WORDS("capture.torch_off"))
        phone.button(WORDS("capture.torch_on")).wait_for(state="attached")
        assert phone.page.evaluate("() => globalThis.lamp") == [True, False]

        phone.tap(WORDS("capture.shutter"))
        phone.button(WORDS("capture.nothing_to_cover"), exact=True).wait_for(state="attached")
