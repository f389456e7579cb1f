"""Who of a team is about to lose a seat, and who lost one of late."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef

from seats import clock
from seats.models import Enrolment
from seats.querysets import EnrolmentQuerySet
from teams.models import Team

SOON = timedelta(days=14)
# So many are named; the list of enrolments has them all.
NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The first of the `ends` to come within two weeks, and of the `lapsed` in the last two."""

    soon: list[Enrolment]
    ends: int
    ended: list[Enrolment]
    lapsed: int

    @property
    def more(self) -> int:
        return self.ends - len(self.soon)

    @property
    def more_ended(self) -> int:
        return self.lapsed - len(self.ended)


def ending_of(team: Team) -> Ending:
    """Name those whose seats end soon, and those whose ended and who were not enrolled again."""
    now = clock.now()
    enrolments = Enrolment.objects.filter(team=team).select_related("member", "pool__product")
    soon = enrolments.live().filter(expires_at__lte=now + SOON).order_by("expires_at", "pk")
    ended = _not_again(enrolments.filter(end_reason="expired", ended_at__gte=now - SOON))
    return Ending(
        soon=list(soon[:NAMED]),
        ends=soon.count(),
        ended=list(ended.order_by("-ended_at", "pk")[:NAMED]),
        lapsed=ended.count(),
    )


def _not_again(enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """Keep those whose team still has the pool, and who hold no seat of it."""
    again = Enrolment.objects.unended().filter(pool=OuterRef("pool"), member=OuterRef("member"))
    open_still = enrolments.filter(
        allocation__ended_at__isnull=True, member__offboarded_at__isnull=True
    )
    return open_still.exclude(Exists(again))
