"""A list is looked at line by line before anybody is enrolled; typed, pasted or in a file."""

import re
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import post_init

from seats import clock
from seats.models import Allocation, Enrolment, LedgerEntry, Pool
from seats.services.allocation import create_pool, share
from seats.services.joining import enrol_people
from seats.services.terms import Terms
from teams.models import TeamMember
from teams.services import Person
from tests.conftest import Cast
from tests.factories import make_allocation, make_shared_pool
from tests.pages import hidden, queries_of, text, url


def post(cast: Cast, allocation: Allocation, **sent: Any) -> Any:
    client = cast.client(cast.manager)
    return client.post(url(cast, "enrol", allocation.pk), {"step": "look", **sent})


def enrol_by_email(cast: Cast, allocation: Allocation, *emails: str) -> None:
    people = [Person(email) for email in emails]
    enrol_people(actor=cast.admin, allocation=allocation, people=people)


def test_preview_says_for_each_line_what_will_happen_and_does_nothing(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=3)
    enrol_by_email(cast, allocation, "in@north.example")
    entries = LedgerEntry.objects.count()
    typed = "manager-a@north.example\nNew One <new@north.example>\n\nIN@north.example\nnobody"
    answer = post(cast, allocation, people=typed + "\nnew@north.example\nlast@north.example")
    said = text(answer)
    assert answer.status_code == 200
    assert "2 of 6 lines will be enrolled. 0 seats are left then." in said
    assert "1 manager-a@north.example Will be enrolled" in said
    assert "2 New Onenew@north.example Will be enrolled New person" in said
    assert "4 IN@north.example Enrolled already without an end" in said.replace(
        "already", "already "
    )
    assert "5 nobody Left out" in said
    assert "6 new@north.example Twice in the list" in said
    assert "7 last@north.example No seat left" in said
    assert LedgerEntry.objects.count() == entries
    assert not TeamMember.objects.filter(member__email="new@north.example").exists()


def test_previewed_list_is_confirmed_as_far_as_it_fits(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    shown = post(cast, allocation, people="a@n.example\nb@n.example\nno\nc@n.example", reason="May")
    assert "Enrol the 2 who fit" in text(shown)
    sent = {name: hidden(shown, name) for name in ("people", "reason")}
    answer = post(cast, allocation, **sent | {"step": "fill"})
    assert "2 people were enrolled." in text(answer)
    assert set(Enrolment.objects.values_list("member__email", flat=True)) == {
        "a@n.example",
        "b@n.example",
    }
    assert LedgerEntry.objects.filter(kind="enrolled", reason="May").count() == 2


def test_confirming_checks_again_and_shows_what_is_so_now(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    people = "a@north.example\nb@north.example"
    assert "Enrol 2 people" in text(post(cast, allocation, people=people))
    enrol_by_email(cast, allocation, "quick@north.example")
    answer = post(cast, allocation, people=people, step="all")
    assert answer.status_code == 409
    assert "2 seats are needed and the pool has 1 left" in text(answer)
    assert "Enrol the 1 who fits" in text(answer)
    assert hidden(answer, "people").split() == people.split()
    assert Pool.objects.get().used == 1


def test_list_can_be_changed_after_the_preview(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    answer = post(cast, allocation, people="a@north.example\nb@north", step="edit")
    assert "a@north.example\nb@north</textarea>" in answer.content.decode().replace("\r", "")


def test_only_those_who_stay_out_can_be_shown(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=250)
    people = "\n".join(f"p{n}@north.example" for n in range(252))
    everybody = text(post(cast, allocation, people=people))
    assert "And 52 more lines." in everybody
    assert "p251@north.example" not in everybody
    out = text(post(cast, allocation, people=people, step="look-out"))
    assert "p251@north.example" in out
    assert "p1@north.example" not in out


def test_seat_through_another_team_is_told_without_its_name_to_a_manager(cast: Cast) -> None:
    _pool, (mine, other) = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    enrol_by_email(cast, other, "kim@north.example")
    people = "kim@north.example\nnew@north.example"
    said = text(post(cast, mine, people=people))
    assert "holds a seat of this pool through another team" in said
    assert "Classroom B" not in said
    address = url(cast, "enrol", mine.pk)
    to_admin = cast.client(cast.admin).post(address, {"people": people, "step": "look"})
    assert "holds a seat of this pool through Classroom B" in text(to_admin)


def test_cap_of_the_team_counts_and_lapsed_seats_are_free(cast: Cast) -> None:
    pool = create_pool(
        actor=cast.admin, product=cast.product, name="Day", seats=9, terms=Terms(terms_days=1)
    )
    allocation = share(actor=cast.admin, pool=pool, team=cast.team, cap=1)
    with clock.telling(clock.now() - timedelta(days=3)):
        enrol_by_email(cast, allocation, "old@north.example")
    said = text(post(cast, allocation, people="a@north.example\nb@north.example"))
    assert "1 of 2 lines will be enrolled." in said


def test_last_day_passed_is_refused_before_the_preview(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    day = (clock.now() - timedelta(days=3)).date()
    Pool.objects.update(terms_kind="date", terms_date=day)
    answer = post(cast, allocation, people="a@north.example\nb@north.example")
    assert answer.status_code == 409
    assert "The last day of this pool has passed." in text(answer)
    assert "b@north.example</textarea>" in answer.content.decode()


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.csv", b"E-mail,Name\nkim@n.example,Kim Abara\nnobody,Nobody\n"),
        (
            "list.csv",
            b"\xef\xbb\xbfNr;First name;Name;Mail\n1;Kim;Abara;kim@n.example\n2;;;nobody",
        ),
        ("list.csv", "Name\te-mail\nKim Abara\tkim@n.example\n\tnobody".encode("utf-16")),
        ("list.txt", b"\nKim Abara <kim@n.example>\nnobody"),
        ("list.xlsx", workbook(("Mail", None), ("kim@n.example", "Kim Abara"), ("nobody", 7))),
    ],
)
def test_file_joins_the_list_row_by_row(cast: Cast, name: str, content: bytes) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    file = SimpleUploadedFile(name, content)
    said = text(post(cast, allocation, file=file))
    assert "1 of 2 lines will be enrolled." in said
    assert "2 Kim Abarakim@n.example Will be enrolled" in said
    assert "nobody" in said.partition("Left out")[0]
    with_typed = post(
        cast, allocation, people="me@n.example", file=SimpleUploadedFile(name, content)
    )
    assert "2 of 3 lines will be enrolled." in text(with_typed)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("list.xlsx", b"PK no workbook", "This is no Excel workbook that can be read."),
        ("list.csv", b"x" * (2 * 1024 * 1024 + 1), "The file is larger than 2 MB."),
        ("list.csv", b"\0\xff" * 9, "There is no e-mail address in it."),
        ("list.csv", b"", "empty"),
    ],
)
def test_file_that_cannot_be_read_keeps_what_was_typed(
    cast: Cast, name: str, content: bytes, error: str
) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    file = SimpleUploadedFile(name, content)
    answer = post(cast, allocation, people="someone@", file=file, reason="By hand")
    assert answer.status_code == 422
    assert error in text(answer) or "is not an e-mail address" in text(answer)
    assert "someone@" in answer.content.decode()
    assert "By hand" in answer.content.decode()


def test_preview_costs_the_same_queries_however_long_the_list(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=60)
    counts = []
    for many in (2, 50):
        people = "\n".join(f"p{n}@north.example" for n in range(many))
        enrol_by_email(cast, allocation, f"p{many - 1}@north.example")
        counts.append(queries_of(partial(post, cast, allocation, people=people)))
    assert counts[0] == counts[1]


def people_named(many: int) -> str:
    return "\n".join(f"Person {n} <p{n}@north.example>" for n in range(many))


@pytest.mark.parametrize("step", ["look", "all"])
def test_list_costs_the_same_queries_and_objects_however_long(cast: Cast, step: str) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=60)
    made: list[object] = []
    counts = []

    def note(sender: object, **_told: object) -> None:
        made.append(sender)

    post_init.connect(note)
    try:
        for many in (3, 50):
            people = people_named(many)
            held = [f"p{n}@north.example" for n in range(many // 2)]
            enrol_by_email(cast, allocation, *held)
            made.clear()
            asked = queries_of(partial(post, cast, allocation, people=people, step=step))
            counts.append((asked, len(made)))
    finally:
        post_init.disconnect(note)
    assert counts[0] == counts[1]


def test_answer_names_first_who_has_no_seat_and_counts_the_rest(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=230)
    answer = post(cast, allocation, people=people_named(232), step="fill")
    said = text(answer)
    assert "230 people were enrolled. For 2 there were no seats." in said
    assert "And 32 more people." in said
    names = re.findall(r"Person \d+", said)
    assert names[:4] == ["Person 230", "Person 231", "Person 0", "Person 1"]
    assert len(names) == 200
