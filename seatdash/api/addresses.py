"""The addresses below /api/v1/: the calls, what they are, and a page to try them on."""

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_safe
from pydantic_core import to_json

from seatdash.api.api import api
from seatdash.api.contract import document


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Answer the OpenAPI document, to anybody: it tells nothing of any organisation."""
    return HttpResponse(to_json(document()), content_type="application/json")


# Its arrows and its spinner are images within its style.
@csp_update({"img-src": ["data:"]})
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the document, and let whoever has a token try the calls."""
    return render(request, "api/docs.html")


urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", openapi, name="openapi"),
    path("docs", docs, name="docs"),
    path("", api.urls),
]
