"""Pictures as phones, cameras and accidents make them, for the tests of both photo codecs."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image

PHOTOS = Path(__file__).parent.parent / "data" / "photos"
CORNERS = ((220, 30, 30), (30, 200, 30), (30, 30, 220), (230, 220, 30))  # tl, tr, bl, br
STORED_AS = {  # what a camera held that way writes: the turn that the reader must undo
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def a_photo(name: str) -> bytes:
    return (PHOTOS / name).read_bytes()


def corners(size: tuple[int, int] = (300, 200), mode: str = "RGB") -> Image.Image:
    """Red and green above, blue and yellow below."""
    width, height = size
    image = Image.new("RGB", size)
    for index, colour in enumerate(CORNERS):
        left, top = (index % 2) * (width // 2), (index // 2) * (height // 2)
        image.paste(colour, (left, top, left + width - width // 2, top + height - height // 2))
    return image.convert(mode)


def corners_of(jpeg: bytes) -> list[tuple[int, ...]]:
    """The colours in the middle of each quarter."""
    image = Image.open(io.BytesIO(jpeg)).convert("RGB")
    width, height = image.size
    spots = [(x, y) for y in (1, 3) for x in (1, 3)]
    found = [image.getpixel((width * x // 4, height * y // 4)) for x, y in spots]
    return [colour for colour in found if isinstance(colour, tuple)]


def encoded(image: Image.Image, format_: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def turned(orientation: int, format_: str = "JPEG", size: tuple[int, int] = (300, 200)) -> bytes:
    """A picture that is upright only for those who read its Exif."""
    image = corners(size)
    transpose = STORED_AS[orientation]
    if transpose is not None:
        image = image.transpose(transpose)
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, format_, exif=exif.tobytes())


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is enormous."""
    return _png((width, height), 8, bytes(1000))


def png_of_16_bits(colour: tuple[int, int, int], size: tuple[int, int]) -> bytes:
    """One colour, 0-65535 a channel, as scanners and some cameras write it; Pillow cannot."""
    row = b"\x00" + struct.pack(">HHH", *colour) * size[0]
    return _png(size, 16, row * size[1])


def _png(size: tuple[int, int], bits: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    """A small JPEG whose frame header says it is enormous."""
    jpeg = encoded(corners(), "JPEG")
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def segments(jpeg: bytes) -> list[tuple[int, bytes]]:
    """(marker, content) of everything before the picture data."""
    found = []
    at = 2
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        found.append((jpeg[at + 1], jpeg[at + 4 : end]))
        at = end
    return found


def metadata_in(jpeg: bytes) -> list[str]:
    """Every segment that is neither JFIF's nor needed to draw the picture."""
    return [
        f"{marker:#x} {content[:12]!r}"
        for marker, content in segments(jpeg)
        if (0xE0 <= marker <= 0xEF or marker == 0xFE) and not content.startswith(b"JFIF\0")
    ]
