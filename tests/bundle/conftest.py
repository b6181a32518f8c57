"""The browser app is built once for all tests here, with hello_app as its entry."""

from pathlib import Path

import pytest

from app.bundle.build import build
from app.bundle.layout import BundleOptions

HELLO = Path(__file__).parent / "hello_app"


def hello_options(out: Path, entry: str = "hello_app.main") -> BundleOptions:
    return BundleOptions(out=out, entry=entry, extra_packages=(HELLO,))


@pytest.fixture(scope="session")
def hello_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site; the first build on a machine takes a minute, later ones a second."""
    out = tmp_path_factory.mktemp("hello") / "web"
    build(hello_options(out))
    return out
