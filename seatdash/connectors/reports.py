"""Connections as the screen shows them: the list, one with what it knows, and its courses."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from orgs.models import Organisation
from seatdash.connectors.models import (
    Comparison,
    Connection,
    CourseAccess,
    CourseMapping,
    FoundThere,
)
from seatdash.connectors.services.wanting import courses_by_product
from seatdash.connectors.systems.interface import Course
from seats.models import Product

ACCESSES = Listing(
    id="accesses",
    fragment="connectors/_access_list.html",
    first="-changed",
    columns=(
        Column(name="person", label=_("Person"), by="member__search"),
        Column(name="course", label=_("Course"), by="course"),
        Column(
            name="until", label=_("Should have"), by="wanted_until", kind="moment", has_nulls=True
        ),
        Column(name="state", label=_("Status"), by="state"),
        Column(name="changed", label=_("Since"), by="changed_at", kind="moment", descends=True),
        Column(label=_("Actions"), is_quiet=True),
    ),
)
FOUND = Listing(
    id="found",
    fragment="connectors/_found_list.html",
    first="person",
    columns=(
        Column(name="person", label=_("Person"), by="search"),
        Column(name="course", label=_("Course"), by="course"),
        Column(name="until", label=_("Ends there"), by="until", kind="moment", has_nulls=True),
        Column(label=_("Actions"), is_quiet=True),
    ),
)
COURSES = Listing(
    id="courses",
    fragment="connectors/_course_list.html",
    first="code",
    columns=(
        Column(
            name="name",
            label=_("Product"),
            by="search",
            beside=(Column(name="code", label=_("Code"), by="code_key"),),
        ),
        Column(label=_("Opens"), name="opens"),
        Column(label=_("Actions"), is_quiet=True),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a connection stands: how many accesses are in each state, and who is only there."""

    connection: Connection
    synced: int
    waiting: int
    failed: int
    found: int
    comparison: Comparison | None = None

    @property
    def is_comparing(self) -> bool:
        return self.comparison is not None and self.comparison.state == Comparison.State.RUNNING

    @property
    def percent(self) -> int:
        comparison = self.comparison
        return 100 * comparison.done // comparison.todo if comparison and comparison.todo else 0

    @property
    def is_under_way(self) -> bool:
        """Whether the page changes by itself before long."""
        if not self.connection.is_on or self.connection.problem:
            return False
        return bool(self.is_reckoning or self.is_comparing or self.waiting)

    @property
    def can_try_again(self) -> bool:
        return self.connection.is_on and bool(self.failed or self.connection.problem)

    @property
    def is_reckoning(self) -> bool:
        """Whether the worker is yet to find out who should have what."""
        return self.connection.is_on and self.connection.must_reckon

    @property
    def tells_ends(self) -> bool:
        """Whether a comparison finds ends that differ."""
        return self.connection.kind == Connection.Kind.THINKIFIC

    @property
    def is_empty(self) -> bool:
        return not (self.synced or self.waiting or self.failed)


@dataclass(frozen=True, kw_only=True)
class ProductCourses:
    """A product, and the courses that it opens; `is_its_own` where that is its own course id."""

    product: Product
    courses: list[str]
    is_its_own: bool


@dataclass(frozen=True, kw_only=True)
class Names:
    """What courses are called, and which products open them."""

    courses: Mapping[str, str]
    products: Mapping[str, list[str]] = field(default_factory=dict)

    def course(self, key: str) -> str:
        return self.courses.get(key) or key


def standings(organisation: Organisation) -> list[Standing]:
    """Return the organisation's connections, the oldest first."""
    connections = list(Connection.objects.for_org(organisation).by_age())
    states = _states(CourseAccess.objects.for_org(organisation))
    found = _count(FoundThere.objects.for_org(organisation))
    return [_standing(each, states, found) for each in connections]


def standing(connection: Connection) -> Standing:
    """Return how one connection stands, with its latest comparison."""
    states = _states(CourseAccess.objects.of(connection))
    found = _count(FoundThere.objects.of(connection))
    latest = Comparison.objects.of(connection).newest_first().select_related("started_by").first()
    return _standing(connection, states, found, latest)


def access_page(rows: QuerySet[CourseAccess], query: QueryDict) -> ListPage[CourseAccess]:
    """Return the page of accesses that the address asks for."""

    def dress(ids: list[UUID]) -> dict[UUID, CourseAccess]:
        return CourseAccess.objects.select_related("member").in_bulk(ids)

    return list_page(rows, ACCESSES.asked(query), dress)


def found_page(rows: QuerySet[FoundThere], query: QueryDict) -> ListPage[FoundThere]:
    """Return the page of people who are only there that the address asks for."""
    return list_page(rows, FOUND.asked(query), FoundThere.objects.in_bulk)


def course_page(
    connection: Connection, products: QuerySet[Product], query: QueryDict
) -> ListPage[ProductCourses]:
    """Return the page of products, each with the courses that it opens."""
    names = names_of(connection)
    opened = courses_by_product(connection)
    chosen = set(CourseMapping.objects.of(connection).values_list("product_id", flat=True))

    def dress(ids: list[UUID]) -> dict[UUID, ProductCourses]:
        return {
            pk: ProductCourses(
                product=product,
                courses=[names.course(key) for key in opened.get(pk, [])],
                is_its_own=pk in opened and pk not in chosen,
            )
            for pk, product in Product.objects.in_bulk(ids).items()
        }

    return list_page(products, COURSES.asked(query), dress)


def chosen_courses(connection: Connection, product: Product) -> list[Course]:
    """Return the courses that a product opens now."""
    names = names_of(connection)
    keys = courses_by_product(connection).get(product.pk, [])
    return [Course(key, names.course(key)) for key in keys]


def names_of(connection: Connection) -> Names:
    """Return what the courses are called, and the codes of the products that open each."""
    mapped = CourseMapping.objects.of(connection).values_list("course", "course_name")
    opened = courses_by_product(connection)
    codes = dict(Product.objects.filter(pk__in=opened).order_by("code").values_list("pk", "code"))
    products: dict[str, list[str]] = defaultdict(list)
    for product, code in codes.items():
        for course in opened[product]:
            products[course].append(code)
    return Names(courses=dict(mapped), products=products)


def _states(rows: QuerySet[CourseAccess]) -> dict[tuple[UUID, str], int]:
    # The accesses that are ended and known to be so are of the past.
    past = Q(state="synced", is_wanted=False)
    counted = rows.exclude(past).order_by().values_list("connection_id", "state")
    return {(pk, state): number for pk, state, number in counted.annotate(number=Count("pk"))}


def _count(rows: QuerySet[FoundThere]) -> dict[UUID, int]:
    counted = rows.order_by().values_list("connection_id")
    return dict(counted.annotate(number=Count("pk")))


def _standing(
    connection: Connection,
    states: Mapping[tuple[UUID, str], int],
    found: Mapping[UUID, int],
    comparison: Comparison | None = None,
) -> Standing:
    return Standing(
        connection=connection,
        synced=states.get((connection.pk, "synced"), 0),
        waiting=states.get((connection.pk, "waiting"), 0),
        failed=states.get((connection.pk, "failed"), 0),
        found=found.get(connection.pk, 0),
        comparison=comparison,
    )
