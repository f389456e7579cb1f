"""What the command palette finds: teams, products, pools, people, and where one may enrol."""

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from orgs.models import Member
from seats.models import Allocation, Pool, Product
from seats.reports.people import seen_people, seen_teams
from teams.models import Team

# So many of a kind; who looks for one further down types another letter.
MOST = 6


def teams_found(viewer: Member, text: str) -> list[Team]:
    """Return the open teams that the viewer may look at, the best match first."""
    teams = seen_teams(viewer.organisation, viewer).filter(archived_at__isnull=True)
    return _best(teams.select_related("parent"), text, "name", "external_id")


def products_found(viewer: Member, text: str) -> list[Product]:
    """Return the open products; admins and finance look at them."""
    return _best(Product.objects.for_org(viewer.organisation).open(), text, "name", "code")


def pools_found(viewer: Member, text: str) -> list[Pool]:
    """Return the open pools, with their products; admins and finance look at them."""
    pools = Pool.objects.for_org(viewer.organisation).open().select_related("product")
    return _best(pools, text, "name", "product__code", "product__name")


def people_found(viewer: Member, text: str) -> list[Member]:
    """Return the people whom the viewer may look at: an admin all, a manager their teams'."""
    people = seen_people(viewer.organisation, viewer).filter(offboarded_at__isnull=True)
    return _best(people, text, "name", "email")


def allocations_found(viewer: Member, text: str) -> list[Allocation]:
    """Return where the viewer may enrol, by the team or the product."""
    teams = seen_teams(viewer.organisation, viewer)
    current = Allocation.objects.for_org(viewer.organisation).current().filter(team__in=teams)
    named = current.filter(
        Q(team__name__icontains=text)
        | Q(product__code__icontains=text)
        | Q(product__name__icontains=text)
    )
    return _ranked(named.select_related("team", "product"), text, "team__name", "product__code")


def _best(rows: Any, text: str, *fields: str) -> list[Any]:
    return _ranked(rows.search(text) if text else rows, text, *fields)


def _ranked(rows: QuerySet[Any], text: str, *fields: str) -> list[Any]:
    """Take the first: what begins with the text, then what has a word that does, then the rest."""
    begins, has_word = Q(), Q()
    for field in fields:
        begins |= Q(**{f"{field}__istartswith": text})
        has_word |= Q(**{f"{field}__icontains": f" {text}"})
    rank = Case(When(begins, then=Value(0)), When(has_word, then=Value(1)), default=Value(2))
    order = [rank] if text else []
    return list(rows.order_by(*order, *map(Lower, fields), "pk")[:MOST])
