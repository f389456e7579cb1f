"""What calls look like: shown in the OpenAPI document, each as its schema asks."""

from http import HTTPStatus
from typing import Any

POOL = "019a2b3c-4d5e-7f60-8123-456789abcdef"
BODIES: dict[str, Any] = {
    "make_product": {"code": "ACC-101", "name": "Accounting for Beginners", "kind": "course"},
    "make_team": {
        "name": "Classroom F",
        "external_id": "classroom-f",
        "seats": [{"product": "ACC-101", "seats": 25}],
    },
    "subscribe": {
        "target_url": "https://hooks.zapier.com/hooks/standard/1/abc/",
        "event": "enrolment.created",
    },
    "increment_pool": {"seats": 25, "reason": "order 1001"},
    "transfer_seats": {
        "product": "ACC-101",
        "from_team": "classroom-a",
        "to_team": "classroom-b",
        "seats": 5,
        "preview": True,
    },
    "provision_team": {
        "team": {"external_id": "crm-881", "name": "North High School", "parent": None},
        "seats": [
            {"product": "ACC-101", "seats": 25},
            {"product": "BIZ-200", "mode": "template", "pool": POOL},
            {"product": "LAW-300", "mode": "shared", "pool": POOL},
        ],
        "members": [
            {"email": "head@north.example", "name": "The Head", "role": "manager"},
            {"email": "kim@north.example", "role": "learner", "enrol": ["ACC-101"]},
        ],
        "reference": "order 1001 line 2",
    },
    "enrol_person": {
        "team": "classroom-a",
        "product": "ACC-101",
        "email": "kim@north.example",
        "name": "Kim Lee",
    },
    "enrol_people": {
        "team": "classroom-a",
        "product": "ACC-101",
        "members": [{"email": "kim@north.example"}, {"email": "lee@north.example"}],
        "mode": "fill",
    },
}
PROBLEMS: dict[int, Any] = {
    409: {
        "type": "urn:seatdash:NoSeatsLeft",
        "title": "There are not enough seats left.",
        "status": 409,
        "detail": "1 seat is needed and the pool has 0 left. Ask for more, or free one.",
        "needed": 1,
        "available": 0,
        "capacity": 100,
    },
    422: {
        "type": "urn:seatdash:Invalid",
        "title": "Invalid",
        "status": 422,
        "detail": "One field is not as it must be.",
        "errors": [
            {"in": "body", "field": "members[3].email", "detail": "Give an e-mail address."}
        ],
    },
}


def problem(status: int, words: str) -> dict[str, Any]:
    """Return what a problem of a status looks like."""
    title = HTTPStatus(status).phrase
    plain = {"type": "about:blank", "title": title, "status": status, "detail": words}
    told: dict[str, Any] = PROBLEMS.get(status, plain)
    return told


def show(operation: dict[str, Any]) -> None:
    """Put the example of a call beside the schema of its body."""
    body = BODIES.get(operation["operationId"])
    if body is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = body
