"""Enrolments selected in a list: revoke them, move their ends, move them to another team."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from orgs.access import OrgRequest, Role, gate
from seats.forms.enrolment_filter import EnrolmentFilter
from seats.forms.selected import MoveForm, NewEndForm, ReasonForm
from seats.models import Enrolment
from seats.reports import selected as previews
from seats.reports import selected_words as words
from seats.services import extending, moving
from seats.services.revocation import revoke_many
from seats.services.undoing import revocation_ticket
from seats.views.bulk import (
    Bulk,
    answer_bulk,
    back_from,
    check_teams,
    selected,
    selecting,
    sensible,
)
from seats.views.pages import Said, may_revoke
from teams.models import Team


@gate(Role.ADMIN, Role.MANAGER)
@selecting
def revoke(request: OrgRequest) -> HttpResponse:
    may_revoke(request, or_refuse=True)
    enrolments = _chosen(request)
    form = ReasonForm(request.POST or None)

    def perform(ids: list[UUID]) -> Said:
        revoked = revoke_many(
            actor=request.member,
            enrolments=_those(enrolments, ids),
            reason=form.cleaned_data["reason"],
        )
        return Said(words.revoked(revoked), undo=revocation_ticket() if revoked else "")

    bulk = Bulk(
        heading=_("Revoke enrolments"),
        intro=_("Access through these seats ends now; people keep whatever else they have."),
        ids=[each.pk for each in enrolments],
        submit=words.revoke,
        context={"second": _("Through")},
        preview=lambda: previews.revoking(enrolments),
        perform=perform,
        back=back_from(request, "enrolments"),
        asks=False,
        danger=True,
    )
    return answer_bulk(request, form, bulk)


@gate(Role.ADMIN, Role.MANAGER)
@selecting
def extend(request: OrgRequest) -> HttpResponse:
    enrolments = _chosen(request)
    form = NewEndForm(request.POST or None)

    def perform(ids: list[UUID]) -> str:
        chosen = _those(enrolments, ids)
        _check_extendable(request, chosen)
        moved = extending.extend_many(
            actor=request.member,
            enrolments=chosen,
            end=form.end(),
            reason=form.cleaned_data["reason"],
        )
        return words.ends_moved(moved)

    bulk = Bulk(
        heading=_("Move the ends of enrolments"),
        intro=words.enrolments_chosen(len(enrolments)),
        ids=[each.pk for each in enrolments],
        submit=words.move_ends,
        context={"second": _("Through")},
        preview=lambda: previews.extending_to(
            extending.preview(actor=request.member, enrolments=enrolments, end=form.end()),
            extendable_only=request.role is Role.MANAGER,
        ),
        perform=perform,
        back=back_from(request, "enrolments"),
        fields_template="seats/_new_end_fields.html",
    )
    return answer_bulk(request, form, bulk)


@gate(Role.ADMIN, Role.MANAGER)
@selecting
def move(request: OrgRequest) -> HttpResponse:
    may_revoke(request, or_refuse=True)
    enrolments = _chosen(request)
    teams = Team.objects.for_org(request.organisation).open().visible_to(request.member)
    form = MoveForm(request.POST or None, teams=teams.by_name())

    def preview() -> previews.Preview:
        target = form.cleaned_data["target"]
        lines = moving.preview(actor=request.member, enrolments=enrolments, target=target)
        return previews.moving_to(lines, target)

    def perform(ids: list[UUID]) -> str:
        moved = moving.move(
            actor=request.member, enrolments=_those(enrolments, ids), **form.cleaned_data
        )
        return words.moved(moved)

    bulk = Bulk(
        heading=_("Move enrolments to another team"),
        intro=words.enrolments_chosen(len(enrolments)),
        ids=[each.pk for each in enrolments],
        submit=words.move,
        context={"second": _("Through")},
        preview=preview,
        perform=perform,
        back=back_from(request, "enrolments"),
    )
    return answer_bulk(request, form, bulk)


def _chosen(request: OrgRequest) -> list[Enrolment]:
    rows = Enrolment.objects.for_org(request.organisation)
    related = rows.select_related("member", "pool__product", "team")
    enrolments = selected(request, related, _listed, "enrolments")
    check_teams(request, enrolments)
    return enrolments


def _listed(request: OrgRequest, query: QueryDict) -> QuerySet[Enrolment]:
    """Return the enrolments that the list of that address shows."""
    filters = sensible(EnrolmentFilter(query, viewer=request.member))
    return filters.narrow(Enrolment.objects.for_org(request.organisation))


def _check_extendable(request: OrgRequest, enrolments: list[Enrolment]) -> None:
    if request.role is Role.MANAGER and not all(each.pool.extendable for each in enrolments):
        raise PermissionDenied


def _those(enrolments: list[Enrolment], ids: list[UUID]) -> list[Enrolment]:
    """Return those whose preview was confirmed."""
    wanted = set(ids)
    return [each for each in enrolments if each.pk in wanted]
