from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.bundle.served import served
from tests.bundle.webkit import webkit_browser

START_S = 90
BUTTON = (By.CSS_SELECTOR, "flt-semantics[role=button]")


@pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")
def test_the_page_starts_in_the_iphones_engine(hello_site: Path) -> None:
    with served(hello_site) as site, webkit_browser() as browser:
        browser.get(f"{site.url}/?kod=ABC123")
        wait = WebDriverWait(browser, START_S)
        wait.until(lambda page: page.find_elements(*BUTTON))[0].click()
        wait.until(lambda page: "Antal: 1" in page.find_element(By.TAG_NAME, "body").text)
        wait.until(lambda page: page.find_elements(By.CSS_SELECTOR, "html[data-offline=ready]"))
