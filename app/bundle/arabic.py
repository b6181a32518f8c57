"""Letters for Arabic: Roboto has none, and Flutter would fetch Noto Sans Arabic from the internet.

The font (SIL OFL 1.1, assets/fonts) is put where Flutter's engine looks for it. A page asks for it
once it shows Arabic; the service worker keeps it for every phone, after the first screen, so that
العربية can be chosen without a network and what other phones wrote in Arabic can be read.
"""

import re
from pathlib import Path

from app.bundle.layout import BundleOptions

FONT = "assets/fonts/NotoSansArabic-Regular.woff2"
LOOKED_FOR = re.compile(r'"(notosansarabic/v\d+/[^"]+\.woff2)"')


def arabic_fonts(options: BundleOptions, web: Path) -> dict[str, bytes]:
    """Path below flet_web's web folder → font, at every address the engine may ask for it."""
    names = LOOKED_FOR.findall((web / "main.dart.js").read_text(encoding="utf-8"))
    font = (options.project / FONT).read_bytes()
    return {f"assets/fonts/{name}": font for name in names}
