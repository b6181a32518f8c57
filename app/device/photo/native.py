"""The codec of phones and computers with a real Python: Pillow, and pi-heif for HEIC."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo

from PIL import Image, ImageCms, ImageFilter, ImageOps, ImageStat
from PIL.JpegImagePlugin import JpegImageFile

from app.device.photo.codec import (
    COVER_COLOUR,
    LONG_EDGE_PX,
    QUALITIES,
    SHRUNK_QUALITY,
    TARGET_BYTES,
    THUMBNAIL_BYTES,
    THUMBNAIL_LONG_EDGE_PX,
    THUMBNAIL_QUALITIES,
    PreparedPhoto,
    fitted,
    prepared,
)
from app.device.photo.cover import PixelBox, covered_pixels
from app.device.photo.errors import DamagedPhoto
from app.device.photo.intake import Intake, take_in
from app.device.photo.jpeg import without_metadata
from app.device.photo.libheif import open_heic
from app.device.photo.outline import MAX_PIXELS, PhotoFormat, patched
from app.device.photo.quality import (
    LIGHTEST_SHARE,
    MEASURED_PX,
    SMALLEST_MEASURED_PX,
    UNMEASURED,
    PhotoQuality,
)
from app.device.photo.shapes import CoverShape
from app.device.photo.source import BytesSource, PhotoSource

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_WHITE = (255, 255, 255)
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
"""Cut to 0..255 by Pillow: the Laplacian within -128..127."""

_UNDECODABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    RuntimeError,  # Pillow's AVIF and pi-heif
    Image.DecompressionBombError,
)


class PillowCodec:
    """zone: of photos whose camera wrote no time zone; Europe/Stockholm if not given."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone or ZoneInfo("Europe/Stockholm")
        Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow's own guard, set to the same limit as ours

    async def prepare(self, original: PhotoSource) -> PreparedPhoto:
        intake = await take_in(original, self._zone)
        content = await original.read(0, original.size)
        return await asyncio.to_thread(_prepare, content, intake, ())

    async def cover(self, jpeg: bytes, shapes: Sequence[CoverShape]) -> PreparedPhoto:
        intake = await take_in(BytesSource(jpeg), self._zone)
        shape_list = tuple(shapes)
        return await asyncio.to_thread(_prepare, jpeg, intake, shape_list, must_cover=True)

    async def shrunk(self, jpeg: bytes, long_edge_px: int) -> bytes:
        intake = await take_in(BytesSource(jpeg), self._zone)
        return await asyncio.to_thread(_shrunk, jpeg, intake, long_edge_px)


def _prepare(
    content: bytes, intake: Intake, shapes: Sequence[CoverShape], *, must_cover: bool = False
) -> PreparedPhoto:
    image = _opened(content, intake, LONG_EDGE_PX)
    quality = _quality(image)
    if must_cover:
        for box in covered_pixels(shapes, image.size):
            _fill(image, box)
    small = image.resize(
        fitted(*image.size, THUMBNAIL_LONG_EDGE_PX), Image.Resampling.LANCZOS, reducing_gap=2.0
    )
    return prepared(
        jpeg=_encode(image, QUALITIES, TARGET_BYTES),
        thumbnail=_encode(small, THUMBNAIL_QUALITIES, THUMBNAIL_BYTES),
        size=image.size,
        taken_at=intake.facts.taken_at,
        place=intake.facts.place,
        quality=quality,
    )


def _shrunk(content: bytes, intake: Intake, long_edge_px: int) -> bytes:
    image = _opened(content, intake, long_edge_px)
    return without_metadata(_encode(image, (SHRUNK_QUALITY,), 0))


def _fill(image: Image.Image, box: PixelBox) -> None:
    image.paste(COVER_COLOUR, (box.left, box.top, box.right, box.bottom))


def _quality(image: Image.Image) -> PhotoQuality:
    """The browser's side is assets/web/photo-quality.js: the same sums."""
    size = fitted(*image.size, MEASURED_PX)
    if min(size) < SMALLEST_MEASURED_PX:
        return UNMEASURED
    # First small, then grey: a third of the time, and the order of the browser's side.
    grey = image.resize(size, Image.Resampling.BOX).convert("L")
    whole = ImageStat.Stat(grey)
    laplacian = grey.filter(_LAPLACIAN).crop((1, 1, size[0] - 1, size[1] - 1))
    left_to_find = max(1, round(size[0] * size[1] * LIGHTEST_SHARE))
    lightest = 255
    for level, count in reversed(list(enumerate(grey.histogram()))):
        lightest, left_to_find = level, left_to_find - count
        if left_to_find <= 0:
            break
    return PhotoQuality(
        sharpness=ImageStat.Stat(laplacian).var[0],
        brightness=whole.mean[0],
        contrast=whole.var[0],
        lightest=float(lightest),
    )


def _opened(content: bytes, intake: Intake, long_edge_px: int) -> Image.Image:
    try:
        return _decode(patched(content, intake.outline.without_exif), intake, long_edge_px)
    except _UNDECODABLE as error:
        raise DamagedPhoto(str(error)) from error


def _decode(content: bytes, intake: Intake, long_edge_px: int) -> Image.Image:
    """Small, upright, sRGB, on white."""
    match intake.outline.format:
        case PhotoFormat.HEIC:
            image = open_heic(content)
        case PhotoFormat.JPEG:
            image = JpegImageFile(io.BytesIO(content))  # the first picture, also of an MPO
            # Decoding at 1/2, 1/4 or 1/8 in the DCT: never below the final size, half the time.
            image.draft(None, fitted(*image.size, long_edge_px))
        case other:
            image = Image.open(io.BytesIO(content), formats=(other.value,))
    image.load()
    profile = image.info.get("icc_profile")
    orientation = intake.facts.orientation
    if intake.outline.format is PhotoFormat.AVIF:
        image, orientation = ImageOps.exif_transpose(image), 1
    image = _opaque(image)
    image = image.resize(fitted(*image.size, long_edge_px), Image.Resampling.LANCZOS)
    image = _in_srgb(image, profile)
    if intake.outline.format is not PhotoFormat.HEIC and orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    image.info.clear()
    return image


def _opaque(image: Image.Image) -> Image.Image:
    """RGB, or CMYK as it is: its profile is needed to convert it."""
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits a sample
        image = image.convert("I").point([value >> 8 for value in range(65_536)], "L")
    if image.mode in ("RGB", "CMYK"):
        return image
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, _WHITE)
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image.convert("RGB")


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    if not isinstance(profile, bytes) or not profile:
        return image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image.convert("RGB")
        converted = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):  # a broken profile costs a shade, not the photo
        return image.convert("RGB")
    return converted if converted is not None else image.convert("RGB")


def _encode(image: Image.Image, qualities: tuple[int, ...], target_bytes: int) -> bytes:
    """The first quality that fits, or the last."""
    out = io.BytesIO()
    for quality in qualities:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, subsampling="4:2:0")
        if out.tell() <= target_bytes:
            break
    return out.getvalue()
