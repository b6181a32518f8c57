"""GET /api/v1/address: what people would call a point."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from sync.central.api.asking import asking_device
from sync.central.api.services import Services
from sync.central.devices import Device
from sync.domain.geo import GeoPoint


class NearestAnswer(BaseModel):
    name: str
    distance_m: int


class AddressAnswer(BaseModel):
    """address: null without a geocoder, where there is no street, and when it did not answer."""

    address: str | None
    nearest: NearestAnswer | None


def address_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["Address"])
    asking = asking_device(services)

    @router.get("/address", summary="The street address and the nearest known place")
    def address(
        device: Annotated[Device, Depends(asking)],
        lat_deg: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
        lon_deg: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    ) -> AddressAnswer:
        point = GeoPoint(lat_deg=lat_deg, lon_deg=lon_deg)
        near = services.addresses.nearest(point, device.areas)
        return AddressAnswer(
            address=services.addresses.address(point),
            nearest=None
            if near is None
            else NearestAnswer(name=near.name, distance_m=near.distance_m),
        )

    return router
