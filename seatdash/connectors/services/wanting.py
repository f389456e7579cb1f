"""What should be so: for each member and course, access until the latest end, or none (rule 11).

Reckoned from the enrolments as they are, never from what an entry says: so it does not matter how
often or how late it is done. The connection must be locked: nobody else writes wishes meanwhile.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from seatdash.connectors.models import Connection, CourseAccess, CourseMapping
from seats import clock
from seats.models import Enrolment, Product

BATCH = 500
# What the ids of courses look like; catalogues hold the ids of other systems too.
COURSE_IDS: dict[str, str] = {
    Connection.Kind.THINKIFIC: r"[0-9]+",
    Connection.Kind.MOODLE: r"[0-9]+",
    Connection.Kind.OPEN_EDX: r"course-v1:.+|[^/]+/[^/]+/[^/]+",
    Connection.Kind.WEBHOOK_ONLY: r".+",
}
State = CourseAccess.State
Key = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Wish:
    """Access from the earliest start of the enrolments that give it until the latest end."""

    start: datetime
    until: datetime | None

    def joined(self, start: datetime, until: datetime | None) -> "Wish":
        ends = (self.until, until)
        latest = None if None in ends else max(end for end in ends if end)
        return Wish(min(self.start, start), latest)


def want(connection: Connection, members: Iterable[UUID]) -> int:
    """Reckon anew what these members should have; answers how many wishes changed."""
    courses = courses_by_product(connection)
    ids = list(dict.fromkeys(members))
    batches = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    return sum(_want(connection, batch, courses) for batch in batches)


def want_all(connection: Connection) -> int:
    """Reckon anew what everybody should have; answers how many wishes changed."""
    products = list(courses_by_product(connection))
    enrolled = Enrolment.objects.for_org(connection.organisation_id).live()
    holders = enrolled.filter(pool__product__in=products).values_list("member_id", flat=True)
    known = CourseAccess.objects.of(connection).values_list("member_id", flat=True)
    return want(connection, sorted({*holders, *known}))


def courses_by_product(connection: Connection) -> dict[UUID, list[str]]:
    """Return the courses that each product opens through this connection.

    What was chosen for it wins; without that it is the product's own course id, if those count and
    it is one that such a system could have.
    """
    found: dict[UUID, list[str]] = {}
    chosen = CourseMapping.objects.of(connection).order_by("course")
    for product, course in chosen.values_list("product_id", "course"):
        found.setdefault(product, []).append(course)
    if connection.takes_external_ids:
        products = Product.objects.for_org(connection.organisation_id).exclude(external_id="")
        for product, course in products.values_list("pk", "external_id"):
            if re.fullmatch(COURSE_IDS[connection.kind], course):
                found.setdefault(product, [course])
    return found


def again(connection: Connection, accesses: Collection[CourseAccess]) -> int:
    """Wish the same once more, where it is not what the learning system has; answers how many."""
    ids = [each.pk for each in accesses]
    rows = CourseAccess.objects.of(connection).filter(pk__in=ids)
    return rows.update(version=F("version") + 1, **_fresh())


def _want(connection: Connection, members: list[UUID], courses: dict[UUID, list[str]]) -> int:
    wishes = _wishes(connection, members, courses)
    rows = CourseAccess.objects.of(connection).filter(member__in=members)
    known = {(row.member_id, row.course): row for row in rows}
    made = [_row(connection, key, wishes[key]) for key in wishes.keys() - known.keys()]
    moved = [row for key, row in known.items() if _moves(row, wishes.get(key))]
    CourseAccess.objects.bulk_create(made)
    CourseAccess.objects.bulk_update(moved, [*CHANGING, *_fresh()])
    return len(made) + len(moved)


CHANGING = ("is_wanted", "wanted_from", "wanted_until", "version")


def _wishes(
    connection: Connection, members: list[UUID], courses: dict[UUID, list[str]]
) -> dict[Key, Wish]:
    live = Enrolment.objects.for_org(connection.organisation_id).live()
    held = live.filter(member__in=members, pool__product__in=list(courses))
    wishes: dict[Key, Wish] = {}
    columns = ("member_id", "pool__product_id", "started_at", "expires_at")
    for member, product, start, until in held.values_list(*columns):
        for course in courses[product]:
            before = wishes.get((member, course))
            wishes[member, course] = before.joined(start, until) if before else Wish(start, until)
    return wishes


def _row(connection: Connection, key: Key, wish: Wish) -> CourseAccess:
    return CourseAccess(
        organisation_id=connection.organisation_id,
        connection=connection,
        member_id=key[0],
        course=key[1],
        is_wanted=True,
        wanted_from=wish.start,
        wanted_until=wish.until,
        **_fresh(),
    )


def _moves(row: CourseAccess, wish: Wish | None) -> bool:
    """Make the row say what is wished now; answers whether that is anything new."""
    is_same_end = wish is None or row.wanted_until == wish.until
    if row.is_wanted == (wish is not None) and is_same_end:
        return False
    row.is_wanted, row.version = wish is not None, row.version + 1
    if wish:
        row.wanted_from, row.wanted_until = wish.start, wish.until
    for name, value in _fresh().items():
        setattr(row, name, value)
    return True


def _fresh() -> dict[str, object]:
    now = clock.now()
    return {
        "state": State.WAITING,
        "attempts": 0,
        "next_at": now,
        "problem": "",
        "changed_at": now,
    }
