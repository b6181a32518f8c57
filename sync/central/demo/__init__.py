"""A year of Kirseberg to look at: rounds, defects with photos, and reports in every state.

It is made from the area's real calendar (assets/demo) and goes through the same doors as what
people do: phones' changes and uploads, the coordinator's decisions, the worker, the connector
and the simulator. Only the clock is another.
"""

from __future__ import annotations

from sync.central.demo.fill import fill_demo
from sync.central.demo.state import DemoState, DemoSummary, is_demo

__all__ = ["DemoState", "DemoSummary", "fill_demo", "is_demo"]
