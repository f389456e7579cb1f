"""HOUSE.md, "Who may import whom" and the rest of it that can be read from the source."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver

HOUSE = Path(__file__).resolve().parent.parent
# An app may import those before it, and itself.
APPS = ["orgs", "teams", "seats", "seatdash"]
# Within an app, a file may import those of its own step and of the steps before.
STEPS = [
    {
        "ids",
        "plans",
        "words",
        "currencies",
        "errors",
        "clock",
        "counters",
        "fields",
        "models",
        "querysets",
    },
    {"services", "books", "books_sql", "statements", "statements_sql"},
    {
        "reports",
        "exports",
        "exports_sql",
        "resources",
        "imports",
        "forms",
        "navigation",
        "access",
        "listing",
        "filters",
        "answers",
        "mail",
    },
    {"views", "tasks", "admin"},
    {"urls"},
]
LONGEST_FUNCTION, LONGEST_FILE, MEDIAN_FUNCTION = 30, 300, 11
# A test tells one story from beginning to end, a file of them many.
LONGEST_TEST, LONGEST_TEST_FILE = 40, 500
WRITES = {
    "save",
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "delete",
    "get_or_create",
    "update_or_create",
}
# Pages before any organisation is known, or of none.
WITHOUT_GATE = {"home", "language", "invitation", "healthz", "readyz", "hook"}
# The operator's pages, those of signing in, and the API have gates of their own.
OTHER_GATES = ("account_", "admin:", "api:", "calls:")


@cache
def source(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def files(*rooms: str) -> list[Path]:
    found = [path for room in rooms for path in sorted((HOUSE / room).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def name_of(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Give every module that a file imports, those within functions too, and the line."""
    for node in ast.walk(source(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{name_of(path)}:{node.lineno} imports relatively"
            yield node.module, node.lineno
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def step_of(parts: tuple[str, ...]) -> int | None:
    room = parts[1].removesuffix(".py") if len(parts) > 1 else ""
    return next((step for step, rooms in enumerate(STEPS) if room in rooms), None)


def is_for_types_only(path: Path, line: int) -> bool:
    return any(
        isinstance(node, ast.If)
        and ast.unparse(node.test) == "TYPE_CHECKING"
        and node.lineno < line <= (node.end_lineno or 0)
        for node in ast.walk(source(path))
    )


def test_apps_import_only_those_before_them() -> None:
    wrong = []
    for path in files(*APPS):
        own = APPS.index(path.relative_to(HOUSE).parts[0])
        for module, line in imports(path):
            app = module.split(".")[0]
            is_back = app in APPS and APPS.index(app) > own
            is_tenancy = module == "seatdash" or module.startswith("seatdash.tenancy")
            if is_back and not is_tenancy:
                wrong.append(f"{name_of(path)}:{line} imports {module}")
    assert wrong == []


def test_nobody_imports_the_bare_project_but_for_tenancy() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in files("orgs", "teams", "seats")
        for node in ast.walk(source(path))
        if isinstance(node, ast.ImportFrom)
        and node.module == "seatdash"
        and {alias.name for alias in node.names} != {"tenancy"}
    ]
    assert wrong == []


def test_within_an_app_steps_import_only_those_before_them() -> None:
    wrong = []
    for path in files("orgs", "teams", "seats"):
        parts = path.relative_to(HOUSE).parts
        own = step_of(parts)
        for module, line in imports(path):
            theirs = step_of(tuple(module.split(".")))
            is_of_this_app = module.startswith(f"{parts[0]}.")
            if own is None or theirs is None or not is_of_this_app or theirs <= own:
                continue
            if not is_for_types_only(path, line):
                wrong.append(f"{name_of(path)}:{line} imports {module}")
    assert wrong == []


def test_every_file_of_an_app_has_its_step() -> None:
    known = set().union(*STEPS) | {"__init__", "apps", "management", "templatetags", "adapter"}
    known |= {"operator", "languages"}
    rooms = {
        path.relative_to(HOUSE).parts[1].removesuffix(".py")
        for path in files("orgs", "teams", "seats")
    }
    assert rooms - known == set()


def services_of(app: str) -> list[Path]:
    return [path for path in files(app) if path.stem == "services" or "services" in path.parts]


def test_services_never_see_a_request() -> None:
    services = [path for app in ("orgs", "teams", "seats") for path in services_of(app)]
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in services
        for module, line in imports(path)
        if module.startswith(("django.http", "django.shortcuts", "django.views", "django.forms"))
    ]
    assert services
    assert wrong == []


def test_services_take_all_by_keyword_and_the_actor_first() -> None:
    # Those of the system have no actor: an organisation's first admin, and what is due anyway.
    without_actor = {"create_organisation", "expire_due"}
    wrong = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in [*services_of("seats"), *services_of("orgs"), *services_of("teams")]
        for node in source(path).body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(each) == "atomically" for each in node.decorator_list)
        and not node.name.startswith("_")
        and node.name not in without_actor
        and (node.args.args or [each.arg for each in node.args.kwonlyargs][:1] != ["actor"])
    ]
    assert wrong == []


def test_views_never_write_to_the_database_themselves() -> None:
    views = [path for path in files(*APPS) if "views" in path.parts or path.stem == "views"]
    wrong = [
        f"{name_of(path)}:{node.lineno} .{node.func.attr}()"
        for path in views
        for node in ast.walk(source(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and not ast.unparse(node.func.value).startswith(("context", "data", "values"))
    ]
    assert views
    assert wrong == []


def test_only_the_ledger_writes_its_entries() -> None:
    wrong = []
    for path in files(*APPS):
        if path.stem.startswith("ledger") and path.parent.name == "services":
            continue
        for node in ast.walk(source(path)):
            text = ast.unparse(node) if isinstance(node, ast.Call) else ""
            by_hand = re.match(r"LedgerEntry(\.objects\.(bulk_)?create)?\(", text)
            sql = isinstance(node, ast.Constant) and re.search(
                r"(INSERT INTO|UPDATE|DELETE FROM)\s+seats_ledgerentry", str(node.value)
            )
            if by_hand or sql:
                wrong.append(f"{name_of(path)}:{getattr(node, 'lineno', '?')}")
    assert wrong == []


def functions(paths: list[Path]) -> Iterator[tuple[str, int]]:
    """Give every function with the lines it takes, its docstring and decorators left out."""
    for path in paths:
        for node in ast.walk(source(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                doc = node.body[0].end_lineno if body is not node.body else None
                lines = (node.end_lineno or 0) - node.lineno + 1
                if doc:
                    lines -= doc - node.body[0].lineno + 1
                yield f"{name_of(path)}:{node.lineno} {node.name} has {lines}", lines


def test_functions_are_short() -> None:
    own = list(functions([*files(*APPS), HOUSE / "manage.py"]))
    assert [where for where, lines in own if lines > LONGEST_FUNCTION] == []
    assert sorted(lines for _where, lines in own)[len(own) // 2] <= MEDIAN_FUNCTION
    tests = functions(files("tests"))
    assert [where for where, lines in tests if lines > LONGEST_TEST] == []


def too_long(paths: list[Path], most: int) -> dict[str, int]:
    lines = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in paths}
    return {name: number for name, number in lines.items() if number > most}


def test_files_are_short() -> None:
    assert not too_long(files(*APPS), LONGEST_FILE)
    assert too_long(files("tests"), LONGEST_TEST_FILE) == {}


def views(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, Any]]:
    """Give every address by its name, with its view."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from views(each, f"{each.namespace}:" if each.namespace else space)
        else:
            yield f"{space}{each.name or each.pattern}", each.callback


def test_every_address_has_a_gate_or_is_known_to_need_none() -> None:
    with_gate = {name for name, view in views(get_resolver()) if getattr(view, "gate", ())}
    without = {name for name, _view in views(get_resolver())} - with_gate
    assert with_gate
    assert {name for name in without if not name.startswith(OTHER_GATES)} <= WITHOUT_GATE


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "misc"])
def test_no_room_is_named_after_nothing(word: str) -> None:
    assert [name_of(path) for path in files(*APPS, "tests") if path.stem == word] == []
