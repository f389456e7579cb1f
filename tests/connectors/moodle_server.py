"""Moodle as its source tells it: web services over REST, errors as 200 with an exception.

https://docs.moodle.org/dev/Creating_a_web_service_client, and the functions in
https://github.com/moodle/moodle (enrol/manual, enrol, user, course and webservice externallib.php).
"""

import re
from collections.abc import Callable
from typing import Any

from tests.connectors.vendor import Answer, Asked, Vendor

TOKEN = "moodle-token"
SERVER = "/lms/webservice/rest/server.php"
FUNCTIONS = (
    "core_webservice_get_site_info",
    "core_course_get_courses",
    "core_user_get_users_by_field",
    "core_user_create_users",
    "core_enrol_get_enrolled_users",
    "enrol_manual_enrol_users",
    "enrol_manual_unenrol_users",
)


class MoodleServer(Vendor):
    def __init__(self) -> None:
        super().__init__()
        self.functions = list(FUNCTIONS)
        self.users: list[dict[str, Any]] = []
        self.courses = [
            {"id": 1, "shortname": "north", "fullname": "North Moodle", "format": "site"},
            {"id": 7, "shortname": "acc", "fullname": "Accounting", "format": "topics"},
            {"id": 8, "shortname": "bk", "fullname": "Bookkeeping", "format": "topics"},
        ]
        # By course and user: role, timestart, timeend, suspended.
        self.enrolled: dict[tuple[int, int], dict[str, int]] = {}

    def add_user(self, email: str, fullname: str = "Kim Case") -> int:
        user = {"id": 100 + len(self.users), "username": email, "email": email}
        self.users.append(user | {"fullname": fullname})
        return int(self.users[-1]["id"])

    def add_enrolment(self, email: str, course: int, **facts: int) -> None:
        user = next((each["id"] for each in self.users if each["email"] == email), 0)
        how = {"role": 5, "timestart": 0, "timeend": 0, "suspended": 0}
        self.enrolled[course, user or self.add_user(email)] = how | facts

    def enrolment(self, email: str, course: int) -> dict[str, int] | None:
        user = next((each["id"] for each in self.users if each["email"] == email), 0)
        return self.enrolled.get((course, user))

    def answer(self, asked: Asked) -> Answer:
        form = {**asked.query, **asked.form}
        if asked.path != SERVER:
            return Answer(404, b"<html>Not found</html>")
        if form.get("moodlewsrestformat") != "json":
            return Answer(200, b'<?xml version="1.0" encoding="UTF-8" ?>')
        return self._do(form)

    def _do(self, form: dict[str, str]) -> Answer:
        if form.get("wstoken") != TOKEN:
            return exception("invalidtoken", "Invalid token - token not found")
        function = form.get("wsfunction", "")
        if function not in self.functions:
            name = "webservice_access_exception"
            return exception("accessexception", "Access control exception", name)
        do: Callable[[Any], Any] = getattr(self, f"_{function}")
        try:
            return Answer(200, do(php(form)))
        except KeyError as error:
            name = "invalid_parameter_exception"
            words = "Invalid parameter value detected"
            return exception("invalidparameter", words, name, f"Missing required key: {error}")
        except LookupError as error:
            return exception("invalidrecord", str(error), "dml_missing_record_exception")

    def _core_webservice_get_site_info(self, _given: Any) -> Any:
        functions = [{"name": name, "version": "2026"} for name in self.functions]
        return {"sitename": "North Moodle", "username": "ws", "functions": functions}

    def _core_course_get_courses(self, _given: Any) -> Any:
        return self.courses

    def _core_user_get_users_by_field(self, given: Any) -> Any:
        values = [value.lower() for value in given["values"].values()]
        return [each for each in self.users if each[given["field"]].lower() in values]

    def _core_user_create_users(self, given: Any) -> Any:
        made = []
        for user in given["users"].values():
            if not user.get("password") and not user.get("createpassword"):
                raise KeyError("password")
            if re.search(r"[^a-z0-9._@-]", user["username"]):
                raise IndexError("Invalid username")
            fullname = f"{user['firstname']} {user['lastname']}"
            made.append(
                {"id": self.add_user(user["email"], fullname), "username": user["username"]}
            )
        return made

    def _enrol_manual_enrol_users(self, given: Any) -> None:
        for each in given["enrolments"].values():
            course, user = self._course(each), int(each["userid"])
            how = {name: int(each.get(name, 0)) for name in ("timestart", "timeend")}
            how |= {"role": int(each["roleid"]), "suspended": int(each.get("suspend", 0))}
            self.enrolled[course, user] = how

    def _enrol_manual_unenrol_users(self, given: Any) -> None:
        for each in given["enrolments"].values():
            self.enrolled.pop((self._course(each), int(each["userid"])), None)

    def _core_enrol_get_enrolled_users(self, given: Any) -> Any:
        options = {each["name"]: each["value"] for each in given["options"].values()}
        course, fields = self._course(given), options["userfields"].split(",")
        users = {each["id"]: each for each in self.users}
        found = [
            users[user] | {"roles": [{"roleid": how["role"], "shortname": "student"}]}
            for (of, user), how in self.enrolled.items()
            if of == course and (options["onlyactive"] != "1" or self._is_active(how))
        ]
        begin = int(options["limitfrom"])
        page = found[begin : begin + int(options["limitnumber"])]
        return [{name: each[name] for name in fields if name in each} for each in page]

    def _is_active(self, how: dict[str, int]) -> bool:
        now = self.now.timestamp()
        return (
            not how["suspended"] and how["timestart"] <= now and now < (how["timeend"] or now + 1)
        )

    def _course(self, given: Any) -> int:
        course = int(given["courseid"])
        if course not in [each["id"] for each in self.courses]:
            raise IndexError("Can't find data record in database table course.")
        return course


def php(form: dict[str, str]) -> dict[str, Any]:
    """Read `a[0][b]=c` as PHP does, arrays as dicts."""
    read: dict[str, Any] = {}
    for name, value in form.items():
        head, *keys = re.findall(r"[^\[\]]+", name)
        place, last = read, head
        for key in keys:
            place, last = place.setdefault(last, {}), key
        place[last] = value
    return read


def exception(
    code: str, message: str, name: str = "moodle_exception", debuginfo: str = ""
) -> Answer:
    words = {"exception": name, "errorcode": code, "message": message}
    return Answer(200, words | ({"debuginfo": debuginfo} if debuginfo else {}))
