from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from sync.central.devices import all_devices, revoke_device
from sync.central.engine import reading
from sync.central.enrolment import ALPHABET
from sync.central.tables import device, enrolment_code
from sync.domain.ids import AreaCode, DeviceId
from tests.central.a_store import (
    KIRSEBERG,
    ROSENGARD,
    AStore,
    a_change,
    a_phone_of_its_own,
    code_of,
)


def revoke(store: AStore, device_id: str) -> None:
    with store.services.engine.begin() as connection:
        revoke_device(connection, DeviceId(device_id), store.clock())


def test_a_phone_with_the_code_is_let_in_and_told_its_areas(store: AStore) -> None:
    made = a_phone_of_its_own(nickname="  Sam   B ")
    answer = store.enrol(store.code(KIRSEBERG, ROSENGARD), made)
    assert answer.status_code == 200
    body = answer.json()
    assert [area["code"] for area in body["areas"]] == ["kirseberg", "rosengard"]
    assert body["areas"][1]["name"] == "Rosengård"
    assert body["areas"][0]["outline"]["type"] == "Polygon"
    assert (body["store_id"], body["device_id"], body["nickname"]) == (
        store.services.store_id,
        made["device_id"],
        "Sam B",
    )
    assert store.phone(made).ask("GET", "/api/v1/areas").json()["areas"] == body["areas"]


def test_an_answer_that_got_lost_is_given_again_also_when_the_code_has_expired(
    store: AStore,
) -> None:
    code, made = store.code(hours=1), a_phone_of_its_own()
    first = store.enrol(code, made)
    store.clock.forward(hours=2)
    assert store.enrol(code, made).json() == first.json()
    with reading(store.services.engine) as connection:
        assert len(all_devices(connection)) == 1


def test_case_blanks_and_hyphens_in_a_code_do_not_matter(store: AStore) -> None:
    code = store.code()
    typed = f" {code[:3].lower()} - {code[3:].lower()} "
    assert store.enrol(typed, a_phone_of_its_own()).status_code == 200


def test_a_code_has_six_characters_that_cannot_be_mixed_up(store: AStore) -> None:
    codes = [store.code() for _ in range(20)]
    assert all(len(code) == 6 and set(code) <= set(ALPHABET) for code in codes)
    assert len(set(codes)) == 20
    assert not set("01ILO") & set(ALPHABET)


def test_a_wrong_code_and_an_expired_one_are_told_apart(store: AStore) -> None:
    code = store.code(hours=1)
    wrong = store.enrol("222222", a_phone_of_its_own())
    assert (wrong.status_code, code_of(wrong)) == (403, "wrong_code")
    store.clock.forward(hours=1)
    expired = store.enrol(code, a_phone_of_its_own())
    assert (expired.status_code, code_of(expired)) == (403, "expired_code")


def test_a_revoked_code_lets_nobody_else_in(store: AStore) -> None:
    code, made = store.code(), a_phone_of_its_own()
    store.enrol(code, made)
    with store.services.engine.begin() as connection:
        code_id = connection.execute(select(enrolment_code.c.id)).scalar_one()
        store.services.enrolment.revoke_code(connection, code_id)
    assert code_of(store.enrol(code, a_phone_of_its_own())) == "expired_code"
    assert store.phone(made).ask("GET", "/api/v1/areas").status_code == 200


def test_after_ten_wrong_codes_a_client_waits_and_others_do_not(store: AStore) -> None:
    code = store.code()
    for _ in range(10):
        assert code_of(store.enrol("222222", a_phone_of_its_own())) == "wrong_code"
    stopped = store.enrol(code, a_phone_of_its_own())
    assert (stopped.status_code, code_of(stopped)) == (429, "too_many_tries")
    assert stopped.headers["retry-after"] == "60"
    other = ("203.0.113.9", 1)
    assert store.enrol(code, a_phone_of_its_own(), client=other).status_code == 200
    store.clock.forward(seconds=61)
    assert store.enrol(code, a_phone_of_its_own()).status_code == 200


def test_a_device_id_or_token_of_another_phone_is_not_given_away(store: AStore) -> None:
    code, first = store.code(), a_phone_of_its_own()
    store.enrol(code, first)
    same_id = {**a_phone_of_its_own(), "device_id": first["device_id"]}
    same_token = {**a_phone_of_its_own(), "token": first["token"]}
    for taken in (same_id, same_token):
        answer = store.enrol(code, taken)
        assert (answer.status_code, code_of(answer)) == (409, "device_taken")


def test_another_code_adds_its_areas_to_those_a_phone_has(store: AStore) -> None:
    made = a_phone_of_its_own()
    store.enrol(store.code(KIRSEBERG), made)
    answer = store.enrol(store.code(ROSENGARD), made)
    assert [area["code"] for area in answer.json()["areas"]] == ["kirseberg", "rosengard"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("device_id", "short"),
        ("device_id", "UPPERCASE0000000000"),
        ("token", "t" * 31),
        ("token", "t" * 40 + " "),
        ("nickname", "   "),
        ("nickname", "x" * 41),
        ("nickname", "a\x00b"),
        ("nickname", None),
    ],
)
def test_a_request_that_is_not_well_formed_is_told_which_name_is_wrong(
    store: AStore, field: str, value: object
) -> None:
    answer = store.ask(
        "POST",
        "/api/v1/enrol",
        json={**a_phone_of_its_own(), "code": store.code(), field: value},
    )
    assert (answer.status_code, code_of(answer)) == (422, "bad_value")
    assert answer.json()["field"] == field


def test_neither_token_nor_code_can_be_read_in_the_database(store: AStore) -> None:
    code, made = store.code(), a_phone_of_its_own()
    store.enrol(code, made)
    with reading(store.services.engine) as connection:
        kept = [
            *connection.execute(select(device)).one(),
            *connection.execute(select(enrolment_code)).one(),
        ]
    assert made["token"] not in kept
    assert code not in kept


def test_a_phone_that_is_shut_out_is_told_so_everywhere(store: AStore) -> None:
    code, made = store.code(), a_phone_of_its_own()
    store.enrol(code, made)
    phone = store.phone(made)
    kept = a_change()
    phone.sync(kept)
    revoke(store, phone.device_id)
    for answer in (
        phone.ask("GET", "/api/v1/areas"),
        phone.ask("POST", "/api/v1/sync", json={"v": 1}),
        phone.create(b"x"),
        store.enrol(code, made),
    ):
        assert (answer.status_code, code_of(answer)) == (401, "revoked")
    assert store.a_phone().sync().changes == (kept,)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic abc", "Bearer " + "x" * 43])
def test_a_token_that_is_not_known_is_told_so(store: AStore, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = store.ask("POST", "/api/v1/sync", headers=headers, json={"v": 1})
    assert (answer.status_code, code_of(answer)) == (401, "unknown_token")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_code_for_an_area_that_does_not_exist_cannot_be_made(store: AStore) -> None:
    for areas in ([AreaCode("atlantis")], []):
        with (
            pytest.raises(ValueError, match="areas"),
            store.services.engine.begin() as connection,
        ):
            store.services.enrolment.make_code(connection, areas, timedelta(days=1))
