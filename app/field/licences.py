"""What the app is built of, and on what terms: the packages of the phone and the engines below."""

from __future__ import annotations

LICENCES = (
    ("Flutter", "BSD-3-Clause"),
    ("Material Icons", "Apache-2.0"),
    ("Noto Sans Arabic", "OFL-1.1"),
    ("Pyodide", "MPL-2.0"),
    ("Python", "PSF-2.0"),
    ("Roboto", "Apache-2.0"),
    ("Skia, CanvasKit", "BSD-3-Clause"),
    ("SQLite", "Public domain"),
    ("astral", "Apache-2.0"),
    ("click", "BSD-3-Clause"),
    ("exifread", "BSD-3-Clause"),
    ("flet", "Apache-2.0"),
    ("flet-audio", "Apache-2.0"),
    ("flet-camera", "Apache-2.0"),
    ("flet-geolocator", "Apache-2.0"),
    ("flet-map", "Apache-2.0"),
    ("msgpack", "Apache-2.0"),
    ("pi-heif", "LGPL-3.0"),
    ("pillow", "MIT-CMU"),
    ("pluggy", "MIT"),
    ("python-dateutil", "Apache-2.0, BSD-3-Clause"),
    ("repath", "MIT"),
    ("requests", "Apache-2.0"),
    ("segno", "BSD-3-Clause"),
    ("six", "MIT"),
    ("sqlite-fts4", "Apache-2.0"),
    ("sqlite-utils", "Apache-2.0"),
    ("tzdata", "Apache-2.0"),
)
"""Name and SPDX licence, each as the project itself states it."""
