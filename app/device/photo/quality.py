"""Whether a photo is worth keeping: blurred or black, measured on a small grey copy of it.

The copy's longer edge is MEASURED_PX at most: there, noise of the sensor and traces of JPEG are
averaged away, and what is blurred over several pixels of the kept photo is still blurred.
"""

from __future__ import annotations

from dataclasses import dataclass

MEASURED_PX = 512
SMALLEST_MEASURED_PX = 16
"""The shorter edge of the copy; of anything narrower nothing can be told."""

LIGHTEST_SHARE = 0.0002
"""Of the pixels: as many as this are at least as light as `lightest`. One lamp far away."""

DARK_BRIGHTNESS = 20.0
DARK_LIGHTEST = 60.0
BLURRED_SHARPNESS = 25.0
BLURRED_SHARE = 0.015
FLAT_CONTRAST = 250.0
"""Thresholds, from the camera files in tests/data/photos and copies of them (brightness 0-255).

Sharp ones have a Laplacian of variance 121-3700, and 0.067 of their contrast or more; blurred with
a Gaussian of 8 px at 1600 px they have 2-7 and at most 0.005. The limits lie far below the sharp
ones, because a warning that is often wrong is soon not read. Sharpness is held against contrast, as
asphalt, snow and walls have few edges however sharp they are; with hardly any contrast
(standard deviation below 16 levels) nothing can be told, and nothing is said.
Copies at a tenth of the light have brightness 9-16 and nothing lighter than 25.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoQuality:
    """Brightness is 0-255.

    sharpness: variance of the Laplacian. brightness: mean. contrast: variance of the brightness.
    lightest: only LIGHTEST_SHARE of the photo is lighter; lamps at night are.
    """

    sharpness: float
    brightness: float
    contrast: float
    lightest: float

    @property
    def is_dark(self) -> bool:
        """Black or nearly so; not merely a photo of the night, which has lights in it."""
        return self.brightness < DARK_BRIGHTNESS and self.lightest < DARK_LIGHTEST

    @property
    def is_blurry(self) -> bool:
        return (
            not self.is_dark
            and self.contrast >= FLAT_CONTRAST
            and self.sharpness < BLURRED_SHARPNESS
            and self.sharpness < BLURRED_SHARE * self.contrast
        )


UNMEASURED = PhotoQuality(sharpness=1000.0, brightness=128.0, contrast=1000.0, lightest=255.0)
"""Of a photo too small to measure: nothing to warn of."""
