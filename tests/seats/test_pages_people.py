"""The pages of people: who sees whom, roles, and offboarding with its preview."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from orgs.models import Member
from seats import clock
from seats.models import Enrolment
from seats.services.enrolment import enrol
from seats.services.leaving import leave
from seats.services.revocation import revoke
from seats.services.terms import Terms
from teams.models import TeamMember
from teams.services import appoint, create_team
from tests.conftest import Cast
from tests.factories import (
    enrol_new,
    make_allocation,
    make_learners,
    make_member,
    make_user,
)
from tests.pages import queries


def page(cast: Cast, member: Member, path: str = "people/") -> str:
    response = cast.client(member).get(cast.url(path))
    assert response.status_code == 200
    return response.content.decode()


def a_learner(cast: Cast) -> Member:
    (pk,) = make_learners(cast.admin, cast.team)
    return Member.objects.get(pk=pk)


def test_admin_sees_everybody_and_manager_own_people_only(cast: Cast) -> None:
    make_learners(cast.admin, cast.team, 2)
    (stranger,) = make_learners(cast.admin, cast.other_team)
    other = Member.objects.get(pk=stranger)
    assert other.email in page(cast, cast.admin)
    own = page(cast, cast.manager)
    assert other.email not in own
    assert cast.finance.email not in own
    assert own.count('scope="row"') == 3


def test_manager_sees_people_of_teams_below(cast: Cast) -> None:
    below = create_team(actor=cast.admin, name="Remedial", parent=cast.team)
    (pk,) = make_learners(cast.admin, below)
    assert str(pk) in page(cast, cast.manager)
    assert str(pk) not in page(cast, cast.other_manager)


def test_people_are_found_by_name_or_address(cast: Cast) -> None:
    learner = a_learner(cast)
    Member.objects.filter(pk=learner.pk).update(name="Kim Abara")
    for asked in ("kim", "ABARA", learner.email):
        found = page(cast, cast.admin, f"people/?q={asked}")
        assert "Kim Abara" in found
        assert found.count('scope="row"') == 1
    assert "Nobody matches" in page(cast, cast.admin, "people/?q=nobody-has-this")


@pytest.mark.parametrize("query", ["?page=zzz", "?page=-1", "?state=%00", "?q=%00", "?q=%25_'"])
def test_odd_filters_are_no_error(cast: Cast, query: str) -> None:
    page(cast, cast.admin, f"people/{query}")


def test_words_are_found_in_any_order(cast: Cast) -> None:
    Member.objects.filter(pk=a_learner(cast).pk).update(name="Abara, Kim")
    for asked, found in (("kim+abara", 1), ("abara+north.example", 1), ("kim+other", 0)):
        assert page(cast, cast.admin, f"people/?q={asked}").count('scope="row"') == found


def test_people_are_narrowed_by_role_and_team(cast: Cast) -> None:
    learner = a_learner(cast)
    assert cast.finance.email in page(cast, cast.admin, "people/?role=finance")
    assert page(cast, cast.admin, "people/?role=finance").count('scope="row"') == 1
    assert page(cast, cast.admin, "people/?role=manager").count('scope="row"') == 2
    assert learner.email in page(cast, cast.admin, f"people/?team={cast.team.pk}")
    assert learner.email not in page(cast, cast.admin, f"people/?team={cast.other_team.pk}")


def test_manager_cannot_ask_for_others(cast: Cast) -> None:
    for query in (f"team={cast.other_team.pk}", "state=left", "role=admin"):
        assert cast.manager.email in page(cast, cast.manager, f"people/?{query}")
        assert cast.other_manager.email not in page(cast, cast.manager, f"people/?{query}")


def test_list_alone_is_answered_to_htmx_with_the_tidy_address(cast: Cast) -> None:
    asked = {"HX-Request": "true", "HX-Target": "people", "HX-Trigger": "people-filters"}
    url = cast.url("people/?q=finance&role=&sort=")
    response = cast.client(cast.admin).get(url, headers=asked)
    shown = response.content.decode()
    assert shown.lstrip().startswith('<div class="list-page" id="people"')
    assert cast.finance.email in shown
    assert 'id="people-total" hx-swap-oob="innerHTML"' in shown
    assert response["HX-Replace-Url"] == cast.url("people/?q=finance")
    other = cast.client(cast.admin).get(url, headers=asked | {"HX-Target": "else"})
    assert "<html" in other.content.decode()


def test_those_who_left_are_listed_apart(cast: Cast) -> None:
    learner = a_learner(cast)
    cast.client(cast.admin).post(cast.url(f"people/{learner.pk}/offboard/"), {"reason": ""})
    assert learner.email not in page(cast, cast.admin)
    assert learner.email in page(cast, cast.admin, "people/?state=left")


def test_person_page_shows_every_enrolment_past_and_present(cast: Cast) -> None:
    learner = a_learner(cast)
    terms = Terms(terms_days=30)
    allocation = make_allocation(cast.admin, cast.team, cast.product, terms=terms)
    with clock.telling(timezone.now() - timedelta(days=3)):
        enrol(actor=cast.admin, allocation=allocation, members=[learner.pk])
        revoke(actor=cast.admin, enrolment=Enrolment.objects.get())
    enrol(actor=cast.admin, allocation=allocation, members=[learner.pk])
    shown = page(cast, cast.admin, f"people/{learner.pk}/")
    assert "badge--live" in shown
    assert "badge--revoked" in shown
    assert shown.index("badge--live") < shown.index("badge--revoked")


def test_manager_sees_only_what_was_held_through_own_teams(cast: Cast) -> None:
    learner = a_learner(cast)
    appoint(actor=cast.admin, team=cast.other_team, member=learner, role=TeamMember.Role.LEARNER)
    for team in (cast.team, cast.other_team):
        allocation = make_allocation(cast.admin, team, cast.product)
        enrol(actor=cast.admin, allocation=allocation, members=[learner.pk])
    assert "Classroom B" in page(cast, cast.admin, f"people/{learner.pk}/")
    assert "Classroom B" not in page(cast, cast.manager, f"people/{learner.pk}/")


def test_manager_may_look_at_one_who_once_had_a_seat_of_the_team(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    (line,) = enrol_new(cast.admin, allocation)
    member = Member.objects.get(pk=line.member_id)
    leave(actor=cast.admin, member=member, team=cast.team)
    assert str(member.pk) not in page(cast, cast.manager)
    assert "badge--left" in page(cast, cast.manager, f"people/{member.pk}/")


def test_person_of_another_team_is_refused_and_of_another_organisation_unknown(
    cast: Cast,
) -> None:
    (stranger,) = make_learners(cast.admin, cast.other_team)
    client = cast.client(cast.manager)
    assert client.get(cast.url(f"people/{stranger}/")).status_code == 403
    for pk in (cast.outsider.pk, uuid4()):
        for path in ("", "role/", "offboard/"):
            url = cast.url(f"people/{pk}/{path}")
            assert cast.client(cast.admin).get(url).status_code == 404
            posted = cast.client(cast.admin).post(url, {"role": "admin"})
            assert posted.status_code == (404 if path else 405)  # the page itself only reads


def test_learner_and_finance_do_not_enter(cast: Cast) -> None:
    learner = make_member(
        cast.organisation, "kim@north.example", user=make_user("kim@north.example", "x")
    )
    for member in (learner, cast.finance):
        assert cast.client(member).get(cast.url("people/")).status_code == 403


def test_manager_changes_no_role_and_offboards_nobody(cast: Cast) -> None:
    learner = a_learner(cast)
    client = cast.client(cast.manager)
    for path in ("role/", "offboard/"):
        url = cast.url(f"people/{learner.pk}/{path}")
        assert client.get(url).status_code == client.post(url).status_code == 403


def test_admin_gives_a_role_and_takes_it_back(cast: Cast) -> None:
    learner = a_learner(cast)
    client = cast.client(cast.admin)
    url = cast.url(f"people/{learner.pk}/role/")
    for sent, role in (("admin", "admin"), ("finance", "finance"), ("member", "")):
        assert client.post(url, {"role": sent}).status_code == 302
        learner.refresh_from_db()
        assert learner.role == role


@pytest.mark.parametrize("sent", [{"role": ""}, {"role": "owner"}])
def test_role_that_is_none_changes_nothing(cast: Cast, sent: dict[str, str]) -> None:
    url = cast.url(f"people/{cast.finance.pk}/role/")
    assert cast.client(cast.admin).post(url, sent).status_code == 422
    cast.finance.refresh_from_db()
    assert cast.finance.role == "finance"


@pytest.mark.parametrize(("path", "sent"), [("role/", {"role": "member"}), ("offboard/", {})])
def test_last_admin_stays(cast: Cast, path: str, sent: dict[str, str]) -> None:
    url = cast.url(f"people/{cast.admin.pk}/{path}")
    response = cast.client(cast.admin).post(url, {"reason": "", **sent})
    assert response.status_code == 409
    assert "always keeps at least one admin" in response.content.decode()
    cast.admin.refresh_from_db()
    assert (cast.admin.role, cast.admin.offboarded_at) == ("admin", None)


def test_admin_who_cannot_sign_in_is_not_one_to_leave_it_all_to(cast: Cast) -> None:
    make_member(cast.organisation, "kim@north.example", role="admin")
    url = cast.url(f"people/{cast.admin.pk}/role/")
    assert cast.client(cast.admin).post(url, {"role": "member"}).status_code == 409


def test_offboarding_shows_beforehand_what_will_end(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    (line,) = enrol_new(cast.admin, allocation)
    url = cast.url(f"people/{line.member_id}/offboard/")
    shown = cast.client(cast.admin).get(url).content.decode()
    assert cast.product.code in shown
    assert "Classroom A" in shown
    assert Enrolment.objects.live().count() == 1


def test_offboarding_ends_everything_and_says_so(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    (line,) = enrol_new(cast.admin, allocation)
    url = cast.url(f"people/{line.member_id}/offboard/")
    response = cast.client(cast.admin).post(url, {"reason": "moved house"}, follow=True)
    assert "left; 1 enrolment ended" in response.content.decode()
    assert Enrolment.objects.get().end_reason == "left"
    again = cast.client(cast.admin).post(url, {"reason": ""}, follow=True)
    assert "had left already" in again.content.decode()


def test_admin_who_takes_themselves_out_is_led_to_the_door(cast: Cast) -> None:
    second = make_user("second@north.example", "x")
    make_member(cast.organisation, "second@north.example", user=second, role="admin")
    url = cast.url(f"people/{cast.admin.pk}/offboard/")
    response = cast.client(cast.admin).post(url, {"reason": ""})
    assert response["Location"] == "/"


def test_form_in_the_dialog_is_the_form_alone(cast: Cast) -> None:
    learner = a_learner(cast)
    client = cast.client(cast.admin)
    for path in ("role/", "offboard/"):
        url = cast.url(f"people/{learner.pk}/{path}")
        assert "<html" not in client.get(url, HTTP_HX_REQUEST="true").content.decode()


def test_queries_do_not_grow_with_the_people(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    enrol_new(cast.admin, allocation, 2)
    counts: list[int] = []
    for more in (0, 30):
        if more:
            enrol_new(cast.admin, allocation, more)
        viewers = [cast.client(viewer) for viewer in (cast.admin, cast.manager)]
        counts += [queries(viewer, cast.url("people/")) for viewer in viewers]
    assert counts[:2] == counts[2:]


def test_queries_do_not_grow_with_the_enrolments_of_a_person(cast: Cast) -> None:
    learner = a_learner(cast)
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    counts = []
    for times in (1, 10):
        for _ in range(times):
            (line,) = enrol(actor=cast.admin, allocation=allocation, members=[learner.pk])
            held = Enrolment.objects.unended().get(member=line.member_id)
            revoke(actor=cast.admin, enrolment=held)
        counts.append(queries(cast.client(cast.admin), cast.url(f"people/{learner.pk}/")))
    assert counts[0] == counts[1]
