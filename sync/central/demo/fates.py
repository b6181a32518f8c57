"""What becomes of the demo's defects: dealt, so that every state a screen knows is there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Fate(StrEnum):
    WAITING = "waiting"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    QUEUED = "queued"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    NEEDS_PERSON = "needs_person"
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """words: what the city says of a sent one, one after the other."""

    fate: Fate
    words: tuple[str, ...] = ()


UNKNOWN_WORD = "Väntar på material"
"""A status that the contract does not know: the coordinator is shown that there is one."""

LAST_WORDS: dict[str, tuple[str, ...]] = {
    "Ej Registrerat": ("Ej Registrerat",),
    "Registrerat": ("Registrerat",),
    "Pågående": ("Registrerat", "Pågående"),
    "Vidarebefordrat": ("Registrerat", "Vidarebefordrat"),
    "Åtgärdat": ("Pågående", "Åtgärdat"),
    "Avslutat": ("Registrerat", "Avslutat"),
    UNKNOWN_WORD: ("Registrerat", UNKNOWN_WORD),
}

_USUAL = (
    (Ending(fate=Fate.SENT, words=LAST_WORDS["Åtgärdat"]), 46),
    (Ending(fate=Fate.SENT, words=LAST_WORDS["Avslutat"]), 14),
    (Ending(fate=Fate.SENT, words=LAST_WORDS["Pågående"]), 14),
    (Ending(fate=Fate.SENT, words=LAST_WORDS["Vidarebefordrat"]), 8),
    (Ending(fate=Fate.SENT, words=LAST_WORDS["Registrerat"]), 8),
    (Ending(fate=Fate.REJECTED), 10),
)
"""Of a year that has passed: about what the report of 2025 says, 184 fixed of 307."""


def of_last_week() -> list[Ending]:
    """One defect each: what is on its way, and everything that can stop it."""
    sent = ("Ej Registrerat", "Registrerat", "Pågående", "Åtgärdat", UNKNOWN_WORD)
    stopped = (Fate.REJECTED, Fate.WITHDRAWN, Fate.FAILED, Fate.UNCERTAIN, Fate.NEEDS_PERSON)
    return [
        *(Ending(fate=Fate.SENT, words=LAST_WORDS[word]) for word in sent),
        *(Ending(fate=fate) for fate in (*stopped, Fate.QUEUED, Fate.QUEUED)),
    ]


def of_long_ago(count: int, random: Random) -> list[Ending]:
    endings, weights = zip(*_USUAL, strict=True)
    return random.choices(endings, weights, k=count)
