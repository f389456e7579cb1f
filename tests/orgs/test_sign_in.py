"""Signing in and out, and what a browser may claim about it."""

import pytest
from django.test import Client


@pytest.mark.parametrize("key", ['"aaaaaaaaaaaaaaaa\\000"', "' or 1=1 --", "ÿ" * 32, "x" * 5000])
def test_cookie_that_is_no_session_is_as_good_as_none(db: None, key: str) -> None:
    answer = Client().get("/o/north-high/", headers={"Cookie": f"sessionid={key}"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")
