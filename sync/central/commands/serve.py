"""`rundan serve`, or `rundan` alone: the arguments; sync.central.__main__ does it."""

from __future__ import annotations

import argparse

Parsers = argparse._SubParsersAction  # the only name argparse has for it


def add_arguments(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    serve = subparsers.add_parser("serve", help="starta lagret (det som görs utan kommando)")
    serve.add_argument("--demo", action="store_true", help="fyll ett tomt lager med exempel")
