"""Enrolments selected in a list: a preview of each, then all that was shown, or nothing."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from seats.models import Allocation, Enrolment, Pool
from seats.services.revocation import revoke
from seats.services.terms import Terms
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation, make_shared_pool
from tests.pages import hidden, queries, text, url

ACTIONS = ("revoke-selected", "extend-selected", "move-selected")
TERMS = Terms(terms_days=30)


@pytest.fixture
def client(cast: Cast) -> Client:
    return cast.client(cast.admin)


@pytest.fixture
def allocation(cast: Cast) -> Allocation:
    return make_allocation(cast.admin, cast.team, cast.product, terms=TERMS)


@pytest.fixture
def three(cast: Cast, allocation: Allocation) -> list[Enrolment]:
    return [enrolment_of(line) for line in enrol_new(cast.admin, allocation, 3)]


def ids(enrolments: list[Enrolment]) -> str:
    return ",".join(str(each.pk) for each in enrolments)


def live() -> int:
    return Enrolment.objects.live().count()


def test_selecting_nothing_says_so(cast: Cast, client: Client) -> None:
    for action in ACTIONS:
        assert "Nothing is selected." in text(client.get(url(cast, action)))


def test_too_many_are_refused(cast: Cast, client: Client, three: list[Enrolment]) -> None:
    many = ",".join(str(uuid4()) for _ in range(1001))
    answer = client.post(url(cast, "revoke-selected"), {"selected": many})
    assert answer.status_code == 409
    assert "1,001 are selected; the most is 1,000." in text(answer)


def test_revoking_shows_each_and_the_seats_before_it_is_done(
    cast: Cast, client: Client, three: list[Enrolment]
) -> None:
    revoke(actor=cast.admin, enrolment=three[0])
    page = client.get(url(cast, "revoke-selected"), {"selected": [str(each.pk) for each in three]})
    words = text(page)
    assert "1 is left as it is." in words
    assert "Has ended already" in words
    assert "ACC-101 · Classroom A" in words
    assert "2→ becomes 0" in words
    assert "8→ becomes 10" in words
    assert live() == 2


def test_confirmed_ones_are_revoked_and_can_be_undone(
    cast: Cast, client: Client, three: list[Enrolment]
) -> None:
    address = url(cast, "revoke-selected")
    page = client.get(address, {"selected": ids(three[:2]), "back": url(cast, "people") + "?q=x"})
    confirmed = {name: hidden(page, name) for name in ("selected", "confirmed", "back")}
    done = client.post(address, confirmed | {"reason": "term over"})
    assert done["Location"] == url(cast, "people") + "?q=x"
    assert "Revoked 2 enrolments." in text(back := client.get(done["Location"]))
    assert "data-undo" in back.content.decode()
    assert live() == 1


def test_reason_is_asked_for_and_the_preview_stays(
    cast: Cast, client: Client, three: list[Enrolment]
) -> None:
    address = url(cast, "revoke-selected")
    answer = client.post(address, {"selected": ids(three), "confirmed": ids(three)})
    assert answer.status_code == 422
    assert "Ends now; its seat is free" in text(answer)
    assert live() == 3


def test_ends_are_moved_after_a_preview(cast: Cast, client: Client, three: list[Enrolment]) -> None:
    address = url(cast, "extend-selected")
    asked = client.get(address, {"selected": ids(three)})
    assert "3 enrolments are selected." in text(asked)
    form = {"selected": hidden(asked, "selected"), "how": "days", "days": "10"}
    page = client.post(address, form)
    assert "→" in text(page)
    client.post(address, form | {"confirmed": hidden(page, "confirmed")})
    later = {each.pk: each.expires_at for each in Enrolment.objects.all()}
    assert later == {each.pk: each.expires_at + timedelta(days=10) for each in three}  # type: ignore[operator]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"how": "date"}, "Say which day is the last."),
        ({"how": "days"}, "Say how many days."),
        ({"how": "date", "last_day": "2001-01-01"}, "Give a day that is still to come."),
        ({}, "This field is required."),
    ],
)
def test_missing_end_is_asked_for(
    cast: Cast, client: Client, three: list[Enrolment], form: dict[str, str], words: str
) -> None:
    answer = client.post(url(cast, "extend-selected"), form | {"selected": ids(three)})
    assert answer.status_code == 422
    assert words in text(answer)


def test_who_lasts_longer_already_is_left_as_they_are(
    cast: Cast, client: Client, three: list[Enrolment]
) -> None:
    Enrolment.objects.filter(pk=three[0].pk).update(expires_at=None)
    day = timezone.localdate() + timedelta(days=100)
    form = {"selected": ids(three), "how": "date", "last_day": day.isoformat()}
    page = client.post(url(cast, "extend-selected"), form)
    assert "Lasts as long already: no end" in text(page)
    client.post(url(cast, "extend-selected"), form | {"confirmed": hidden(page, "confirmed")})
    assert Enrolment.objects.filter(expires_at=None).get().pk == three[0].pk


def test_moving_shows_both_teams_and_is_done(
    cast: Cast, client: Client, three: list[Enrolment]
) -> None:
    make_allocation(cast.admin, cast.other_team, cast.product, seats=5)
    address = url(cast, "move-selected")
    form = {"selected": ids(three), "target": cast.other_team.pk, "reason": "new room"}
    page = client.post(address, form)
    words = text(page)
    assert "3→ becomes 0" in words
    assert "0→ becomes 3" in words
    done = client.post(address, form | {"confirmed": hidden(page, "confirmed")}, follow=True)
    assert "Moved 3 enrolments to Classroom B." in text(done)
    assert Enrolment.objects.live().filter(team=cast.other_team).count() == 3


def test_move_with_too_few_seats_cannot_be_confirmed(
    cast: Cast, client: Client, three: list[Enrolment]
) -> None:
    make_allocation(cast.admin, cast.other_team, cast.product, seats=2)
    form = {"selected": ids(three), "target": cast.other_team.pk}
    page = client.post(url(cast, "move-selected"), form)
    assert "1 too few" in text(page)
    assert "Move 3" not in text(page)
    forced = client.post(url(cast, "move-selected"), form | {"confirmed": ids(three)})
    assert forced.status_code == 409
    assert "3 seats are needed and the pool has 2 left" in text(forced)


def test_change_goes_back_to_what_was_typed(
    cast: Cast, client: Client, three: list[Enrolment]
) -> None:
    form = {"selected": ids(three), "how": "days", "days": "10", "change": "1"}
    answer = client.post(url(cast, "extend-selected"), form)
    assert 'name="days" value="10"' in answer.content.decode()
    assert "Preview" in text(answer)


def test_nobody_selects_what_is_not_there(
    cast: Cast, client: Client, three: list[Enrolment]
) -> None:
    for action in ACTIONS:
        for nonsense in ("x", "1", "00000000-0000-0000-0000-000000000000"):
            answer = client.get(url(cast, action), {"selected": nonsense})
            assert answer.status_code == 404
    foreign = cast.client(cast.outsider)
    address = url(cast, "revoke-selected").replace("north-high", "acme")
    assert foreign.get(address, {"selected": ids(three)}).status_code == 404


def test_manager_selects_own_people_only(
    cast: Cast, allocation: Allocation, three: list[Enrolment]
) -> None:
    cast.organisation.managers_may_revoke = True
    cast.organisation.save()
    query = {"selected": ids(three)}
    manager, other = cast.client(cast.manager), cast.client(cast.other_manager)
    assert manager.get(url(cast, "revoke-selected"), query).status_code == 200
    assert other.get(url(cast, "revoke-selected"), query).status_code == 403
    assert other.post(url(cast, "revoke-selected"), query).status_code == 403
    assert "Classroom B" not in text(manager.get(url(cast, "move-selected"), query))


def test_manager_moves_ends_only_where_the_pool_allows(
    cast: Cast, allocation: Allocation, three: list[Enrolment]
) -> None:
    client, address = cast.client(cast.manager), url(cast, "extend-selected")
    fields = {"selected": ids(three), "how": "days", "days": "5"}
    assert "Only admins move its end" in text(client.post(address, fields))
    forced = fields | {"confirmed": ids(three)}
    assert client.post(address, forced).status_code == 403
    Pool.objects.filter(pk=allocation.pool_id).update(extendable=True)
    assert client.post(address, forced).status_code == 302


def test_manager_may_revoke_and_move_only_where_the_organisation_allows(
    cast: Cast, three: list[Enrolment]
) -> None:
    client = cast.client(cast.manager)
    for action in ("revoke-selected", "move-selected"):
        assert client.get(url(cast, action), {"selected": ids(three)}).status_code == 403


def test_manager_sees_nothing_of_others_in_a_shared_pool(cast: Cast) -> None:
    cast.organisation.managers_may_revoke = True
    cast.organisation.save()
    _pool, (mine, theirs) = make_shared_pool(
        cast.admin, cast.product, [cast.team, cast.other_team], seats=100
    )
    own = enrolment_of(enrol_new(cast.admin, mine)[0])
    enrol_new(cast.admin, theirs, 23)
    page = cast.client(cast.manager).get(url(cast, "revoke-selected"), {"selected": str(own.pk)})
    assert "76→ becomes 77" in text(page)
    told = text(page).replace(own.member.email, "")
    for secret in ("Classroom B", "23", "100"):
        assert secret not in told


def test_all_that_match_a_filter_are_selected(
    cast: Cast, client: Client, three: list[Enrolment]
) -> None:
    other = make_allocation(cast.admin, cast.other_team, cast.product)
    enrol_new(cast.admin, other, 2)
    address = url(cast, "revoke-selected")
    for query, many in ((f"team={cast.other_team.pk}", 2), ("", 5), (f"?q={three[0].member}", 1)):
        page = client.get(address, {"all": "1", "filter": query})
        assert len(hidden(page, "confirmed").split(",")) == many
    assert "Nothing is selected." in text(client.get(address, {"all": "1", "filter": "q=zzz"}))


def test_manager_selects_all_of_own_teams_only(cast: Cast, three: list[Enrolment]) -> None:
    cast.organisation.managers_may_revoke = True
    cast.organisation.save()
    enrol_new(cast.admin, make_allocation(cast.admin, cast.other_team, cast.product), 2)
    client = cast.client(cast.manager)
    page = client.get(url(cast, "revoke-selected"), {"all": "1", "filter": ""})
    assert len(hidden(page, "confirmed").split(",")) == 3


def test_finance_selects_nothing(cast: Cast, three: list[Enrolment]) -> None:
    lists = {
        name: cast.client(who).get(url(cast, "enrolments")).content.decode()
        for name, who in (("admin", cast.admin), ("finance", cast.finance))
    }
    assert lists["admin"].count('name="selected"') == 3
    assert 'id="selection"' in lists["admin"]
    assert 'name="selected"' not in lists["finance"]
    assert 'id="selection"' not in lists["finance"]


def test_query_count_of_a_preview_does_not_grow(cast: Cast, client: Client) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=50)
    counts = []
    for many in (2, 20):
        enrol_new(cast.admin, allocation, many)
        address = url(cast, "revoke-selected") + "?all=1&filter="
        counts.append(queries(client, address))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("place", ["team", "pool"])
def test_all_of_a_page_are_those_of_its_team_or_pool(
    cast: Cast, client: Client, place: str
) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=51)
    enrol_new(cast.admin, allocation, 51)
    enrol_new(cast.admin, make_allocation(cast.admin, cast.other_team, cast.product), 2)
    address = url(cast, place, cast.team.pk if place == "team" else allocation.pool_id)
    shown = client.get(address)
    assert "All 51 that match" in text(shown)
    query = {"all": "1", "filter": unescape(hidden(shown, "filter"))}
    preview = client.get(url(cast, "revoke-selected"), query)
    assert len(hidden(preview, "confirmed").split(",")) == 51
