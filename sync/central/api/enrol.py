"""POST /api/v1/enrol and GET /api/v1/areas: joining a store, and the areas a phone walks in."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, BaseModel, Field

from sync.central.api.asking import asking_device
from sync.central.api.services import Services
from sync.central.areas import Area, areas_with
from sync.central.devices import Device
from sync.central.engine import reading
from sync.central.problems import Problem
from sync.domain.fields import MAX_NAME
from sync.domain.ids import DeviceId


def _nickname(typed: str) -> str:
    name = " ".join(typed.split())
    if not name or not name.isprintable():
        raise ValueError("must have at least one letter and no control characters")
    return name


class EnrolRequest(BaseModel):
    """device_id and token are made by the phone, and kept by it before it asks."""

    code: Annotated[str, Field(max_length=40, examples=["7KM-4QT"])]
    device_id: Annotated[str, Field(pattern=r"^[a-z0-9]{16,32}$")]
    token: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{32,128}$")]
    nickname: Annotated[str, Field(max_length=MAX_NAME), AfterValidator(_nickname)]


class AreaAnswer(BaseModel):
    """outline: GeoJSON polygon, WGS 84, longitude before latitude."""

    code: str
    name: str
    outline: dict[str, Any]


class AreasAnswer(BaseModel):
    areas: list[AreaAnswer]


class EnrolAnswer(BaseModel):
    """letter: what the numbers of this phone's findings begin with, as in B-7."""

    store_id: str
    device_id: str
    nickname: str
    letter: str | None
    areas: list[AreaAnswer]


def enrol_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["Enrolment"])
    asking = asking_device(services)

    @router.post("/enrol", summary="Let a phone in with a code")
    def enrol(body: EnrolRequest, request: Request) -> EnrolAnswer:
        """Sending the same again gives the same answer. A code is six characters; case, blanks
        and hyphens do not matter."""
        client = request.client.host if request.client else ""
        wait_s = services.wrong_tries.wait_s(client)
        if wait_s:
            again = {"Retry-After": str(wait_s)}
            raise Problem("too_many_tries", f"wait {wait_s} seconds", headers=again)
        try:
            with services.engine.begin() as connection:
                device = services.enrolment.enrol(
                    connection,
                    code=body.code,
                    device_id=DeviceId(body.device_id),
                    token=body.token,
                    nickname=body.nickname,
                )
                areas = areas_with(connection, device.areas)
        except Problem as problem:
            if problem.code == "wrong_code":
                services.wrong_tries.count(client)
            raise
        return EnrolAnswer(
            store_id=services.store_id,
            device_id=device.device_id,
            nickname=device.nickname,
            letter=device.letter,
            areas=_answer(areas),
        )

    @router.get("/areas", summary="The areas of the device that asks")
    def areas(device: Annotated[Device, Depends(asking)]) -> AreasAnswer:
        with reading(services.engine) as connection:
            return AreasAnswer(areas=_answer(areas_with(connection, device.areas)))

    return router


def _answer(areas: list[Area]) -> list[AreaAnswer]:
    return [AreaAnswer(code=one.code, name=one.name, outline=one.outline) for one in areas]
