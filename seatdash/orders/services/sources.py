"""Shops are added, changed and paused by admins; each has a secret of its own."""

from secrets import token_urlsafe

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Member
from orgs.services import enter_program, rename_members
from seatdash.orders.errors import NameTaken
from seatdash.orders.models import Source
from seatdash.orders.shops import SHOPS
from seatdash.secrets import encrypt
from seatdash.tenancy import atomically

SECRET_BYTES = 32


@atomically
def add_source(*, actor: Member, kind: str, name: str) -> tuple[Source, str]:
    """Add a shop; answers it, and its secret where seatdash makes it ('' where the shop does).

    Raises NameTaken.
    """
    secret = "" if SHOPS[kind].own_secret else new_secret()
    source = Source(
        organisation_id=actor.organisation_id,
        kind=kind,
        name=name,
        member=enter_program(actor=actor, name=name),
        secret=encrypt(secret) if secret else None,
        created_by=actor,
    )
    return _saved(source), secret


@atomically
def change_source(
    *, actor: Member, source: Source, name: str, makes_teams: bool, skips_unknown: bool
) -> Source:
    """Change what a shop is called, and what it does by itself. Raises NameTaken."""
    locked = _lock(actor, source)
    locked.name, locked.makes_teams, locked.skips_unknown = name, makes_teams, skips_unknown
    rename_members(actor=actor, names={locked.member_id: name})
    return _saved(locked)


@atomically
def set_secret(*, actor: Member, source: Source, secret: str) -> Source:
    """Keep the secret that the shop signs with; the one before ends at once."""
    locked = _lock(actor, source)
    locked.secret, locked.refused = encrypt(secret), 0
    return _saved(locked)


@atomically
def renew_secret(*, actor: Member, source: Source) -> str:
    """Make another secret, and answer it: it is never shown again."""
    secret = new_secret()
    set_secret(actor=actor, source=source, secret=secret)
    return secret


@atomically
def set_api_key(*, actor: Member, source: Source, key: str) -> Source:
    """Keep the key that a shop's API is asked with; '' forgets it."""
    locked = _lock(actor, source)
    locked.api_key = encrypt(key) if key else None
    return _saved(locked)


@atomically
def pause(*, actor: Member, source: Source) -> Source:
    """Do nothing about a shop's messages for now; they are kept, and wait."""
    locked = _lock(actor, source)
    locked.paused_at = locked.paused_at or timezone.now()
    return _saved(locked)


@atomically
def resume(*, actor: Member, source: Source) -> Source:
    """Go on with a shop; the worker takes up what waits."""
    locked = _lock(actor, source)
    locked.paused_at = None
    return _saved(locked)


def new_secret() -> str:
    """Return a secret that nobody guesses."""
    return token_urlsafe(SECRET_BYTES)


def _lock(actor: Member, source: Source) -> Source:
    return Source.objects.for_org(actor.organisation_id).locked().get(pk=source.pk)


def _saved(source: Source) -> Source:
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        raise NameTaken(_("Give it another name.")) from error
    return source
