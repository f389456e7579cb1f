"""The learning systems that can be connected, by the kind of a connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from seatdash.connectors.errors import NothingToCall
from seatdash.connectors.models import Connection
from seatdash.connectors.systems.interface import (
    CredentialsRefused,
    LearningSystem,
    Unreachable,
)
from seatdash.connectors.systems.moodle import STUDENT, Moodle
from seatdash.connectors.systems.open_edx import OpenEdx
from seatdash.connectors.systems.thinkific import Thinkific
from seatdash.secrets import UnreadableSecretError, decrypt

Kind = Connection.Kind


def system_of(connection: Connection) -> LearningSystem:
    """Return the learning system of a connection, ready to be called.

    Raises NothingToCall for webhooks only, and CredentialsRefused where the kept secret cannot be
    read any more.
    """
    if connection.kind == Kind.WEBHOOK_ONLY:
        raise NothingToCall(_("Webhooks tell the other side what changes."))
    try:
        secret = decrypt(connection.secret)
    except UnreadableSecretError as error:
        raise CredentialsRefused(
            _(
                "The credentials were kept under a SECRET_KEY that is gone. Give them anew, or let"
                " the operator put the old key into SECRET_KEY_FALLBACKS."
            )
        ) from error
    return _make(connection, secret, connection.options)


@contextmanager
def understanding() -> Iterator[None]:
    """Let an answer of another shape than documented count as none; raises SystemFailure only."""
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise Unreachable(_("Its answer is not what its documentation says.")) from error


def _make(connection: Connection, secret: str, options: dict[str, Any]) -> LearningSystem:
    if connection.kind == Kind.THINKIFIC:
        return Thinkific(
            subdomain=connection.account,
            key=secret,
            is_oauth=options.get("sign_in") == "oauth",
            writes_letters=options.get("letters", True),
            address=connection.address,
        )
    if connection.kind == Kind.MOODLE:
        return Moodle(
            address=connection.address,
            token=secret,
            role=options.get("role", STUDENT),
            unenrols=options.get("on_end") == "unenrol",
        )
    return OpenEdx(
        address=connection.address,
        client=connection.account,
        secret=secret,
        writes_letters=options.get("letters", False),
    )
