"""Thinkific as its documentation tells it: admin API v1.

https://developers.thinkific.com/api/api-documentation/, .../response-format/, .../rate-limits/
"""

from datetime import datetime
from typing import Any

from tests.connectors.vendor import Answer, Asked, Vendor

KEY, SUBDOMAIN, TOKEN = "th-key", "north", "th-token"


class ThinkificServer(Vendor):
    limit = 120

    def __init__(self) -> None:
        super().__init__()
        self.users: list[dict[str, Any]] = []
        self.courses = [{"id": 7, "name": "Accounting"}, {"id": 8, "name": "Bookkeeping"}]
        self.enrollments: list[dict[str, Any]] = []

    def add_user(self, email: str, name: str = "Kim Case") -> dict[str, Any]:
        first, _space, last = name.partition(" ")
        user = {"id": 100 + len(self.users), "email": email, "first_name": first}
        self.users.append(user | {"last_name": last, "full_name": name, "roles": []})
        return self.users[-1]

    def add_enrollment(self, email: str, course: int, **facts: Any) -> dict[str, Any]:
        user = next((each for each in self.users if each["email"] == email), None)
        user = user or self.add_user(email)
        made = {"id": 1000 + len(self.enrollments), "course_id": course, "user_id": user["id"]}
        made |= {"user_email": email, "user_name": user["full_name"], "is_free_trial": False}
        made |= {"activated_at": "2026-01-01T00:00:00Z", "expiry_date": None}
        self.enrollments.append(made | facts)
        return self.enrollments[-1]

    def too_many(self, reset: float) -> Answer:
        return Answer(429, {"error": "Too many requests"}, {"RateLimit-Reset": str(int(reset))})

    def answer(self, asked: Asked) -> Answer:
        if not self._may(asked.headers):
            return Answer(401, {"error": "Authentication Error"})
        kind, _slash, number = asked.path.strip("/").partition("/")
        if asked.method == "GET":
            return self._page(getattr(self, f"_{kind}")(asked.query), asked.query)
        if asked.method == "PUT":
            return self._change(int(number), asked.json)
        return self._make_user(asked.json) if kind == "users" else self._enroll(asked.json)

    def _may(self, headers: dict[str, str]) -> bool:
        by_key = headers.get("X-Auth-API-Key"), headers.get("X-Auth-Subdomain")
        return by_key == (KEY, SUBDOMAIN) or headers.get("Authorization") == f"Bearer {TOKEN}"

    def _courses(self, _query: dict[str, str]) -> list[dict[str, Any]]:
        return self.courses

    def _users(self, query: dict[str, str]) -> list[dict[str, Any]]:
        email = query.get("query[email]")
        return [each for each in self.users if email in (None, each["email"])]

    def _enrollments(self, query: dict[str, str]) -> list[dict[str, Any]]:
        email, course = query.get("query[email]"), query.get("query[course_id]")
        return [
            each | {"expired": self._is_expired(each)}
            for each in self.enrollments
            if email in (None, each["user_email"]) and course in (None, str(each["course_id"]))
        ]

    def _is_expired(self, each: dict[str, Any]) -> bool:
        until = each["expiry_date"]
        return bool(until) and datetime.fromisoformat(until) <= self.now

    def _page(self, items: list[dict[str, Any]], query: dict[str, str]) -> Answer:
        size, page = min(int(query.get("limit", 25)), 250), int(query.get("page", 1))
        pages = max(1, -(-len(items) // size))
        pagination = {
            "current_page": page,
            "next_page": page + 1 if page < pages else None,
            "prev_page": page - 1 or None,
            "total_pages": pages,
            "total_items": len(items),
        }
        shown = items[(page - 1) * size : page * size]
        return Answer(200, {"items": shown, "meta": {"pagination": pagination}})

    def _make_user(self, body: dict[str, Any]) -> Answer:
        errors = {
            name: ["can't be blank"]
            for name in ("first_name", "last_name", "email")
            if not body.get(name)
        }
        if any(each["email"] == body.get("email") for each in self.users):
            errors["email"] = ["has already been taken"]
        if "@" not in body.get("email", ""):
            errors["email"] = ["is invalid"]
        if errors:
            return Answer(422, {"errors": errors})
        return Answer(
            201, self.add_user(body["email"], f"{body['first_name']} {body['last_name']}")
        )

    def _enroll(self, body: dict[str, Any]) -> Answer:
        user = next((each for each in self.users if each["id"] == body["user_id"]), None)
        if not user or body["course_id"] not in [each["id"] for each in self.courses]:
            return Answer(404, {"error": "Record not found."})
        if any(
            (each["user_id"], each["course_id"]) == (user["id"], body["course_id"])
            for each in self.enrollments
        ):
            return Answer(422, {"errors": {"user_id": ["has already been taken"]}})
        facts = {name: body[name] for name in ("activated_at", "expiry_date") if name in body}
        return Answer(201, self.add_enrollment(user["email"], body["course_id"], **facts))

    def _change(self, number: int, body: dict[str, Any]) -> Answer:
        there = next((each for each in self.enrollments if each["id"] == number), None)
        if there is None:
            return Answer(404, {"error": "Record not found."})
        there.update(body)
        return Answer(204)
