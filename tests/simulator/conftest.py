from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.simulator import SimulatorSettings, create_simulator
from tests.simulator.serving import SetClock, served


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def start(tmp_path: Path, clock: SetClock) -> Iterator[Callable[..., str]]:
    """Starts a simulator with the settings given and returns its address."""
    with ExitStack() as stack:

        def started(**settings: object) -> str:
            app = create_simulator(tmp_path / "sim", SimulatorSettings(**settings), clock)
            return stack.enter_context(served(app))

        yield started


@pytest.fixture
def address(start: Callable[..., str]) -> str:
    return start()
