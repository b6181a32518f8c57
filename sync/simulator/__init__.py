"""A faithful stand-in for Malmö's e-service for fault reports, for tests, demo and training.

The three calls are those of the city's own public client (2019-2022): `POST /upload`,
`POST /arende` and `GET /arende/{id}`. Beside them is a page that shows what was received and
has switches for faults. Mount `create_simulator(...)` under a path, or start it alone with
`python -m sync.simulator --port 8090`.
"""

from __future__ import annotations

from sync.simulator.application import create_simulator
from sync.simulator.settings import SimulatorSettings

__all__ = ["SimulatorSettings", "create_simulator"]
