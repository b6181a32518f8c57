"""HEIC to pixels with libheif, through the extension module that pi-heif brings.

pi_heif.open_heif reads the metadata of every image first, and that ends the whole process with a
segmentation fault when one byte of the file's list of items is wrong (pi-heif 1.4.0). The pixels
and the colour profile are all we want, and asking the extension for just those has no such end.
"""

from __future__ import annotations

from PIL import Image

from app.device.photo.errors import DamagedPhoto, HeicNotSupported

_DECODE_THREADS = 2


def open_heic(content: bytes) -> Image.Image:
    """Upright as the container says; the colour profile, if any, in `info`.

    Raises HeicNotSupported where pi-heif is not part of the build, DamagedPhoto, and what libheif
    makes of a bad file: ValueError, EOFError, SyntaxError, RuntimeError, OSError.
    """
    try:
        import _pi_heif  # type: ignore[import-not-found]  # compiled, without types
    except ImportError as error:
        raise HeicNotSupported("this build has no HEIC decoder") from error
    as_8_bits, as_bgr, without_stride, as_16_bits, without_limits = True, False, True, False, False
    images = _pi_heif.load_file(
        content, _DECODE_THREADS, as_8_bits, as_bgr, without_stride, as_16_bits, "", without_limits
    )
    image = next((image for image in images if image is not None and image.primary), None)
    if image is None:
        raise DamagedPhoto("no main picture")
    pixels = image.data  # decodes; the size may change by it
    size, mode = image.size_mode
    picture = Image.frombytes(mode, size, pixels, "raw", mode, image.stride)
    profile = image.color_profile
    if profile and profile["type"] in ("rICC", "prof"):
        picture.info["icc_profile"] = profile["data"]
    return picture
