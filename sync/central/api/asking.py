"""Who is asking: the device whose token the request carries."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request

from sync.central.api.services import Services
from sync.central.devices import Device, device_asking
from sync.central.problems import Problem
from sync.central.ready import plain_reading

MAX_TOKEN = 200


def bearer_token(request: Request) -> str:
    """Raises Problem unknown_token when the request has none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > MAX_TOKEN:
        challenge = {"WWW-Authenticate": "Bearer"}
        raise Problem("unknown_token", "send the device's token as Bearer", headers=challenge)
    return token


def device_of(services: Services, token: str) -> Device:
    """Raises Problem unknown_token or revoked."""
    with plain_reading(services.engine) as plain:
        return device_asking(plain, token)


def asking_device(services: Services) -> Callable[[Request], Device]:
    """A dependency: the device that asks, or Problem unknown_token or revoked."""

    def device(request: Request) -> Device:
        return device_of(services, bearer_token(request))

    return device
