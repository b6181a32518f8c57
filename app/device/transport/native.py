"""HTTP with requests, in threads, for Android, iOS and computers."""

import asyncio
import ssl
from collections.abc import Iterator
from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util import Timeout

from sync.client.transport import (
    LEAST_BYTES_PER_S,
    CertificateError,
    Request,
    Response,
    TimedOut,
    TransportError,
    Unreachable,
)

CONNECTIONS = 4
_USUAL = {"Accept-Encoding": "gzip, deflate", "User-Agent": "Rundan"}


def _causes(error: BaseException | None) -> Iterator[object]:
    """The error and all it wraps: urllib3 keeps that in `reason` or args, Python in __context__."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop()
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__, *each.args]
            waiting.append(getattr(each, "reason", None))


def _translated(error: Exception) -> TransportError:
    causes = list(_causes(error))
    if any(isinstance(each, TimeoutError | ReadTimeoutError) for each in causes):
        return TimedOut(str(error))
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
        return CertificateError(str(error))
    return Unreachable(str(error))


class _Connection(HTTPConnection):
    """Sends in a time of its own.

    urllib3 sends within the time for connecting, and Python counts that for the whole of a body.
    """

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        if self.timeout is not None:
            self.sock.settimeout(self.timeout + len(data) / LEAST_BYTES_PER_S)
        super().send(data)


class _TlsConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class NativeTransport:
    """Keeps connections open between requests; close() ends them.

    requests makes the connections and checks certificates; what goes over them passes it by. A
    Session would add cookies, redirects, and the environment's proxies and .netrc, none of which is
    wanted, and preparing every request anew took a third of the time of sending a photo.
    """

    def __init__(self) -> None:
        self._adapter = HTTPAdapter(pool_connections=CONNECTIONS, pool_maxsize=CONNECTIONS)
        self._adapter.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        self._pools: dict[str, HTTPConnectionPool] = {}

    async def request(self, request: Request) -> Response:
        return await asyncio.to_thread(self._request, request)

    def close(self) -> None:
        self._adapter.close()

    def _request(self, request: Request) -> Response:
        scheme, _, rest = request.url.partition("://")
        host, slash, path = rest.partition("/")
        timeout = Timeout(connect=request.timeout_s, read=request.timeout_s + request.send_s)
        try:
            answer = self._pool(f"{scheme}://{host}").urlopen(
                request.method,
                f"/{path}" if slash else "/",
                body=request.body,
                headers={**_USUAL, **request.headers},
                timeout=timeout,
                retries=False,
                redirect=False,
            )
        except (HTTPError, requests.RequestException, OSError, ValueError) as error:
            # ValueError: what cannot be sent at all, a line break in a header for one
            raise _translated(error) from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status, headers=headers, body=answer.data)

    def _pool(self, origin: str) -> HTTPConnectionPool:
        """The connections to one address, whose certificate is checked as requests does it."""
        pool = self._pools.get(origin)
        if pool is None:
            asked = requests.Request("GET", origin).prepare()
            given = self._adapter.get_connection_with_tls_context(asked, verify=True)
            # requests comes without types for this one
            self._adapter.cert_verify(given, origin, verify=True, cert=None)  # type: ignore[no-untyped-call]
            pool = self._pools[origin] = cast(HTTPConnectionPool, given)
        return pool
