"""When the next sync round is due. Pure: the caller has the clock and the dice."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_RETRY_S = 5.0
LAST_RETRY_S = 300.0
JITTER = 0.2
WATCH_S = 15.0
"""While the app is open and all is sent: how often news from the office is asked for."""

AT_ONCE = 4
ONE_MORE_AFTER_S = 7.5
MAX_A_MINUTE = AT_ONCE + round(60 / ONE_MORE_AFTER_S)
"""Rounds that begin within any minute, whatever saves, retries and a flapping link ask for."""


def retry_delay_s(failures: int, dice: float) -> float:
    """Seconds to wait after so many failed rounds in a row; dice is in 0..1."""
    plain = min(LAST_RETRY_S, FIRST_RETRY_S * 2.0 ** max(0, min(failures - 1, 16)))
    return plain * (1.0 - JITTER + 2.0 * JITTER * dice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Rounds that may begin at once: AT_ONCE, and one more after every ONE_MORE_AFTER_S.

    So what is saved now and then goes at once, and nothing asks more often than MAX_A_MINUTE.
    left: as of as_of_s, on a clock that never goes back.
    """

    left: float = AT_ONCE
    as_of_s: float = 0.0

    def wait_s(self, now_s: float) -> float:
        """Until a round may begin; 0 when it may now."""
        return max(0.0, (1.0 - self._left(now_s)) * ONE_MORE_AFTER_S)

    def begun(self, now_s: float) -> Pace:
        """After a round has begun. A person who asks for one is not made to wait: it is owed."""
        return Pace(left=self._left(now_s) - 1.0, as_of_s=now_s)

    def _left(self, now_s: float) -> float:
        passed_s = max(0.0, now_s - self.as_of_s)
        return min(float(AT_ONCE), self.left + passed_s / ONE_MORE_AFTER_S)
