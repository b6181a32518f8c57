"""`python -m app.bundle --out build/web`: builds the browser app."""

import argparse
import logging
import sys
import time
from pathlib import Path

from app.bundle.build import build
from app.bundle.layout import BundleOptions
from app.bundle.stage import stage


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.bundle", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/web"))
    parser.add_argument("--entry", default="app.main", help="module that calls ft.run(main)")
    parser.add_argument(
        "--package", type=Path, action="append", default=[], help="one more package folder to ship"
    )
    parser.add_argument("--stage", type=Path, help="only lay out the folder for `flet build` there")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    if given.stage is not None:
        stage(given.stage.resolve())
        return 0
    started = time.monotonic()
    options = BundleOptions(
        out=given.out.resolve(),
        entry=given.entry,
        extra_packages=tuple(folder.resolve() for folder in given.package),
    )
    result = build(options)
    seconds = time.monotonic() - started
    state = f"{result.files} files in {seconds:.1f} s" if result.is_new else "nothing has changed"
    logging.getLogger("app.bundle").info("%s: %s", result.out, state)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
