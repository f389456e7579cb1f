"""The commands as a person starts them: real processes, a real port, a database of their own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest

from seatdash.command_line import needs_database, take_data_directory
from seatdash.data_directory import DataDirectoryUnusable
from seatdash.management.commands.test import TWO_PROCESSES, in_parallel
from seatdash.postmaster import running_in
from seatdash.processes import plain_http

REPOSITORY = Path(__file__).resolve().parent.parent.parent
LINE = "seatdash is ready at http://127.0.0.1:{port}/\n"
PATIENCE = 60


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """Passable for a user without rights, which pytest's own is not."""
    directory = Path(tempfile.mkdtemp(prefix="seatdash-test-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


def manage(data_dir: Path, *arguments: str) -> subprocess.Popen[str]:
    """As from a shell in which nothing is set."""
    ours = ("SEATDASH_", "DATABASE_URL", "SECRET_KEY", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    if "SEATDASH_PG_BIN" in os.environ:
        kept["SEATDASH_PG_BIN"] = os.environ["SEATDASH_PG_BIN"]
    return subprocess.Popen(
        [sys.executable, str(REPOSITORY / "manage.py"), *arguments, "--data", str(data_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=kept,
    )


def said(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = process.stdout.read(), process.stderr.read()
    return process.wait(PATIENCE), out, err


def becomes_ready(process: subprocess.Popen[str], port: int) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == LINE.format(port=port), said(process)


def status_of(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def is_open(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def soon(holds: Callable[[], object]) -> bool:
    deadline = time.monotonic() + 15
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(holds())


def children_of(process: subprocess.Popen[str]) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


def child_running(process: subprocess.Popen[str], word: str) -> int:
    """The child of which the command line says this."""
    for pid in children_of(process):
        if word in Path(f"/proc/{pid}/cmdline").read_text():
            return pid
    return 0


def is_replaced(process: subprocess.Popen[str], word: str, first: int) -> bool:
    return child_running(process, word) not in (0, first)


def server_runs(data_dir: Path) -> bool:
    return running_in(data_dir / "postgres" / "data") is not None


def test_demo_starts_everything_and_interrupt_stops_everything(data_dir: Path, port: int) -> None:
    demo = manage(data_dir, "demo", "--port", str(port))
    becomes_ready(demo, port)
    children = children_of(demo)
    assert (status_of(port, "/readyz"), status_of(port, "/login/")) == (200, 200)

    # Another command joins the server, and leaves it running.
    assert said(manage(data_dir, "check", "--database", "default"))[0] == 0
    assert status_of(port, "/readyz") == 200

    demo.send_signal(signal.SIGINT)
    code, out, err = said(demo)
    assert code == 0, err
    assert "admin@north.example" in out
    assert "demo-seatdash" in out
    assert not is_open(port)
    assert not server_runs(data_dir)
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_serve_heals_and_leaves_no_process_even_if_killed(data_dir: Path, port: int) -> None:
    serve = manage(data_dir, "serve", "--port", str(port))
    becomes_ready(serve, port)

    assert soon(lambda: child_running(serve, "worker"))
    for word in ("worker", "seatdash.web"):
        first = child_running(serve, word)
        os.kill(first, signal.SIGKILL)
        assert soon(partial(is_replaced, serve, word, first))
    assert soon(lambda: is_open(port))

    serve.kill()
    serve.communicate()
    assert soon(lambda: not is_open(port))


def test_worker_ends_when_asked(data_dir: Path) -> None:
    assert said(manage(data_dir, "migrate", "--verbosity", "0"))[0] == 0
    worker = manage(data_dir, "worker")
    assert soon(lambda: server_runs(data_dir))
    time.sleep(1)
    worker.terminate()

    code, _, err = said(worker)
    assert code in (0, 128 + signal.SIGTERM), err
    assert "Traceback" not in err
    assert not server_runs(data_dir)


def test_taken_port_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, out, err = said(manage(tmp_path / "var", "demo", "--port", str(port)))

    assert (code, out) == (1, "")
    assert re.fullmatch(rf"Port {port} on 127.0.0.1 cannot be used .* --port.\n", err)
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    code, _, err = said(manage(tmp_path / "var", "serve", f"--port={port}"))

    assert code == 1
    assert err == "--port takes a number from 1 to 65535.\n"


def test_command_without_database_starts_none(tmp_path: Path) -> None:
    code, out, err = said(manage(tmp_path / "var", "help"))

    assert code == 0, err
    assert "create_organisation" in out or "demo" in out
    assert not (tmp_path / "var").exists()


def test_data_directory_is_taken_from_wherever_it_stands() -> None:
    for arguments in (["--data", "/x/y", "demo"], ["demo", "--data=/x/y"]):
        assert take_data_directory(arguments) == (["demo"], Path("/x/y"))


def test_data_without_directory_is_refused() -> None:
    with pytest.raises(DataDirectoryUnusable, match="--data needs a directory"):
        take_data_directory(["demo", "--data"])


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ("migrate", True),
        ("check --database default", True),
        ("check", False),
        ("demo --help", False),
        ("", False),
        ("--version", False),
    ],
)
def test_only_commands_that_use_a_database_get_one(arguments: str, needed: object) -> None:
    assert needs_database(arguments.split()) is needed


@pytest.mark.parametrize(
    ("arguments", "processes"),
    [
        ("", TWO_PROCESSES),
        ("-k pool", TWO_PROCESSES),
        ("tests/seats", TWO_PROCESSES),
        ("tests/seats/test_stock.py", []),
        ("-n4", []),
        ("-p no:xdist", []),
        ("--pdb", []),
    ],
)
def test_whole_suite_runs_in_two_processes(
    arguments: str, processes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert in_parallel(arguments.split()) == processes


@pytest.mark.parametrize(
    ("command", "behind_proxy", "is_plain"),
    [
        ("demo", "", True),
        ("serve", "", True),
        ("serve", "0", True),
        ("serve", "1", False),
        ("serve --host 0.0.0.0", "", False),
    ],
)
def test_plain_http_is_for_this_machine_alone(
    command: str, behind_proxy: str, is_plain: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {"SEATDASH_BEHIND_PROXY": behind_proxy})
    plain_http(command.split())
    assert ("SEATDASH_PLAIN_HTTP" in os.environ) is is_plain
