"""What manage.py does around a command: its data directory, its secret key, its database.

A command that needs a database and finds no DATABASE_URL runs with the embedded one around it.
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from seatdash.data_directory import DataDirectoryUnusable, make_data_directory, secret_key
from seatdash.database import django_database, embedded, free_directory, unreachable
from seatdash.processes import address_in, links_lead_here, plain_http, refuse_taken_port
from seatdash.supervisor import early_web
from seatdash.terminal import CannotGoOn, say

WITHOUT_DATABASE = {
    "",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "startapp",
    "startproject",
    "version",
}
SERVING = {"demo", "serve"}


def main(arguments: list[str]) -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seatdash.settings")
    try:
        arguments, data_dir = take_data_directory(arguments)
        os.environ["SEATDASH_DATA"] = str(data_dir)
        with ExitStack() as stack:
            _surround(arguments, data_dir, stack)
            _execute(arguments)
    except CannotGoOn as refusal:
        say(str(refusal))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def take_data_directory(arguments: list[str]) -> tuple[list[str], Path]:
    """`--data DIR` belongs to every command, so it is taken out before Django looks at them."""
    kept: list[str] = []
    chosen = os.environ.get("SEATDASH_DATA") or str(Path(__file__).resolve().parent.parent / "var")
    words = iter(arguments)
    for word in words:
        if word == "--data":
            chosen = next(words, "")
        elif word.startswith("--data="):
            chosen = word.removeprefix("--data=")
        else:
            kept.append(word)
    if not chosen:
        raise DataDirectoryUnusable("--data needs a directory.")
    return kept, Path(chosen).expanduser().resolve()


def needs_database(arguments: list[str]) -> bool:
    command = arguments[0] if arguments else ""
    if command in WITHOUT_DATABASE or command.startswith("-") or {"-h", "--help"} & set(arguments):
        return False
    return command != "check" or any(word.startswith("--database") for word in arguments)


def _surround(arguments: list[str], data_dir: Path, stack: ExitStack) -> None:
    if not needs_database(arguments):
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
        os.environ.setdefault("DATABASE_URL", "postgresql:///seatdash")
        return
    command = arguments[0]
    if command in SERVING:
        refuse_taken_port(arguments)
        plain_http(arguments)
        links_lead_here(arguments)
    if command == "test":
        data_dir = stack.enter_context(free_directory(data_dir, "tests"))
        os.environ["SEATDASH_DATA"] = str(data_dir)
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = secret_key(make_data_directory(data_dir))
    if os.environ.get("DATABASE_URL"):
        django_database(os.environ["DATABASE_URL"])
    else:
        os.environ["DATABASE_URL"] = stack.enter_context(
            embedded(data_dir, scratch=command == "test")
        )
    if command in SERVING:
        stack.enter_context(early_web(address_in(arguments)))


def _execute(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, connections

    try:
        execute_from_command_line([sys.argv[0], *arguments])
    except OperationalError as error:
        # What the server itself refuses has a code, and is for the programmer to see.
        if getattr(error.__cause__, "sqlstate", None) is None:
            raise unreachable(error) from error
        raise
    finally:
        # Before the embedded server goes, or the connection pool would complain.
        for connection in connections.all(initialized_only=True):
            connection.close()
            getattr(connection, "close_pool", lambda: None)()
