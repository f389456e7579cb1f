"""Row-level security: every tenant's table has it, and it lets nothing through."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seatdash import tenancy
from seatdash.api.journal import journal
from seatdash.api.models import Call, KeptAnswer, Token
from seatdash.connectors.models import (
    Comparison,
    Connection,
    CourseAccess,
    CourseMapping,
    FoundThere,
)
from seatdash.orders.models import (
    CustomerRule,
    Order,
    OrderDeed,
    OrderLine,
    OrderMessage,
    OrderRefund,
    ProductRule,
    Source,
)
from seatdash.webhooks.models import Attempt, Delivery, Endpoint
from seats import clock
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
    ReportReader,
    ScheduledReport,
    Seal,
    SeatRequest,
    Watch,
    Withheld,
)
from seats.services.closing import close_days
from seats.services.enrolment import enrol
from seats.services.proving import prove
from seats.services.requests import ask
from seats.services.sealing import seal
from seats.services.stock import issue
from seats.services.withholding import withhold
from teams.models import Invitation, Team, TeamMember
from teams.services.invitations import invite
from tests.api.conftest import new_key, program_of
from tests.conftest import Cast
from tests.connectors import story as connecting
from tests.factories import (
    enrol_new,
    make_allocation,
    make_delivery,
    make_import,
    make_learners,
    make_price,
    make_scheduled_report,
)
from tests.orders.messages import make_order

TENANT_MODELS: list[type[Model]] = [
    Organisation,
    Member,
    Team,
    TeamMember,
    Product,
    Pool,
    Allocation,
    Enrolment,
    LedgerEntry,
    Link,
    Seal,
    Proof,
    Withheld,
    SeatRequest,
    ClosedDay,
    Watch,
    Price,
    Import,
    ImportRow,
    Invitation,
    Token,
    KeptAnswer,
    Call,
    Source,
    ProductRule,
    CustomerRule,
    Order,
    OrderLine,
    OrderRefund,
    OrderMessage,
    OrderDeed,
    Naming,
    Endpoint,
    Delivery,
    Attempt,
    Connection,
    CourseMapping,
    CourseAccess,
    Comparison,
    FoundThere,
    ScheduledReport,
    ReportReader,
]

APPEND_ONLY = [LedgerEntry, Link, Seal]

TENANT_TABLES = """
    SELECT table_name, relrowsecurity, relforcerowsecurity,
        (SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid),
        (SELECT coalesce(pg_get_expr(polqual, polrelid), '') FROM pg_policy
            WHERE polrelid = pg_class.oid)
    FROM information_schema.columns
    JOIN pg_class ON pg_class.oid = format('%I.%I', table_schema, table_name)::regclass
    WHERE column_name LIKE '%organisation_id' AND table_schema = current_schema()
        AND relkind IN ('r', 'p')
    UNION
    SELECT relname, relrowsecurity, relforcerowsecurity,
        (SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid),
        (SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = pg_class.oid)
    FROM pg_class WHERE relname = 'orgs_organisation'
"""


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    """Have a row of each kind in both organisations."""
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    enrol_new(cast.admin, allocation)
    make_import(cast.admin)
    ask(actor=cast.manager, team=cast.team, product=cast.product, seats=1, reason="one")
    with clock.telling(clock.now() + timedelta(days=2)):
        close_days(organisation=cast.organisation)
    invite(actor=cast.admin, email="kim@north.example", team=cast.team)
    make_order(cast.admin, cast.team)
    make_delivery(cast.admin)
    connecting.furnish(cast.admin, cast.product)
    program_of(cast.admin).post("products", {"code": "X", "name": "X"}, key=new_key())
    journal.write()
    issue(actor=cast.admin, product=cast.product, seats=1, reason="for one")
    seal(organisation=cast.organisation)
    prove(organisation=cast.organisation)
    withhold(actor=cast.admin, words=["one"])
    Pool.objects.update(name="Shallow")
    make_price(cast.admin, cast.product)
    make_scheduled_report(cast.finance)
    return cast


def count(model: type[Model]) -> int:
    return model._base_manager.count()


def test_no_table_of_a_tenant_is_without_a_forced_policy(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TENANT_TABLES)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    assert {model._meta.db_table for model in TENANT_MODELS} <= set(found)
    for table, (enabled, forced, policies, expression) in found.items():
        assert (enabled, forced, policies) == (True, True, 1), table
        assert "seatdash.org" in expression, table


def test_every_model_with_an_organisation_is_walked_here() -> None:
    with_organisation = {
        model
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Organisation
    }
    assert with_organisation | {Organisation} == set(TENANT_MODELS)


@pytest.mark.parametrize("model", TENANT_MODELS)
def test_own_organisation_is_seen(furnished: Cast, model: type[Model]) -> None:
    assert count(model) > 0


@pytest.mark.parametrize("model", TENANT_MODELS)
def test_nothing_named_nothing_seen(furnished: Cast, model: type[Model]) -> None:
    tenancy.name(org="")
    assert count(model) == 0


@pytest.mark.parametrize("model", TENANT_MODELS)
def test_another_organisation_sees_nothing_of_it(furnished: Cast, model: type[Model]) -> None:
    column = "pk" if model is Organisation else "organisation"
    with tenancy.scope(furnished.outsider.organisation_id):
        rows = model._base_manager.filter(**{column: furnished.organisation.pk})
        assert not rows.exists()


@pytest.mark.parametrize("model", TENANT_MODELS)
def test_organisation_that_does_not_exist_sees_nothing(furnished: Cast, model: type[Model]) -> None:
    with tenancy.scope(new_id()):
        assert count(model) == 0


def test_system_sees_every_organisation(furnished: Cast) -> None:
    with tenancy.system():
        assert count(Organisation) == 2
        assert Member.objects.filter(pk=furnished.outsider.pk).exists()
    assert count(Organisation) == 1


@pytest.mark.parametrize("model", TENANT_MODELS)
def test_rows_are_not_written_into_another_organisation(
    furnished: Cast, model: type[Model]
) -> None:
    row = model._base_manager.all()[0]
    values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    with (
        tenancy.scope(furnished.outsider.organisation_id),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        model._base_manager.create(**(values | {model._meta.pk.attname: new_id()}))


@pytest.mark.parametrize("model", [each for each in TENANT_MODELS if each not in APPEND_ONLY])
def test_rows_of_another_organisation_are_not_changed(furnished: Cast, model: type[Model]) -> None:
    ids = list(model._base_manager.values_list("pk", flat=True))
    with tenancy.scope(furnished.outsider.organisation_id):
        rows = model._base_manager.filter(pk__in=ids)
        assert rows.update(**{model._meta.pk.attname: new_id()}) == 0
        assert rows.delete()[0] == 0


def test_row_is_not_moved_into_another_organisation(furnished: Cast) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Product.objects.update(organisation=furnished.outsider.organisation_id)


def test_services_of_another_organisation_reach_nothing(furnished: Cast) -> None:
    allocation = Allocation.objects.select_related("pool").get()
    learners = make_learners(furnished.admin, furnished.team)
    with tenancy.scope(furnished.outsider.organisation_id), pytest.raises(KeyError):
        enrol(actor=furnished.outsider, allocation=allocation, members=learners)
    assert Enrolment.objects.count() == 1


def test_scope_within_a_scope_gives_back_the_outer_one(cast: Cast) -> None:
    outer = tenancy.named()
    with tenancy.scope(cast.outsider.organisation_id):
        assert tenancy.named() == (str(cast.outsider.organisation_id), "")
    assert tenancy.named() == outer
    with tenancy.system():
        assert tenancy.named() == ("", "on")
    assert tenancy.named() == outer


def test_scope_that_fails_gives_back_the_outer_one(cast: Cast) -> None:
    outer = tenancy.named()
    with pytest.raises(ValueError, match="anything"), tenancy.scope(cast.outsider.organisation_id):
        raise ValueError("anything")
    assert tenancy.named() == outer


def test_what_a_transaction_named_ends_with_it(stage: Cast) -> None:
    with tenancy.scope(stage.organisation.pk):
        assert count(Member) > 0
    assert tenancy.named() == ("", "")
    assert count(Member) == 0


def test_role_of_the_application_cannot_pass_the_policies_by(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


def test_ids_are_made_in_the_order_of_time() -> None:
    ids: list[UUID] = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert {each.version for each in ids} == {7}
