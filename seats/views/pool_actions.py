"""What an admin does to pools: make, add, take away, share, clone, change the terms, archive."""

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
from seats.models import Pool
from seats.reports.allocations import said_of
from seats.reports.pool_words import (
    before_adding,
    before_archiving,
    before_taking,
    said_of_archiving,
    said_of_taking,
)
from seats.services import allocation as allocating
from seats.services.archive import archive_pool
from seats.services.taking import take_away as take_seats_away
from seats.services.terms import set_terms
from seats.views.pages import Action, act, go, page_of


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
    form = IncrementForm(request.POST or None, initial=_seen(pool))

    def perform() -> str:
        return said_of(allocating.increment(actor=request.member, pool=pool, **form.cleaned_data))

    action = Action(
        heading=_("Add seats to %(pool)s") % {"pool": pool},
        intro=before_adding(pool),
        submit=_("Add seats"),
        parent=page_of(request, pool),
        seen=lambda: _seen(pool),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def take_away(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = _pool(request, pool_id)
    form = TakeAwayForm(request.POST or None, initial=_seen(pool))

    def perform() -> str:
        data = dict(form.cleaned_data)
        retire = data.pop("to") == RETIRED
        taken = take_seats_away(actor=request.member, pool=pool, retire=retire, **data)
        return said_of_taking(taken, retired=retire)

    action = Action(
        heading=_("Take seats away from %(pool)s") % {"pool": pool},
        intro=before_taking(pool),
        submit=_("Take away"),
        danger=True,
        parent=page_of(request, pool),
        seen=lambda: _seen(pool),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def share(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = _pool(request, pool_id)
    form = ShareForm(request.POST or None, pool=pool, initial=_seen(pool))

    def perform() -> str:
        made = allocating.share(actor=request.member, pool=pool, **form.cleaned_data)
        numbers = {"team": made.team, "pool": pool}
        if made.cap is None:
            return _("%(team)s draws on %(pool)s now.") % numbers
        capped = numbers | {"cap": grouped(made.cap)}
        return _("%(team)s draws on %(pool)s now, up to %(cap)s seats of it.") % capped

    action = Action(
        heading=_("Share %(pool)s with another team") % {"pool": pool},
        intro=_("The team draws on the same seats as those who have it already."),
        submit=_("Share"),
        parent=page_of(request, pool),
        seen=lambda: _seen(pool),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def clone(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = _pool(request, pool_id)
    form = CloneForm(request.POST or None, pool=pool, initial=_seen(pool))

    def perform() -> str:
        return said_of(allocating.clone(actor=request.member, pool=pool, **form.cleaned_data))

    action = Action(
        heading=_("Clone %(pool)s for a team") % {"pool": pool},
        intro=_("The team gets a new pool of its own with the same product, seats and terms."),
        submit=_("Clone"),
        parent=page_of(request, pool),
        seen=lambda: _seen(pool),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def terms(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = _pool(request, pool_id)
    form = TermsForm(request.POST or None, initial={**initial_terms(pool), **_seen(pool)})

    def perform() -> str:
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
        set_terms(actor=request.member, pool=pool, terms=form.terms(), reason=reason, seen=seen)
        return _("Changed the terms of %(pool)s for enrolments to come.") % {"pool": pool}

    action = Action(
        heading=_("Terms of %(pool)s") % {"pool": pool},
        intro=_("For enrolments to come. Those that are there keep their end."),
        submit=_("Change terms"),
        parent=page_of(request, pool),
        context={"fields_template": "seats/_pool_terms_fields.html"},
        seen=lambda: _seen(pool),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def archive(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = _pool(request, pool_id)
    form = ArchivePoolForm(request.POST or None, initial=_seen(pool))

    def perform() -> str:
        archived = archive_pool(actor=request.member, pool=pool, **form.cleaned_data)
        return said_of_archiving(archived, pool.capacity)

    action = Action(
        heading=_("Archive %(pool)s") % {"pool": pool},
        intro=before_archiving(pool),
        submit=_("Archive"),
        danger=True,
        parent=page_of(request, pool),
        seen=lambda: _seen(pool),
        perform=perform,
    )
    return act(request, form, action)


def _pool(request: OrgRequest, pool_id: UUID) -> Pool:
    pools = Pool.objects.for_org(request.organisation).select_related("product", "organisation")
    return get_object_or_404(pools, pk=pool_id)


def _seen(pool: Pool) -> dict[str, str]:
    now = Pool.objects.values_list("version", flat=True).get(pk=pool.pk)
    return {"seen": str(now)}
