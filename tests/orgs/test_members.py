"""Organisations, members, and the last admin."""

from functools import partial

import pytest
from django.test import Client

from orgs.errors import LastAdmin
from orgs.models import Member, Organisation, User
from orgs.services import change_role, create_organisation, disable
from seatdash import tenancy
from tests.conftest import PASSWORD, Cast
from tests.factories import make_member, make_user
from tests.pages import queries
from tests.threads import at_once, kinds

ADMIN, FINANCE, NONE = Member.Role.ADMIN, Member.Role.FINANCE, Member.Role.NONE


def test_role_is_changed(cast: Cast) -> None:
    assert change_role(actor=cast.admin, member=cast.finance, role=ADMIN).role == "admin"
    assert Member.objects.admins().count() == 2


def test_last_admin_stays_admin(cast: Cast) -> None:
    for role in (FINANCE, NONE):
        with pytest.raises(LastAdmin):
            change_role(actor=cast.admin, member=cast.admin, role=role)
    with pytest.raises(LastAdmin):
        disable(actor=cast.admin, member=cast.admin)
    assert Member.objects.admins().get() == cast.admin


def test_admin_whose_user_is_inactive_is_none_to_leave_the_organisation_to(cast: Cast) -> None:
    change_role(actor=cast.admin, member=cast.finance, role=ADMIN)
    User.objects.filter(email=cast.finance.email).update(is_active=False)
    with pytest.raises(LastAdmin):
        disable(actor=cast.admin, member=cast.admin)


def test_admin_of_two_may_go(cast: Cast) -> None:
    change_role(actor=cast.admin, member=cast.finance, role=ADMIN)
    change_role(actor=cast.admin, member=cast.admin, role=NONE)
    assert Member.objects.admins().get() == cast.finance


def test_two_admins_do_not_remove_each_other(stage: Cast) -> None:
    for _ in range(5):
        with tenancy.scope(stage.organisation.pk):
            Member.objects.filter(pk__in=[stage.admin.pk, stage.finance.pk]).update(role="admin")
        demote = partial(change_role, actor=stage.admin, role=NONE)
        answers = at_once(
            partial(demote, member=stage.admin), partial(demote, member=stage.finance)
        )
        assert kinds(answers) == ["LastAdmin", "Member"]


def test_user_may_be_in_several_organisations(cast: Cast) -> None:
    assert cast.finance.user is not None
    with tenancy.scope(cast.outsider.organisation_id):
        make_member(cast.outsider.organisation, "elsewhere@acme.example", user=cast.finance.user)
    with tenancy.system():
        mine = Organisation.objects.of_user(cast.finance.user)
        assert [organisation.slug for organisation in mine] == ["acme", "north-high"]


def test_same_address_in_two_organisations_is_two_members(cast: Cast) -> None:
    with tenancy.scope(cast.outsider.organisation_id):
        other = make_member(cast.outsider.organisation, cast.finance.email)
    assert other.pk != cast.finance.pk


def test_users_address_is_kept_in_lower_case(db: None) -> None:
    assert make_user("Kim@North.Example", "secret words here").email == "kim@north.example"


def test_member_of_several_switches_from_every_page(cast: Cast) -> None:
    assert cast.finance.user is not None
    client = cast.client(cast.finance)
    alone = client.get(cast.url()).content.decode()
    assert 'id="switcher"' not in alone
    with tenancy.scope(cast.outsider.organisation_id):
        make_member(cast.outsider.organisation, "elsewhere@acme.example", user=cast.finance.user)
    sidebar = client.get(cast.url()).content.decode().partition('id="switcher"')[2]
    assert '<a href="/o/acme/teams/"><span>Acme Training</span>' in sidebar
    assert '<a href="/o/north-high/" aria-current="true">' in sidebar


def test_switcher_costs_one_query_however_many_there_are(cast: Cast) -> None:
    client = cast.client(cast.finance)
    alone = queries(client, cast.url())
    for number in range(5):
        owner = make_user(f"owner-{number}@else.example", "long words here")
        other = create_organisation(name=f"School {number}", slug=f"school-{number}", admin=owner)
        with tenancy.scope(other.organisation_id):
            make_member(other.organisation, cast.finance.email, user=cast.finance.user)
    # What it opens and closes to look beyond this organisation, and the one query.
    assert queries(client, cast.url()) - alone <= 6


def rights_of(member: Member) -> object:
    return Member.objects.values_list("rights_changed_at", flat=True).get(pk=member.pk)


def test_new_password_ends_what_was_live_before(stage: Cast) -> None:
    assert stage.manager.user
    with tenancy.scope(stage.organisation.pk):
        before, others = rights_of(stage.manager), rights_of(stage.other_manager)
    stage.manager.user.set_password("another long word")
    stage.manager.user.save()
    with tenancy.scope(stage.organisation.pk):
        assert rights_of(stage.manager) != before
        assert rights_of(stage.other_manager) == others


def test_signing_in_leaves_what_is_live(stage: Cast) -> None:
    with tenancy.scope(stage.organisation.pk):
        before = rights_of(stage.manager)
    Client().post("/login/", {"login": stage.manager.email, "password": PASSWORD})
    stage.client(stage.manager).get(stage.url("teams/"))
    with tenancy.scope(stage.organisation.pk):
        assert rights_of(stage.manager) == before
