"""The settings page: what an organisation decides for itself, and who may do what."""

from typing import Any

import pytest

from orgs.errors import UnknownTimeZone
from orgs.models import Organisation
from orgs.services import change_settings
from tests.conftest import Cast
from tests.pages import text

CHANGED = {
    "name": "North Grammar School",
    "time_zone": "Europe/Oslo",
    "strict_stock": "on",
    "managers_may_revoke": "on",
}


def test_admin_changes_the_settings(cast: Cast) -> None:
    response = cast.client(cast.admin).post(cast.url("settings/"), CHANGED, follow=True)
    assert "The settings are saved." in text(response)
    saved = Organisation.objects.get(pk=cast.organisation.pk)
    assert (saved.name, saved.time_zone) == ("North Grammar School", "Europe/Oslo")
    assert saved.strict_stock
    assert saved.managers_may_revoke


def test_box_left_empty_switches_off(cast: Cast) -> None:
    client = cast.client(cast.admin)
    client.post(cast.url("settings/"), CHANGED)
    client.post(cast.url("settings/"), {"name": "North", "time_zone": "UTC"})
    saved = Organisation.objects.get(pk=cast.organisation.pk)
    assert not saved.strict_stock
    assert not saved.managers_may_revoke


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 10_000},
        {"name": "\x00"},
        {"time_zone": ""},
        {"time_zone": "Europe/Atlantis"},
        {"time_zone": "../../etc/passwd"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_changed(cast: Cast, wrong: dict[str, str]) -> None:
    response = cast.client(cast.admin).post(cast.url("settings/"), CHANGED | wrong)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    saved = Organisation.objects.get(pk=cast.organisation.pk)
    assert (saved.name, saved.strict_stock) == ("North High School", False)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../../etc/passwd", "a\x00b"])
def test_service_knows_the_zones_that_there_are(cast: Cast, zone: str) -> None:
    settings: dict[str, Any] = {"strict_stock": False, "managers_may_revoke": False, "currency": ""}
    with pytest.raises(UnknownTimeZone):
        change_settings(actor=cast.admin, name="North", time_zone=zone, **settings)


def test_other_organisation_keeps_its_settings(cast: Cast) -> None:
    cast.client(cast.admin).post(cast.url("settings/"), CHANGED)
    response = cast.client(cast.outsider).get("/o/acme/settings/")
    assert 'value="Acme Training"' in response.content.decode()


def test_only_admin_enters(cast: Cast) -> None:
    url = cast.url("settings/")
    for member, status in ((cast.finance, 403), (cast.manager, 403), (cast.outsider, 404)):
        client = cast.client(member)
        assert client.get(url).status_code == status
        assert client.post(url, CHANGED).status_code == status
    assert Organisation.objects.get(pk=cast.organisation.pk).name == "North High School"
