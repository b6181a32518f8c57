"""Python's standard library for the phone: compiled, and without what no field app needs."""

from pathlib import Path

from app.bundle.archive import stored_zip, zip_members
from app.bundle.bytecode import with_bytecode

NOT_NEEDED = (
    "_pyrepl/",
    "__phello__/",
    "ctypes/macholib/",
    "ensurepip/",
    "idlelib/",
    "lib2to3/",
    "multiprocessing/",
    "pydoc_data/",
    "turtledemo/",
    "venv/",
    "wsgiref/",
    "xmlrpc/",
    "doctest.py",
    "ftplib.py",
    "imaplib.py",
    "mailbox.py",
    "pdb.py",
    "bdb.py",
    "pickletools.py",
    "poplib.py",
    "pydoc.py",
    "smtplib.py",
    "statistics.py",
    "optparse.py",
    "unittest/",
    "tabnanny.py",
    "trace.py",
    "tracemalloc.py",
    "turtle.py",
)
CODECS_NEEDED = ("__init__", "aliases", "ascii", "cp437", "cp1252", "idna", "latin_1", "punycode")
"""Beside every `utf_*`: what zip files, e-mail headers and host names ask for."""


def standard_library(pyodide: Path, cache: Path) -> bytes:
    """A zip for Pyodide's `stdLibURL`."""
    files = zip_members((pyodide / "python_stdlib.zip").read_bytes())
    wanted = {name: content for name, content in files.items() if _is_needed(name)}
    return stored_zip(with_bytecode(wanted, pyodide=pyodide, cache=cache))


def _is_needed(name: str) -> bool:
    if name.startswith(NOT_NEEDED):
        return False
    if name.startswith("encodings/"):
        codec = name.removeprefix("encodings/").removesuffix(".py")
        return codec.startswith("utf_") or codec in CODECS_NEEDED
    return True
