"""What becomes of rows of teams and products."""

from datetime import date
from decimal import Decimal

import pytest

from orgs.models import Organisation
from seats.imports import running
from seats.imports.errors import NotNow
from seats.models import Import, Price, Product
from seats.resources.teams import TeamSheet
from seats.services.archive import archive_product, archive_team
from seats.services.catalogue import create_product
from seats.services.pricing import set_price
from teams.models import Team
from teams.services import create_team
from teams.services.changing import set_cost_centre
from tests.conftest import Cast
from tests.factories import make_import, make_price
from tests.imports.reading import import_all, reason, states, verdicts

TEAMS, PRODUCTS = Import.Kind.TEAMS, Import.Kind.PRODUCTS


def test_teams_are_made_with_those_above_them(cast: Cast) -> None:
    done = import_all(
        cast, "Name;Externe ID;Part of\nNorth;n;\nMaths;n-m;n\nAlgebra;;Maths\n", TEAMS
    )
    assert done.state == "done"
    algebra = Team.objects.get(name="Algebra")
    assert algebra.parent is not None
    assert [algebra.parent.name, algebra.parent.external_id] == ["Maths", "n-m"]
    north = Team.objects.get(external_id="n")
    assert algebra.lineage == [north.pk, algebra.parent_id, algebra.pk]


def test_preview_of_teams_writes_nothing(cast: Cast) -> None:
    source = make_import(cast.admin, "name\nClassroom A\nClassroom Z\n")
    assert states(source) == ["same", "new"]
    assert (source.state, source.new, source.same) == ("checked", 1, 1)
    assert not Team.objects.filter(name="Classroom Z").exists()


def test_team_is_renamed_by_its_id(cast: Cast) -> None:
    team = create_team(actor=cast.admin, name="Old", external_id="t-1")
    source = make_import(cast.admin, "id,name\nt-1,New\n")
    assert verdicts(source) == [("changed", "Name was “Old”.")]
    running.confirm(actor=cast.admin, source=source)
    team.refresh_from_db()
    assert team.name == "New"


def test_team_moves_with_all_below_it(cast: Cast) -> None:
    north = create_team(actor=cast.admin, name="North")
    maths = create_team(actor=cast.admin, name="Maths", external_id="m")
    algebra = create_team(actor=cast.admin, name="Algebra", parent=maths)
    import_all(cast, "name,external_id,parent\nMaths,m,North\n", TEAMS)
    algebra.refresh_from_db()
    assert algebra.lineage == [north.pk, maths.pk, algebra.pk]


def test_empty_cell_leaves_what_is_there(cast: Cast) -> None:
    create_team(actor=cast.admin, name="Maths", external_id="m", parent=cast.team)
    source = make_import(cast.admin, "name,external_id,parent\nMaths,,\n")
    assert states(source) == ["same"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("name\nx,y\n", "more cells"),
        ("name,id\n,x\n", "Name is missing."),
        (f"name\n{'x' * 201}\n", "Name: longer than 200 characters."),
        ("name,parent\nNew,Nowhere\n", "Part of: there is no team “Nowhere”."),
        ("name\nNew\nnew\n", "Row 2 is about this team already."),
        ("name,parent\nClassroom A,Classroom B\nX,Twin\n", "there are 2 teams “Twin”"),
        ("name,id\nClosed,closed\n", "Closed is archived."),
        ("name,id\nTaken,other\n", "There is a team “Taken” already; its id is taken."),
        ("name,id,parent\nTaken,taken,Below\n", "A team cannot be below itself."),
        ("name,id\nClassroom A,taken\n", "There is a team of this name there already."),
        ("name\nTwin\n", "There are 2 teams of this name."),
    ],
)
def test_row_of_a_team_is_wrong_and_says_why(cast: Cast, rows: str, words: str) -> None:
    closed = create_team(actor=cast.admin, name="Closed", external_id="closed")
    archive_team(actor=cast.admin, team=closed)
    taken = create_team(actor=cast.admin, name="Taken", external_id="taken")
    create_team(actor=cast.admin, name="Below", parent=taken)
    for above in (cast.team, cast.other_team):
        create_team(actor=cast.admin, name="Twin", parent=above)
    assert words in reason(make_import(cast.admin, rows))


def test_products_are_made_and_changed(cast: Cast) -> None:
    done = import_all(
        cast,
        "SKU\tTitel\tArt\nacc-101\tAccounting\t\nLAW-1\tLaw\tPaket\nACC-101x\tMore\tkurs\n",
        PRODUCTS,
    )
    assert verdicts(done)[0] == ("changed", "Name was “Accounting for Beginners”.")
    assert list(Product.objects.by_code().values_list("code", "name", "kind")) == [
        ("ACC-101", "Accounting", "course"),
        ("ACC-101x", "More", "course"),
        ("LAW-1", "Law", "bundle"),
    ]


def test_products_come_with_their_prices(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.organisation.pk).update(currency="EUR")
    rows = 'code,name,Preis,price_for\nLAW-1,Law,"12,50",\nACC-101,,0.135,day\nTAX-1,Tax,,\n'
    import_all(cast, rows, PRODUCTS)
    found = Price.objects.in_force().values_list("product__code", "amount", "basis", "currency")
    assert sorted(found) == [
        ("ACC-101", Decimal("0.1350"), "seat_days", "EUR"),
        ("LAW-1", Decimal("12.5000"), "enrolments", "EUR"),
    ]


def test_price_is_the_same_or_changes_from_now_on(cast: Cast) -> None:
    make_price(cast.admin, cast.product, "12.50", Price.Basis.SEATS, date(2026, 1, 1))
    rows = "code,price,price_for\nACC-101,12.5,\n"
    assert verdicts(make_import(cast.admin, rows, PRODUCTS)) == [("same", "")]
    changed = import_all(cast, "code,price\nACC-101,15\n", PRODUCTS)
    assert verdicts(changed) == [("changed", "Price was “12.5”.")]
    prices = cast.product.prices.newest_first().values_list("amount", "basis")
    assert list(prices) == [(Decimal(15), "seats"), (Decimal("12.5"), "seats")]
    import_all(cast, "code,name\nACC-101,Accounting\n", PRODUCTS)
    assert cast.product.prices.count() == 2


def test_product_whose_price_has_ended_is_changed_and_gets_no_price(cast: Cast) -> None:
    make_price(cast.admin, cast.product, "12.50", Price.Basis.SEATS, date(2026, 1, 1))
    set_price(actor=cast.admin, product=cast.product, amount=None, basis=Price.Basis.SEATS)
    import_all(cast, "code,name,price,price_for,currency\nACC-101,New name,,,EUR\n", PRODUCTS)
    cast.product.refresh_from_db()
    prices = cast.product.prices.newest_first().values_list("amount", flat=True)
    assert (cast.product.name, list(prices)) == ("New name", [None, Decimal("12.5")])


def test_preview_says_what_the_price_was_in_words_of_the_file(cast: Cast) -> None:
    make_price(cast.admin, cast.product, "0", Price.Basis.SEAT_DAYS, date(2026, 1, 1))
    source = make_import(cast.admin, "code,price,price_for\nACC-101,2,seat\n", PRODUCTS)
    assert verdicts(source) == [("changed", "Price was “0”. Price for each was “day”.")]


def test_price_may_name_the_currency_of_the_organisation(cast: Cast) -> None:
    make_price(cast.admin, cast.product, "12.50")
    rows = "code,name,price,Währung\nACC-101,,15,eur\nLAW-1,Law,7,EUR\nTAX-1,Tax,,\n"
    done = import_all(cast, rows, PRODUCTS)
    assert verdicts(done)[0] == ("changed", "Price was “12.5”.")
    found = Price.objects.in_force().values_list("product__code", "amount", "currency")
    assert sorted(found) == [("ACC-101", Decimal(15), "EUR"), ("LAW-1", Decimal(7), "EUR")]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            "code,price,currency\nACC-101,15,EURO\n",
            "Currency: “EURO” is no currency code like EUR.",
        ),
        ("code,price,currency\nACC-101,15,USD\n", "prices are in EUR here, not in USD."),
        ("code,price,currency\nACC-101,12.5,USD\n", "prices are in EUR here, not in USD."),
        ("code,name,price,currency\nNEW,New,15,usd\n", "prices are in EUR here, not in USD."),
    ],
)
def test_price_in_another_currency_is_wrong_and_says_why(cast: Cast, rows: str, words: str) -> None:
    make_price(cast.admin, cast.product, "12.50")
    source = make_import(cast.admin, rows, PRODUCTS)
    assert words in reason(source)
    with pytest.raises(NotNow):
        running.confirm(actor=cast.admin, source=source)
    assert Price.objects.count() == 1


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("code,price\nACC-101,1.250\n", "Price: “1.250” may be thousands or not."),
        ("code,price\nACC-101,12 EUR\n", "Price: “12 EUR” is no amount like 12.50"),
        ("code,price\nACC-101,-1\n", "Price: “-1” is no amount like 12.50"),
        ("code,price\nACC-101,0.00001\n", "with four decimals at most."),
        ("code,price_for\nACC-101,day\n", "Give the price, too."),
        ("code,price,price_for\nACC-101,1,week\n", "is none of: enrolment, day, seat."),
        ("code,price\nACC-101,1\n", "Choose a currency in the settings first."),
        ("code,currency\nACC-101,EUR\n", "Choose a currency in the settings first."),
    ],
)
def test_row_with_a_wrong_price_says_why(cast: Cast, rows: str, words: str) -> None:
    assert words in reason(make_import(cast.admin, rows, PRODUCTS))


def test_teams_come_with_their_cost_centres(cast: Cast) -> None:
    rows = "name,Kostenstelle\nClassroom A,4101\nNew,4102\nClassroom B,\n"
    done = import_all(cast, rows, TEAMS)
    assert verdicts(done)[0] == ("changed", "Cost centre is set.")
    centres = Team.objects.order_by("name").values_list("name", "cost_centre")
    assert list(centres) == [("Classroom A", "4101"), ("Classroom B", ""), ("New", "4102")]
    assert verdicts(make_import(cast.admin, rows)) == [("same", "")] * 3


def test_file_without_cost_centres_leaves_one_that_was_changed_meanwhile(cast: Cast) -> None:
    sheet = TeamSheet(actor=cast.admin, matched=["name", "external_id"])
    assert sheet.judge(2, {"name": "Classroom A", "external_id": "a"}).state == "changed"
    set_cost_centre(actor=cast.admin, team=cast.team, cost_centre="4101")
    sheet.write(reason="import", tell=lambda _done: None)
    cast.team.refresh_from_db()
    assert (cast.team.external_id, cast.team.cost_centre) == ("a", "4101")


def test_cost_centre_that_is_too_long_is_wrong(cast: Cast) -> None:
    source = make_import(cast.admin, f"name,cost_centre\nClassroom A,{'4' * 101}\n")
    assert reason(source) == "Cost centre: longer than 100 characters."


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("code,name\nNEW,\n", "A new product needs a name."),
        ("code\nNEW\n", "A new product needs a name."),
        ("code,kind\nACC-101,course\nACC-101,bundle\n", "Row 2 has this code already."),
        ("code,kind\nACC-101,thing\n", "Kind: “thing” is none of: course, bundle."),
        ("code,name\nGONE,Gone\n", "GONE Gone is archived."),
    ],
)
def test_row_of_a_product_is_wrong_and_says_why(cast: Cast, rows: str, words: str) -> None:
    gone = create_product(actor=cast.admin, code="GONE", name="Gone")
    archive_product(actor=cast.admin, product=gone)
    assert words in reason(make_import(cast.admin, rows, PRODUCTS))


def test_one_wrong_row_keeps_all_from_being_imported(cast: Cast) -> None:
    source = make_import(cast.admin, "code,name\nNEW,New\nOTHER,\n", PRODUCTS)
    with pytest.raises(NotNow):
        running.confirm(actor=cast.admin, source=source)
    assert Product.objects.count() == 1


def test_change_since_the_preview_refuses_all_and_shows_the_new_reasons(cast: Cast) -> None:
    source = make_import(cast.admin, "name\nNew\nAlso new\n")
    create_team(actor=cast.admin, name="Also new", external_id="also")
    for above in (cast.team, cast.other_team):
        create_team(actor=cast.admin, name="New", parent=above)
    source = running.confirm(actor=cast.admin, source=source)
    assert source.state == "checked"
    assert "Nothing was imported." in source.problem
    assert states(source) == ["wrong", "same"]
    assert Team.objects.filter(name="New").count() == 2


def test_what_somebody_did_meanwhile_is_no_obstacle(cast: Cast) -> None:
    source = make_import(cast.admin, "name\nNew\nAlso new\n")
    create_team(actor=cast.admin, name="Also new")
    assert running.confirm(actor=cast.admin, source=source).state == "done"
    assert Team.objects.filter(name__in=["New", "Also new"]).count() == 2


def test_import_is_done_once(cast: Cast) -> None:
    done = import_all(cast, "name\nNew\n", TEAMS)
    with pytest.raises(NotNow):
        running.confirm(actor=cast.admin, source=done)
