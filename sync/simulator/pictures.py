"""What an uploaded file is called, and what it really is."""

from __future__ import annotations

from pathlib import PurePosixPath

ACCEPTED = (".jpg", ".jpeg", ".png", ".gif", ".bmp")
REFUSAL = "Please Upload image of type .jpg, .jpeg, .png, .gif, .bmp"

_SIGNATURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
}
UNKNOWN_CONTENT = "application/octet-stream"
_EXIF_SEARCH_BYTES = 256 * 1024


def accepted_extension(name: str) -> str | None:
    """ ".jpg" and so on, lower case; None when the service refuses the file.

    The real service judges by name as far as is known, so content does not decide here.
    """
    extension = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    return extension if extension in ACCEPTED else None


def content_type(content: bytes) -> str:
    """By the first bytes; UNKNOWN_CONTENT when it is none of the accepted kinds."""
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            return kind
    return UNKNOWN_CONTENT


def has_exif(content: bytes) -> bool:
    """True when a JPEG carries an EXIF block, which may hold place and device."""
    return b"Exif\x00\x00" in content[:_EXIF_SEARCH_BYTES]
