"""How pages with lists answer: whole, or with the one list that htmx asks for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django_htmx.http import replace_url

from orgs.access import OrgRequest
from orgs.listing import ListPage


def answer(
    request: OrgRequest, template: str, context: Mapping[str, Any], *lists: ListPage[Any]
) -> HttpResponse:
    """Render the page. A list asked for by its filters says the address of what it shows.

    That replaces the address one is at: whoever types a word goes back to where they came from,
    not from letter to letter.
    """
    for page in lists:
        if request.htmx and request.htmx.target == page.id:
            fragment = render(request, page.fragment, context)
            if request.htmx.trigger == f"{page.id}-filters":
                replace_url(fragment, request.path + page.url.removesuffix("?"))
            return fragment
    return render(request, template, context)
