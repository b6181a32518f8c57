"""Pages that open over whatever the person was doing, and go away again without a trace."""

from __future__ import annotations

from enum import StrEnum


class Above(StrEnum):
    """The value is the page's step in the browser's address."""

    HELP = "hjalp"
    INTRO = "bilder"
    SETTINGS = "installningar"
    ABOUT = "om"
    LICENCES = "licenser"
    ACCESSIBILITY = "tillganglighet"
    ERROR_REPORT = "felrapport"
    RESIDENT = "boende"
    CAMERA_DENIED = "kamera"
    NO_CAMERA = "ingen-kamera"
    PLACE_DENIED = "plats"
    NO_PLACE = "ingen-plats"
    CLOCK = "klocka"
    SHUT_OUT = "avstangd"
    TOO_OLD = "for-gammal"
    TAKE_FILE = "ta-emot"
    NOT_SENT = "inte-skickat"


WAYS_BACK = {
    "camera.denied": Above.CAMERA_DENIED,
    "camera.none": Above.NO_CAMERA,
    "camera.failed": Above.NO_CAMERA,
    "place.denied": Above.PLACE_DENIED,
    "place.failed": Above.NO_PLACE,
}
"""Key of what went wrong with the camera or the place -> the page that says what to do."""
