"""Organisations and who may do what in them."""

from collections.abc import Iterable, Mapping
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.errors import CurrencyInUse, LastAdmin, UnknownTimeZone
from orgs.ids import new_id
from orgs.models import Member, Organisation, User
from orgs.querysets import PROGRAMS
from orgs.words import ERASED
from seatdash import tenancy
from seatdash.tenancy import atomically


def create_organisation(*, name: str, slug: str, admin: User, time_zone: str = "UTC") -> Member:
    """Make an organisation with its first admin; answers the admin as its member.

    Opens the scope of the new organisation, since nobody is in it yet who could act.
    """
    organisation = Organisation(name=name, slug=slug, time_zone=time_zone)
    with tenancy.scope(organisation.pk):
        organisation.save(force_insert=True)
        return Member.objects.create(
            organisation=organisation,
            user=admin,
            email=admin.email,
            name=admin.name,
            role=Member.Role.ADMIN,
        )


def nobody(organisation_id: UUID) -> Member:
    """Return who acts where no member does: one without an id, so that the ledger names nobody."""
    return Member(id=None, organisation_id=organisation_id)


@atomically
def enter_program(*, actor: Member, name: str) -> Member:
    """Make a member that stands for a program, wherever the ledger asks who did something.

    It is nobody: it never signs in, and has left before it came, so no list of people has it.
    """
    return Member.objects.create(
        organisation_id=actor.organisation_id,
        email=f"{new_id()}@{PROGRAMS}",
        name=name,
        offboarded_at=Now(),
    )


def choose_language(*, actor: User, language: str) -> None:
    """Have the pages, and what is mailed, in this language from now on."""
    User.objects.filter(pk=actor.pk).update(language=language)


@atomically
def change_settings(
    *,
    actor: Member,
    name: str,
    time_zone: str,
    strict_stock: bool,
    managers_may_revoke: bool,
    currency: str,
) -> Organisation:
    """Change what an organisation decides for itself.

    Raises UnknownTimeZone, or CurrencyInUse where prices hold it in the currency that it has.
    """
    check_time_zone(time_zone)
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation_id)
    organisation.name, organisation.time_zone = name, time_zone
    organisation.strict_stock = strict_stock
    organisation.managers_may_revoke = managers_may_revoke
    organisation.save(update_fields=["name", "time_zone", "strict_stock", "managers_may_revoke"])
    if currency != organisation.currency:
        _change_currency(organisation, currency)
    return organisation


def _change_currency(organisation: Organisation, currency: str) -> None:
    organisation.currency = currency
    try:
        with transaction.atomic():
            organisation.save(update_fields=["currency"])
    except IntegrityError as error:
        raise CurrencyInUse(_("Amounts of the past would change. It stays as it is.")) from error


def check_time_zone(name: str) -> None:
    """Raise UnknownTimeZone unless Python and the database can both reckon with the zone."""
    try:
        ZoneInfo(name)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT now() AT TIME ZONE %s", [name])
    except (DataError, ValueError, ZoneInfoNotFoundError) as error:
        raise UnknownTimeZone(_("Choose another place in the same zone.")) from error


@atomically
def change_role(*, actor: Member, member: Member, role: Member.Role) -> Member:
    """Give a member another role in the organisation. Raises LastAdmin."""
    locked = _lock(member)
    if role != Member.Role.ADMIN:
        _keep_an_admin(locked)
    locked.role = role
    locked.save(update_fields=["role"])
    touch_rights([locked.pk])
    return locked


@atomically
def disable(*, actor: Member, member: Member) -> Member:
    """Close the organisation to a member. Raises LastAdmin."""
    locked = _lock(member)
    _keep_an_admin(locked)
    locked.role = Member.Role.NONE
    locked.offboarded_at = Now()
    locked.save(update_fields=["role", "offboarded_at"])
    touch_rights([locked.pk])
    locked.refresh_from_db()
    return locked


@atomically
def take_sign_in(*, actor: Member, member: Member) -> Member:
    """Take a member's sign-in to the organisation away, and the role; they stay a member.

    A user keeps the password and every other organisation. Raises LastAdmin.
    """
    locked = _lock(member)
    _keep_an_admin(locked)
    locked.user, locked.role = None, Member.Role.NONE
    locked.save(update_fields=["user", "role"])
    touch_rights([locked.pk])
    return locked


def erase_identity(*, actor: Member, member: Member) -> Member:
    """Put a placeholder where name and address were, and let go of the user.

    The user is deleted where this was the last membership, unless it operates the installation.
    """
    user = member.user
    member.name, member.email, member.user = "", f"erased-{member.pk}{ERASED}", None
    member.erased_at = timezone.now()
    member.save(update_fields=["name", "email", "user", "erased_at"])
    if user and not (user.is_staff or user.is_superuser):
        # Whether the user is a member elsewhere only all organisations together can say.
        with tenancy.system():
            if not user.memberships.exists():
                user.delete()
    return member


@atomically
def change_privacy(*, actor: Member, activity_months: int | None) -> Organisation:
    """Say for how many months it is told who moved seats, and why; None is for ever."""
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation_id)
    organisation.activity_months = activity_months
    organisation.save(update_fields=["activity_months"])
    return organisation


def rename_members(*, actor: Member, names: Mapping[UUID, str]) -> None:
    """Give members other names, by their ids."""
    rows = Member.objects.for_org(actor.organisation_id).filter(pk__in=list(names))
    members = list(rows.order_by("pk").select_for_update(no_key=True).only("pk"))
    for member in members:
        member.name = names[member.pk]
    Member.objects.bulk_update(members, ["name"], batch_size=1_000)


def touch_rights(members: Iterable[UUID]) -> None:
    """Note that these members' rights changed, so that pages they have open stop being live."""
    Member.objects.filter(pk__in=list(members)).update(rights_changed_at=Now())


def note_new_password(*, user: User) -> None:
    """Let no page stay live that was opened with the old password, in any organisation."""
    # The user's memberships, wherever they are.
    with tenancy.system():
        touch_rights(user.memberships.values_list("pk", flat=True))


def _lock(member: Member) -> Member:
    # All admins of the organisation, so that two of them cannot each remove the other; in the order
    # of their ids, as whoever locks several members does.
    rows = Member.objects.for_org(member.organisation_id)
    concerned = rows.admins() | rows.filter(pk=member.pk)
    locked = {row.pk: row for row in concerned.order_by("pk").select_for_update(no_key=True)}
    return locked[member.pk]


def has_other_admin(member: Member) -> bool:
    """Say whether somebody else could administer the organisation: an admin who signs in."""
    admins = Member.objects.for_org(member.organisation_id).admins().signing_in()
    return admins.exclude(pk=member.pk).exists()


def _keep_an_admin(member: Member) -> None:
    if member.role == Member.Role.ADMIN and not has_other_admin(member):
        raise LastAdmin(_("Make someone else an admin first."), admins=1)
