"""The names that things had: kept by the database, whoever renames."""

from django.db import connection

from orgs.models import Member
from orgs.services import rename_members
from seatdash import tenancy
from seats.models import Naming, Pool, Product
from seats.services.catalogue import change_product
from teams.services.changing import change_team, set_cost_centre
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation


def former(subject: object) -> list[tuple[str, str]]:
    return list(Naming.objects.of(subject).values_list("name", "code"))  # type: ignore[arg-type]


def test_former_names_of_everything_that_has_one_are_kept(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    before = allocation.pool.name
    change_product(
        actor=cast.admin,
        product=cast.product,
        name="Sums",
        kind=Product.Kind.COURSE,
        external_id="",
    )
    change_team(actor=cast.admin, team=cast.team, name="A", external_id="a", parent=None)
    rename_members(actor=cast.admin, names={cast.finance.pk: "Fin"})
    Pool.objects.update(name="Shallow")
    assert former(cast.product) == [("Accounting for Beginners", "ACC-101")]
    assert former(cast.team) == [("Classroom A", "")]
    assert former(cast.finance) == [("Finance", "finance@north.example")]
    assert former(allocation.pool) == [(before, "")]


def test_changed_code_or_address_is_kept_as_well(cast: Cast) -> None:
    set_cost_centre(actor=cast.admin, team=cast.team, cost_centre="a")
    set_cost_centre(actor=cast.admin, team=cast.team, cost_centre="b")
    Member.objects.filter(pk=cast.finance.pk).update(email="money@north.example")
    assert former(cast.team) == [("Classroom A", ""), ("Classroom A", "a")]
    assert former(cast.finance) == [("Finance", "finance@north.example")]


def test_nothing_is_kept_where_no_name_changes(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    enrol_new(cast.admin, allocation, 2)
    pool = Pool.objects.get(pk=allocation.pool_id)
    pool.save()
    cast.finance.save()
    assert not Naming.objects.exists()


def test_name_is_kept_in_the_scope_of_the_system_too(cast: Cast) -> None:
    with tenancy.system(), connection.cursor() as cursor:
        cursor.execute("UPDATE orgs_member SET name = 'Ad' WHERE id = %s", [cast.outsider.pk])
    assert not Naming.objects.exists()
    with tenancy.scope(cast.outsider.organisation_id):
        assert former(cast.outsider) == [("", "admin@acme.example")]


def test_nothing_is_kept_of_somebody_who_is_erased(cast: Cast) -> None:
    rename_members(actor=cast.admin, names={cast.finance.pk: "Fin"})
    erased = {"email": f"erased-{cast.finance.pk}@erased.invalid", "name": ""}
    Member.objects.filter(pk=cast.finance.pk).update(**erased)
    assert not Naming.objects.exists()
