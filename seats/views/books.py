"""The proof that the books balance."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orgs.access import OrgRequest, Role, gate
from seats.books import check
from seats.reports.books import books_report
from seats.services.proving import ask_for_proof
from seats.views.pages import show


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def books(request: OrgRequest) -> HttpResponse:
    report = books_report(
        request.organisation,
        check(request.organisation),
        shows_products=request.GET.get("show") == "products",
        page=request.GET.get("page"),
    )
    return show(request, "seats/books.html", report)


@gate(Role.ADMIN, Role.FINANCE)
@require_POST
def prove(request: OrgRequest) -> HttpResponse:
    ask_for_proof(actor=request.member)
    messages.success(
        request, _("The worker is going through the whole chain. Check again in a minute.")
    )
    return redirect("books", request.organisation.slug)
