"""What is answered when something broke: that it will be back, where the database is away."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults
from psycopg_pool import PoolTimeout

SECONDS_TO_RETRY = "10"


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 while the database is out of reach or overrun, and 500 for what is our fault."""
    if isinstance(sys.exception(), (OperationalError, PoolTimeout)):
        headers = {"Retry-After": SECONDS_TO_RETRY}
        return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
    return defaults.server_error(request)
