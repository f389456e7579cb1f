"""What the command palette finds: teams, products, pools, people, and where one may enrol."""

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from orgs.models import Member
from orgs.querysets import every_word
from seats.models import Allocation, Pool, Product
from seats.reports.people import seen_people, seen_teams
from teams.models import Team

# So many of a kind; who looks for one further down types another letter.
MOST = 6
# Sorts after any letter.
LAST = "\U0010fffd"


def teams_found(viewer: Member, text: str) -> list[Team]:
    """Return the open teams that the viewer may look at, the best match first."""
    teams = seen_teams(viewer.organisation, viewer).filter(archived_at__isnull=True)
    return _best(teams.select_related("parent"), text)


def products_found(viewer: Member, text: str) -> list[Product]:
    """Return the open products; admins and finance look at them."""
    return _best(Product.objects.for_org(viewer.organisation).open(), text)


def pools_found(viewer: Member, text: str) -> list[Pool]:
    """Return the open pools, with their products; admins and finance look at them."""
    pools = Pool.objects.for_org(viewer.organisation).open().select_related("product")
    return _best(pools, text, "search", "product__search")


def people_found(viewer: Member, text: str) -> list[Member]:
    """Return the people whom the viewer may look at: an admin all, a manager their teams'."""
    people = seen_people(viewer.organisation, viewer).filter(offboarded_at__isnull=True)
    return _best(people, text)


def allocations_found(viewer: Member, text: str) -> list[Allocation]:
    """Return where the viewer may enrol, by the team or the product."""
    teams = seen_teams(viewer.organisation, viewer)
    current = Allocation.objects.for_org(viewer.organisation).current().filter(team__in=teams)
    related = current.select_related("team", "product", "pool")
    return _best(related, text, "team__search", "product__search")


def _best(rows: QuerySet[Any], text: str, *columns: str) -> list[Any]:
    """Take the first; where enough begin with the text, the index gives them without a search."""
    words, columns = " ".join(text.lower().split()), columns or ("search",)
    first = columns[0]
    begin = {f"{first}__gte": words, f"{first}__lt": words + LAST, f"{first}__startswith": words}
    found = list(rows.filter(**begin).order_by(first, "pk")[:MOST])
    if len(found) == MOST:
        return found
    ranked = rows.filter(every_word(text, *columns)).order_by(_rank(words, columns), *columns, "pk")
    return list(ranked[:MOST])


def _rank(words: str, columns: tuple[str, ...]) -> Case:
    """Put first what begins with the words, then what has a word that does, then the rest."""
    begins, has_word = Q(), Q()
    for column in columns:
        begins |= Q(**{f"{column}__startswith": words})
        has_word |= Q(**{f"{column}__contains": f" {words}"})
    return Case(When(begins, then=Value(0)), When(has_word, then=Value(1)), default=Value(2))
