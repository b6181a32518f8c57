from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.change import Change, Refusal
from sync.domain.clock import Hlc
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId, uuid7
from sync.domain.words import EntityKind
from sync.wire import (
    MAX_BYTES,
    MAX_CHANGES,
    BadWire,
    SyncAnswer,
    SyncRequest,
    answer_from_bytes,
    answer_to_bytes,
    change_from_json,
    change_to_json,
    fitting,
    logged_text,
    request_from_bytes,
    request_to_bytes,
)

texts = st.text(st.characters(codec="utf-8"), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
devices = st.from_regex(r"[a-z0-9]{1,32}", fullmatch=True).map(DeviceId)
ids = st.builds(uuid7, st.integers(0, 2**47), st.binary(min_size=10, max_size=10))
changes = st.builds(
    Change,
    change_id=ids.map(ChangeId),
    area=st.sampled_from(["kirseberg", "rosengard"]).map(AreaCode),
    entity=st.sampled_from(EntityKind),
    entity_id=ids.map(EntityId),
    fields=st.dictionaries(texts, values, max_size=4),
    made_at=st.builds(
        Hlc, wall_ms=st.integers(0, 2**46), counter=st.integers(0, 99), device=devices
    ),
    device_id=devices,
)


def a_change(number: int = 1, text: str = "lampan") -> Change:
    return Change(
        change_id=ChangeId(uuid7(number, b"0123456789")),
        area=AreaCode("kirseberg"),
        entity=EntityKind.OBSERVATION,
        entity_id=EntityId(uuid7(number, b"abcdefghij")),
        fields={"text": text},
        made_at=Hlc(wall_ms=number, counter=0, device=DeviceId("a")),
        device_id=DeviceId("a"),
    )


def an_answer(*given_back: Change) -> SyncAnswer:
    refusal = Refusal(change_id=ChangeId("x"), code="bad_value", reason="no", field="text")
    return SyncAnswer(
        store_id="s",
        now="2026-11-20T09:00:00.000Z",
        accepted=(a_change(7).change_id,),
        refused=(refusal, Refusal(change_id=ChangeId("y"), code="c", reason="r")),
        changes=given_back,
        cursor=5,
        more=True,
    )


@given(changes)
def test_a_change_survives_the_wire(change: Change) -> None:
    assert change_from_json(json.loads(json.dumps(change_to_json(change)))) == change


@given(st.lists(changes, max_size=4), st.integers(0, 2**62))
def test_a_request_survives_the_wire(made: list[Change], cursor: int) -> None:
    raw = request_from_bytes(request_to_bytes(SyncRequest(changes=tuple(made), cursor=cursor)))
    assert [change_from_json(one) for one in raw.changes] == made
    assert raw.cursor == cursor


@given(st.lists(changes, max_size=4))
def test_an_answer_survives_the_wire(made: list[Change]) -> None:
    answer = an_answer(*made)
    assert answer_from_bytes(answer_to_bytes(answer)) == answer


@given(st.lists(changes, max_size=3), st.lists(changes, max_size=3), st.sampled_from([1, 2]))
def test_what_is_told_from_the_log_reads_as_the_change_itself_but_for_what_its_writer_saw(
    made: list[Change], logged: list[Change], version: int
) -> None:
    texts = [
        logged_text(
            change_id=one.change_id,
            area=one.area,
            entity=one.entity.value,
            entity_id=one.entity_id,
            fields=json.dumps(dict(one.fields)),
            made_at=one.made_at.to_text(),
            device_id=one.device_id,
        )
        for one in logged
    ]
    body = answer_to_bytes(an_answer(*made), version, texts)
    assert json.loads(body)["v"] == version
    told = [replace(one, bases=None) for one in (*made, *logged)]
    assert list(answer_from_bytes(body).changes) == told


@pytest.mark.parametrize("key", list(change_to_json(a_change())))
@pytest.mark.parametrize("value", [None, 1, "", [], {"a": 1}, "x" * 50])
def test_a_change_with_a_wrong_key_is_refused(key: str, value: Any) -> None:
    if key == "fields" and isinstance(value, dict):
        return
    with pytest.raises(BadWire):
        change_from_json({**change_to_json(a_change()), key: value})


@pytest.mark.parametrize("raw", [None, 1, "x", []])
def test_what_is_no_object_is_no_change(raw: Any) -> None:
    with pytest.raises(BadWire):
        change_from_json(raw)


def test_keys_of_a_newer_release_are_ignored() -> None:
    assert change_from_json({**change_to_json(a_change()), "mood": "good"}) == a_change()
    body = json.loads(answer_to_bytes(an_answer()))
    assert answer_from_bytes(json.dumps({**body, "later": 1}).encode()) == an_answer()


@pytest.mark.parametrize("key", ["v", "store_id", "now", "accepted", "refused", "changes", "more"])
def test_an_answer_without_a_key_is_not_the_stores(key: str) -> None:
    body = json.loads(answer_to_bytes(an_answer()))
    del body[key]
    with pytest.raises(BadWire):
        answer_from_bytes(json.dumps(body).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome to the free Wi-Fi</html>",
        b"[]",
        b"{}",
        b'{"v":2}',
        b'{"v":1}',
        b"\xff",
        b"[" * 100_000,
        answer_to_bytes(an_answer())[:-10],
    ],
)
def test_what_is_no_stores_answer_is_never_taken_for_one(body: bytes) -> None:
    with pytest.raises(BadWire):
        answer_from_bytes(body)


def test_a_request_of_too_many_changes_is_refused() -> None:
    body = json.dumps({"v": 1, "changes": [{}] * (MAX_CHANGES + 1)}).encode()
    with pytest.raises(BadWire, match="500"):
        request_from_bytes(body)


def as_text(change: Change) -> str:
    return json.dumps(change_to_json(change), ensure_ascii=False)


def test_one_message_takes_as_many_changes_as_fit() -> None:
    small = [as_text(a_change(number)) for number in range(MAX_CHANGES + 10)]
    assert fitting(small) == small[:MAX_CHANGES]
    large = [a_change(number, text="å" * 50_000) for number in range(5)]
    texts = [as_text(change) for change in large]
    assert fitting(texts) == texts[:2]
    assert len(request_to_bytes(SyncRequest(changes=tuple(large[:2]), cursor=0))) < MAX_BYTES
    huge = [as_text(a_change(1, text="x" * MAX_BYTES))]
    assert fitting(huge * 2) == huge
    assert fitting([]) == []


STAMP = a_change().stamp


def test_what_a_writer_saw_travels_to_the_store_and_not_back() -> None:
    told = replace(a_change(), bases={"text": (STAMP,), "place": ()})
    assert change_from_json(json.loads(json.dumps(change_to_json(told)))) == told
    assert "bases" not in change_to_json(a_change())
    answer = json.loads(answer_to_bytes(an_answer(told)))
    assert "bases" not in answer["changes"][0]


@pytest.mark.parametrize(
    "bases",
    [
        "text",
        {"text": "x"},
        {"text": ["yesterday"]},
        {"Text!": []},
        {"text": [STAMP] * 65},
        {f"field{n}": [] for n in range(65)},
    ],
)
def test_no_record_is_refused_because_what_its_writer_saw_is_unreadable(bases: object) -> None:
    assert change_from_json({**change_to_json(a_change()), "bases": bases}) == a_change()
