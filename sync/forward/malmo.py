"""Malmö's e-service for fault reports: every photo first, then the case."""

from __future__ import annotations

import math
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from sync.forward.connector import (
    CannotSend,
    CaseRef,
    CityStatus,
    NoStatus,
    NotSent,
    OutgoingPhoto,
    OutgoingReport,
    Uncertain,
)
from sync.forward.malmo_answers import Answer, case_of, status_of, temp_id_of
from sync.forward.malmo_coordinates import (
    CoordinateSystem,
    ImplausibleCoordinates,
    OutsideMalmo,
    to_malmo,
)
from sync.forward.malmo_text import MAX_CHARS

API_KEY_HEADER = "ApiKey"
MAX_ANSWER_BYTES = 64 * 1024
_JPEG_START = b"\xff\xd8\xff"
_ACCEPTED_NAMES = (".jpg", ".jpeg")

_UNCONNECTED = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)

SessionFactory = Callable[[], requests.Session]


class PhotoField(StrEnum):
    """The multipart name a photo goes under: `file` since 2021, before that UploadedImage."""

    FILE = "file"
    UPLOADED_IMAGE = "UploadedImage"


class Feedback(IntEnum):
    """IssueRegistratorFeedbackType, for who wants the city's own follow-up."""

    SMS = 1
    EMAIL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MalmoSettings:
    """feedback goes out only with a report that carries the address it needs."""

    base_url: str
    api_key: str | None = field(default=None, repr=False)
    photo_field: PhotoField = PhotoField.FILE
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84
    feedback: Feedback | None = None
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the address of Malmö's e-service must start with http(s)://host")
        if parts.query or parts.fragment or parts.username or parts.password:
            raise ValueError("the address of Malmö's e-service must be a plain address")
        key = self.api_key
        if key is not None and not (key.strip() and key.isascii() and key.isprintable()):
            raise ValueError("the key for Malmö's e-service must be printable ASCII")
        for timeout_s in (self.connect_timeout_s, self.read_timeout_s):
            if not (math.isfinite(timeout_s) and timeout_s > 0):
                raise ValueError("a timeout must be a positive number of seconds")


class MalmoConnector:
    """A Connector. `sessions` makes a new session for each step; it is closed after.

    A new connection for the case costs a round trip and saves a doubt: a kept connection that
    the other side has just closed looks the same as an answer that was lost.
    """

    def __init__(
        self, settings: MalmoSettings, sessions: SessionFactory = requests.Session
    ) -> None:
        self._settings = settings
        self._sessions = sessions

    def check(self, report: OutgoingReport) -> None:
        self._fields(report, [])
        for photo in report.photos:
            _check_photo(photo)

    def send(self, report: OutgoingReport) -> CaseRef:
        self.check(report)
        temp_ids = self._upload(report.photos)
        fields = self._fields(report, temp_ids)
        with self._session() as session:
            try:
                answer = self._ask(session, "POST", "/arende", json=fields)
            except requests.RequestException as error:
                if _never_left(error):
                    raise NotSent("the service could not be reached") from error
                raise Uncertain("the case went out and its answer was lost") from error
        return case_of(answer)

    def status(self, case_ref: CaseRef) -> CityStatus:
        with self._session() as session:
            try:
                answer = self._ask(session, "GET", f"/arende/{quote(case_ref, safe='')}")
            except requests.RequestException as error:
                raise NoStatus("the service could not be reached") from error
        return status_of(answer)

    def _upload(self, photos: tuple[OutgoingPhoto, ...]) -> list[int | str]:
        """The tempIds, in the order of the photos."""
        if not photos:
            return []
        with self._session() as session:
            return [self._upload_one(session, photo) for photo in photos]

    def _upload_one(self, session: requests.Session, photo: OutgoingPhoto) -> int | str:
        part = {self._settings.photo_field.value: (photo.name, photo.jpeg, "image/jpeg")}
        try:
            answer = self._ask(session, "POST", "/upload", files=part)
        except requests.RequestException as error:
            raise NotSent("a photo could not be sent") from error
        return temp_id_of(answer)

    def _fields(self, report: OutgoingReport, temp_ids: list[int | str]) -> dict[str, object]:
        """The JSON of the case. Raises CannotSend."""
        if not report.text.strip():
            raise CannotSend("the report has no text")
        if len(report.text) > MAX_CHARS:
            raise CannotSend(f"the text is longer than {MAX_CHARS} characters")
        if not report.reference.strip() or report.reference not in report.text:
            raise CannotSend("our reference is missing in the text")
        try:
            place = to_malmo(report.place, self._settings.coordinate_system)
        except (OutsideMalmo, ImplausibleCoordinates) as error:
            raise CannotSend(str(error)) from error
        fields: dict[str, object] = {
            "IssueRegistrator": report.sender_name,
            "IssueDescription": report.text,
            "IssueEasting": place.easting,
            "IssueNorthing": place.northing,
            "IssueDocuments": temp_ids,
            "IssueRegisterContactEmail": report.contact_email or "",
            "IssueRegisterContactPhone": report.contact_phone or "",
        }
        feedback = self._settings.feedback
        wanted = {Feedback.SMS: report.contact_phone, Feedback.EMAIL: report.contact_email}
        if feedback is not None and wanted[feedback]:
            fields["IssueRegistratorFeedbackType"] = int(feedback)
        return fields

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        with self._sessions() as session:
            if self._settings.api_key is not None:
                session.headers[API_KEY_HEADER] = self._settings.api_key
            yield session

    def _ask(self, session: requests.Session, method: str, path: str, **what: Any) -> Answer:
        """Never follows a redirect: requests would turn a POST into a GET."""
        with session.request(
            method,
            self._settings.base_url.rstrip("/") + path,
            timeout=(self._settings.connect_timeout_s, self._settings.read_timeout_s),
            allow_redirects=False,
            stream=True,
            **what,
        ) as response:
            body = bytearray()
            for piece in response.iter_content(8192):
                body += piece
                if len(body) > MAX_ANSWER_BYTES:
                    break  # nothing this service says is that long: it is somebody else's page
            return Answer(status_code=response.status_code, body=bytes(body))


def _check_photo(photo: OutgoingPhoto) -> None:
    if not photo.name.lower().endswith(_ACCEPTED_NAMES):
        raise CannotSend("a photo's name does not end in .jpg")
    if not photo.jpeg.startswith(_JPEG_START):
        raise CannotSend("a photo is not a JPEG")


def _never_left(error: requests.RequestException) -> bool:
    """True when no byte of the request can have gone out: no connection was ever made."""
    if isinstance(error, _UNCONNECTED):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(error, requests.exceptions.SSLError):
        return isinstance(reason, BaseException) and _is_bad_certificate(reason)
    return isinstance(reason, NewConnectionError)  # name look-up failures are of this kind too


def _is_bad_certificate(reason: BaseException) -> bool:
    inner = reason.args[0] if reason.args else None
    return isinstance(inner, ssl.SSLCertVerificationError)
