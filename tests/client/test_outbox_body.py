"""What is sent of a row of the outbox is the change that stands in it."""

from __future__ import annotations

import json

from hypothesis import given

from sync.client.outbox_body import as_sent, body_of
from sync.domain.change import Change
from sync.wire import SyncRequest, change_to_json, request_from_bytes, request_to_bytes
from tests.test_wire import a_change, changes


@given(changes)
def test_a_row_goes_as_the_change_that_was_saved_and_without_its_sum(change: Change) -> None:
    text = as_sent(body_of(change))
    assert text is not None
    request = SyncRequest(changes=(change,), cursor=0, texts={change.change_id: text})
    (sent,) = request_from_bytes(request_to_bytes(request)).changes
    assert sent == change_to_json(change)


def test_a_row_of_a_release_without_sums_has_no_text_of_its_own() -> None:
    assert as_sent(json.dumps(change_to_json(a_change(text=', "crc32": 1}')))) is None
