"""Builders for the tests of Malmö's connector."""

from __future__ import annotations

from typing import Any

import requests

from sync.domain.geo import GeoPoint
from sync.forward.connector import OutgoingPhoto, OutgoingReport
from sync.forward.malmo import MalmoConnector, MalmoSettings

JPEG = b"\xff\xd8\xff\xe0 a tiny one"
TIMEOUT_S = 10


def a_photo(name: str = "foto-1.jpg", jpeg: bytes = JPEG) -> OutgoingPhoto:
    return OutgoingPhoto(name=name, jpeg=jpeg)


def a_report(**changed: Any) -> OutgoingReport:
    return OutgoingReport(
        **{
            "report_id": "0197a3c0-0000-7000-8000-000000000001",
            "reference": "7KQ2-M4",
            "text": "Belysning\n\nRef. Rundan 7KQ2-M4",
            "place": GeoPoint(lat_deg=55.6051458, lon_deg=13.003365),
            "sender_name": "Kirseberg Samverkan",
        }
        | changed
    )


def a_connector(address: str, **settings: Any) -> MalmoConnector:
    return MalmoConnector(MalmoSettings(base_url=address, **settings))


def switch_on(address: str, **fault: object) -> None:
    answer = requests.post(f"{address}/fel", json=fault, timeout=TIMEOUT_S)
    assert answer.status_code == 200, answer.text


def received(address: str) -> dict[str, Any]:
    return dict(requests.get(f"{address}/mottaget.json", timeout=TIMEOUT_S).json())
