"""The plainest page there can be: signed in, through the gate, in the shell, with one query.

Named as ROOT_URLCONF by `plainest_settings`, it is served beside all other pages.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.template import engines
from django.urls import path

from orgs.access import OrgRequest, Role, gate
from seatdash.urls import urlpatterns as ours
from seats.models import Product

PAGE = """{% extends "base.html" %}{% block title %}Plain{% endblock %}
{% block heading %}Plain{% endblock %}{% block content %}<p>{{ products }}</p>{% endblock %}"""


@gate(Role.ADMIN)
def plainest(request: OrgRequest) -> HttpResponse:
    products = Product.objects.for_org(request.organisation).count()
    page = engines["django"].from_string(PAGE)
    return HttpResponse(page.render({"products": products}, request))


urlpatterns = [path("o/<slug:org>/plainest/", plainest), *ours]
