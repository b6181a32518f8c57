"""POST /api/v1/sync: one request that hands in what waits and fetches what is new."""

import asyncio
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import Connection

from sync.central.api.asking import asking_device, bearer_token
from sync.central.api.bodies import decoded, read_body
from sync.central.api.schemas import CHANGES_OPENAPI, SYNC_OPENAPI
from sync.central.api.sealed import sealed_json
from sync.central.api.services import Services
from sync.central.devices import Device, device_asking, note_seen
from sync.central.engine import reading
from sync.central.fill import fill_part, whole_families
from sync.central.ledger import Fetched, Ingested
from sync.central.problems import Problem
from sync.central.ready import plain_of
from sync.domain.ids import EntityId
from sync.domain.instants import to_text
from sync.domain.words import EntityKind, Writer
from sync.wire import (
    VERSION,
    BadWire,
    RawRequest,
    SyncAnswer,
    TooMany,
    WrongVersion,
    answer_to_bytes,
    request_from_bytes,
)

MAX_BODY_BYTES = 4 * 1024 * 1024
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}


def sync_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["Sync"])
    asking = asking_device(services)

    @router.post("/sync", summary="Hand in changes, fetch changes", openapi_extra=SYNC_OPENAPI)
    async def sync(request: Request) -> Response:
        """A change counts once however often it is sent; a refused one holds up no other."""
        token = bearer_token(request)
        body = await read_body(request, MAX_BODY_BYTES)
        if not body.is_whole:
            raise Problem("bad_request", "the connection was cut")
        encoding = request.headers.get("content-encoding")

        def answer() -> Response:
            return sealed_json(request, _round(services, token, body.data, encoding), _HEADERS)

        return await asyncio.to_thread(answer)

    @router.get(
        "/changes/{entity}/{entity_id}",
        summary="The changes that one thing comes from",
        openapi_extra=CHANGES_OPENAPI,
    )
    def changes(
        entity: EntityKind,
        entity_id: str,
        request: Request,
        device: Annotated[Device, Depends(asking)],
    ) -> Response:
        """For a phone whose own changes of it were refused; empty for what the store does not
        know. The answer is one of /sync."""
        with reading(services.engine) as connection:
            found = services.ledger.making_up(
                connection,
                entity=entity,
                entity_id=EntityId(entity_id),
                areas=device.areas,
            )
        nothing = Ingested(accepted=(), refused=())
        fetched = Fetched(changes=tuple(found), cursor=0, more=False)
        answer = _to_bytes(services, nothing, fetched, VERSION)
        return sealed_json(request, answer, _HEADERS)

    return router


def _round(services: Services, token: str, body: bytes, encoding: str | None) -> bytes:
    """The answer, in the version that the phone asked in."""
    now = services.now()
    with reading(services.engine) as connection:
        device = device_asking(plain_of(connection), token)
        request = _read(decoded(body, encoding, MAX_BODY_BYTES))
        if not request.changes and not device.is_seen_due(now):
            nothing = Ingested(accepted=(), refused=())
            fetched = _fetch(services, connection, device, request)
            return _to_bytes(services, nothing, fetched, request.version)
    with services.engine.begin() as connection:
        device = device_asking(plain_of(connection), token)
        if device.is_seen_due(now):
            note_seen(connection, device.device_id, now)
        ingested = services.ledger.ingest(
            connection,
            request.changes,
            writer=Writer.PHONE,
            areas=device.areas,
            received_from=device.device_id,
        )
        fetched = _fetch(
            services, connection, device, request, also=_came_elsewhere(device, request, ingested)
        )
    return _to_bytes(services, ingested, fetched, request.version)


def _came_elsewhere(
    device: Device, request: RawRequest, ingested: Ingested
) -> tuple[EntityId, ...]:
    """The things that this phone sends and the store has from somebody else: from a file, or from
    another phone. What became of them since may lie before all that this phone is told; and so it
    may, of its own, when it is being filled and an answer was lost."""
    return tuple(
        dict.fromkeys(
            one.entity_id
            for one in ingested.repeats
            if one.received_from != device.device_id or request.fill is not None
        )
    )


def _fetch(
    services: Services,
    connection: Connection,
    device: Device,
    request: RawRequest,
    also: tuple[EntityId, ...] = (),
) -> Fetched:
    """What this phone gets: of a first fill its next part, else what is new in the log; and all
    that belongs to what it asks for by name, and to `also`."""
    fetched = _new(services, connection, device, request)
    wanted = (*request.missing, *also) if request.fetch else also
    if not wanted:
        return fetched
    whole = whole_families(connection, device.areas, wanted)
    return replace(fetched, changes=(*fetched.changes, *whole))


def _new(
    services: Services, connection: Connection, device: Device, request: RawRequest
) -> Fetched:
    if not request.fetch:
        return Fetched(changes=(), cursor=request.cursor, more=True, fill=request.fill)
    filled = None
    if request.fill is not None:
        filled = fill_part(connection, device.areas, request.fill, services.now())
    return filled or services.ledger.since(
        connection,
        areas=device.areas,
        cursor=request.cursor,
        without_device=device.device_id,
    )


def _to_bytes(services: Services, ingested: Ingested, fetched: Fetched, version: int) -> bytes:
    answer = SyncAnswer(
        store_id=services.store_id,
        now=to_text(services.now()),
        accepted=ingested.accepted,
        refused=ingested.refused,
        changes=fetched.changes,
        cursor=fetched.cursor,
        more=fetched.more,
        fill=fetched.fill,
    )
    return answer_to_bytes(answer, version, fetched.logged)


def _read(body: bytes) -> RawRequest:
    try:
        return request_from_bytes(body)
    except WrongVersion as error:
        raise Problem("wrong_version", str(error)) from error
    except TooMany as error:
        raise Problem("too_large", str(error)) from error
    except BadWire as error:
        raise Problem("bad_request", str(error)) from error
