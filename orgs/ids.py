"""Identifiers that leave the house: UUID version 7 (RFC 9562), in time order, not guessable."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new UUID v7."""
    return uuid7()
