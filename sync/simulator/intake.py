"""Reading what a caller sends, as strictly as the city's service is known to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from sync.simulator.pictures import REFUSAL, accepted_extension
from sync.simulator.whereabouts import number

PHOTO_FIELDS = ("file", "UploadedImage")
MAX_PHOTO_BYTES = 30_000_000  # the usual limit of the web server the city's service runs on
MAX_JSON_BYTES = 1_000_000


class RefusedUpload(ValueError):
    """The text is what the service answers under `error`, with 400."""


class RefusedCase(ValueError):
    """The service answers every one of these with the same 500; the text is for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    field: str
    name: str
    extension: str
    content: bytes


async def read_upload(request: Request) -> Upload:
    """The one file of the request. Raises RefusedUpload."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:19]) > MAX_PHOTO_BYTES:
        raise RefusedUpload("Maximum request length exceeded.")
    try:
        form = await request.form()
    except (HTTPException, MultiPartException) as error:
        raise RefusedUpload(REFUSAL) from error
    try:
        files = [(field, part) for field, part in form.multi_items() if _is_file(part)]
        if len(files) > 1:
            raise RefusedUpload("Please Upload one image per request")
        field, part = files[0] if files else ("", None)
        if field not in PHOTO_FIELDS or not isinstance(part, UploadFile):
            raise RefusedUpload(REFUSAL)
        name = _printable(part.filename or "")
        extension = accepted_extension(name)
        if extension is None:
            raise RefusedUpload(REFUSAL)
        content = await part.read(MAX_PHOTO_BYTES + 1)
        if len(content) > MAX_PHOTO_BYTES:
            raise RefusedUpload("Maximum request length exceeded.")
        return Upload(field=field, name=name, extension=extension, content=content)
    finally:
        await form.close()


async def read_case(request: Request) -> tuple[dict[str, Any], list[int]]:
    """The JSON object as sent and its tempIds. Raises RefusedCase."""
    sent = _parsed(await read_bounded(request, MAX_JSON_BYTES))
    if not isinstance(sent, dict):
        raise RefusedCase("not a JSON object")
    description = sent.get("IssueDescription")
    if not isinstance(description, str) or not description.strip():
        raise RefusedCase("IssueDescription is missing or blank")
    for key in ("IssueEasting", "IssueNorthing"):
        if number(sent.get(key)) is None:
            raise RefusedCase(f"{key} is missing or not a number")
    return sent, _temp_ids(sent.get("IssueDocuments"))


async def read_bounded(request: Request, limit: int) -> bytes:
    """The body, at most `limit` bytes. Raises RefusedCase when it is longer."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise RefusedCase(f"longer than {limit} bytes")
    return bytes(body)


def _parsed(body: bytes) -> object:
    """JSON that can be written again as JSON: no NaN, no half surrogate pairs."""
    try:
        sent = json.loads(body, parse_constant=_no_constant)
        json.dumps(sent, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise RefusedCase("not JSON") from error
    return sent


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _temp_ids(documents: object) -> list[int]:
    if documents is None:
        return []
    if not isinstance(documents, list):
        raise RefusedCase("IssueDocuments is not a list")
    found = [_temp_id(document) for document in documents]
    return list(dict.fromkeys(found))


def _temp_id(document: object) -> int:
    if isinstance(document, int) and not isinstance(document, bool):
        return document
    if isinstance(document, str) and document.isascii() and document.isdigit():
        return int(document[:19])
    raise RefusedCase("a tempId is not a number")


def _is_file(part: object) -> bool:
    return isinstance(part, UploadFile)


def _printable(name: str) -> str:
    """A file name that can be stored: undecodable bytes become question marks."""
    return name.encode("utf-8", "replace").decode()[:200]
