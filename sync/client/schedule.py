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
    left: as of as_of_s, on a clock that never goes back. begun_s: when the last of them began.
    """

    left: float = AT_ONCE
    as_of_s: float = 0.0
    begun_s: tuple[float, ...] = ()

    def wait_s(self, now_s: float, *, is_asked: bool = False) -> float:
        """Until a round may begin; 0 when it may now.

        is_asked: by a person, who waits only when a minute has had all that it may have.
        """
        in_turn_s = 0.0 if is_asked else (1.0 - self._left(now_s)) * ONE_MORE_AFTER_S
        is_full = len(self.begun_s) == MAX_A_MINUTE
        minute_s = self.begun_s[0] + 60.0 - now_s if is_full else 0.0
        return max(0.0, in_turn_s, minute_s)

    def begun(self, now_s: float) -> Pace:
        """After a round has begun. One that a person asked for before its turn is owed."""
        begun_s = (*self.begun_s, now_s)[-MAX_A_MINUTE:]
        return Pace(left=self._left(now_s) - 1.0, as_of_s=now_s, begun_s=begun_s)

    def _left(self, now_s: float) -> float:
        passed_s = max(0.0, now_s - self.as_of_s)
        return min(float(AT_ONCE), self.left + passed_s / ONE_MORE_AFTER_S)
