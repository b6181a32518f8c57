"""Which picture format a file is, by its content; names and MIME types are never asked."""

from __future__ import annotations

from app.device.photo import heif, jpeg, rasters
from app.device.photo.errors import EmptyPhoto, NotAPicture, PhotoTooLarge
from app.device.photo.outline import Outline
from app.device.photo.source import PhotoSource, Window

MAX_FILE_BYTES = 60_000_000
_FRONT_BYTES = 256


async def outline_of(source: PhotoSource) -> Outline:
    """Format and size, read from the header, of a file that is whole.

    Raises EmptyPhoto, PhotoTooLarge, NotAPicture, TooManyPixels, DamagedPhoto.
    """
    if source.size == 0:
        raise EmptyPhoto("no bytes")
    if source.size > MAX_FILE_BYTES:
        raise PhotoTooLarge(f"{source.size} bytes")
    window = Window(source)
    front = await window.at(0, _FRONT_BYTES)
    if front.startswith(jpeg.SIGNATURE):
        return await jpeg.outline(window)
    if front.startswith(rasters.PNG_SIGNATURE):
        return await rasters.png(window)
    if front[:4] == b"RIFF" and front[8:12] == b"WEBP":
        return await rasters.webp(window)
    if front[:6] in (b"GIF87a", b"GIF89a"):
        return await rasters.gif(window)
    if front[:2] == b"BM" and front[6:10] == bytes(4):
        return await rasters.bmp(window)
    heif_format = heif.format_of(front)
    if heif_format is not None:
        return await heif.outline(window, heif_format)
    raise NotAPicture("no picture format we know")
