"""The Idempotency-Key of a call: whoever tries again is answered as the first time."""

import json
import re
from hashlib import sha256

from django.http import HttpRequest, HttpResponse

from seatdash.api.problems import BAD, KINDS, UNFIT, Problem
from seatdash.api.services.answers import Keeping, OtherBodyError, begin
from seatdash.api.services.tokens import Caller

HEADER = "Idempotency-Key"
LONGEST = 255
KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST}}}")


class Replay(Exception):
    """The call was answered before."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def keep_for(request: HttpRequest, caller: Caller, *, is_needed: bool) -> Keeping | None:
    """Note the key that a call came with, if any.

    Raises Replay where it was answered before, and Problem: 400 for a key that is missing or is
    none, 422 for one that came with something else before.
    """
    key = request.headers.get(HEADER)
    if key is None:
        if is_needed:
            raise Problem(BAD, f"Send an {HEADER}, so that trying again does nothing twice.")
        return None
    if not KEY.fullmatch(key):
        raise Problem(BAD, f"An {HEADER} has 1 to {LONGEST} visible ASCII characters.")
    try:
        begun = begin(caller=caller, key=key, digest=digest_of(request))
    except OtherBodyError as error:
        detail = f"This {HEADER} came with another call or body before. Use a new one."
        raise Problem(UNFIT, detail, kind=f"{KINDS}KeyUsed", title="Key used already") from error
    if isinstance(begun, HttpResponse):
        raise Replay(begun)
    return begun


def digest_of(request: HttpRequest) -> bytes:
    """Return what stands for all that was asked; the order of a JSON object does not matter."""
    try:
        body = json.dumps(json.loads(request.body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        body = request.body
    return sha256(f"{request.method} {request.get_full_path()}\n".encode() + body).digest()
