"""Python 3.14 byte code, made at build time: a start on a phone should not compile 500 modules.

The compiler is the Pyodide that flet-web ships, run by the Node that playwright's wheel carries;
both are pinned with their hashes in requirements.lock. Each result is cached by its source.
"""

import contextlib
import hashlib
import logging
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

logger = logging.getLogger(__name__)
HERE = Path(__file__).parent
COMPILER = HERE / "bytecode_compile.py"
RUNNER = HERE / "bytecode_runner.mjs"


def node_program() -> Path | None:
    """The Node inside playwright's wheel, else one of the machine, else None: one that runs."""
    candidates = [shutil.which("node")]
    with contextlib.suppress(ImportError):
        import playwright

        candidates.insert(0, str(Path(playwright.__file__).parent / "driver" / "node"))
    for candidate in candidates:
        if candidate is not None and _runs(candidate):
            return Path(candidate)
    return None


def _runs(program: str) -> bool:
    """A small Debian lacks a library (libatomic1) that Node wants."""
    try:
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def with_bytecode(files: Mapping[str, bytes], *, pyodide: Path, cache: Path) -> dict[str, bytes]:
    """The same files with every `x.py` replaced by `x.pyc`; as they were if there is no Node."""
    node = node_program()
    if node is None:
        logger.warning("no Node on this machine: the app is shipped as source and starts slower")
        return dict(files)
    salt = (
        COMPILER.read_bytes() + RUNNER.read_bytes() + (pyodide / "pyodide-lock.json").read_bytes()
    )
    folder = cache / "bytecode"
    folder.mkdir(parents=True, exist_ok=True)
    sources = {name: content for name, content in files.items() if name.endswith(".py")}
    places = {
        name: folder / hashlib.sha256(salt + name.encode() + b"\0" + content).hexdigest()
        for name, content in sources.items()
    }
    missing = {name: sources[name] for name, place in places.items() if not place.is_file()}
    if missing:
        _compile(missing, places, node=node, pyodide=pyodide)
    return {
        **{name: content for name, content in files.items() if name not in sources},
        **{f"{name}c": place.read_bytes() for name, place in places.items()},
    }


def _compile(
    missing: Mapping[str, bytes], places: Mapping[str, Path], *, node: Path, pyodide: Path
) -> None:
    with tempfile.TemporaryDirectory(prefix="rundan-bytecode-") as temporary:
        source, target = Path(temporary, "source"), Path(temporary, "target")
        target.mkdir()
        for name, content in missing.items():
            path = source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        subprocess.run(
            [node, RUNNER, pyodide, COMPILER, source, target], check=True, stdout=subprocess.PIPE
        )
        for name in missing:
            shutil.move(target / f"{name}c", places[name])
