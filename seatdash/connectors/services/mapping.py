"""Which course of the learning system a product opens."""

from collections.abc import Sequence

from orgs.models import Member
from seatdash.connectors.models import Connection, CourseMapping
from seatdash.connectors.services.connecting import lock, reckon_all
from seatdash.connectors.systems.interface import Course
from seatdash.tenancy import atomically
from seats.models import Product


@atomically
def choose_courses(
    *, actor: Member, connection: Connection, product: Product, courses: Sequence[Course]
) -> None:
    """Let a product open these courses, and no others of the learning system.

    Where the connection is on, who has a seat gets access soon, and loses that to a course which
    no other seat of theirs opens.
    """
    locked = lock(connection)
    CourseMapping.objects.of(locked).filter(product=product).delete()
    CourseMapping.objects.bulk_create(
        CourseMapping(
            organisation_id=locked.organisation_id,
            connection=locked,
            product=product,
            course=course.key,
            course_name=course.name,
        )
        for course in {each.key: each for each in courses}.values()
    )
    reckon_all(locked)
    locked.save(update_fields=["must_reckon"])
