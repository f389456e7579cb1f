"""Is the process alive, and can it work? For whoever watches it.

Answered before anything else looks at the request: a watcher speaks plain http, and to an address
that is not among the ALLOWED_HOSTS.
"""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from psycopg_pool import PoolTimeout

from seatdash.preparation import is_prepared

SECONDS_TO_CONNECT = 3

Answer = Callable[[HttpRequest], HttpResponse]


def health_middleware(get_response: Answer) -> Answer:
    """Answer /healthz (the process lives), /readyz (the database answers, nothing waits)."""
    watched: dict[str, Callable[[], HttpResponse]] = {"/healthz": _healthz, "/readyz": _readyz}

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = watched.get(request.path_info)
        if answer is None:
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = answer()
        response["Cache-Control"] = "no-store"
        return response

    return middleware


def _healthz() -> HttpResponse:
    return _say("ok")


def _readyz() -> HttpResponse:
    try:
        _knock()
        ready = is_prepared()
    except (DatabaseError, PoolTimeout):
        return _say("The database does not answer.", 503)
    finally:
        connection.close()
    return _say("ready") if ready else _say("Migrations are waiting.", 503)


def _knock() -> None:
    """Connect beside the pool, whose patience is longer than a watcher's."""
    apart = connection.copy()
    apart.settings_dict["OPTIONS"].pop("pool", None)
    apart.settings_dict["OPTIONS"]["connect_timeout"] = SECONDS_TO_CONNECT
    apart.ensure_connection()
    apart.close()


def _say(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{words}\n", content_type="text/plain", status=status)
