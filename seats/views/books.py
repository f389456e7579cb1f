"""The proof that the books balance."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from seats.books import check
from seats.reports.books import books_report
from seats.views.pages import show


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def books(request: OrgRequest) -> HttpResponse:
    report = books_report(
        check(request.organisation),
        shows_products=request.GET.get("show") == "products",
        page=request.GET.get("page"),
    )
    return show(request, "seats/books.html", report)
