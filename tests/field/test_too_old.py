"""An app that its store does not understand any more: what is left goes as a file."""

from __future__ import annotations

import io

from app.field.models.above import Above
from app.i18n import Words
from sync.client.transport import Request, Response
from sync.hand_over.reader import read_hand_over
from tests.field.a_phone import Phone, until, walking
from tests.field.test_screens import screen
from tests.released.v1_far_end import WRONG_VERSION


def understands_nothing(request: Request) -> Response | None:
    if not request.url.endswith("/api/v1/sync"):
        return None
    headers = {"content-type": "application/problem+json"}
    return Response(status=400, headers=headers, body=WRONG_VERSION)


@walking
async def test_it_is_told_and_everything_it_has_is_handed_in_as_a_file(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    phone.link.answers_itself = understands_nothing
    await phone.save_a_defect("Lampan är trasig")
    await until(lambda: phone.sync.is_too_old)
    await phone.round.leave()
    await phone.sync.now()
    await until(lambda: phone.app.pages.above == [Above.TOO_OLD])
    assert Words()("end.hand_over") in screen(phone).text
    assert phone.app.pages.hand_over is not None
    await phone.app.pages.hand_over.give()
    (file,) = phone.sharing.shared
    texts = [
        one.change.fields.get("text") for one in read_hand_over(io.BytesIO(file.content)).changes
    ]
    assert "Lampan är trasig" in texts


@walking
async def test_it_works_again_when_the_app_is_newer(phone: Phone) -> None:
    await phone.walk()
    phone.link.answers_itself = understands_nothing
    await phone.save_a_defect()
    await until(lambda: phone.sync.is_too_old)
    phone.app.pages.open_trouble()
    phone.link.answers_itself = lambda _: None
    await phone.app.pages.send_again()
    await phone.all_sent()
    assert not phone.sync.is_too_old and phone.app.pages.above == []
