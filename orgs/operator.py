"""Django's admin, for the operator of the installation."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from seatdash import tenancy


class OperatorScopeMiddleware:
    """Let the operator's pages see every organisation: that is what they are for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._is_operator_page(request):
            return self.get_response(request)
        with tenancy.system():
            return self.get_response(request)

    def _is_operator_page(self, request: HttpRequest) -> bool:
        return request.path.startswith(reverse("admin:index")) and request.user.is_superuser
