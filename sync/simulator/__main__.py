"""`python -m sync.simulator`: the simulator alone, with its calls at the root path."""

from __future__ import annotations

import argparse
import contextlib
import math
import socket
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from sync.simulator.application import create_simulator
from sync.simulator.settings import SimulatorSettings

DEFAULT_PORT = 8090
STOP_WITHIN_S = 2


def main(arguments: list[str] | None = None) -> int:
    """0 when stopped, 2 with one sentence on stderr when it cannot start."""
    asked = _parser().parse_args(arguments)
    try:
        settings = SimulatorSettings(api_key=asked.api_key, advance_s=asked.advance_s)
        app = create_simulator(asked.data, settings, lambda: datetime.now(UTC))
    except ValueError as error:
        return _stop(f"A setting is wrong: {error}.")
    except (OSError, sqlite3.Error) as error:
        return _stop(f"The folder {asked.data} cannot be used ({error}); choose another: --data.")
    try:
        listener = _listener(asked.host, asked.port)
    except OSError as error:
        reason = f"Cannot listen on {asked.host} port {asked.port} ({error.strerror or error})"
        return _stop(f"{reason}; choose another: --port.")
    with listener:
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        sys.stdout.write(f"Simulator ready: http://{shown}:{port}/ (state in {asked.data})\n")
        sys.stdout.flush()
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sync.simulator",
        description="A local stand-in for Malmö's e-service for fault reports.",
    )
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--data", type=Path, default=Path("data/simulator"), help="folder for what is received"
    )
    parser.add_argument("--api-key", help="ask for this value in the header ApiKey")
    parser.add_argument(
        "--advance-s",
        type=_seconds,
        default=SimulatorSettings().advance_s,
        help="seconds until a case goes on to its next status; 0: only by the buttons",
    )
    return parser


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if math.isfinite(seconds) and seconds >= 0:
        return seconds
    raise argparse.ArgumentTypeError("give zero or a positive number of seconds")


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _stop(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
