"""R5, its first half: schemathesis calls all there is to call, by the OpenAPI document.

In one process, with every check that it has: no 5xx, no answer that the document does not declare,
nothing accepted that it forbids, nothing refused that it allows.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.db import connection
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from seatdash.wsgi import application
from tests.endure.callers import OTHER_TEAM, PRODUCT, TEAM, CallersPlace

OPENAPI = "/api/v1/openapi.json"
# What is allowed may still be refused by a rule (409), or name what is not there: in a list of
# parts that is told as wrong fields (422), as is a moment that is still to come.
ALLOWED = ["2XX", "401", "403", "404", "409", "422"]
NAMES = {
    "team": TEAM,
    "from_team": TEAM,
    "to_team": OTHER_TEAM,
    "product": PRODUCT,
}


@dataclass
class Fuzzed:
    """What was called, how often each status came, and what was wrong."""

    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


def run(place: CallersPlace, *, examples: int, seed: int, whole: bool) -> Fuzzed:
    """Call everything, with so many made-up examples for each call.

    The `whole` of it has each boundary of each field besides, and calls that build on others.
    """
    schema = schemathesis.openapi.from_wsgi(
        OPENAPI, _uncompressed, config=_config(place, examples, seed, whole=whole)
    )
    chance = random.Random(seed)  # noqa: S311 - no secret

    @schema.hook
    def map_body(context: Any, body: Any) -> Any:
        """Let half of the bodies speak of things that are there."""
        if isinstance(body, dict) and chance.random() < 0.5:
            there = {name: NAMES[name] for name, value in body.items() if _is_name(name, value)}
            return body | there
        return body

    fuzzed = Fuzzed()
    for event in from_schema(schema).execute():
        _hear(event, fuzzed)
    return fuzzed


def _uncompressed(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    """The application for a client that unpacks nothing, and keeps no connection."""
    environ.pop("HTTP_ACCEPT_ENCODING", None)
    environ["wsgi.url_scheme"] = "https"
    try:
        yield from application(environ, start_response)
    finally:
        connection.close()


def _is_name(name: str, value: Any) -> bool:
    return name in NAMES and isinstance(value, str) and 0 < len(value) <= 60 and "\0" not in value


def _config(place: CallersPlace, examples: int, seed: int, *, whole: bool) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "headers": {"Authorization": f"Bearer {place.secret}"},
            "parameters": {
                "path.pool_id": str(place.pool.pk),
                "path.enrolment_id": place.enrolment_id,
            },
            "generation": {"max-examples": examples, "database": "none"},
            "phases": {"stateful": {"enabled": whole}, "coverage": {"enabled": whole}},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ALLOWED},
                # In process it trips over an argument of its own; tests/api/test_scopes.py
                # makes every call without a token.
                "ignored_auth": {"enabled": False},
            },
            "continue-on-failure": True,
            "workers": 1,
        }
    )


def _hear(event: Any, fuzzed: Fuzzed) -> None:
    if isinstance(event, events.NonFatalError):
        fuzzed.findings.append(f"{event.label}: {event.value}")
    if not isinstance(event, events.ScenarioFinished):
        return
    for interaction in event.recorder.interactions.values():
        if interaction.response is not None:
            fuzzed.calls += 1
            fuzzed.statuses[interaction.response.status_code] += 1
            if interaction.response.status_code < 300:
                fuzzed.done[event.recorder.label] += 1
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                case = event.recorder.cases[case_id].value
                failure = check.failure_info.failure
                what = f"{case.method} {case.formatted_path}: {check.name}: {failure.message}"
                fuzzed.findings.append(f"{what}\n    {check.failure_info.code_sample}"[:1500])


def tell(fuzzed: Fuzzed) -> str:
    """Say what was called, how it was answered, and what was found."""
    statuses = ", ".join(f"{status}: {n:,}" for status, n in sorted(fuzzed.statuses.items()))
    unique = list(dict.fromkeys(fuzzed.findings))
    head = f"R5: schemathesis made {fuzzed.calls:,} calls. Answers: {statuses}."
    return "\n".join([head, *(f"  {finding}" for finding in unique[:20])])
