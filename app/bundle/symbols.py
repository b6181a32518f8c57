"""Arrows, a tick and a few marks for text: Roboto has none, and Flutter would fetch Noto.

They are cut out of the KaTeX fonts flet-web ships (SIL OFL 1.1) and put where Flutter's engine
looks for the Noto files, whose names it carries in main.dart.js.
"""

import io
import re
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

SYMBOLS = "←↑→↓✓★▶■□▲▼"
KATEX = "assets/packages/flutter_math_fork/lib/katex_fonts/fonts"
SOURCES = (("KaTeX_AMS-Regular.ttf", "✓★▶■□▲▼"), ("KaTeX_Main-Regular.ttf", "←↑→↓"))
ANY_TIME = 3_000_000_000
LOOKED_FOR = re.compile(r'"(notosanssymbols2?/v\d+/[^"]+\.woff2)"')


def symbol_fonts(web: Path) -> dict[str, bytes]:
    """Path below flet_web's web folder → font, at every address the engine may ask for symbols."""
    font = _symbols(web / KATEX)
    names = LOOKED_FOR.findall((web / "main.dart.js").read_text(encoding="utf-8"))
    return {f"assets/fonts/{name}": font for name in names}


def _symbols(katex: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for name, characters in SOURCES:
            parts.append(str(Path(folder, name)))
            _subset(katex / name, characters).save(parts[-1])
        merged = Merger().merge(parts)
    merged.flavor = "woff2"
    merged.recalcTimestamp = False  # the same bytes every time
    merged["head"].created = merged["head"].modified = ANY_TIME
    target = io.BytesIO()
    merged.save(target)
    return target.getvalue()


def _subset(source: Path, characters: str) -> TTFont:
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=[], notdef_outline=True, hinting=False))
    subsetter.populate(text=characters)
    subsetter.subset(font)
    return font
