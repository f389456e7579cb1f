"""A program with a token of North High School, and how it calls."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.test import Client

from orgs.models import Member
from seatdash import tenancy
from seatdash.api.journal import journal
from seatdash.api.models import Token
from seatdash.api.services.tokens import make_token
from tests.conftest import Cast

JSON = "application/json"
_keys = count(1)


class Program:
    """Calls with a token, and reads JSON."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.client = Client()

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any, *, key: str = "") -> Any:
        return self.call("POST", path, data=json.dumps(body), key=key)

    def delete(self, path: str, **query: Any) -> Any:
        return self.call("DELETE", path, query=query)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Any = None,
        data: str | bytes = b"",
        key: str = "",
        content_type: str = JSON,
    ) -> Any:
        """Call below /api/v1/; the answer has `json()`."""
        headers = {"authorization": f"Bearer {self.secret}"}
        if key:
            headers["idempotency-key"] = key
        address = f"/api/v1/{path}"
        return self.client.generic(
            method, address, data, content_type, headers=headers, query_params=query
        )


def program_of(actor: Member, *scopes: str, **fields: Any) -> Program:
    """Make a token, with all scopes if none is named, and call with it."""
    scopes = scopes or tuple(Token.Scope.values)
    return Program(make_token(actor=actor, name="Shop", scopes=scopes, **fields).secret)


def new_key() -> str:
    return f"key-{next(_keys)}"


@pytest.fixture(autouse=True)
def own_journal() -> Iterator[None]:
    """Nobody writes the calls of a test into another's database."""
    yield
    journal.forget()


@pytest.fixture
def shop(cast: Cast) -> Program:
    return program_of(cast.admin)


@pytest.fixture
def outside(cast: Cast) -> Program:
    """A program of another organisation."""
    with tenancy.scope(cast.outsider.organisation_id):
        return program_of(cast.outsider)
