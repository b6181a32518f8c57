"""`rundan [serve] | plan … | tiles … | hand-in …`: which command it is, and what it was given."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from sync.central.commands import hand_in, plan, serve, tiles

COMMANDS = ("serve", "plan", "tiles", "hand-in")
_WORDS = (
    (re.compile(r"the following arguments are required: (.*)"), r"det här saknas: \1"),
    (re.compile(r"unrecognized arguments: (.*)"), r"det här förstods inte: \1"),
    (re.compile(r"argument (.*?): expected .*"), r"\1 ska följas av ett värde"),
    (re.compile(r"argument (.*?): invalid .*?: (.*)"), r"\1 kan inte vara \2"),
)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in Swedish, in one sentence."""

    def error(self, message: str) -> NoReturn:
        for pattern, swedish in _WORDS:
            message = pattern.sub(swedish, message)
        sys.stderr.write(f"{message}. Hjälp: {self.prog} --help\n")
        raise SystemExit(2)


def read_command_line(arguments: Sequence[str]) -> argparse.Namespace:
    """command is one of COMMANDS; "serve" when none is named. Exits with 2 for wrong arguments."""
    given = list(arguments)
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help")):
        given.insert(0, "serve")
    parser = _Parser(prog="rundan", description="Rundans centrala lager.", allow_abbrev=False)
    subparsers = parser.add_subparsers(dest="command", metavar="KOMMANDO", required=True)
    for module in (serve, plan, tiles, hand_in):
        module.add_arguments(subparsers)
    return parser.parse_args(given)


def run_command(args: argparse.Namespace) -> int:
    """Runs any command but serve, which needs the whole process (sync.central.__main__)."""
    run = {"plan": plan.run, "tiles": tiles.run, "hand-in": hand_in.run}[args.command]
    return run(args)
