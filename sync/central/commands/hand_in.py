"""`rundan hand-in FILE…`: files that phones handed over, taken into the store.

Works while the store runs, and before it ever has. Exit codes: 0 all was taken or known already,
1 something was refused (each on a line of stdout), 2 a file could not be read and nothing of it was
taken, or the store's disk failed meanwhile (a sentence on stderr; the other files are taken all the
same).
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from obstore.exceptions import BaseError
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from sync.central.areas import areas_with
from sync.central.blobs import Blobs
from sync.central.commands.open_folder import StoreIsOlder, ledger_of, open_database
from sync.central.composition import now
from sync.central.engine import StoreIsNewer, reading
from sync.central.facts import Fact, read_fact
from sync.central.hand_in import HandedIn, HandIn, WrongStore, said_in
from sync.central.parts import Parts
from sync.central.settings import BadSettings, read_settings
from sync.central.swedish import swedish
from sync.central.uploads import Uploads
from sync.domain.change import Change
from sync.domain.ids import AreaCode
from sync.hand_over.reader import BadHandOver, NewerHandOver

Parsers = argparse._SubParsersAction  # the only name argparse has for it

RECEIVED_FROM = "hand-in"


def add_arguments(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    hand_in = subparsers.add_parser("hand-in", help="ta emot filer från telefoner")
    hand_in.add_argument("files", nargs="+", type=Path, metavar="FIL", help="en zip-fil från appen")


def run(args: argparse.Namespace) -> int:
    try:
        settings = read_settings(os.environ)
        engine = open_database(settings.data)
    except BadSettings as error:
        return _stop(f"Inställningen är fel: {error}")
    except StoreIsOlder as error:
        return _stop(f"En äldre Rundan är igång i {error}: starta om den först.")
    except StoreIsNewer as error:
        return _stop(f"Databasen är från en nyare Rundan: {error}")
    except (OSError, DatabaseError) as error:
        return _stop(f"Lagret går inte att öppna: {error}")
    try:
        return max(_take(file, engine, settings.data) for file in args.files)
    finally:
        engine.dispose()


def _take(path: Path, engine: Engine, folder: Path) -> int:
    try:
        file = path.open("rb")
    except OSError as error:
        return _stop(f"{path}: går inte att läsa ({error.strerror or error}).")
    try:
        with file:
            hand_in, areas = _hand_in(engine, folder)
            handed = hand_in.take(file, areas=areas, received_from=RECEIVED_FROM)
    except (OSError, BaseError, DatabaseError) as error:
        return _stop(
            f"{path}: disken krånglar ({_short(error)}). Det som redan är taget finns kvar. Se "
            "till att disken är hel och har plats, kör sedan igen: inget räknas dubbelt."
        )
    except NewerHandOver:
        return _stop(f"{path}: filen är från en nyare Rundan. Uppdatera lagret, kör sedan igen.")
    except BadHandOver as error:
        return _stop(
            f"{path}: filen är skadad eller ingen fil från Rundan ({error}). Inget av den är "
            "taget. Gör en ny fil på telefonen."
        )
    except WrongStore:
        return _stop(f"{path}: telefonen hör till ett annat lager. Lämna filen där.")
    for line in told(path, handed):
        sys.stdout.write(line + "\n")
    return 1 if handed.refused or handed.photos_refused else 0


def _hand_in(engine: Engine, folder: Path) -> tuple[HandIn, frozenset[AreaCode]]:
    blobs, parts = Blobs.in_folder(folder / "photos"), Parts(folder / "uploads")
    ledger = ledger_of(engine)
    with reading(engine) as connection:
        areas = frozenset(area.code for area in areas_with(connection))
        store_id = read_fact(connection, Fact.STORE_ID)
    if store_id is None:
        raise RuntimeError("ledger_of has given the store its id")
    uploads = Uploads(engine=engine, parts=parts, blobs=blobs, now=now)
    return HandIn(engine=engine, ledger=ledger, uploads=uploads, store_id=store_id), areas


def told(path: Path, handed: HandedIn) -> list[str]:
    contents = handed.contents
    phone = contents.phone
    who = contents.manifest.nickname or (None if phone is None else phone.nickname)
    lines = [
        f"{path}: från {who or 'en okänd telefon'}, gjord {contents.manifest.made_at}",
        f"  ändringar: {handed.taken} nya, {handed.known} fanns redan",
        f"  bilder: {handed.photos_taken} nya, {handed.photos_known} fanns redan",
    ]
    if phone is None:
        lines.append("  obs: lagret känner inte telefonen")
    elif phone.revoked_at is not None:
        lines.append(
            f"  obs: telefonen är avstängd; {contents.after_revoked} ändringar säger sig vara "
            "gjorda efter det"
        )
    left = contents.manifest.counts
    if left.photos_unchecked or left.drafts:
        lines.append(
            f"  kvar på telefonen: {left.photos_unchecked} bilder som ingen kollat, "
            f"{left.drafts} utkast"
        )
    lines += [
        f"  inte mottaget: {_what(one.change)}: {_why(one.code)} ({one.reason})"
        for one in handed.refused
    ]
    lines += [
        f"  inte mottagen: bild {one.sha256}: {_why(one.code)}" for one in handed.photos_refused
    ]
    return lines


def _what(change: Change) -> str:
    """The kind of thing, and the first words that were written about it."""
    name = swedish(f"office.hand_in.what.{change.entity.value}")
    said = said_in(change)
    return f"{name} ”{said}”" if said else f"{name} {change.entity_id}"


def _why(code: str) -> str:
    key = f"office.hand_in.why.{code}"
    told = swedish(key)
    return swedish("office.hand_in.why.other") if told == key else told


def _short(error: Exception) -> str:
    """What the disk said; SQLAlchemy adds an address of its own to it."""
    told = error.orig if isinstance(error, DatabaseError) else error
    return getattr(told, "strerror", None) or str(told)


def _stop(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 2
