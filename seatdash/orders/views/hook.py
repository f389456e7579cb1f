"""Where shops send to. There is no sign-in and no gate here: the signature is both."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from seatdash.orders.errors import SecretLost, WrongSignature
from seatdash.orders.models import Source
from seatdash.orders.services.receiving import check_signature, is_knock, receive, source_of

MOST_BYTES = 1024 * 1024


@csrf_exempt
def hook(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Take a message of a shop: 200 once it is stored, 401 unless it is signed.

    503 while our own secret cannot be read, so that the shop may send it again. 404 for an unknown
    shop, 405 for anything but POST, 413 beyond 1 MiB.
    """
    source = source_of(source_id)
    if source is None:
        return _said(404, "There is no shop at this address.")
    if request.method != "POST":
        return _said(405, "Shops send by POST.", {"Allow": "POST"})
    body = _body(request)
    if body is None:
        return _said(413, "At most 1 MiB.")
    if is_knock(source, body):
        return _said(200, "Somebody is there.")
    return _taken(source, request, body)


def _taken(source: Source, request: HttpRequest, body: bytes) -> HttpResponse:
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        check_signature(source, headers, body)
    except WrongSignature:
        return _said(401, "The signature is wrong, or the secret is another.")
    except SecretLost:
        return _said(503, "The secret of this shop cannot be read now. Send it again later.")
    receive(source, headers, body)
    return _said(200, "Received.")


def _body(request: HttpRequest) -> bytes | None:
    """Return the bytes as they came; None where they are too many."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    if not told.isdecimal() or len(told) > len(str(MOST_BYTES)) or int(told) > MOST_BYTES:
        return None
    body = request.read(MOST_BYTES + 1)
    return body if len(body) <= MOST_BYTES else None


def _said(status: int, words: str, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(
        words + "\n", status=status, content_type="text/plain; charset=utf-8", headers=headers
    )
