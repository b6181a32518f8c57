"""The store's settings: read once from the environment, checked together, passed on as a value."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from sync.central.briefing import REPORT_FORM_URL
from sync.central.tiles.provider import checked_template
from sync.forward.malmo import PhotoField
from sync.forward.malmo_coordinates import CoordinateSystem

T = TypeVar("T")

DEFAULT_PORT = 8000
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
SECRET = {"RUNDAN_MALMO_API_KEY", "RUNDAN_TILES_URL"}
EVERY_ADDRESS = ("0.0.0.0", "::")
DEFAULT_POLL_S = 900.0
SIMULATOR_POLL_S = 5.0
SIMULATOR_ADVANCE_S = 20.0
LONGEST_S = 30 * 24 * 3600.0


class BadSettings(ValueError):
    """faults: a sentence for every setting that is wrong, each with what it must be."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """malmo_url: None means the simulator inside this process.

    public_url: how phones reach the store, when it is not http://host:port (a proxy, TLS).
    geocoder_url: of a Nominatim-compatible service, None for none.
    tiles_url: the base map's source, with {z}, {x} and {y}; it may have a key in it.
    advance_s: seconds after which the simulator gives a case its next status.
    """

    host: str
    port: int
    data: Path
    public_url: str
    tls_cert: Path | None
    tls_key: Path | None
    malmo_url: str | None
    malmo_api_key: str | None = field(repr=False)
    malmo_photo_field: PhotoField
    malmo_coordinates: CoordinateSystem
    sender_name: str
    sender_email: str | None
    poll_s: float
    grace_s: float
    advance_s: float
    report_form_url: str
    geocoder_url: str | None
    geocoder_user_agent: str
    tiles_url: str | None = field(default=None, repr=False)
    tiles_attribution: str | None = None

    @property
    def local_url(self) -> str:
        scheme = "http" if self.tls_cert is None else "https"
        return f"{scheme}://{_in_url(self.host)}:{self.port}"

    @property
    def is_malmo_here(self) -> bool:
        """The e-service is the simulator, or another on this machine."""
        return _is_here(self.malmo_url)

    @property
    def is_only_local(self) -> bool:
        """Nobody but this machine reaches the store, as far as the settings tell."""
        return {self.host, urlsplit(self.public_url).hostname} <= LOOPBACK


def read_settings(env: Mapping[str, str]) -> Settings:
    """Raises BadSettings that names every fault at once. An empty value counts as not set."""
    reader = _Reader(env)
    host = reader.text("RUNDAN_HOST", "127.0.0.1")
    port = reader.read("RUNDAN_PORT", DEFAULT_PORT, _port, "ett heltal från 1 till 65535")
    cert, key = reader.file("RUNDAN_TLS_CERT"), reader.file("RUNDAN_TLS_KEY")
    if (cert is None) != (key is None) and not reader.faults:
        reader.faults.append("RUNDAN_TLS_CERT och RUNDAN_TLS_KEY ska sättas tillsammans.")
    if host in EVERY_ADDRESS and not env.get("RUNDAN_PUBLIC_URL", "").strip():
        reader.faults.append(
            f"RUNDAN_HOST är {host}; då ska RUNDAN_PUBLIC_URL säga vilken adress telefonerna har."
        )
    if cert is not None and key is not None and not reader.faults:
        reader.check_certificate(cert, key)
    malmo_url = reader.read("RUNDAN_MALMO_URL", None, _url, "en adress som https://rundan.example")
    scheme = "http" if cert is None else "https"
    settings = Settings(
        host=host,
        port=port,
        data=Path(reader.text("RUNDAN_DATA", "data")).expanduser(),
        public_url=reader.read(
            "RUNDAN_PUBLIC_URL",
            f"{scheme}://{_in_url(host)}:{port}",
            _url,
            "en adress som https://rundan.example",
        ),
        tls_cert=cert,
        tls_key=key,
        malmo_url=malmo_url,
        malmo_api_key=reader.read(
            "RUNDAN_MALMO_API_KEY", None, _api_key, "bokstäver, siffror och tecken ur ASCII"
        ),
        malmo_photo_field=reader.read(
            "RUNDAN_MALMO_PHOTO_FIELD", PhotoField.FILE, PhotoField, "file eller UploadedImage"
        ),
        malmo_coordinates=reader.read(
            "RUNDAN_MALMO_COORDINATES",
            CoordinateSystem.WGS84,
            CoordinateSystem,
            " eller ".join(CoordinateSystem),
        ),
        sender_name=reader.text("RUNDAN_SENDER_NAME", "Rundan"),
        sender_email=env.get("RUNDAN_SENDER_EMAIL") or None,
        poll_s=reader.read(
            "RUNDAN_POLL_S",
            SIMULATOR_POLL_S if _is_here(malmo_url) else DEFAULT_POLL_S,
            _seconds,
            "sekunder, från 1 till 2592000",
        ),
        grace_s=reader.read(
            "RUNDAN_GRACE_S", 5.0, _seconds_or_zero, "sekunder, från 0 till 2592000"
        ),
        advance_s=reader.read(
            "RUNDAN_SIMULATOR_ADVANCE_S",
            SIMULATOR_ADVANCE_S,
            _seconds_or_zero,
            "sekunder, från 0 till 2592000",
        ),
        report_form_url=reader.read(
            "RUNDAN_REPORT_FORM_URL",
            REPORT_FORM_URL,
            _page,
            "en adress som https://felanmalan.example, högst 300 tecken",
        ),
        geocoder_url=reader.read(
            "RUNDAN_GEOCODER_URL", None, _url, "en adress som https://nominatim.example"
        ),
        geocoder_user_agent=reader.read(
            "RUNDAN_GEOCODER_USER_AGENT", "rundan", _header, "högst 200 tecken ur ASCII"
        ),
        tiles_url=reader.read(
            "RUNDAN_TILES_URL",
            None,
            checked_template,
            "en adress som https://exempel.se/{z}/{x}/{y}.png",
        ),
        tiles_attribution=reader.read(
            "RUNDAN_TILES_ATTRIBUTION", None, _short_text, "högst 200 tecken på en rad"
        ),
    )
    if reader.faults:
        raise BadSettings(reader.faults)
    return settings


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self._env.get(name, "").strip() or default

    def read(self, name: str, default: T, convert: Callable[[str], T], must_be: str) -> T:
        raw = self._env.get(name, "").strip()
        if not raw:
            return default
        try:
            return convert(raw)
        except ValueError:
            shown = "fel" if name in SECRET else repr(raw)
            self.faults.append(f"{name} är {shown}; det ska vara {must_be}.")
            return default

    def check_certificate(self, cert: Path, key: Path) -> None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
        except (OSError, ssl.SSLError):
            self.faults.append(
                "RUNDAN_TLS_CERT och RUNDAN_TLS_KEY ska vara ett certifikat och dess nyckel (PEM)."
            )

    def file(self, name: str) -> Path | None:
        raw = self._env.get(name, "").strip()
        if not raw:
            return None
        path = Path(raw).expanduser()
        if not path.is_file():
            self.faults.append(f"{name} är {raw!r}, men där finns ingen fil.")
        return path


def _is_here(url: str | None) -> bool:
    return url is None or urlsplit(url).hostname in LOOPBACK


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _port(raw: str) -> int:
    port = int(raw)
    if not 1 <= port <= 65535:
        raise ValueError
    return port


def _seconds(raw: str) -> float:
    seconds = float(raw)
    if not 1.0 <= seconds <= LONGEST_S:
        raise ValueError
    return seconds


def _seconds_or_zero(raw: str) -> float:
    seconds = float(raw)
    if not 0.0 <= seconds <= LONGEST_S:
        raise ValueError
    return seconds


def _short_text(raw: str) -> str:
    if len(raw) > 200 or not raw.isprintable():
        raise ValueError
    return raw


def _api_key(raw: str) -> str:
    if not (raw.isascii() and raw.isprintable()):
        raise ValueError
    return raw


def _header(raw: str) -> str:
    if not (raw.isascii() and raw.isprintable() and len(raw) <= 200):
        raise ValueError
    return raw


def _page(raw: str) -> str:
    """A page for people: unlike a service's address it may have a query."""
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError
    if parts.username or parts.password or len(raw) > 300 or not raw.isprintable() or " " in raw:
        raise ValueError
    return raw


def _url(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError
    return raw.rstrip("/")
