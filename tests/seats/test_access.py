"""Access is the union of a person's enrolments, product by product (rule 11)."""

from datetime import timedelta

from seats import clock
from seats.reports.access import access_of
from seats.services.catalogue import create_product
from seats.services.enrolment import enrol
from seats.services.revocation import revoke
from seats.services.terms import Terms
from teams.models import Team
from teams.services import Person, join
from tests.conftest import Cast
from tests.factories import enrolment_of, make_allocation
from tests.pages import text, url


def test_access_lasts_until_the_latest_end_through_whichever_team(cast: Cast) -> None:
    kim = [Person("kim@north.example", "Kim")]
    law = create_product(actor=cast.admin, code="LAW-300", name="Contract Law")
    lines = []
    for team, product, days in (
        (cast.team, cast.product, 10),
        (cast.other_team, cast.product, 90),
        (cast.team, law, 30),
    ):
        terms = Terms(terms_days=days)
        allocation = make_allocation(cast.admin, team, product, terms=terms)
        (member,) = join(actor=cast.admin, team=team, people=kim)
        lines += enrol(actor=cast.admin, allocation=allocation, members=[member])
    person = enrolment_of(lines[0]).member
    first, second = access_of(person, Team.objects.all())
    assert (first.product, second.product) == (law, cast.product)
    assert second.until == enrolment_of(lines[1]).expires_at
    assert [each.team for each in second.through] == [cast.other_team, cast.team]
    said = text(cast.client(cast.admin).get(url(cast, "person", person.pk)))
    assert "through Classroom B and Classroom A" in said
    assert "through Classroom A only until" in said
    # Ending one leaves the other alone; a manager sees what concerns the own team.
    revoke(actor=cast.admin, enrolment=enrolment_of(lines[1]))
    assert access_of(person, Team.objects.all())[0].product == cast.product
    with clock.telling(clock.now() + timedelta(days=11)):
        assert [each.product for each in access_of(person, Team.objects.all())] == [law]
    managers = text(cast.client(cast.other_manager).get(url(cast, "person", person.pk)))
    assert "Classroom A" not in managers
