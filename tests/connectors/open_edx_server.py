"""Open edX as its source tells it: https://github.com/openedx/edx-platform.

lms/djangoapps/bulk_enroll, openedx/core/djangoapps/enrollments, user_api/accounts, course_api.
"""

from typing import Any

from tests.connectors.vendor import Answer, Asked, Vendor

CLIENT, SECRET = "edx-client", "edx-secret"
ACCOUNTING, BOOKKEEPING = "course-v1:North+ACC+2026", "course-v1:North+BK+2026"


class OpenEdxServer(Vendor):
    limit = 120
    page_size = 100

    def __init__(self) -> None:
        super().__init__()
        self.token, self.is_staff = "jwt-1", True
        # User names by address, the enrolled by course, and who is let in when they register.
        self.users: dict[str, str] = {}
        self.courses = {ACCOUNTING: "Accounting", BOOKKEEPING: "Bookkeeping"}
        self.enrolled: dict[str, list[str]] = {ACCOUNTING: [], BOOKKEEPING: []}
        self.allowed: set[tuple[str, str]] = set()

    def add_enrollment(self, email: str, course: str) -> None:
        self.users.setdefault(email, email.partition("@")[0])
        self.enrolled[course].append(email)

    def too_many(self, reset: float) -> Answer:
        seconds = int(reset - self.now.timestamp())
        words = f"Request was throttled. Expected available in {seconds} seconds."
        return Answer(429, {"detail": words}, {"Retry-After": str(seconds)})

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/oauth2/access_token":
            return self._sign_in(asked.form)
        if asked.headers.get("Authorization") != f"JWT {self.token}":
            return Answer(401, {"detail": "Authentication credentials were not provided."})
        if not self.is_staff:
            words = "You do not have permission to perform this action."
            return Answer(403, {"detail": words})
        if asked.method == "POST":
            return self._bulk_enroll(asked.json)
        lists = {
            "/api/user/v1/me": lambda _query: Answer(200, {"username": "seatdash"}),
            "/api/user/v1/accounts": self._accounts,
            "/api/courses/v1/courses/": self._courses,
            "/api/enrollment/v1/enrollments": self._enrollments,
        }
        return lists[asked.path](asked.query)

    def _sign_in(self, form: dict[str, str]) -> Answer:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return Answer(401, {"error": "invalid_client"})
        if (form.get("grant_type"), form.get("token_type")) != ("client_credentials", "jwt"):
            return Answer(400, {"error": "unsupported_grant_type"})
        token = {"access_token": self.token, "expires_in": 3600, "token_type": "JWT"}
        return Answer(200, token | {"scope": "read write profile email"})

    def _accounts(self, query: dict[str, str]) -> Answer:
        names = set(query.get("username", "").split(","))
        found = [
            {"username": name, "email": email, "name": name.title(), "is_active": True}
            for email, name in self.users.items()
            if name in names or email == query.get("email")
        ]
        return Answer(200, found) if found else Answer(404)

    def _courses(self, query: dict[str, str]) -> Answer:
        size, page = int(query.get("page_size", 10)), int(query.get("page", 1))
        every = [{"course_id": key, "id": key, "name": name} for key, name in self.courses.items()]
        more = f"{self.url}/api/courses/v1/courses/?page={page + 1}&page_size={size}&username=x"
        is_last = page * size >= len(every)
        pagination = {"count": len(every), "num_pages": -(-len(every) // size)}
        pagination |= {"previous": None, "next": None if is_last else more}  # type: ignore[dict-item]
        return Answer(
            200, {"results": every[(page - 1) * size : page * size], "pagination": pagination}
        )

    def _enrollments(self, query: dict[str, str]) -> Answer:
        course = query["course_id"]
        if course not in self.enrolled:
            return Answer(400, {"field_errors": {"course_id": "not a valid course id"}})
        begin = int(query.get("cursor", 0))
        end = begin + self.page_size
        every = self.enrolled[course]
        # The address names the server as it knows itself, which need not be how it is reached.
        more = f"http://lms:8000/api/enrollment/v1/enrollments?course_id={query_of(course)}&cursor={end}"
        results = [
            {"user": self.users[email], "course_id": course, "is_active": True, "mode": "audit"}
            for email in every[begin:end]
        ]
        following = more if end < len(every) else None
        return Answer(200, {"next": following, "previous": None, "results": results})

    def _bulk_enroll(self, body: dict[str, Any]) -> Answer:
        courses = {}
        for course in body["courses"].split(","):
            if not course.startswith("course-v1:"):
                return Answer(400, {"courses": [f"Course key not valid: {course}"]})
            if course not in self.enrolled:
                return Answer(404, {"detail": "Not found."})
            results = [self._one(each, course, body) for each in body["identifiers"].split(",")]
            courses[course] = {"action": body["action"], "results": results, "auto_enroll": True}
        told = {name: body[name] for name in ("auto_enroll", "email_students", "action")}
        return Answer(200, told | {"courses": courses})

    def _one(self, email: str, course: str, body: dict[str, Any]) -> dict[str, Any]:
        if "@" not in email:
            return {"identifier": email, "invalidIdentifier": True}
        before = self._state(email, course)
        within, is_enrolling = self.enrolled[course], body["action"] == "enroll"
        if email in within and not is_enrolling:
            within.remove(email)
        if email in self.users and email not in within and is_enrolling:
            within.append(email)
        if email not in self.users and is_enrolling:
            self.allowed.add((email, course))
        if not is_enrolling:
            self.allowed.discard((email, course))
        return {"identifier": email, "before": before, "after": self._state(email, course)}

    def _state(self, email: str, course: str) -> dict[str, bool]:
        allowed = (email, course) in self.allowed
        enrolled = email in self.enrolled[course]
        state = {"user": email in self.users, "enrollment": enrolled}
        return state | {"allowed": allowed, "auto_enroll": allowed}


def query_of(course: str) -> str:
    return course.replace("+", "%2B").replace(":", "%3A")
