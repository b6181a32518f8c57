import json
import re
import zipfile
from pathlib import Path

from app.bundle.archive import stored_zip
from app.bundle.build import build
from app.bundle.precompress import is_compressible
from tests.bundle.conftest import hello_options


def archives(site: Path) -> set[str]:
    names: set[str] = set()
    for archive in site.glob("v/*/*.zip"):
        names.update(zipfile.ZipFile(archive).namelist())
    return names


def test_a_second_build_with_nothing_changed_makes_nothing(hello_site: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in hello_site.rglob("*")}
    result = build(hello_options(hello_site))
    assert not result.is_new and result.files == 0
    assert {path: path.stat().st_mtime_ns for path in hello_site.rglob("*")} == before


def test_the_same_sources_give_the_same_addresses(hello_site: Path, tmp_path: Path) -> None:
    build(hello_options(tmp_path / "web"))
    again = {path.name for path in (tmp_path / "web" / "v").iterdir()}
    assert again == {path.name for path in (hello_site / "v").iterdir()}


def test_the_phone_gets_no_code_of_the_office_or_the_store(hello_site: Path) -> None:
    left_out = ("app/office", "app/bundle", "sync/central", "sync/forward", "sync/simulator")
    assert not [name for name in archives(hello_site) if name.startswith(left_out)]


def test_the_phone_gets_no_pip_and_no_package_metadata(hello_site: Path) -> None:
    names = archives(hello_site)
    assert not [name for name in names if name.startswith("pip/") or ".dist-info/" in name]
    assert {"sqlite_utils/db.pyc", "flet/app.pyc", "msgpack/__init__.pyc"} <= names


def test_all_python_is_shipped_as_byte_code(hello_site: Path) -> None:
    names = archives(hello_site)
    assert "hello_app/main.pyc" in names
    assert not [name for name in names if name.endswith(".py")]


def test_everything_large_is_there_compressed(hello_site: Path) -> None:
    for path in hello_site.glob("v/**/*"):
        name = path.relative_to(hello_site).as_posix()
        if path.is_file() and is_compressible(name, path.stat().st_size):
            assert path.with_name(f"{path.name}.br").stat().st_size < path.stat().st_size
            assert path.with_name(f"{path.name}.gz").stat().st_size < path.stat().st_size


def test_the_front_page_has_no_inline_script(hello_site: Path) -> None:
    page = (hello_site / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []
    assert "%APP%" not in page


def test_nothing_served_names_another_host_in_the_page(hello_site: Path) -> None:
    for name in ("index.html", "manifest.json", "service-worker.js"):
        assert "://" not in (hello_site / name).read_text(encoding="utf-8")


def test_the_manifest_is_rundans(hello_site: Path) -> None:
    manifest = json.loads((hello_site / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["name"], manifest["lang"], manifest["scope"]) == ("Rundan", "sv", "/")
    for icon in manifest["icons"]:
        assert (hello_site / icon["src"]).is_file()


def test_the_service_worker_keeps_only_files_that_exist(hello_site: Path) -> None:
    worker = (hello_site / "service-worker.js").read_text(encoding="utf-8")
    lists = re.search(r"const FILES = (\{.*?\});", worker)
    assert lists is not None
    for paths in json.loads(lists[1]).values():
        assert paths
        for path in paths:
            assert (hello_site / path.removeprefix("/")).is_file()


def test_an_archive_depends_on_its_content_alone() -> None:
    files = {"b.txt": b"2", "a/c.txt": b"1"}
    assert stored_zip(files) == stored_zip(dict(reversed(files.items())))
