"""`rundan plan …`, `rundan plan list`, `rundan plan cancel …`: rounds before they are walked.

Works while the store runs, and before it ever has. Exit codes: 0 done, 2 with a sentence per fault
on stderr and nothing written.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from sync.central.areas import areas_with
from sync.central.commands.open_folder import StoreIsOlder, ledger_of, open_database
from sync.central.commands.plan_arguments import Faults, read_area, read_days, read_plan
from sync.central.commands.plan_printing import (
    cancelled_lines,
    list_lines,
    made_lines,
    round_line,
)
from sync.central.composition import now
from sync.central.engine import StoreIsNewer, reading
from sync.central.planning.rounds import PlannedRound, Planning
from sync.central.planning.times import BadTime, local_of, moment_of
from sync.central.settings import BadSettings, read_settings
from sync.domain.ids import AreaCode

Parsers = argparse._SubParsersAction  # the only name argparse has for it

EXAMPLE = (
    'exempel: rundan plan --area kirseberg --kind inspection --start "2026-11-24 10.00" '
    '--rrule "FREQ=WEEKLY;BYDAY=TU,FR" --until 2026-12-18'
)


def add_arguments(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    plan = subparsers.add_parser("plan", help="planera rundor", epilog=EXAMPLE)
    add = plan.add_argument
    add("--area", metavar="OMRÅDE", help="områdets kod eller namn")
    add("--kind", metavar="SLAG", help="inspection, fault_report eller safety_walk")
    add("--start", nargs="+", metavar="TID", help="första rundans tid här, som 2026-11-24 10.00")
    add("--minutes", metavar="N", default="120", help="hur länge den varar (utan val 120)")
    add("--meeting-place", nargs="+", metavar="TEXT", help="var man möts")
    add("--rrule", metavar="REGEL", help="kommer igen, som FREQ=WEEKLY;BYDAY=TU,FR")
    add("--until", nargs="+", metavar="DAG", help="sista dagen, den inräknad")
    add("--except", dest="exceptions", action="append", default=[], metavar="DAG",
        help="en dag utan runda; kan ges flera gånger")  # fmt: skip
    add("--stop", dest="stops", action="append", default=[], metavar="NAMN@LAT,LON",
        help="ett stopp, i ordning; ett känt ställe kan ges med bara namnet")  # fmt: skip
    add("--route", metavar="FIL|PUNKTER", help='GeoJSON-fil, eller "lat,lon lat,lon …"')
    add("--anyway", action="store_true", help="fast ett ställe ligger utanför området")
    _dry_run(plan)
    what = plan.add_subparsers(dest="what", metavar="list | cancel")
    shown = what.add_parser("list", help="visa det som är planerat från i dag")
    shown.add_argument("--area", metavar="OMRÅDE")
    shown.add_argument("--all", action="store_true", help="också det som varit och ställts in")
    off = what.add_parser("cancel", help="ställ in en runda, eller en hel plan")
    off.add_argument("round_id", nargs="?", metavar="ID")
    off.add_argument("--plan", dest="plan_id", metavar="PLAN")
    off.add_argument("--date", dest="days", action="append", default=[], metavar="DAG",
                     help="bara planens runda den dagen; kan ges flera gånger")  # fmt: skip
    _dry_run(off)


def _dry_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="visa bara, spara inget")


def run(args: argparse.Namespace) -> int:
    try:
        settings = read_settings(os.environ)
        engine = open_database(settings.data)
    except BadSettings as error:
        return _stop([f"Inställningen är fel: {error}"])
    except StoreIsOlder as error:
        return _stop([f"Rundan som är igång med {error} är äldre: starta om den först."])
    except StoreIsNewer as error:
        return _stop([f"Databasen är från en nyare Rundan: {error}"])
    except (OSError, sqlite3.Error, DatabaseError) as error:
        reason = getattr(error, "orig", None) or error
        return _stop([f"Mappen i RUNDAN_DATA går inte att använda ({reason})."])
    try:
        command = {"list": _list, "cancel": _cancel}.get(args.what or "", _make)
        return command(args, engine)
    except Faults as error:
        return _stop(error.sentences)
    finally:
        engine.dispose()


def _make(args: argparse.Namespace, engine: Engine) -> int:
    with reading(engine) as connection:
        areas = areas_with(connection)
    wanted = read_plan(args, areas)
    planning = _planning(engine)
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            made = planning.make(connection, wanted.plan)
            if args.dry_run:
                transaction.rollback()
    except BadTime as error:
        raise Faults([f"--start: {error}; välj ett annat klockslag"]) from error
    _say(made_lines(wanted, made, local_of(now()), is_dry_run=args.dry_run))
    return 0


def _list(args: argparse.Namespace, engine: Engine) -> int:
    today = local_of(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    with reading(engine) as connection:
        areas = areas_with(connection)
        area = None if args.area is None else read_area(args.area, areas).code
        since = None if args.all else moment_of(today)
        planned = _planning(engine).all(connection, area, since)
    names = {area.code: area.name for area in areas}
    _say(list_lines(planned, names))
    return 0


def _cancel(args: argparse.Namespace, engine: Engine) -> int:
    if (args.round_id is None) == (args.plan_id is None):
        raise Faults(["Ge en rundas ID eller --plan PLAN; rundan plan list visar dem."])
    if args.days and args.plan_id is None:
        raise Faults(["--date hör ihop med --plan; en runda med ID har bara en dag."])
    days = read_days("--date", args.days)
    planning = _planning(engine)
    with reading(engine) as connection:
        names = {area.code: area.name for area in areas_with(connection)}
    with engine.connect() as connection, connection.begin() as transaction:
        if args.plan_id is None:
            one = planning.by_id(connection, args.round_id)
            found = [] if one is None else [one]
        else:
            found = planning.of_plan(connection, args.plan_id, days)
        off = _to_cancel(args, found)
        for planned in off:
            planning.cancel(connection, planned)
        if args.dry_run:
            transaction.rollback()
    _say(cancelled_lines(off, found, names, is_dry_run=args.dry_run))
    return 0


def _to_cancel(args: argparse.Namespace, found: list[PlannedRound]) -> list[PlannedRound]:
    """Those not called off and not started. Raises Faults when there are none to speak of."""
    if not found:
        named = args.round_id or args.plan_id
        day = f" med en runda {', '.join(args.days)}" if args.days else ""
        raise Faults([f"Det finns ingen planerad {named}{day}; rundan plan list visar vad som är."])
    if args.plan_id is None and found[0].is_started:
        names: dict[AreaCode, str] = {}
        raise Faults([f"Rundan har redan startat: {round_line(found[0], names)}."])
    return [one for one in found if not one.is_cancelled and not one.is_started]


def _planning(engine: Engine) -> Planning:
    return Planning(ledger=ledger_of(engine), now=now, random=os.urandom)


def _say(lines: list[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


def _stop(sentences: list[str]) -> int:
    sys.stderr.write("\n".join(sentences) + "\n")
    return 2
