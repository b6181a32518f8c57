"""When the next sync round is due. Pure: the caller has the clock and the dice."""

from __future__ import annotations

FIRST_RETRY_S = 5.0
LAST_RETRY_S = 300.0
JITTER = 0.2
WATCH_S = 15.0
"""While the app is open and all is sent: how often news from the office is asked for."""


def retry_delay_s(failures: int, dice: float) -> float:
    """Seconds to wait after so many failed rounds in a row; dice is in 0..1."""
    plain = min(LAST_RETRY_S, FIRST_RETRY_S * 2.0 ** max(0, min(failures - 1, 16)))
    return plain * (1.0 - JITTER + 2.0 * JITTER * dice)
