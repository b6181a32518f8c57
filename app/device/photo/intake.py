"""The first half of every codec: refuse what is no photo, then read time, place and turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from app.device.photo.exif import NO_FACTS, CameraFacts, facts_of
from app.device.photo.outline import Outline
from app.device.photo.sniff import outline_of
from app.device.photo.source import PhotoSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    outline: Outline
    facts: CameraFacts


async def take_in(source: PhotoSource, zone: tzinfo) -> Intake:
    """Raises PhotoError before a single pixel is decoded."""
    outline = await outline_of(source)
    if outline.exif is None:
        return Intake(outline=outline, facts=NO_FACTS)
    tiff = await source.read(outline.exif.start, outline.exif.end)
    return Intake(outline=outline, facts=facts_of(tiff, zone))
