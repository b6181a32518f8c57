"""The release, as it is in pyproject.toml too."""

VERSION = "0.3.0"
