"""Calling a learning system by HTTP: what may go wrong, told apart by what to do about it."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from django.utils.translation import gettext as _

from seatdash import outgoing
from seatdash.connectors.systems.interface import (
    Busy,
    CredentialsRefused,
    Refused,
    Unreachable,
)
from seats import clock

SECONDS = 15.0
# Moodle lists all its courses in one answer.
MOST = 8 * 1024 * 1024
LONGEST_WORDS = 300
# Who says "too much" without saying for how long means something like a minute.
PAUSE, LONGEST_PAUSE = 60.0, 3600.0
# A number of seconds beyond this is no duration but a moment, in seconds or in milliseconds.
A_MOMENT, IN_MILLISECONDS = 10**9, 10**12


class Caller:
    """A guarded client that raises `SystemFailure` and nothing else."""

    def __init__(self, base: str, headers: dict[str, str] | None = None) -> None:
        self._base, self._headers = base.rstrip("/"), headers or {}
        self._client = outgoing.client(seconds=SECONDS, most=MOST)

    def __call__(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send a request below the base; answers below 400, and those that say no (4xx)."""
        headers = self._headers | sent.pop("headers", {})
        try:
            response = self._client.request(method, self._base + path, headers=headers, **sent)
        except outgoing.AddressRefusedError as error:
            raise Unreachable(str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(_why(error)) from error
        _check(response)
        return response

    def json(self, method: str, path: str, **sent: Any) -> Any:
        """Send a request, and return what the answer says. Raises Refused for any 4xx."""
        response = self(method, path, **sent)
        if response.is_client_error:
            raise Refused(words_of(response))
        return said(response)


def said(response: httpx.Response) -> Any:
    """Return the JSON of an answer; raises Unreachable where it is none."""
    try:
        return response.json()
    except ValueError as error:
        raise Unreachable(
            _("The answer makes no sense. Is this the address of the learning system?")
        ) from error


def words_of(response: httpx.Response) -> str:
    """Return what an answer says of why not, cut to what fits a screen."""
    text = " ".join(response.text.split())
    return f"{response.status_code}: {text}"[:LONGEST_WORDS]


def pause_of(response: httpx.Response) -> float:
    """Return the seconds until the next call, as `Retry-After` or `RateLimit-Reset` say.

    Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). RateLimit-Reset is a moment
    since 1970 by one of Thinkific's pages, and milliseconds by another; so both are understood.
    https://developers.thinkific.com/api/rate-limits/
    https://support.thinkific.dev/hc/en-us/articles/4422684774935-REST-API-Rate-Limits
    """
    for name in ("Retry-After", "RateLimit-Reset"):
        seconds = _seconds(response.headers.get(name, ""))
        if seconds is not None:
            return min(max(seconds, 1.0), LONGEST_PAUSE)
    return PAUSE


def _check(response: httpx.Response) -> None:
    status = response.status_code
    is_turned_away = status == httpx.codes.SERVICE_UNAVAILABLE and "Retry-After" in response.headers
    if status == httpx.codes.TOO_MANY_REQUESTS or is_turned_away:
        raise Busy(_("It asks to be called less often."), pause_of(response))
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        words = _("It does not accept the credentials, or they may not do this (%(words)s).")
        raise CredentialsRefused(words % {"words": words_of(response)})
    if response.is_redirect:
        raise Unreachable(_("It redirects to another address. Give that one instead."))
    if response.is_server_error:
        raise Unreachable(_("It failed (%(words)s).") % {"words": words_of(response)})
    if outgoing.was_cut(response):
        raise Unreachable(_("Its answer is too long."))


def _seconds(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return _until_date(text)
    now = clock.now().timestamp()
    if number >= IN_MILLISECONDS:
        return number / 1000 - now
    if number >= A_MOMENT:
        return number - now
    return number / 1000 if number > LONGEST_PAUSE else number


def _until_date(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment - clock.now()).total_seconds() if moment.tzinfo else None


def _why(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return _("It takes too long to answer.")
    if isinstance(error, httpx.ConnectError):
        return _("Nobody answers at its address.")
    return _("It cannot be reached (%(why)s).") % {"why": type(error).__name__}


def read_time(text: str | None) -> datetime | None:
    """Read an ISO 8601 moment; None for none, or for what is no moment."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def write_time(moment: datetime) -> str:
    """Write a moment as YYYY-MM-DDTHH:MM:SSZ."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
