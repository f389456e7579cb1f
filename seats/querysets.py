"""Named reads of seats that chain."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from orgs.querysets import every_word
from seats import clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from orgs.models import Member, Organisation
    from seats.models import (
        Allocation,
        ClosedDay,
        Enrolment,
        Import,
        ImportRow,
        LedgerEntry,
        Link,
        Naming,
        Pool,
        Price,
        Product,
        Proof,
        ScheduledReport,
        Seal,
        SeatRequest,
        Watch,
        Withheld,
    )
    from teams.models import Team

M = TypeVar("M", bound=models.Model)


class TenantQuerySet(models.QuerySet[M]):
    def for_org(self, organisation: Organisation | UUID) -> Self:
        return self.filter(organisation=organisation)


class Lockable(TenantQuerySet[M]):
    def locked(self) -> Self:
        """Lock the rows for a change of their counters, in the order of their ids.

        The lock lets foreign keys on the rows be checked meanwhile.
        """
        return self.order_by("id").select_for_update(no_key=True, of=("self",))


class Archivable(Lockable[M]):
    def open(self) -> Self:
        """Those that are not archived."""
        return self.filter(archived_at__isnull=True)


class ProductQuerySet(Archivable["Product"]):
    def by_code(self) -> Self:
        return self.order_by("code_key")

    def with_code(self, code: str) -> Self:
        """The product of this code, whatever the case."""
        return self.filter(code_key=code.lower())

    def search(self, text: str) -> Self:
        return self.filter(every_word(text))


class PoolQuerySet(Archivable["Pool"]):
    def by_name(self) -> Self:
        return self.order_by("search", "id")

    def search(self, text: str) -> Self:
        """Every word is in the name of the pool, or in its product's name or code."""
        return self.filter(every_word(text, "search", "product__search"))


class AllocationQuerySet(Lockable["Allocation"]):
    def current(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def of_team(self, team: Team | UUID) -> Self:
        return self.filter(team=team)

    def drawing_on(self, pools: Iterable[Pool | UUID]) -> Self:
        return self.filter(pool__in=list(pools))


class EnrolmentQuerySet(Lockable["Enrolment"]):
    def live(self) -> Self:
        """Not ended, and not past the end that the worker has yet to book."""
        return self.unended().filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()))

    def unended(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def due(self) -> Self:
        """Past their end, but not yet booked as expired."""
        return self.unended().filter(expires_at__lte=clock.now())

    def held(self) -> Self:
        """Expired, and still occupying a seat because it is not reusable."""
        return self.filter(end_reason="expired", occupies=True)

    def occupying(self) -> Self:
        return self.filter(occupies=True)

    def of_status(self, status: str) -> Self:
        """Live, unless another status is asked for; "soon-7" are those that end within 7 days."""
        kind, _sign, days = status.partition("-")
        if kind == "soon":
            return self.ending_within(int(days))
        if kind == "ended":
            return self.filter(ended_at__isnull=False)
        if kind == "expired":
            # Those past their end count as expired before the worker has booked them.
            overdue = Q(ended_at__isnull=True, expires_at__lte=clock.now())
            return self.filter(Q(end_reason="expired") | overdue)
        if kind in ("revoked", "left"):
            return self.filter(end_reason=kind)
        return self if kind == "all" else self.live()

    def ending_within(self, days: int) -> Self:
        return self.live().filter(expires_at__lte=clock.now() + timedelta(days=days))

    def of_member(self, member: Member | UUID) -> Self:
        return self.filter(member=member)

    def giving_access_to(self, product: Product | UUID) -> Self:
        return self.live().filter(pool__product=product)

    def newest_first(self) -> Self:
        return self.order_by("-started_at", "-id")


class LedgerQuerySet(TenantQuerySet["LedgerEntry"]):
    def newest_first(self) -> Self:
        return self.order_by("-at", "-id")

    def of_pool(self, pool: Pool | UUID) -> Self:
        """The pool's entries in the order in which they happened."""
        return self.filter(pool=pool).order_by("seq")

    def until(self, moment: Any) -> Self:
        return self.filter(at__lte=moment)

    def since(self, moment: datetime | None) -> Self:
        """Those from a moment on; all of them without one."""
        return self if moment is None else self.filter(at__gte=moment)

    def after(self, position: int) -> Self:
        """Those with a link beyond this position of the chain, in its order, with `.position`."""
        # The link's organisation is said to be the entry's, so that its index is found by it.
        linked = self.filter(link__organisation=F("organisation"), link__position__gt=position)
        return linked.annotate(position=F("link__position")).order_by("link__position")


class LinkQuerySet(TenantQuerySet["Link"]):
    def in_order(self) -> Self:
        return self.order_by("position")

    def head(self) -> Link | None:
        """The last link of an organisation's chain, if it has any."""
        return self.order_by("-position").first()


class SealQuerySet(TenantQuerySet["Seal"]):
    def latest_one(self) -> Seal | None:
        return self.order_by("-day").first()

    # Any: each Seal carries `is_kept`.
    def beside_the_chain(self) -> list[Any]:
        """All of them from the first on, each with `.is_kept`: does the chain have its digest?"""
        from seats.models import Link

        links = Link.objects.filter(
            organisation=OuterRef("organisation"),
            position=OuterRef("position"),
            digest=OuterRef("digest"),
        )
        return list(self.annotate(is_kept=Exists(links)).order_by("day"))


class ProofQuerySet(TenantQuerySet["Proof"]):
    pass


class WithheldQuerySet(TenantQuerySet["Withheld"]):
    pass


class ClosedDayQuerySet(TenantQuerySet["ClosedDay"]):
    def of_organisation(self, organisation: Organisation) -> Self:
        """Those of the whole organisation."""
        return self._in_its_zone(organisation).filter(product=None, pool=None)

    def of_product(self, organisation: Organisation, product: Product) -> Self:
        return self._in_its_zone(organisation).filter(product=product, pool=None)

    def of_pool(self, organisation: Organisation, pool: Pool) -> Self:
        return self._in_its_zone(organisation).filter(product=pool.product_id, pool=pool)

    def latest_day(self) -> date | None:
        return self.order_by("-day").values_list("day", flat=True).first()

    def _in_its_zone(self, organisation: Organisation) -> Self:
        # Where the organisation has moved, its days begin at other moments than those closed.
        return self.filter(organisation=organisation, time_zone=organisation.time_zone)


class NamingQuerySet(TenantQuerySet["Naming"]):
    def of(self, subject: models.Model) -> Self:
        """The former names of a product, pool, team or member."""
        return self.filter(subject_id=subject.pk).order_by("until")

    def known_as(
        self, code: str, things: models.QuerySet[Any], column: str, moment: datetime
    ) -> models.Model | None:
        """Return the one of `things` that had this code, which `column` holds, at a past moment."""
        later = self.filter(until__gt=moment, subject_id__in=things.values("pk"))
        first = later.order_by("subject_id", "until").distinct("subject_id")
        then = dict(first.values_list("subject_id", "code"))
        had_it = [subject for subject, former in then.items() if former == code]
        found = things.filter(Q(pk__in=had_it) | (Q(**{column: code}) & ~Q(pk__in=list(then))))
        return found.first()


class PriceQuerySet(TenantQuerySet["Price"]):
    def begun(self) -> Self:
        return self.filter(valid_from__lte=clock.now())

    def newest_first(self) -> Self:
        return self.order_by("-valid_from")

    def in_force(self) -> Self:
        """The one that holds now, of each product that ever had one."""
        return self.begun().order_by("product_id", "-valid_from").distinct("product_id")


class WatchQuerySet(TenantQuerySet["Watch"]):
    pass


class SeatRequestQuerySet(TenantQuerySet["SeatRequest"]):
    def undecided(self) -> Self:
        return self.filter(status="open").order_by("asked_at")

    def decided_since(self, moment: datetime) -> Self:
        return self.filter(decided_at__gte=moment).order_by("-decided_at")

    def answers_unseen_by(self, member: Member) -> Self:
        """Those that this member asked for and that were answered by another, not read yet."""
        answered = self.filter(asked_by=member, decided_at__isnull=False)
        return answered.filter(answer_seen_at__isnull=True).exclude(decided_by=member)

    def visible_to_teams(self, teams: Iterable[Team]) -> Self:
        return self.filter(team__in=teams)


class ScheduledReportQuerySet(Lockable["ScheduledReport"]):
    def visible_to(self, member: Member) -> Self:
        """All of them to admins; to finance those that they set up for themselves."""
        return self if member.role == "admin" else self.filter(owner=member)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def due_by(self, day: date) -> Self:
        return self.filter(next_on__lte=day)


class ImportQuerySet(TenantQuerySet["Import"]):
    def without_file(self) -> Self:
        """Leave the file itself where it is; it may be large."""
        return self.defer("content")

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def made_before(self, moment: datetime) -> Self:
        return self.filter(created_at__lt=moment)


class ImportRowQuerySet(TenantQuerySet["ImportRow"]):
    def of(self, source: Import) -> Self:
        """The rows of a file, in its order."""
        return self.filter(organisation=source.organisation_id, source=source).order_by("number")
