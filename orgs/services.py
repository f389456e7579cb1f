"""Organisations and who may do what in them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from orgs.errors import LastAdmin
from orgs.models import Member, Organisation, User
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


def touch_rights(members: Iterable[UUID]) -> None:
    """Note that these members' rights changed, so that pages they have open stop being live."""
    Member.objects.filter(pk__in=list(members)).update(rights_changed_at=Now())


def _lock(member: Member) -> Member:
    # All admins of the organisation, so that two of them cannot each remove the other; in the order
    # of their ids, as whoever locks several members does.
    rows = Member.objects.for_org(member.organisation_id)
    concerned = rows.admins() | rows.filter(pk=member.pk)
    locked = {row.pk: row for row in concerned.order_by("pk").select_for_update(no_key=True)}
    return locked[member.pk]


def _keep_an_admin(member: Member) -> None:
    others = Member.objects.for_org(member.organisation_id).admins().exclude(pk=member.pk)
    if member.role == Member.Role.ADMIN and not others.exists():
        raise LastAdmin(_("Make someone else an admin first."), admins=1)
