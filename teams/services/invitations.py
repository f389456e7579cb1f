"""Invitations: somebody is asked by e-mail to sign in, and accepts by the link in the letter."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from orgs.models import Member, User
from orgs.services import touch_rights
from seatdash import tenancy
from seatdash.tenancy import atomically
from teams.errors import (
    AlreadyInvited,
    InvitationOver,
    NotYourInvitation,
    SentJustNow,
    SignsInAlready,
)
from teams.models import Invitation, Team, TeamMember, new_nonce
from teams.querysets import InvitationQuerySet
from teams.services import appoint, lock_team
from teams.services.invitation_links import Claim

AGAIN_AFTER = timedelta(minutes=1)


@atomically
def invite(
    *, actor: Member, email: str, role: Member.Role = Member.Role.NONE, team: Team | None = None
) -> Invitation:
    """Ask somebody by e-mail to sign in: with a role, or to manage a team.

    Raises SignsInAlready, AlreadyInvited, SentJustNow or Archived.
    """
    address, now = email.lower(), timezone.now()
    if team:
        lock_team(team)
    _refuse_who_signs_in(actor, address)
    before = Invitation.objects.for_org(actor.organisation_id).to(address)
    _keep_pause(before.order_by("-sent_at").values_list("sent_at", flat=True).first())
    before.unanswered().filter(expires_at__lte=now).update(withdrawn_at=now)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                organisation_id=actor.organisation_id,
                email=address,
                role=role,
                team=team,
                invited_by=actor,
                sent_at=now,
                expires_at=now + Invitation.LASTS,
            )
    except IntegrityError as error:
        raise AlreadyInvited(_("Send it again, or withdraw it first.")) from error
    _mail(invitation)
    return invitation


@atomically
def send_again(*, actor: Member, invitation: Invitation) -> Invitation:
    """Send a new link, good for seven days more; older ones end. Raises as `invite` does."""
    locked = _lock(invitation)
    _refuse_answered(locked)
    _refuse_who_signs_in(actor, locked.email)
    _keep_pause(locked.sent_at)
    locked.nonce, locked.sent, locked.sent_at = new_nonce(), locked.sent + 1, timezone.now()
    locked.expires_at, locked.invited_by = locked.sent_at + Invitation.LASTS, actor
    locked.save(update_fields=["nonce", "sent", "sent_at", "expires_at", "invited_by"])
    _mail(locked)
    return locked


@atomically
def withdraw(*, actor: Member, invitation: Invitation) -> Invitation:
    """Make the link useless. Raises InvitationOver once it has been accepted."""
    locked = _lock(invitation)
    if locked.withdrawn_at is None:
        _refuse_answered(locked)
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["withdrawn_at"])
    return locked


@atomically
def withdraw_all(*, actor: Member, email: str) -> None:
    """Make every link to an address useless: nobody comes back by a letter from before."""
    invitations = Invitation.objects.for_org(actor.organisation_id).to(email)
    invitations.unanswered().update(withdrawn_at=timezone.now())


def forget_invitations(*, actor: Member, email: str) -> None:
    """Forget that somebody was ever invited."""
    Invitation.objects.for_org(actor.organisation_id).to(email.lower()).delete()


def accept(*, claim: Claim, user: User) -> Member:
    """Let a user in whom the letter was written to; answers the user as a member.

    Opens the scope of the organisation, since nobody of it acts here. Raises InvitationOver,
    NotYourInvitation or SignsInAlready.
    """
    with tenancy.scope(claim.organisation_id):
        invitation = _lock_claimed(claim)
        if user.email.lower() != invitation.email:
            raise NotYourInvitation(_("Sign out, and open the link again."))
        return _let_in(invitation, user)


def accept_as_new(*, claim: Claim, name: str, password: str) -> Member:
    """Make the user whom the letter was written to, and let them in. Raises as `accept` does."""
    with tenancy.scope(claim.organisation_id):
        invitation = _lock_claimed(claim)
        user = User.objects.filter(email=invitation.email).first() or User(email=invitation.email)
        if has_password(user):
            raise SignsInAlready(_("Sign in with your password, and open the link again."))
        user.name = name
        user.set_password(password)
        user.save()
        return _let_in(invitation, user)


def has_password(user: User) -> bool:
    """Say whether a user can sign in by a password; one made by the operator may have none yet."""
    return bool(user.password) and user.has_usable_password()


def _let_in(invitation: Invitation, user: User) -> Member:
    member = _become_member(invitation, user)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    team = invitation.team
    if team and not team.archived_at:
        manager = TeamMember.Role.MANAGER
        appoint(actor=invitation.invited_by, team=team, member=member, role=manager)
    return member


def _become_member(invitation: Invitation, user: User) -> Member:
    members = Member.objects.for_org(invitation.organisation_id)
    member = members.filter(user=user).first() or members.with_emails([invitation.email]).first()
    if member is None:
        member = Member(organisation_id=invitation.organisation_id, email=user.email)
    elif member.user_id not in {None, user.pk}:
        raise SignsInAlready(_("Somebody else signs in as %(name)s.") % {"name": member})
    # Who has come in by another way meanwhile keeps the role they have.
    if not (member.user_id and member.role):
        member.role = invitation.role or member.role
    member.user, member.name, member.offboarded_at = user, member.name or user.name, None
    member.save()
    touch_rights([member.pk])
    return member


def _lock_claimed(claim: Claim) -> Invitation:
    """Lock what a link stands for, the member's row first, as offboarding does."""
    rows = Invitation.objects.for_org(claim.organisation_id).filter(pk=claim.invitation_id)
    email = rows.values_list("email", flat=True).first()
    if email is None:
        raise InvitationOver
    members = Member.objects.for_org(claim.organisation_id).with_emails([email])
    list(members.order_by("pk").select_for_update(no_key=True, of=("self",)))
    locked = _locked(rows).get()
    if locked.state != Invitation.State.WAITING or locked.nonce != claim.nonce:
        raise InvitationOver
    return locked


def _lock(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.for_org(invitation.organisation_id)
    return _locked(rows.filter(pk=invitation.pk)).get()


def _locked(rows: InvitationQuerySet) -> InvitationQuerySet:
    related = rows.select_related("organisation", "team", "invited_by")
    return related.select_for_update(no_key=True, of=("self",))


def _refuse_answered(invitation: Invitation) -> None:
    if invitation.state in {Invitation.State.ACCEPTED, Invitation.State.WITHDRAWN}:
        raise InvitationOver(_("Look at the page again: it is no longer open."))


def _refuse_who_signs_in(actor: Member, email: str) -> None:
    members = Member.objects.for_org(actor.organisation_id).active().with_emails([email])
    member = members.filter(user__isnull=False).first()
    if member and member.role:
        words = _("%(name)s has the role %(role)s. Change it on the page of members.")
        raise SignsInAlready(words % {"name": member, "role": member.get_role_display()})
    if member:
        words = _("Give %(name)s another role, or appoint them on the page of a team.")
        raise SignsInAlready(words % {"name": member})


def _keep_pause(sent_at: datetime | None) -> None:
    if sent_at and timezone.now() - sent_at < AGAIN_AFTER:
        raise SentJustNow(_("Wait a minute before you send another."))


def _mail(invitation: Invitation) -> None:
    # With the transaction: what is rolled back sends no letter.
    app.configure_task("teams.tasks.mail_invitation").defer(
        organisation_id=str(invitation.organisation_id),
        invitation_id=str(invitation.pk),
        sent=invitation.sent,
    )
