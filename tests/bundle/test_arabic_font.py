"""Arabic letters are in the app, whatever language the phone itself is set to."""

import json
import re
from pathlib import Path

from app.bundle.layout import PROJECT


def kept_lists(site: Path) -> dict[str, list[str]]:
    worker = (site / "service-worker.js").read_text(encoding="utf-8")
    lists = re.search(r"const FILES = (\{.*?\});", worker)
    assert lists is not None
    found: dict[str, list[str]] = json.loads(lists[1])
    return found


def test_the_font_is_where_flutter_looks_for_it(hello_site: Path) -> None:
    engine = (hello_site / "v").glob("*/main.dart.js")
    name = re.search(r"notosansarabic/v\d+/[^\"]+\.woff2", next(engine).read_text("utf-8"))
    assert name is not None
    (font,) = hello_site.glob(f"v/*/assets/fonts/{name[0]}")
    assert font.read_bytes().startswith(b"wOF2")


def test_every_phone_keeps_it_for_offline(hello_site: Path) -> None:
    """العربية is chosen outdoors, shown to a resident, and written by other phones."""
    (font,) = (hello_site / "v").glob("*/assets/fonts/notosansarabic/*/*.woff2")
    assert f"/{font.relative_to(hello_site)}" in kept_lists(hello_site)["all"]


def test_the_fonts_licence_lies_beside_it() -> None:
    licence = (PROJECT / "assets" / "fonts" / "NotoSansArabic-OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
