"""Every kind of answer to a case has one meaning; only a sure "no" may be sent again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.forward.connector import (
    CannotSend,
    ForwardError,
    NoStatus,
    NotSent,
    Unauthorized,
    Uncertain,
    UnknownCase,
)
from sync.forward.malmo_answers import Answer, case_of, status_of, temp_id_of


@pytest.mark.parametrize(
    ("code", "body", "error"),
    [
        (200, b'{"IssueId": ""}', NotSent),
        (200, b'{"IssueId": null}', NotSent),
        (200, b'{"IssueId": 0}', NotSent),
        (200, b'{"IssueId": [1]}', Uncertain),
        (200, b'{"IssueId": -4}', Uncertain),
        (200, b"{}", Uncertain),
        (200, b"", Uncertain),
        (200, b"599467", Uncertain),
        (200, b"<html></html>", Uncertain),
        (204, b"", Uncertain),
        (302, b"", Uncertain),
        (301, b"", NotSent),
        (308, b"", NotSent),
        (400, b'{"Message": "x"}', CannotSend),
        (401, b"", Unauthorized),
        (403, b"", Unauthorized),
        (404, b"", NotSent),
        (405, b"", NotSent),
        (408, b"", NotSent),
        (413, b"", CannotSend),
        (429, b"", NotSent),
        (500, b'{"Message": "An error has occurred."}', NotSent),
        (500, b"<html>Server Error</html>", Uncertain),
        (502, b'{"Message": "x"}', Uncertain),
        (503, b"", NotSent),
        (504, b"", Uncertain),
        (511, b"", NotSent),
    ],
)
def test_an_answer_to_a_case_means_what_the_table_says(
    code: int, body: bytes, error: type[ForwardError]
) -> None:
    with pytest.raises(error):
        case_of(Answer(status_code=code, body=body))


@pytest.mark.parametrize("body", [b'{"IssueId": 599467}', b'{"IssueId": " 599467 ", "x": 1}'])
def test_a_case_number_may_be_a_number_or_text(body: bytes) -> None:
    assert case_of(Answer(status_code=200, body=body)) == "599467"
    assert case_of(Answer(status_code=201, body=body)) == "599467"


@pytest.mark.parametrize("body", [b'{"tempId": ""}', b'{"tempId": null}', b"{}", b"<html>", b"7"])
def test_a_photo_without_a_temp_id_is_not_sent(body: bytes) -> None:
    with pytest.raises(NotSent):
        temp_id_of(Answer(status_code=200, body=body))


def test_an_unknown_case_is_known_by_its_text_whatever_the_code() -> None:
    for code in (200, 404, 500):
        with pytest.raises(UnknownCase):
            status_of(Answer(status_code=code, body=b"ID does not exist.\r\n"))


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"IssueStatus": " "}', b'{"IssueStatus": 1}'])
def test_no_status_is_read_out_of_anything_else(body: bytes) -> None:
    with pytest.raises(NoStatus):
        status_of(Answer(status_code=200, body=body))


@given(code=st.integers(100, 599), body=st.binary(max_size=200))
def test_no_answer_at_all_gets_past_the_error_tree(code: int, body: bytes) -> None:
    answer = Answer(status_code=code, body=body)
    for meaning in (temp_id_of, case_of, status_of):
        try:
            assert meaning(answer)
        except ForwardError as error:
            assert str(error)
