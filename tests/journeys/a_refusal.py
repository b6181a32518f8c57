"""What stands in a phone's way: said to the browser before the app starts, or to the store."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

from playwright.sync_api import APIResponse, Route

from sync.headers import DIGEST_HEADER, digest_of
from tests.journeys.field_phone import FieldPhone
from tests.journeys.running_store import RunningStore

LITTLE_ROOM = "navigator.storage.estimate = async () => ({quota: 1e9, usage: 1e9 - 2e7});"
NO_CAMERA = """
navigator.mediaDevices.enumerateDevices = async () => [];
navigator.mediaDevices.getUserMedia = async () => {
    throw new DOMException("Requested device not found", "NotFoundError");
};
"""
CAMERA_DENIED = """
globalThis.cameraIsAllowed = false;
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
    if (!globalThis.cameraIsAllowed) throw new DOMException("Permission denied", "NotAllowedError");
    return ask(wanted);
};
"""
NO_SATELLITES = """
const error = {code: 2, message: "unavailable", PERMISSION_DENIED: 1, POSITION_UNAVAILABLE: 2};
const fail = (ok, failed) => setTimeout(() => failed?.(error));
navigator.geolocation.getCurrentPosition = fail;
navigator.geolocation.watchPosition = (ok, failed) => { fail(ok, failed); return 1; };
"""
DAMAGE = """async () => {
    const top = await (await navigator.storage.getDirectory()).getDirectoryHandle("rundan");
    const damaged = [];
    for await (const [name, handle] of top.entries()) {
        if (handle.kind !== "file" || !name.startsWith("rundan.db")) continue;
        const file = await handle.createWritable({ keepExistingData: true });
        await file.write({ type: "write", position: 0, data: "no database any more ".repeat(4) });
        await file.close();
        damaged.push(name);
    }
    return damaged;
}"""
"""To be run on a page of the same site where the app is not open."""


def shut_out(store: RunningStore) -> None:
    """As the coordinator's button does: every phone."""
    _change(store, "UPDATE device SET revoked_at = enrolled_at")


def forget_the_phones(store: RunningStore) -> None:
    _change(store, "DELETE FROM device")


def expire_the_code(store: RunningStore) -> None:
    _change(store, "UPDATE enrolment_code SET expires_at = '2020-01-01T00:00:00.000Z'")


def renew_the_code(store: RunningStore) -> None:
    _change(store, "UPDATE enrolment_code SET expires_at = '2099-01-01T00:00:00.000Z'")


def _change(store: RunningStore, statement: str) -> None:
    with closing(sqlite3.connect(store.data / "rundan.sqlite", timeout=10)) as database, database:
        database.execute(statement)


def answers_with_the_time(phone: FieldPhone, now: str) -> None:
    """The store's clock is right; so for the phone its own is wrong by what lies between."""

    def tell(route: Route) -> None:
        answer = route.fetch()
        body: dict[str, Any] = answer.json()
        changed = json.dumps({**body, "now": now}).encode()
        route.fulfill(status=200, headers=_of_the_store(answer, changed), body=changed)

    phone.page.route("**/api/v1/sync", tell)


def does_not_know_this_release(phone: FieldPhone) -> None:
    def answer(route: Route) -> None:
        problem = {"type": "about:blank", "title": "", "code": "wrong_version", "status": 400}
        body = json.dumps(problem).encode()
        headers = _of_the_store(route.fetch(), body)
        headers["content-type"] = "application/problem+json"
        route.fulfill(status=400, headers=headers, body=body)

    phone.page.route("**/api/v1/sync", answer)


def _of_the_store(answer: APIResponse, body: bytes) -> dict[str, str]:
    """The headers that say which store it is, as they are with this body."""
    replaced = ("content-encoding", "content-length", DIGEST_HEADER.lower())
    kept = {name: value for name, value in answer.headers.items() if name not in replaced}
    return {**kept, DIGEST_HEADER: digest_of(body)}
