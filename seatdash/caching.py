"""Pages are one person's: no proxy keeps them, nor the browser for whoever uses it next."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def private_middleware(get_response: Answer) -> Answer:
    """Let nobody store an answer that says nothing of it, be it a page, a file or an error."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware
