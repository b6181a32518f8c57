"""What the benchmark says: one line `figure value unit` each, and remarks that are no figures."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def say(figure: str, value: float, unit: str, digits: int = 3) -> None:
    _line(f"{figure} {value:.{digits}f} {unit}")


def count(figure: str, value: int, unit: str) -> None:
    _line(f"{figure} {value} {unit}")


def best(figure: str, times: Sequence[float], unit: str, digits: int = 3) -> float:
    """The best of several, and beside it the worst: how noisy the machine was meanwhile."""
    say(figure, min(times), unit, digits)
    say(f"{figure}.worst", max(times), unit, digits)
    return min(times)


def remark(sentence: str) -> None:
    _line(f"# {sentence}")


def percentile(values: Sequence[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def _line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
