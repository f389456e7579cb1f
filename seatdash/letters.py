"""Letters to the admins of an organisation about what needs them, each a job of the worker."""

from typing import Any
from uuid import UUID

from procrastinate.tasks import Task

from orgs.models import Member


def write_to_admins(task: Task[Any, Any, Any], organisation_id: UUID, **about: UUID) -> None:
    """Have the worker write to each admin who may sign in; in this transaction."""
    of_all = {name: str(value) for name, value in about.items()}
    of_all["organisation_id"] = str(organisation_id)
    admins = Member.objects.for_org(organisation_id).admins().filter(user__is_active=True)
    jobs: list[Any] = [
        of_all | {"member_id": str(pk)} for pk in admins.values_list("pk", flat=True)
    ]
    if jobs:
        task.configure().batch_defer(*jobs)


def admin_to_write_to(member_id: UUID) -> Member | None:
    """Return the admin of the present organisation, who may have gone since."""
    admins = Member.objects.admins().select_related("user").filter(user__is_active=True)
    return admins.filter(pk=member_id).first()
