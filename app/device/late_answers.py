"""Answers that come after the control that was asked has left the screen.

Flet 1.0.5 raises RuntimeError for such an answer (Session.handle_invoke_method_results), in the
loop that receives everything: from then on the app would hear no tap at all. A person who changes
tab while the camera starts is enough. So the one who waits is told instead, with an error.
"""

from __future__ import annotations

import logging
from typing import Any

from flet.messaging.session import Session

log = logging.getLogger(__name__)

GONE = "the control has left the screen"


def tolerate_late_answers() -> None:
    """To be called once, before the app starts."""
    handle = Session.handle_invoke_method_results

    def tolerant(
        session: Session, control_id: int, call_id: str, result: Any, error: str | None
    ) -> None:
        try:
            handle(session, control_id, call_id, result, error)
        except RuntimeError:
            log.info("an answer for control %s, which is gone", control_id)
            _give_up(session, call_id)

    # Flet has no hook for it, and the method's own types are narrower than what arrives.
    Session.handle_invoke_method_results = tolerant  # type: ignore[method-assign, assignment]


def _give_up(session: Session, call_id: str) -> None:
    """Lets the call end with RuntimeError(GONE), as for an error of the client.

    The names are Session's private ones, in the version that requirements.lock pins: it offers
    no other way to end a call.
    """
    waiting = session._Session__method_calls.pop(call_id, None)  # type: ignore[attr-defined]
    if waiting is not None:
        session._Session__method_call_results[waiting] = (None, GONE)  # type: ignore[attr-defined]
        waiting.set()
