"""Erasing: a person's name and address are gone from an organisation, and every count stays.

The ledger is not touched: its entries name members by id only, and a reason that names the person
is withheld. What stands elsewhere, other apps forget: each adds a function to `ERASERS`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from orgs.models import Member
from orgs.services import erase_identity
from seatdash.tenancy import atomically
from seats.errors import CannotErase
from seats.models import Import, ImportRow, SeatRequest
from seats.services.leaving import offboard
from seats.services.withholding import withhold
from teams.services.invitations import forget_invitations

# Called with the member while it still has name and address, in the transaction that erases it and
# in the organisation's scope; what one raises undoes all of it.
ERASERS: list[Callable[[Member], None]] = []

State = Import.State
NAMES_PEOPLE = (Import.Kind.PEOPLE, Import.Kind.ENROLMENTS)


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What went with it: enrolments ended, reasons withheld, files forgotten."""

    member: Member
    revoked: int
    withheld: int
    files: int


@atomically
def erase(*, actor: Member, member: Member) -> Erased:
    """Erase a person for good. Raises CannotErase, or LastAdmin.

    They are offboarded first, if they have not left yet. Who was erased already stays so.
    """
    locked = Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    if locked.erased_at:
        return Erased(member=locked, revoked=0, withheld=0, files=0)
    _refuse(actor, locked)
    revoked = 0 if locked.offboarded_at else offboard(actor=actor, member=locked).revoked
    locked.refresh_from_db()
    words = words_of(locked)
    withheld = withhold(actor=actor, words=words)
    _blank_requests(locked, words)
    files = _forget_files(locked)
    forget_invitations(actor=actor, email=locked.email)
    for forget in ERASERS:
        forget(locked)
    LogEntry.objects.filter(object_id__in=[str(locked.pk), str(locked.user_id)]).delete()
    erased = erase_identity(actor=actor, member=locked)
    return Erased(member=erased, revoked=revoked, withheld=withheld, files=files)


def words_of(member: Member) -> list[str]:
    """Return what a person is named by."""
    return [word for word in (member.email, member.name.strip()) if word]


def files_naming(member: Member) -> QuerySet[Import]:
    """Return the files that name a person in a row, or that nobody has looked into yet."""
    rows = ImportRow.objects.for_org(member.organisation_id)
    rows = rows.annotate(text=Cast("cells", TextField()))
    named = Q()
    for word in words_of(member):
        named |= Q(text__icontains=word)
    files = Import.objects.for_org(member.organisation_id).without_file()
    unread = Q(rows__isnull=True, kind__in=NAMES_PEOPLE)
    return files.filter(Q(pk__in=rows.filter(named).values("source")) | unread)


def _refuse(actor: Member, member: Member) -> None:
    if actor.pk == member.pk:
        raise CannotErase(_("Nobody erases themselves. Ask another admin."))
    under_way = Import.objects.for_org(member.organisation_id).filter(
        state__in=[State.CHECKING, State.RUNNING], kind__in=NAMES_PEOPLE
    )
    if under_way.exists():
        raise CannotErase(_("A file with people is being imported. Try again when it is through."))


def _blank_requests(member: Member, words: Sequence[str]) -> None:
    """Take the words out of requests that the person made or answered, or that name them."""
    requests = SeatRequest.objects.for_org(member.organisation_id)
    in_reason, in_answer = Q(asked_by=member), Q(decided_by=member)
    for word in words:
        in_reason |= Q(reason__icontains=word)
        in_answer |= Q(answer__icontains=word)
    requests.filter(in_reason).update(reason="")
    requests.filter(in_answer).update(answer="")


def _forget_files(member: Member) -> int:
    found = list(files_naming(member).values_list("pk", flat=True))
    Import.objects.filter(pk__in=found).delete()
    return len(found)
