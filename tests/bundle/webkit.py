"""WebKit (the iPhone's engine) as Debian ships it: MiniBrowser under Xvfb, driven by Selenium."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver import WebKitGTK, WebKitGTKOptions, WebKitGTKService

from tests.browser.lab_engines import WEBKIT_ENVIRONMENT

DRIVER = "/usr/bin/WebKitWebDriver"
BROWSERS = "/usr/lib"
FEATURES = "+StorageAPI,+AccessHandle,+FileSystem,+FileSystemWritableStream"
"""What Safari has on and WebKitGTK has off."""
SWEDISH = {"LANG": "sv_SE.UTF-8", "LC_ALL": "sv_SE.UTF-8", "LIBGL_ALWAYS_SOFTWARE": "1"}
"""Without a real locale navigator.language is "C", and Flutter stops."""


def _browser() -> str:
    found = sorted(Path(BROWSERS).glob("*/webkit2gtk-4.*/MiniBrowser"))
    if not found or not Path(DRIVER).is_file():
        raise RuntimeError("WebKit is missing: apt-get install -y webkit2gtk-driver xvfb locales")
    return str(found[-1])


@contextmanager
def _display() -> Iterator[str]:
    reading, writing = os.pipe()
    screen = ("-screen", "0", "1024x1200x24", "-nolisten", "tcp")
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), *screen],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def webkit_browser() -> Iterator[WebKitGTK]:
    locales = subprocess.run(["locale", "-a"], check=True, stdout=subprocess.PIPE, text=True)
    if "sv_SE" not in locales.stdout:
        subprocess.run(["localedef", "-i", "sv_SE", "-f", "UTF-8", "sv_SE.UTF-8"], check=True)
    options = WebKitGTKOptions()
    options.binary_location = _browser()
    options.add_argument("--automation")
    options.add_argument(f"--features={FEATURES}")
    with _display() as display:
        env = {**os.environ, **SWEDISH, **WEBKIT_ENVIRONMENT, "DISPLAY": display}
        driver = WebKitGTK(options=options, service=WebKitGTKService(DRIVER, env=env))
        try:
            yield driver
        finally:
            driver.quit()
