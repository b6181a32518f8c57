"""What can be set when the simulator starts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

Clock = Callable[[], datetime]
"""The moment now, with a time zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorSettings:
    """api_key None: nobody is asked for one. advance_s 0: cases move only by the buttons."""

    api_key: str | None = field(default=None, repr=False)
    advance_s: float = 20.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.advance_s) and self.advance_s >= 0):
            raise ValueError("advance_s must be zero or a positive number of seconds")
        if self.api_key is not None and not self.api_key.strip():
            raise ValueError("api_key must not be blank")
