"""The cast: the people and things that the tests tell their stories with."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from orgs.models import Member, Organisation
from seatdash import tenancy
from seats.models import Product
from teams.models import Team
from tests import factories

PASSWORD = "correct horse battery"


class QuickHasher(PBKDF2PasswordHasher):
    """The real hasher, so that a server in another process can check its hashes, at one round."""

    iterations = 1


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    # Tests with real transactions are cleaned up by TRUNCATE, which ledger and chain refuse. Update
    # and delete stay refused; test_ledger and test_chain put these triggers back to see them work.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS seats_ledger_no_truncate ON seats_ledgerentry")
        cursor.execute("DROP TRIGGER IF EXISTS seats_link_no_truncate ON seats_link")
        cursor.execute("DROP TRIGGER IF EXISTS seats_seal_no_truncate ON seats_seal")


# Django empties the tables of its own models only.
EMPTY_JOBS = "TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE"


@pytest.fixture(scope="session", autouse=True)
def thorough_cleaning() -> Iterator[None]:
    """Empty the jobs too, and once more where a server that still answers a page was in the way."""
    plain = BaseDatabaseOperations.execute_sql_flush

    def thorough(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        tenancy.again_after_deadlock(lambda: plain(self, [*sql_list, EMPTY_JOBS]))

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(BaseDatabaseOperations, "execute_sql_flush", thorough)
        yield


@dataclass
class Cast:
    """North High School with its people, and Acme, where the outsider is admin.

    Classroom A (`team`) is managed by `manager`, Classroom B (`other_team`) by `other_manager`.
    """

    organisation: Organisation
    admin: Member
    finance: Member
    manager: Member
    other_manager: Member
    team: Team
    other_team: Team
    product: Product
    outsider: Member

    def client(self, member: Member) -> Client:
        """Return a browser (without JavaScript) in which this member is signed in."""
        client = Client()
        assert member.user is not None
        client.force_login(member.user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    def url(self, path: str = "") -> str:
        return f"/o/{self.organisation.slug}/{path}"


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Speak English again after a test that asked for a page in another language."""
    yield
    translation.deactivate()


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The cast, within one transaction that sees North High School and is rolled back."""
    made = Cast(**factories.make_cast(PASSWORD))
    with tenancy.scope(made.organisation.pk):
        yield made


@pytest.fixture
def stage(transactional_db: None) -> Cast:
    """The cast with real commits, for threads and browsers; open a scope to look at rows."""
    return Cast(**factories.make_cast(PASSWORD))


def pytest_configure(config: pytest.Config) -> None:
    # Passwords are not what these tests are about; the real work costs a third of a second each.
    settings.PASSWORD_HASHERS = ["tests.conftest.QuickHasher"]
    # Nothing is collected for a test, so files go by their own names.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    # The test client speaks plain http; tests/test_production.py looks at what production sets.
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
