"""A store in a folder, with phones, changes and photos made to order."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import itertools
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from sync.central.api.app import create_api
from sync.central.api.services import Services, open_services
from sync.central.areas import Area, put_area
from sync.central.engine import migrate, open_engine
from sync.central.ledger import Fetched
from sync.domain.change import Change, Json
from sync.domain.clock import Hlc
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId, Sha256, uuid7
from sync.domain.words import EntityKind, Writer
from sync.photo_bundle import BundledPhoto, bundle_to_bytes
from sync.wire import (
    SyncAnswer,
    SyncRequest,
    answer_from_bytes,
    change_from_json,
    request_to_bytes,
)
from tests.central.asking import Asking

KIRSEBERG = AreaCode("kirseberg")
ROSENGARD = AreaCode("rosengard")
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DATABASE = "rundan.sqlite"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {"Content-Type": "application/offset+octet-stream"}

_numbers = itertools.count(1)


@dataclass
class Clock:
    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


def an_id() -> str:
    """A UUIDv7 that no other call gives."""
    return uuid7(1_795_165_200_000 + next(_numbers), os.urandom(10))


def a_change(
    *,
    entity: EntityKind = EntityKind.OBSERVATION,
    entity_id: str | None = None,
    area: AreaCode = KIRSEBERG,
    device: str = "samsphone00000000000",
    at_ms: int | None = None,
    change_id: str | None = None,
    **fields: Json,
) -> Change:
    number = next(_numbers)
    return Change(
        change_id=ChangeId(change_id or an_id()),
        area=area,
        entity=entity,
        entity_id=EntityId(entity_id or an_id()),
        fields=fields or {"category": "belysning"},
        made_at=Hlc(
            wall_ms=1_795_165_200_000 + number if at_ms is None else at_ms,
            counter=0,
            device=DeviceId(device),
        ),
        device_id=DeviceId(device),
    )


def a_jpeg(width: int = 320, height: int = 240, **save: Any) -> bytes:
    """A picture that no other call gives, without metadata unless `save` says so."""
    out = io.BytesIO()
    noise = Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))
    noise.save(out, "JPEG", **{"quality": 80, **save})
    return out.getvalue()


def sha256_of(data: bytes) -> Sha256:
    return Sha256(hashlib.sha256(data).hexdigest())


def creation_headers(sha256: str, length: int, area: str = KIRSEBERG) -> dict[str, str]:
    pairs = {"sha256": sha256, "area": area}
    metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())
    return {**TUS, **PIECE, "Upload-Length": str(length), "Upload-Metadata": metadata}


def a_bundled(photo: bytes, area: str = KIRSEBERG) -> BundledPhoto:
    return BundledPhoto(
        sha256=Sha256(sha256_of(photo)), area=AreaCode(area), length=len(photo), data=photo
    )


def as_told(fetched: Fetched) -> list[Change]:
    """As a phone reads them."""
    return [*fetched.changes, *(change_from_json(json.loads(text)) for text in fetched.logged)]


@dataclass
class Phone:
    """An enrolled phone: what it asks carries its token."""

    device_id: DeviceId
    token: str
    ask: Asking

    def sync(self, *changes: Change, cursor: int = 0) -> SyncAnswer:
        answer = self.ask(
            "POST",
            "/api/v1/sync",
            content=request_to_bytes(SyncRequest(changes=changes, cursor=cursor)),
        )
        assert answer.status_code == 200, answer.text
        return answer_from_bytes(answer.content)

    def create(
        self,
        photo: bytes,
        *,
        first: int | None = None,
        sha256: str | None = None,
        area: str = KIRSEBERG,
    ) -> httpx.Response:
        """Announces a photo with its `first` bytes; None sends all of it at once."""
        headers = creation_headers(sha256 or sha256_of(photo), len(photo), area)
        return self.ask("POST", "/api/v1/photos", headers=headers, content=photo[:first])

    def bundle(self, *photos: bytes, area: str = KIRSEBERG) -> httpx.Response:
        body = bundle_to_bytes([a_bundled(photo, area) for photo in photos])
        return self.ask("POST", "/api/v1/photos/bundle", content=body)

    def append(self, sha256: str, offset: int, piece: bytes, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(
            "PATCH",
            f"/api/v1/photos/{sha256}",
            headers={**TUS, **PIECE, "Upload-Offset": str(offset), **named},
            content=piece,
        )

    def offset(self, sha256: str) -> httpx.Response:
        return self.ask("HEAD", f"/api/v1/photos/{sha256}", headers=TUS)

    def photo(self, sha256: str) -> httpx.Response:
        return self.ask("GET", f"/api/v1/photos/{sha256}")


@dataclass
class AStore:
    """opened again by `restart`, with the same folder and clock."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    services: Services = field(init=False)
    ask: Asking = field(init=False)

    def __post_init__(self) -> None:
        engine = open_engine(f"sqlite:///{self.folder / DATABASE}")
        migrate(engine)
        self.services = open_services(
            engine=engine,
            data_folder=self.folder,
            version="0.1.0",
            now=self.clock,
            random=os.urandom,
        )
        self.ask = Asking(create_api(self.services))
        with engine.begin() as connection:
            for code, name in ((KIRSEBERG, "Kirseberg"), (ROSENGARD, "Rosengård")):
                outline = {"type": "Polygon", "coordinates": [[[13.0, 55.6], [13.1, 55.6]]]}
                put_area(connection, Area(code=code, name=name, outline=outline))

    def office_says(self, observation_id: EntityId, by: str = "anna", **fields: Json) -> None:
        """Of a finding of Kirseberg."""
        with self.services.engine.begin() as connection:
            self.services.ledger.record(
                connection,
                area=AreaCode(KIRSEBERG),
                entity=EntityKind.OBSERVATION,
                entity_id=observation_id,
                fields=fields,
                writer=Writer.OFFICE,
                received_from=by,
            )

    def close(self) -> None:
        self.services.engine.dispose()

    def restart(self) -> None:
        self.close()
        self.__post_init__()

    def code(self, *areas: AreaCode, hours: float = 24) -> str:
        with self.services.engine.begin() as connection:
            new = self.services.enrolment.make_code(
                connection, areas or (KIRSEBERG,), timedelta(hours=hours)
            )
        return new.text

    def enrol(self, code: str, phone: Mapping[str, str], **request: Any) -> httpx.Response:
        return self.ask("POST", "/api/v1/enrol", json={"code": code, **phone}, **request)

    def a_phone(self, *areas: AreaCode) -> Phone:
        made = a_phone_of_its_own()
        answer = self.enrol(self.code(*areas), made)
        assert answer.status_code == 200, answer.text
        return self.phone(made)

    def phone(self, made: Mapping[str, str]) -> Phone:
        token = made["token"]
        ask = self.ask.with_headers(Authorization=f"Bearer {token}")
        return Phone(device_id=DeviceId(made["device_id"]), token=token, ask=ask)


def a_phone_of_its_own(nickname: str = "Sam") -> dict[str, str]:
    """What a phone makes before it asks to be let in."""
    return {
        "device_id": os.urandom(10).hex(),
        "token": base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("="),
        "nickname": nickname,
    }


def zipped_zeros(size: int) -> bytes:
    """Few bytes that become `size` bytes of blanks in JSON."""
    return gzip.compress(b'{"v":1,"changes":[' + b" " * size + b"]}")


def code_of(answer: httpx.Response) -> str:
    """The code of a problem; fails when the answer is not problem details."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code
    assert body["type"].endswith(body["code"])
    assert body["title"] and body["detail"]
    return str(body["code"])
