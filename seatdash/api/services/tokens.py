"""Making tokens, ending them, and knowing them again."""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import LiteralString
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Member
from orgs.services import enter_program
from seatdash.api.errors import EndsAlready
from seatdash.api.models import USUAL_RATE, Token
from seatdash.tenancy import atomically
from seats.services.ledger_sql import run

PREFIX = "sd_"
RANDOM_BYTES = 32
SECRET = re.compile(r"sd_[A-Za-z0-9_-]{43}")
HINTED = 4

ADMIT: LiteralString = """
    SELECT token, organisation, member, name, scopes, per_minute, spent FROM api_admit(%(digest)s)
"""


@dataclass(frozen=True, slots=True)
class Caller:
    """The token that a call came with, and whose it is.

    `spent` is how many calls it has made this minute, as far as the database knows.
    """

    token_id: UUID
    organisation_id: UUID
    member_id: UUID
    name: str
    scopes: Collection[str]
    per_minute: int
    spent: int

    @property
    def actor(self) -> Member:
        """The member that stands for the token, for the services and the ledger."""
        return Member(pk=self.member_id, organisation_id=self.organisation_id, name=self.name)


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A token, and the secret that is shown this once."""

    token: Token
    secret: str


@atomically
def make_token(
    *,
    actor: Member,
    name: str,
    scopes: Collection[str],
    ends_at: datetime | None = None,
    per_minute: int = USUAL_RATE,
) -> NewToken:
    """Make a token. Only a hash of its secret is kept: 256 random bits need no slow one.

    Raises EndsAlready.
    """
    if ends_at is not None and ends_at <= timezone.now():
        raise EndsAlready(_("Give a day that is still to come."))
    secret = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    token = Token.objects.create(
        organisation_id=actor.organisation_id,
        member=enter_program(actor=actor, name=_("Token %(name)s") % {"name": name}),
        name=name,
        scopes=[scope for scope in Token.Scope if scope in scopes],
        per_minute=per_minute,
        digest=digest_of(secret),
        hint=secret[-HINTED:],
        made_by=actor,
        ends_at=ends_at,
    )
    return NewToken(token=token, secret=secret)


@atomically
def revoke_token(*, actor: Member, token: Token) -> Token:
    """End a token at once; one that is revoked already stays as it is."""
    rows = Token.objects.for_org(actor.organisation_id).select_for_update(no_key=True)
    locked = rows.get(pk=token.pk)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
    return locked


def admit(secret: str) -> Caller | None:
    """Find whose token this is, and let the transaction see that organisation from here on.

    None for one that never was, was revoked, or has ended; then nothing is named.
    """
    if not SECRET.fullmatch(secret):
        return None
    rows = run(ADMIT, {"digest": digest_of(secret)}, many=False)
    return Caller(*rows[0]) if rows else None


def secret_in(header: str) -> bytes | None:
    """Return the hash of the token in an Authorization header; None where there is none such."""
    scheme, _space, secret = header.partition(" ")
    is_one = scheme.lower() == "bearer" and SECRET.fullmatch(secret)
    return digest_of(secret) if is_one else None


def digest_of(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
