"""A person is erased: name and address are gone everywhere, every count and the chain stay."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection

from orgs.errors import LastAdmin
from orgs.models import Member, User
from seatdash import tenancy
from seats import books
from seats.errors import CannotErase
from seats.imports import running
from seats.models import Allocation, Enrolment, Import, LedgerEntry, SeatRequest, Withheld
from seats.services import erasing
from seats.services.chaining import link_entries_of
from seats.services.erasing import erase
from seats.services.requests import approve, ask
from seats.services.stock import issue
from teams.models import Invitation
from teams.services.invitations import invite
from tests.conftest import PASSWORD, Cast
from tests.factories import (
    enrol_new,
    make_allocation,
    make_import,
    make_learners,
    make_member,
    make_user,
)
from tests.pages import text

EVERY_TEXT = """
    SELECT format('SELECT %L, count(*) FROM %I AS row WHERE row::text ILIKE $1', relname, relname)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""


@pytest.fixture
def learner(cast: Cast) -> Member:
    """Let Kim Novak be enrolled, with a sign-in of her own."""
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    (line,) = enrol_new(cast.manager, allocation)
    member = Member.objects.get(pk=line.member_id)
    member.email, member.name = "kim@north.example", "Kim Novák"
    member.user = make_user("kim@north.example", PASSWORD)
    member.save()
    return member


def tables_naming(word: str) -> dict[str, int]:
    """Search every column of every table for a word."""
    with connection.cursor() as cursor:
        cursor.execute(EVERY_TEXT)
        queries = [row[0].replace("$1", "%s") for row in cursor.fetchall()]
        found: dict[str, int] = {}
        for query in queries:
            cursor.execute(query, [f"%{word}%"])
            table, count = cursor.fetchone()
            found |= {table: count} if count else {}
    return found


def test_name_and_address_are_gone_from_every_table(cast: Cast, learner: Member) -> None:
    make_import(cast.admin, "email,name\nkim@north.example,Kim Novák\n", Import.Kind.PEOPLE)
    unread = b"email\nkim@north.example\n"
    running.upload(actor=cast.admin, kind=Import.Kind.PEOPLE, name="b.csv", content=unread)
    Invitation.objects.create(
        organisation=cast.organisation,
        email="kim@north.example",
        invited_by=cast.admin,
        expires_at=learner.created_at,
    )
    words = "for Kim Novák, kim@north.example"
    ask(actor=cast.manager, team=cast.team, product=cast.product, seats=1, reason=words)
    LogEntry.objects.create(
        user_id=cast.admin.user_id or "",
        object_id=str(learner.pk),
        object_repr="Kim Novák",
        action_flag=CHANGE,
    )
    assert set(tables_naming("novák")) >= {"orgs_member", "seats_import", "seats_importrow"}
    erase(actor=cast.admin, member=learner)
    assert tables_naming("novák") == {}
    assert tables_naming("kim@north") == {}


def test_erased_person_is_offboarded_and_the_seat_is_free(cast: Cast, learner: Member) -> None:
    erased = erase(actor=cast.admin, member=learner)
    assert erased.revoked == 1
    assert erased.member.offboarded_at
    assert not Enrolment.objects.of_member(learner).unended().exists()
    assert LedgerEntry.objects.filter(member=learner, kind="left").count() == 1


def test_placeholder_is_another_for_each(cast: Cast, learner: Member) -> None:
    (other,) = make_learners(cast.admin, cast.team)
    erase(actor=cast.admin, member=learner)
    erase(actor=cast.admin, member=Member.objects.get(pk=other))
    emails = Member.objects.exclude(erased_at=None).values_list("email", flat=True)
    assert set(emails) == {f"erased-{pk}@erased.invalid" for pk in (learner.pk, other)}


def test_every_count_and_the_chain_stay(cast: Cast, learner: Member) -> None:
    issue(actor=cast.admin, product=cast.product, seats=1, reason="for Kim Novák")
    link_entries_of(cast.organisation)
    before = list(LedgerEntry.objects.order_by("id").values())
    erase(actor=cast.admin, member=learner)
    after = LedgerEntry.objects.order_by("id").values()
    assert list(after.exclude(kind="left")) == before
    balance = books.check(cast.organisation, whole_chain=True)
    assert balance.holds
    assert balance.chain.position == len(before) + 1


def test_reason_that_names_the_person_is_withheld_and_no_other(cast: Cast, learner: Member) -> None:
    reasons = ["KIM NOVÁK asked", "write to Kim@North.example!", "akim novákov", "many thanks"]
    for reason in reasons:
        issue(actor=cast.admin, product=cast.product, seats=1, reason=reason)
    assert erase(actor=cast.admin, member=learner).withheld == 2
    withheld = Withheld.objects.values_list("entry__reason", flat=True)
    assert set(withheld) == set(reasons[:2])
    said = text(cast.client(cast.finance).get(cast.url("activity/")))
    assert said.count("Reason withheld") == 2
    assert "KIM" not in said
    assert "many thanks" in said


def test_history_of_a_pool_withholds_too(cast: Cast, learner: Member) -> None:
    allocation = make_allocation(cast.admin, cast.other_team, cast.product, seats=2)
    asked = ask(
        actor=cast.manager, team=cast.team, product=cast.product, seats=1, reason="Kim Novák"
    )
    approve(actor=cast.admin, request=asked)
    erase(actor=cast.admin, member=learner)
    pool = Allocation.objects.current().get(team=cast.team).pool_id
    said = text(cast.client(cast.finance).get(cast.url(f"pools/{pool}/")))
    assert "Reason withheld" in said
    assert "Novák" not in said
    assert allocation.pool_id != pool


def test_user_goes_with_the_last_membership(cast: Cast, learner: Member) -> None:
    erase(actor=cast.admin, member=learner)
    assert not User.objects.filter(email="kim@north.example").exists()


def test_user_who_is_a_member_elsewhere_stays(cast: Cast, learner: Member) -> None:
    with tenancy.scope(cast.outsider.organisation_id):
        make_member(cast.outsider.organisation, "kim@north.example", user=learner.user)
    erase(actor=cast.admin, member=learner)
    assert User.objects.filter(email="kim@north.example").exists()
    learner.refresh_from_db()
    assert learner.user is None


def test_operator_stays_an_operator(cast: Cast, learner: Member) -> None:
    User.objects.filter(email="kim@north.example").update(is_staff=True)
    learner.refresh_from_db()
    erase(actor=cast.admin, member=learner)
    assert User.objects.filter(email="kim@north.example").exists()


def test_nobody_erases_themselves(cast: Cast) -> None:
    with pytest.raises(CannotErase):
        erase(actor=cast.admin, member=cast.admin)


def test_last_admin_is_not_erased(cast: Cast) -> None:
    with pytest.raises(LastAdmin):
        erase(actor=cast.manager, member=cast.admin)
    cast.admin.refresh_from_db()
    assert cast.admin.erased_at is None


def test_nobody_is_erased_while_people_are_imported(cast: Cast, learner: Member) -> None:
    make_import(cast.admin, "email\nsam@north.example\n", Import.Kind.PEOPLE)
    Import.objects.update(state=Import.State.RUNNING)
    with pytest.raises(CannotErase):
        erase(actor=cast.admin, member=learner)


def test_erased_twice_is_erased_once(cast: Cast, learner: Member) -> None:
    first = erase(actor=cast.admin, member=learner)
    again = erase(actor=cast.admin, member=learner)
    assert again.member.erased_at == first.member.erased_at


def test_other_rooms_forget_in_the_same_transaction(
    cast: Cast, learner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def fail(member: Member) -> None:
        raise ValueError(member.email)

    monkeypatch.setattr(erasing, "ERASERS", [lambda member: heard.append(member.email), fail])
    with pytest.raises(ValueError, match="kim@north"):
        erase(actor=cast.admin, member=learner)
    learner.refresh_from_db()
    assert learner.name == "Kim Novák"
    assert heard == ["kim@north.example"]


def test_page_says_what_will_happen_and_wants_the_address(cast: Cast, learner: Member) -> None:
    issue(actor=cast.admin, product=cast.product, seats=1, reason="for Kim Novák")
    client, url = cast.client(cast.admin), cast.url(f"people/{learner.pk}/erase/")
    said = text(client.get(url))
    assert "1 live enrolment; they leave every team" in said
    assert "Deleted, since they belong to no other organisation here" in said
    assert "1 reason in the ledger that names them" in said
    wrong = client.post(url, {"typed": "sam@north.example"})
    assert wrong.status_code == 422
    assert "That is not the address of this person." in text(wrong)
    done = client.post(url, {"typed": " KIM@north.example"}, follow=True)
    assert "The person was erased." in text(done)
    assert "erased on" in text(done)


def test_erased_people_are_in_no_list_but_their_enrolments_are(cast: Cast, learner: Member) -> None:
    erase(actor=cast.admin, member=learner)
    client = cast.client(cast.admin)
    for address in ("people/", "people/?status=left", "find/?q=erased", "settings/members/"):
        said = text(client.get(cast.url(address)))
        assert "Erased person" not in said
        assert "erased.invalid" not in said
    said = text(client.get(cast.url("enrolments/?status=all")))
    assert "Erased person" in said
    assert "erased.invalid" not in said


def test_only_admins_erase(cast: Cast, learner: Member) -> None:
    url = cast.url(f"people/{learner.pk}/erase/")
    assert cast.client(cast.finance).get(url).status_code == 403
    assert cast.client(cast.manager).post(url).status_code == 403
    assert cast.client(cast.outsider).get(url).status_code == 404


def test_words_of_a_request_are_gone_and_its_numbers_stay(cast: Cast, learner: Member) -> None:
    asked = ask(actor=cast.manager, team=cast.team, product=cast.product, seats=3, reason="we grow")
    erase(actor=cast.admin, member=cast.manager)
    asked.refresh_from_db()
    assert (asked.reason, asked.seats, asked.status) == ("", 3, SeatRequest.Status.OPEN)
    assert "Erased person" in text(cast.client(cast.admin).get(cast.url("requests/")))
    assert "Erased person" in text(cast.client(cast.admin).get(cast.url()))


def test_invitation_of_before_lets_nobody_in(cast: Cast, learner: Member) -> None:
    Member.objects.filter(pk=learner.pk).update(user=None)
    invite(actor=cast.admin, email="kim@north.example", team=cast.team)
    erase(actor=cast.admin, member=Member.objects.get(pk=learner.pk))
    assert not Invitation.objects.exists()
