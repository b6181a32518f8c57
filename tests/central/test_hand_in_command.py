"""`rundan hand-in FILE…`, as it is typed, on a data folder; also while the store runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sync.central.__main__ import main
from sync.central.commands.open_folder import ledger_of, open_database
from tests.central.a_store import AStore
from tests.central.test_hand_in import a_phone_with_work, counts
from tests.client.test_hand_over import file_of


def test_files_are_taken_beside_a_running_store_and_bad_ones_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNDAN_DATA", str(tmp_path / "data"))
    engine = open_database(tmp_path / "data")
    ledger_of(engine)
    engine.dispose()
    store = AStore(tmp_path / "data")
    good, bad = tmp_path / "rundan-a.zip", tmp_path / "bild.zip"
    good.write_bytes(asyncio.run(_file(store, tmp_path)))
    bad.write_bytes(b"no zip")

    def run(*files: Path) -> tuple[int, str, str]:
        code = main(["hand-in", *map(str, files)])
        said = capsys.readouterr()
        return code, said.out, said.err

    code, out, errors = run(good)
    assert (code, errors) == (0, "")
    assert "från Sam" in out and "ändringar: 5 nya, 0 fanns redan" in out
    assert "bilder: 2 nya, 0 fanns redan" in out
    after = counts(store)
    code, out, errors = run(bad, good, tmp_path / "finns-inte.zip")
    assert code == 2
    assert "ändringar: 0 nya, 5 fanns redan" in out
    assert "filen är skadad" in errors and "finns-inte.zip: går inte att läsa" in errors
    assert counts(store) == after
    store.close()


async def _file(store: AStore, folder: Path) -> bytes:
    return await file_of(await a_phone_with_work(store, folder))
