"""Secrets at rest: kept encrypted, readable by those who know the key, and by nobody else."""

import os
import subprocess
import sys

import pytest
from pytest_django.fixtures import Settings

from seatdash.secrets import UnreadableSecretError, decrypt, encrypt


def test_secret_comes_back_as_it_was() -> None:
    assert decrypt(encrypt("whsec_Zürich ✓")) == "whsec_Zürich ✓"


def test_secret_is_not_in_what_is_kept() -> None:
    assert b"swordfish" not in encrypt("swordfish")


def test_same_secret_is_kept_differently_each_time() -> None:
    assert encrypt("swordfish") != encrypt("swordfish")


def test_secret_is_read_from_a_binary_column() -> None:
    assert decrypt(memoryview(encrypt("swordfish"))) == "swordfish"


def test_secret_of_a_fallback_key_is_still_read(settings: Settings) -> None:
    settings.SECRET_KEY = "older"
    kept = encrypt("swordfish")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "newer", ["older"]
    assert decrypt(kept) == "swordfish"


def test_secret_is_written_under_the_new_key(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "newer", ["older"]
    kept = encrypt("swordfish")
    settings.SECRET_KEY_FALLBACKS = []
    assert decrypt(kept) == "swordfish"


def test_secret_is_not_read_under_another_key(settings: Settings) -> None:
    settings.SECRET_KEY = "older"
    kept = encrypt("swordfish")
    settings.SECRET_KEY = "newer"
    with pytest.raises(UnreadableSecretError):
        decrypt(kept)


def test_tampered_secret_is_not_read() -> None:
    kept = bytearray(encrypt("swordfish"))
    kept[20] ^= 1
    with pytest.raises(UnreadableSecretError):
        decrypt(bytes(kept))


def test_fallback_keys_are_read_from_the_environment() -> None:
    asked = "from seatdash import settings; print(settings.SECRET_KEY_FALLBACKS)"
    variables = {
        "SECRET_KEY": "newer",
        "SECRET_KEY_FALLBACKS": "older,oldest",
        "DATABASE_URL": "postgresql:///unused",
    }
    told = subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "['older', 'oldest']"
