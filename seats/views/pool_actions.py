"""What an admin does to pools: make, add, take away, share, clone, change the terms, archive."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.access import OrgRequest, Role, gate
from orgs.words import grouped
from seats.forms.fields import initial_terms
from seats.forms.pools import (
    RETIRED,
    ArchivePoolForm,
    CloneForm,
    IncrementForm,
    NewPoolForm,
    ShareForm,
    TakeAwayForm,
    TermsForm,
)
from seats.models import Allocation, Pool
from seats.reports import pool_previews as previews
from seats.reports.allocations import said_of
from seats.reports.pool_words import said_of_archiving, said_of_taking
from seats.services import allocation as allocating
from seats.services.archive import archive_pool
from seats.services.taking import take_away as take_seats_away
from seats.services.terms import set_terms
from seats.views.changes import change, move_seats, seen_of
from seats.views.pages import Action, act, go, page_of, sent, typed


@gate(Role.ADMIN)
def new_pool(request: OrgRequest) -> HttpResponse:
    initial = {"product": request.GET.get("product")}
    form = NewPoolForm(request.POST or None, organisation=request.organisation, initial=initial)
    made: list[Pool] = []

    def perform() -> str:
        data = form.cleaned_data
        named = {name: data[name] for name in ("product", "name", "seats", "reason")}
        made.append(allocating.create_pool(actor=request.member, terms=form.terms(), **named))
        return _("Made %(pool)s. No team draws on it yet.") % {"pool": made[0]}

    action = Action(
        heading=_("New pool"),
        intro=_("To be shared by several teams, or cloned for each as a template."),
        submit=_("Make pool"),
        parent=(_("Pools"), reverse("pools", args=[request.organisation.slug])),
        context={"fields_template": "seats/_new_pool_fields.html"},
        perform=perform,
    )
    answer = act(request, form, action)
    return go(request, page_of(request, made[0])[1]) if made else answer


@gate(Role.ADMIN)
def increment(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = _pool(request, pool_id)
    return move_seats(
        request,
        pool,
        IncrementForm,
        heading=_("Add seats to %(name)s"),
        submit=_("Add seats"),
        move=lambda **sent: said_of(allocating.increment(pool=pool, **sent)),
        preview=partial(previews.adding, pool),
    )


@gate(Role.ADMIN)
def take_away(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = _pool(request, pool_id)

    def move(*, to: str, **sent: Any) -> str:
        retired = to == RETIRED
        taken = take_seats_away(pool=pool, retire=retired, **sent)
        return said_of_taking(taken, retired=retired)

    return move_seats(
        request,
        pool,
        TakeAwayForm,
        heading=_("Take seats away from %(name)s"),
        submit=_("Take away"),
        danger=True,
        move=move,
        preview=partial(previews.taking, pool),
    )


@gate(Role.ADMIN)
def share(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = _pool(request, pool_id)
    form = ShareForm(sent(request), pool=pool, initial=seen_of(pool))
    return change(
        request,
        pool,
        form,
        heading=_("Share %(name)s with another team"),
        intro=_("The team draws on the same seats as those who have it already."),
        submit=_("Share"),
        perform=lambda: _said_of_sharing(
            allocating.share(actor=request.member, pool=pool, **form.cleaned_data)
        ),
        preview=lambda: previews.sharing(pool, typed(form, "team"), typed(form, "cap")),
    )


@gate(Role.ADMIN)
def clone(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = _pool(request, pool_id)
    form = CloneForm(sent(request), pool=pool, initial=seen_of(pool))
    return change(
        request,
        pool,
        form,
        heading=_("Clone %(name)s for a team"),
        intro=_("The team gets a new pool of its own with the same product, seats and terms."),
        submit=_("Clone"),
        perform=lambda: said_of(
            allocating.clone(actor=request.member, pool=pool, **form.cleaned_data)
        ),
        preview=lambda: previews.cloning(pool, typed(form, "team")),
    )


@gate(Role.ADMIN)
def terms(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = _pool(request, pool_id)
    form = TermsForm(sent(request), initial={**initial_terms(pool), **seen_of(pool)})

    def perform() -> str:
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
        set_terms(actor=request.member, pool=pool, terms=form.terms(), reason=reason, seen=seen)
        return _("Changed the terms of %(pool)s for enrolments to come.") % {"pool": pool}

    return change(
        request,
        pool,
        form,
        heading=_("Terms of %(name)s"),
        intro=_("For enrolments to come. Those that are there keep their end."),
        submit=_("Change terms"),
        context={"fields_template": "seats/_pool_terms_fields.html"},
        perform=perform,
        preview=lambda: previews.changing_terms(
            pool, form.terms() if form.is_bound and form.is_valid() else None
        ),
    )


@gate(Role.ADMIN)
def archive(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = _pool(request, pool_id)
    form = ArchivePoolForm(request.POST or None, initial=seen_of(pool))
    return change(
        request,
        pool,
        form,
        heading=_("Archive %(name)s"),
        submit=_("Archive"),
        danger=True,
        perform=lambda: said_of_archiving(
            archive_pool(actor=request.member, pool=pool, **form.cleaned_data), pool.capacity
        ),
        preview=lambda: previews.archiving(pool),
    )


def _pool(request: OrgRequest, pool_id: UUID) -> Pool:
    pools = Pool.objects.for_org(request.organisation).select_related("product", "organisation")
    return get_object_or_404(pools, pk=pool_id)


def _said_of_sharing(made: Allocation) -> str:
    numbers = {"team": made.team, "pool": made.pool}
    if made.cap is None:
        return _("%(team)s draws on %(pool)s now.") % numbers
    capped = numbers | {"cap": grouped(made.cap)}
    return _("%(team)s draws on %(pool)s now, up to %(cap)s seats of it.") % capped
