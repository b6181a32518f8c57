"""An app that cannot start."""

raise RuntimeError("slut på minne")
