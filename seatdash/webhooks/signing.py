"""Signatures by Standard Webhooks (https://www.standardwebhooks.com), with symmetric secrets."""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a new secret, as the specification writes it."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed(message_id: str, body: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the headers of a message that is sent now, signed with each of the secrets."""
    # The receiver compares with its own clock, whatever story is told here.
    now = datetime.now(UTC)
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(message_id, now, body) for key in keys),
    }
