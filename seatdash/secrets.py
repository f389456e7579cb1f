"""Secrets at rest: other people's keys that seatdash must be able to use again, kept encrypted.

Fernet (AES-128-CBC and HMAC-SHA256, https://github.com/fernet/spec) under keys derived by HKDF
(RFC 5869) from SECRET_KEY, and for reading from SECRET_KEY_FALLBACKS too: what was kept under an
older key stays readable while that key is still listed, and is kept under the new one when it is
next written.
"""

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"seatdash secrets at rest, 1"
KEY_BYTES = 32


class UnreadableSecretError(Exception):
    """Kept under a key that is no longer known, or not written by `encrypt`."""


def encrypt(text: str) -> bytes:
    """Return the text encrypted under SECRET_KEY, to be kept; another token each time."""
    return _box(_keys()).encrypt(text.encode())


def decrypt(token: bytes | memoryview) -> str:
    """Return the text of a token; raises UnreadableSecretError where no known key opens it."""
    try:
        # A binary column may come as a memoryview.
        return _box(_keys()).decrypt(bytes(token)).decode()
    except InvalidToken as error:
        raise UnreadableSecretError("No known SECRET_KEY opens this secret.") from error


def is_lost(token: bytes | memoryview | None) -> bool:
    """Say whether something is kept that no known key opens."""
    if token is None:
        return False
    try:
        decrypt(token)
    except UnreadableSecretError:
        return True
    return False


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


# Deriving costs more than encrypting; there are as many boxes in a process as settings: one.
@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE)
    return urlsafe_b64encode(derivation.derive(key.encode()))
