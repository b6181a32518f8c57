"""How a case moves through the city's words: by time, by a button, or set by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

_USUAL = ("Ej Registrerat", "Registrerat", "Pågående", "Åtgärdat", "Avslutat")
_FORWARDED = (
    "Ej Registrerat",
    "Registrerat",
    "Pågående",
    "Vidarebefordrat",
    "Åtgärdat",
    "Avslutat",
)
EVERY_NTH_IS_FORWARDED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The step a case had reached at `since`; fixed_word: set by hand, time stands still."""

    step: int
    since: datetime
    fixed_word: str | None = None


def path_of(case_id: int) -> tuple[str, ...]:
    """The words this case will go through; always the same for the same number."""
    return _FORWARDED if case_id % EVERY_NTH_IS_FORWARDED == 0 else _USUAL


def word_at(case_id: int, progress: Progress, now: datetime, advance_s: float) -> str:
    if progress.fixed_word is not None:
        return progress.fixed_word
    return path_of(case_id)[_step_at(case_id, progress, now, advance_s)]


def stepped(case_id: int, progress: Progress, now: datetime, advance_s: float) -> Progress:
    """One step on from the word shown now; a word outside the path goes back onto it."""
    path = path_of(case_id)
    shown = word_at(case_id, progress, now, advance_s)
    step = path.index(shown) if shown in path else progress.step
    return Progress(step=min(step + 1, len(path) - 1), since=now)


def with_word(
    case_id: int, progress: Progress, word: str, now: datetime, advance_s: float
) -> Progress:
    """The word set by hand; it stays until the case is stepped on."""
    step = _step_at(case_id, progress, now, advance_s)
    return replace(progress, step=step, since=now, fixed_word=word)


def _step_at(case_id: int, progress: Progress, now: datetime, advance_s: float) -> int:
    if advance_s <= 0:
        return progress.step
    passed = max(0, int((now - progress.since).total_seconds() / advance_s))
    return min(progress.step + passed, len(path_of(case_id)) - 1)
