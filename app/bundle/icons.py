"""Draws the app's icons: a round that comes back to its start, and a pin with a tick.

`python -m app.bundle.icons` writes assets/icons; the files are committed. One geometry, in units of
a square of 512, gives both the SVG and the PNGs.
"""

from math import cos, radians, sin
from pathlib import Path

from PIL import Image, ImageDraw

from app.bundle.layout import PROJECT

SQUARE = 512
SUPERSAMPLING = 4
GROUND = "#12594f"
PATH = "#8fe0d0"
PIN = "#ffffff"
TICK = "#12594f"

CORNER = 112
CENTRE = (256, 256)
ROUND_RADIUS = 176
ROUND_WIDTH = 34
ROUND_FROM, ROUND_TO = -52, 232
"""Degrees clockwise from three o'clock: the path is open at the top, where the pin stands."""
PIN_CENTRE = (256, 196)
PIN_RADIUS = 104
PIN_POINT = (256, 392)
PIN_SHOULDER = (93, 46)
"""Where the straight sides of the pin leave its circle, from the circle's centre."""
TICK_LINE = ((208, 200), (243, 236), (306, 162))
TICK_WIDTH = 34


def svg() -> str:
    (x1, y1), (x2, y2) = _on_round(ROUND_FROM), _on_round(ROUND_TO)
    shoulder_x, shoulder_y = PIN_SHOULDER
    cx, cy = PIN_CENTRE
    tick = " ".join(f"{x},{y}" for x, y in TICK_LINE)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SQUARE} {SQUARE}">
  <rect width="{SQUARE}" height="{SQUARE}" rx="{CORNER}" fill="{GROUND}"/>
  <path d="M{x1:.1f} {y1:.1f}A{ROUND_RADIUS} {ROUND_RADIUS} 0 1 1 {x2:.1f} {y2:.1f}"
    fill="none" stroke="{PATH}" stroke-width="{ROUND_WIDTH}" stroke-linecap="round"/>
  <path d="M{cx - shoulder_x} {cy + shoulder_y}A{PIN_RADIUS} {PIN_RADIUS} 0 1 1 \
{cx + shoulder_x} {cy + shoulder_y}L{PIN_POINT[0]} {PIN_POINT[1]}Z"
    fill="{PIN}" stroke="{GROUND}" stroke-width="20" paint-order="stroke"/>
  <polyline points="{tick}" fill="none" stroke="{TICK}" stroke-width="{TICK_WIDTH}"
    stroke-linecap="round" stroke-linejoin="round"/>
</svg>
"""


def picture(size: int, *, full_bleed: bool = False) -> Image.Image:
    """The icon, `size` pixels square. full_bleed: no rounded corners, room for any mask."""
    side = size * SUPERSAMPLING
    mark_scale = 0.8 if full_bleed else 1.0
    drawing = Image.new("RGBA", (side, side), GROUND if full_bleed else (0, 0, 0, 0))
    draw = ImageDraw.Draw(drawing)
    if not full_bleed:
        draw.rounded_rectangle((0, 0, side - 1, side - 1), CORNER * side / SQUARE, fill=GROUND)
    _draw_mark(draw, side, mark_scale)
    return drawing.resize((size, size), Image.Resampling.LANCZOS)


def _draw_mark(draw: ImageDraw.ImageDraw, side: int, scale: float) -> None:
    unit = side * scale / SQUARE
    offset = side * (1 - scale) / 2

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return offset + point[0] * unit, offset + point[1] * unit

    def disc(centre: tuple[float, float], radius: float, colour: str) -> None:
        x, y = at(centre)
        r = radius * unit
        draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    outer = ROUND_RADIUS + ROUND_WIDTH / 2
    (left, top), (right, bottom) = (
        at((CENTRE[0] - outer, CENTRE[1] - outer)),
        at((CENTRE[0] + outer, CENTRE[1] + outer)),
    )
    draw.arc(
        (left, top, right, bottom), ROUND_FROM, ROUND_TO, fill=PATH, width=round(ROUND_WIDTH * unit)
    )
    for end in (ROUND_FROM, ROUND_TO):
        disc(_on_round(end), ROUND_WIDTH / 2, PATH)
    for colour, margin in ((GROUND, 10), (PIN, 0)):
        disc(PIN_CENTRE, PIN_RADIUS + margin, colour)
        (cx, cy), (sx, sy) = PIN_CENTRE, PIN_SHOULDER
        draw.polygon(
            [
                at((cx - sx - margin, cy + sy)),
                at((cx + sx + margin, cy + sy)),
                at((PIN_POINT[0], PIN_POINT[1] + 1.5 * margin)),
            ],
            fill=colour,
        )
    draw.line([at(p) for p in TICK_LINE], fill=TICK, width=round(TICK_WIDTH * unit), joint="curve")
    for point in (TICK_LINE[0], TICK_LINE[-1]):
        disc(point, TICK_WIDTH / 2, TICK)


def _on_round(degrees: float) -> tuple[float, float]:
    angle = radians(degrees)
    return CENTRE[0] + ROUND_RADIUS * cos(angle), CENTRE[1] + ROUND_RADIUS * sin(angle)


def write_icons(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rundan.svg").write_text(svg(), encoding="utf-8")
    for size in (192, 512):
        picture(size).save(folder / f"icon-{size}.png", optimize=True)
        picture(size, full_bleed=True).save(folder / f"icon-maskable-{size}.png", optimize=True)
    picture(180, full_bleed=True).save(folder / "apple-touch-icon.png", optimize=True)
    picture(64).save(folder / "favicon.png", optimize=True)


if __name__ == "__main__":
    write_icons(PROJECT / "assets" / "icons")
