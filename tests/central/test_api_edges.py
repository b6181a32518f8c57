from __future__ import annotations

import json
import shutil

import pytest
from fastapi import FastAPI

from sync.central.api.app import add_api, create_api
from sync.central.problems import CODES
from tests.central.a_store import AStore, code_of
from tests.central.asking import Asking


def test_a_store_that_is_well_says_so(store: AStore) -> None:
    answer = store.ask("GET", "/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "store_id": store.services.store_id,
        "version": "0.1.0",
        "faults": [],
    }


def test_a_store_whose_folder_is_gone_says_what_is_wrong(store: AStore) -> None:
    shutil.rmtree(store.folder)
    answer = store.ask("GET", "/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "degraded")
    assert "data_folder" in answer.json()["faults"]
    store.folder.mkdir()


def test_an_address_or_a_method_that_is_not_there_is_a_problem_too(store: AStore) -> None:
    nowhere = store.ask("GET", "/api/v1/dreams")
    assert (nowhere.status_code, code_of(nowhere)) == (404, "not_found")
    method = store.ask("GET", "/api/v1/sync")
    assert (method.status_code, code_of(method)) == (405, "not_allowed")
    assert method.headers["allow"] == "POST"


def test_a_body_that_is_not_json_is_a_problem(store: AStore) -> None:
    answer = store.ask(
        "POST", "/api/v1/enrol", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, code_of(answer)) == (400, "bad_request")


def test_a_failure_is_logged_and_tells_the_outside_nothing(
    store: AStore, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_api(store.services)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the secret of the house")

    answer = Asking(app)("GET", "/broken")
    assert (answer.status_code, code_of(answer)) == (500, "internal")
    assert "secret" not in answer.text
    assert "the secret of the house" in caplog.text


def test_a_database_that_fails_means_later_and_not_never(store: AStore) -> None:
    phone = store.a_phone()
    store.services.engine.dispose()
    for file in store.folder.glob("rundan.sqlite*"):
        file.unlink()
    answer = phone.ask("POST", "/api/v1/sync", json={"v": 1})
    assert (answer.status_code, code_of(answer)) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


def test_the_pages_about_the_interface_load_nothing_from_elsewhere(store: AStore) -> None:
    page = store.ask("GET", "/api/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert "://" not in page.text.replace("https://tus.io", "")
    for code in CODES:
        assert f'id="problem-{code}"' in page.text


def test_every_operation_is_described_in_both(store: AStore) -> None:
    schema = store.ask("GET", "/api/openapi.json").json()
    page = store.ask("GET", "/api/docs").text
    operations = {
        (method, path): operation
        for path, item in schema["paths"].items()
        for method, operation in item.items()
    }
    assert {path for _, path in operations} == {
        "/api/v1/enrol",
        "/api/v1/areas",
        "/api/v1/sync",
        "/api/v1/changes/{entity}/{entity_id}",
        "/api/v1/photos",
        "/api/v1/photos/bundle",
        "/api/v1/photos/{sha256}",
        "/api/v1/photos/{sha256}/thumbnail",
        "/api/v1/briefing",
        "/api/v1/address",
        "/api/v1/error-reports",
        "/api/v1/tiles/{area}",
        "/api/v1/tiles/{z}/{x}/{y}",
        "/healthz",
    }
    for (method, path), operation in operations.items():
        assert operation["summary"]
        assert f"<b>{method.upper()}</b> <code>{path}</code>" in page
    assert "SyncRequest" in json.dumps(schema)
    for name in schema["components"]["schemas"]:
        assert f'id="schema-{name}"' in page


def test_the_interface_can_be_added_to_an_application_with_other_rooms(store: AStore) -> None:
    app = FastAPI(openapi_url=None)
    add_api(app, store.services)
    app.mount("/kontor", FastAPI(openapi_url=None))
    assert Asking(app)("GET", "/healthz").status_code == 200
    assert code_of(Asking(app)("GET", "/elsewhere")) == "not_found"
