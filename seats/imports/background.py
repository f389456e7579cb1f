"""An import's step as the worker takes it, in the language of whoever waits for it."""

from collections.abc import Callable
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from orgs.models import Member
from seatdash import tenancy
from seats.imports.errors import NotNow
from seats.imports.progress import Progress
from seats.imports.working import fail
from seats.models import Import


class NoAdminError(Exception):
    """Who asked for the step lost the role while it waited."""


def work_on(
    step: Callable[..., None], *, organisation: str, source: str, actor: str, language: str
) -> None:
    """Take the step, telling how far it is. Where it breaks, nothing was written, and that is said.

    A file that was discarded meanwhile, or is done already, is left alone.
    """
    with tenancy.scope(UUID(organisation)):
        member = Member.objects.select_related("organisation").filter(pk=actor).first()
        found = Import.objects.filter(pk=source).first()
    if member is None or found is None:
        return
    with translation.override(language or None), Progress(found) as progress:
        try:
            _check_still_admin(member)
            step(actor=member, source=found, tell=progress.tell)
        except NotNow:
            return
        except Exception:
            problem = _("Something went wrong, and nothing was imported. Try it again.")
            fail(actor=member, source=found, problem=problem)
            raise


def _check_still_admin(member: Member) -> None:
    if member.offboarded_at or member.role != Member.Role.ADMIN:
        raise NoAdminError(str(member.pk))
