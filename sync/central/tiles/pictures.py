"""What kind of bytes a tile is, by how they begin."""

from __future__ import annotations

MAX_TILE_BYTES = 2_000_000

_BEGINNINGS = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "webp": b"RIFF",
}
_MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


def format_of(data: bytes) -> str | None:
    """png, jpg or webp as MBTiles names them; None for anything else."""
    for name, beginning in _BEGINNINGS.items():
        if data.startswith(beginning) and (name != "webp" or data[8:12] == b"WEBP"):
            return name
    return None


def media_type_of(data: bytes) -> str:
    """Raises KeyError for what is no tile; only tiles are ever kept."""
    return _MEDIA_TYPES[format_of(data) or ""]


def looks_like_vector(data: bytes) -> bool:
    """Vector tiles are gzipped protocol buffers, or those alone: layer 3 with its length."""
    return data.startswith((b"\x1f\x8b", b"\x1a"))
