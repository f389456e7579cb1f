"""What an admin changes about a pool or a product, in one shape: a form, a preview, a deed.

The form has a field `seen`, which says what it shows; seats and a reason are most of them.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse

from orgs.access import OrgRequest
from seats.models import Pool, Product
from seats.reports.previews import Preview
from seats.views.pages import Action, act, page_of, sent, typed

Thing = Pool | Product


def change(
    request: OrgRequest,
    thing: Thing,
    form: forms.Form,
    *,
    heading: str,
    submit: str,
    perform: Callable[[], str],
    preview: Callable[[], Preview],
    **more: Any,
) -> HttpResponse:
    """Answer the form of a change; `heading` names the thing, `more` is as in Action."""
    action = Action(
        heading=heading % {"name": thing.name},
        submit=submit,
        parent=page_of(request, thing),
        perform=perform,
        preview=preview,
        seen=lambda: seen_of(thing),
        **more,
    )
    return act(request, form, action)


def move_seats(
    request: OrgRequest,
    thing: Thing,
    form_class: type[forms.Form],
    *,
    move: Callable[..., str],
    preview: Callable[[int], Preview],
    **words: Any,
) -> HttpResponse:
    """Answer a form of seats and a reason: `move` does it, with the form's fields, and says so."""
    form = form_class(sent(request), initial=seen_of(thing))
    return change(
        request,
        thing,
        form,
        perform=lambda: move(actor=request.member, **form.cleaned_data),
        preview=lambda: preview(typed(form, "seats") or 0),
        **words,
    )


def seen_of(thing: Thing) -> dict[str, str]:
    """Return the hidden field that says which state of a pool or a product a form shows."""
    if isinstance(thing, Pool):
        now = Pool.objects.values_list("version", flat=True).get(pk=thing.pk)
    else:
        now = Product.objects.values_list("seq", flat=True).get(pk=thing.pk)
    return {"seen": str(now)}
