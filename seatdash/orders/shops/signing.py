"""What the signatures of all shops have in common."""

import hmac
from base64 import b64encode
from hashlib import sha256

from seatdash.orders.errors import WrongSignature


def hex_of(secret: str, signed: bytes) -> str:
    """Return the HMAC-SHA256 of bytes, in hexadecimal digits."""
    return hmac.new(secret.encode(), signed, sha256).hexdigest()


def check_base64(secret: str, given: str, body: bytes) -> None:
    """Raise WrongSignature unless `given` is the base64 of the body's HMAC-SHA256."""
    expected = b64encode(hmac.new(secret.encode(), body, sha256).digest())
    if not same(expected, given):
        raise WrongSignature


def same(expected: bytes | str, given: str) -> bool:
    """Compare in a time that tells nothing of where they differ."""
    wanted = expected.encode() if isinstance(expected, str) else expected
    return hmac.compare_digest(wanted, given.encode(errors="replace"))


def fingerprint(text: bytes) -> str:
    """Return what stands for a message that has no id of its own."""
    return sha256(text).hexdigest()
