"""`python -m tests.bench.sync [one four wire noop first slow fill soak]`: all if none is named."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench.sync import durable, first_fill, links, soak
from tests.bench.sync.figures import remark
from tests.bench.sync.processes import ROOT, Failed

PARTS = {**durable.PARTS, **links.PARTS, **first_fill.PARTS, **soak.PARTS}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.stderr.write(f"There is no part {unknown[0]}. There are: {' '.join(PARTS)}\n")
        return 2
    here = ROOT / "build" / "bench"
    here.mkdir(parents=True, exist_ok=True)
    failed = 0
    for name in names or list(PARTS):
        with tempfile.TemporaryDirectory(dir=here, prefix=f"{name}-") as folder:
            try:
                PARTS[name](Path(folder))
            except Failed as reason:
                remark(f"part {name} failed: {reason}")
                failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
