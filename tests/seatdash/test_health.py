"""What watches the process is answered before anything else, and truly."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django.fixtures import Settings


@pytest.fixture
def production(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["seats.example.org"]
    settings.SECURE_SSL_REDIRECT = True


def test_process_lives_whatever_address_it_is_asked_by(production: None) -> None:
    answer = Client().get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_when_every_migration_is_applied(production: None, transactional_db: None) -> None:
    assert Client().get("/readyz").status_code == 200


def test_nothing_else_is_answered_to_a_foreign_host(production: None) -> None:
    assert Client().get("/login/", headers={"host": "10.0.0.7:8000"}).status_code == 400


def test_health_is_read_only(production: None) -> None:
    assert Client().post("/healthz").status_code == 405


def test_not_ready_while_a_migration_is_waiting(transactional_db: None) -> None:
    recorder = MigrationRecorder(connection)
    (latest,) = MigrationLoader(connection).graph.leaf_nodes("seats")
    recorder.record_unapplied(*latest)
    try:
        assert Client().get("/readyz").status_code == 503
    finally:
        recorder.record_applied(*latest)
