"""What becomes of rows of people and enrolments."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orgs.models import Member
from seats import clock
from seats.imports import running
from seats.models import Allocation, Enrolment, Import, LedgerEntry
from seats.services.catalogue import create_product
from seats.services.enrolment import enrol
from seats.services.leaving import offboard
from seats.services.terms import Terms, set_cap
from teams.models import TeamMember
from teams.services import Person, join
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_import, make_shared_pool
from tests.imports.reading import import_all, reason, states, verdicts

PEOPLE, ENROLMENTS = Import.Kind.PEOPLE, Import.Kind.ENROLMENTS
KIM = Person("kim@north.example", "Kim")


def roles(email: str) -> dict[str, str]:
    memberships = TeamMember.objects.filter(member__email=email)
    return dict(memberships.values_list("team__name", "role"))


def test_people_join_teams_with_their_roles(cast: Cast) -> None:
    done = import_all(
        cast,
        "Name,E-Mail,Klasse,Rolle\n"
        "Kim Abara,kim@north.example,Classroom A,\n"
        "Kim Abara,KIM@north.example,Classroom B,Leitung\n"
        "Ada,ada@north.example,,\n",
        PEOPLE,
    )
    assert verdicts(done) == [("new", ""), ("changed", "Joins Classroom B."), ("new", "")]
    assert roles("kim@north.example") == {"Classroom A": "learner", "Classroom B": "manager"}
    assert Member.objects.get(email="ada@north.example").name == "Ada"


def test_whoever_is_appointed_is_locked_before_any_team(cast: Cast) -> None:
    ids = join(actor=cast.admin, team=cast.team, people=[KIM, Person("ada@north.example")])
    rows = "email,team,role\nkim@north.example,Classroom A,manager\n"
    source = make_import(cast.admin, f"{rows}ada@north.example,Classroom B,manager\n", PEOPLE)
    with CaptureQueriesContext(connection) as asked:
        running.confirm(actor=cast.admin, source=source)
    held = [each["sql"] for each in asked if "FOR NO KEY UPDATE" in each["sql"]]
    people = [sql.replace("-", "") for sql in held if "FROM orgs_member" in sql]
    assert all(pk.hex in people[0] for pk in ids)


def test_people_are_renamed_and_appointed_and_come_back(cast: Cast) -> None:
    (kim,) = join(actor=cast.admin, team=cast.team, people=[KIM])
    (gone,) = join(actor=cast.admin, team=cast.team, people=[Person("gone@north.example", "Gone")])
    offboard(actor=cast.admin, member=Member.objects.get(pk=gone))
    done = import_all(
        cast,
        "email,name,team,role\n"
        "kim@north.example,Kim Abara,Classroom A,manager\n"
        "gone@north.example,,,\n"
        "manager-a@north.example,,Classroom A,learner\n"
        "manager-b@north.example,,Classroom B,\n",
        PEOPLE,
    )
    assert verdicts(done) == [
        ("changed", "Name was “Kim”. Role was Learner."),
        ("changed", "Comes back."),
        ("changed", "Role was Manager."),
        ("same", ""),
    ]
    assert Member.objects.get(pk=kim).name == "Kim Abara"
    assert roles("kim@north.example") == {"Classroom A": "manager"}
    assert roles("manager-a@north.example") == {"Classroom A": "learner"}
    assert Member.objects.active().filter(pk=gone).exists()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("email\nkim\n", "E-mail: “kim” is not an e-mail address."),
        ("email,name\n,Kim\n", "E-mail is missing."),
        ("email,role\nk@x.example,manager\n", "A role needs a team."),
        ("email,team,role\nk@x.example,Classroom A,boss\n", "is none of: learner, manager."),
        ("email,team\nk@x.example,Classroom X\n", "Team: there is no team “Classroom X”."),
        ("email,name\nk@x.example,A\nK@x.example,B\n", "Row 2 has another name."),
        (
            "email,team,role\nk@x.example,Classroom A,learner\nk@x.example,Classroom A,manager\n",
            "Row 2 has another role in this team.",
        ),
    ],
)
def test_row_of_a_person_is_wrong_and_says_why(cast: Cast, rows: str, words: str) -> None:
    assert words in reason(make_import(cast.admin, rows, PEOPLE))


def test_row_that_stands_twice_is_the_same(cast: Cast) -> None:
    row = "kim@north.example,Kim,Classroom A\n"
    assert states(make_import(cast.admin, f"email,name,team\n{row}{row}", PEOPLE)) == [
        "new",
        "same",
    ]


def test_enrolments_take_seats_and_are_booked(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=5)
    allocation = make_allocation(cast.admin, cast.other_team, cast.product, seats=5)
    (kim,) = join(actor=cast.admin, team=cast.other_team, people=[KIM])
    enrol(actor=cast.admin, allocation=allocation, members=[kim])
    done = import_all(
        cast,
        "email;name;team;Kurs\n"
        "ada@north.example;Ada;Classroom A;acc-101\n"
        "kim@north.example;;Classroom A;Accounting for Beginners\n"
        "kim@north.example;;Classroom B;ACC-101\n"
        "ada@north.example;;Classroom A;ACC-101\n",
        ENROLMENTS,
    )
    assert verdicts(done) == [
        ("new", "A new member."),
        ("new", "Joins Classroom A."),
        ("same", ""),
        ("same", "As in row 2."),
    ]
    assert Enrolment.objects.live().count() == 3
    entry = LedgerEntry.objects.newest_first()[0]
    assert entry.reason == "import of enrolments.csv"


def test_rows_that_find_no_seat_are_wrong(cast: Cast) -> None:
    teams = [cast.team, cast.other_team]
    _pool, (first, _second) = make_shared_pool(cast.admin, cast.product, teams, seats=3)
    set_cap(actor=cast.admin, allocation=first, cap=1)
    create_product(actor=cast.admin, code="LAW", name="Law")
    source = make_import(
        cast.admin,
        "email,team,product\n"
        "a@north.example,Classroom A,ACC-101\n"
        "b@north.example,Classroom A,ACC-101\n"
        "c@north.example,Classroom B,ACC-101\n"
        "d@north.example,Classroom B,ACC-101\n"
        "e@north.example,Classroom B,ACC-101\n"
        "e@north.example,Classroom B,LAW\n"
        "e@north.example,Classroom B,NONE\n",
        ENROLMENTS,
    )
    assert states(source) == ["new", "wrong", "new", "new", "wrong", "wrong", "wrong"]
    reasons = [reason for _state, reason in verdicts(source)]
    assert reasons[4] == "No seat is left for it in Shared."
    assert reasons[5] == "Classroom B has no seats of LAW Law."
    assert reasons[6] == "Product: there is no product “NONE”."
    assert not Enrolment.objects.exists()


def test_seat_past_its_end_is_counted_as_free(cast: Cast) -> None:
    with clock.telling(timezone.now() - timedelta(days=5)):
        allocation = make_allocation(
            cast.admin, cast.team, cast.product, seats=1, terms=Terms(terms_days=3)
        )
        enrol_new(cast.admin, allocation)
    done = import_all(
        cast, "email,team,product\nkim@north.example,Classroom A,ACC-101\n", ENROLMENTS
    )
    assert (done.state, done.new) == ("done", 1)


def test_seats_gone_since_the_preview_refuse_all(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    source = make_import(
        cast.admin,
        "email,team,product\n"
        "a@north.example,Classroom A,ACC-101\n"
        "b@north.example,Classroom A,ACC-101\n",
        ENROLMENTS,
    )
    enrol_new(cast.admin, allocation)
    people = Member.objects.count()
    source = running.confirm(actor=cast.admin, source=source)
    assert (source.state, source.new, source.wrong) == ("checked", 1, 1)
    assert Member.objects.count() == people
    assert Allocation.objects.get().used == 1
