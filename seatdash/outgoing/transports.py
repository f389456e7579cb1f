"""The connections: to addresses that were checked, and to no others."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from seatdash.outgoing.addresses import check_all, check_spelling, resolve
from seatdash.outgoing.bounds import LAST_MOMENT, UNTIL, Cut, bounded, time_left, took_too_long

if TYPE_CHECKING:
    import ssl

    from httpcore import SOCKET_OPTION


# httpcore asks with each lock which event loop it is in, and looks for this package on the whole
# path each time, if it is not there: half of the time of a request.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # how Python notes that there is none


@cache
def _tls(verify: ssl.SSLContext | bool) -> ssl.SSLContext:  # noqa: FBT001 - as httpx has it
    # Reading every authority's certificate takes longer than a request.
    return httpx.create_ssl_context(verify)


class Transport(httpx.HTTPTransport):
    """Checks what is asked for, and bounds what comes back."""

    def __init__(self, *, seconds: float, most: int, verify: ssl.SSLContext | bool) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=_tls(verify), network_backend=_Backend())
        self._seconds, self._most = seconds, most

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        check_spelling(request.url)
        until = time.monotonic() + self._seconds
        token = UNTIL.set(until)
        try:
            response = super().handle_request(request)
        finally:
            UNTIL.reset(token)
        return bounded(response, Cut(response, until, self._most))


class AsyncTransport(httpx.AsyncHTTPTransport):
    def __init__(
        self, *, seconds: float, most: int, verify: ssl.SSLContext | bool, connections: int
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(verify),
            network_backend=_AsyncBackend(),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=5.0,
        )
        self._seconds, self._most = seconds, most

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        check_spelling(request.url)
        until = time.monotonic() + self._seconds
        try:
            async with asyncio.timeout(self._seconds):
                response = await super().handle_async_request(request)
        except TimeoutError:
            raise took_too_long() from None
        return bounded(response, Cut(response, until, self._most))


class _Backend(httpcore.SyncBackend):
    """Connects to addresses that were checked, and lets no server drip its answer for ever."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = resolve(host, port)
        check_all(addresses, host)
        failure: Exception = httpcore.ConnectError(host)
        for address in addresses:
            try:
                stream = super().connect_tcp(
                    str(address), port, time_left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream)
        raise failure


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if UNTIL.get() is not None and time_left(None) == LAST_MOMENT:
            raise httpcore.ReadTimeout
        return self._inner.read(max_bytes, time_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, time_left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, time_left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _AsyncBackend(httpcore.AnyIOBackend):
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = await asyncio.to_thread(resolve, host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout(host) from None
        check_all(addresses, host)
        failure: Exception = httpcore.ConnectError(host)
        for address in addresses:
            try:
                return await super().connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure
