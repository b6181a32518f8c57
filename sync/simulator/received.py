"""What the simulator has received, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.simulator.life import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPhoto:
    """field: the multipart name it came under; content_type: what its bytes are."""

    temp_id: int
    received_at: datetime
    field: str
    name: str
    extension: str
    content_type: str
    size_bytes: int
    has_exif: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedCase:
    """sent: the JSON object exactly as it came, unknown keys included."""

    case_id: int
    received_at: datetime
    sent: dict[str, Any]
    progress: Progress
    photos: tuple[ReceivedPhoto, ...]
