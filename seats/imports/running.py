"""Taking an import from step to step: uploaded, matched, checked, confirmed, done.

A short file is checked and written at once, a long one by the worker.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from orgs.models import Member, Organisation
from seatdash.tenancy import atomically
from seats.imports.errors import NotNow, Unreadable
from seats.imports.matching import guess
from seats.imports.reading import glance, has_more_rows_than
from seats.imports.working import apply_now, check_now
from seats.models import Import

LONG = 500
State = Import.State
# What may be matched anew: nothing is under way, and nothing was written.
MATCHABLE = {State.UPLOADED, State.CHECKED, State.FAILED}
UNDER_WAY = {State.CHECKING, State.RUNNING}


@atomically
def upload(*, actor: Member, kind: Import.Kind, name: str, content: bytes) -> Import:
    """Take in a file, and guess what its columns are. Raises Unreadable."""
    seen = glance(content)
    return Import.objects.create(
        organisation_id=actor.organisation_id,
        kind=kind,
        name=name,
        content=content,
        headers=seen.headers,
        samples=seen.samples,
        columns=guess(kind, seen.headers),
        remark=seen.remark,
        created_by=actor,
    )


@atomically
def match(*, actor: Member, source: Import, columns: Mapping[str, int]) -> Import:
    """Say which column is what, and have every row checked. Raises NotNow."""
    source = _lock(source)
    if source.state not in MATCHABLE:
        raise NotNow(_("Look at it again."))
    source.columns, source.state, source.problem = dict(columns), State.CHECKING, ""
    source.done = source.todo = 0
    source.save(update_fields=["columns", "state", "problem", "done", "todo"])
    if _is_long(source):
        _defer("seats.tasks.check_import", actor, source)
    else:
        check_now(actor=actor, source=source)
    return source


@atomically
def confirm(*, actor: Member, source: Import) -> Import:
    """Have all rows written. Raises NotNow, where a row is wrong too."""
    source = _lock(source)
    if source.state != State.CHECKED or source.wrong:
        raise NotNow(_("Look at it again."))
    source.state, source.problem = State.RUNNING, ""
    source.done = source.todo = 0
    source.save(update_fields=["state", "problem", "done", "todo"])
    if source.judged > LONG:
        _defer("seats.tasks.apply_import", actor, source)
    else:
        apply_now(actor=actor, source=source)
    return source


@atomically
def discard(*, actor: Member, source: Import) -> None:
    """Forget a file and what was found in it. Raises NotNow while it is being written."""
    source = _lock(source)
    if source.state == State.RUNNING:
        raise NotNow(_("It is being imported. Look at it again."))
    source.delete()


def forget_older_than(*, organisation: Organisation, moment: datetime) -> None:
    """Forget the files that nobody needs any more; what was imported stays."""
    old = Import.objects.for_org(organisation).without_file().made_before(moment)
    old.exclude(state__in=UNDER_WAY).delete()


def _lock(source: Import) -> Import:
    rows = Import.objects.for_org(source.organisation_id).select_for_update(no_key=True)
    found = rows.filter(pk=source.pk).first()
    if found is None:
        raise NotNow(_("It was discarded."))
    return found


def _is_long(source: Import) -> bool:
    try:
        return has_more_rows_than(bytes(source.content), LONG)
    except Unreadable:  # which the check will say
        return False


def _defer(task: str, actor: Member, source: Import) -> None:
    # In this transaction: rolled back, there is no job either.
    app.configure_task(task).defer(
        organisation=str(source.organisation_id),
        source=str(source.pk),
        actor=str(actor.pk),
        language=translation.get_language() or "",
    )
