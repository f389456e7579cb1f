"""How manage.py comes by its packages: a real virtual environment, pip, and a package made here."""

import fcntl
import hashlib
import os
import runpy
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from seatdash import bootstrap
from seatdash.bootstrap import PackagesMissing

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SCRIPT = """
import sys
sys.path.insert(0, {repository!r})
from seatdash.bootstrap import enter_environment
enter_environment(__file__, sys.argv[1:])
import importlib.metadata as packages
print(sys.prefix, packages.version("seatling"), *sys.argv[1:])
"""


def outer_python() -> str:
    """One outside any virtual environment, as on a fresh machine."""
    return str(getattr(sys, "_base_executable", sys.executable))


def make_wheel(folder: Path, version: str) -> str:
    """A package of one module; returns the requirement that asks for exactly this file."""
    name = f"seatling-{version}"
    wheel = folder / f"{name}-py3-none-any.whl"
    info = f"{name}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("seatling.py", "")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: seatling\nVersion: {version}\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return f"seatling=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout whose only package is ours, started for the first time."""
    root = tmp_path_factory.mktemp("checkout")
    (root / "manage.py").write_text(SCRIPT.format(repository=str(REPOSITORY)))
    (root / "wheels").mkdir()
    (root / "requirements.txt").write_text(make_wheel(root / "wheels", "1.0"))
    leave_half_made(root / ".venv", root / "requirements.txt")
    first = start(root, "demo", "--port", "8001")
    assert first.returncode == 0, first.stderr
    assert first.stdout == f"{root / '.venv'} 1.0 demo --port 8001\n"
    assert first.stderr.splitlines() == [
        f"Installing the packages of requirements.txt into {root / '.venv'} …"
    ]
    yield root
    shutil.rmtree(root)


def leave_half_made(environment: Path, requirements: Path) -> None:
    """What is there when an install was cut off: everything, by the look of it, but for the end."""
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(outer_python())
    stamp = environment / bootstrap.STAMP.format(name="requirements.txt")
    stamp.write_text(f"{hashlib.sha256(requirements.read_bytes()).hexdigest()} 3.11\n")
    (environment / bootstrap.UNFINISHED).touch()


def start(
    root: Path, *arguments: str, python: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(root / "wheels"), "PIP_CONFIG_FILE": ""}
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SEATDASH_", "PIP_"))
    }
    return subprocess.run(
        [python or outer_python(), str(root / "manage.py"), *arguments],
        capture_output=True,
        text=True,
        env={**outside, **offline, **environment},
        check=False,
    )


def test_interrupted_install_is_not_believed(checkout: Path) -> None:
    """One was there before the first start."""
    assert not (checkout / ".venv" / bootstrap.UNFINISHED).exists()
    assert list((checkout / ".venv").glob("lib/*/site-packages/seatling.py"))


def test_second_start_installs_nothing(checkout: Path) -> None:
    second = start(checkout, "check")

    assert second.stdout == f"{checkout / '.venv'} 1.0 check\n"
    assert second.stderr == ""


def test_changed_requirements_are_installed(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text(make_wheel(checkout / "wheels", "1.1"))

    assert start(checkout, "check").stdout == f"{checkout / '.venv'} 1.1 check\n"


def test_tests_bring_their_own_tools(checkout: Path) -> None:
    shutil.copy(checkout / "requirements.txt", checkout / "requirements-test.txt")

    assert "requirements-test.txt" in start(checkout, "--data", "elsewhere", "test").stderr
    assert start(checkout, "test", "-k", "one").stderr == ""


def test_package_with_another_hash_is_refused_in_words(checkout: Path) -> None:
    wanted = (checkout / "requirements.txt").read_text()
    other = make_wheel(checkout / "wheels", "1.2")
    (checkout / "requirements.txt").write_text(other[:-5] + "0000\n")
    try:
        refused = start(checkout, "check")
    finally:
        (checkout / "requirements.txt").write_text(wanted)
    assert refused.returncode == 1
    assert "The packages cannot be installed" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_environment_of_ones_own_is_left_as_it_is(checkout: Path) -> None:
    mine = checkout / "mine"
    venv.create(mine, with_pip=False)

    refused = start(checkout, "check", python=str(mine / "bin" / "python"))

    assert refused.returncode == 1
    assert f"Packages are missing in {mine}: seatling (1 in all)." in refused.stderr
    assert "pip install --require-hashes -r requirements.txt" in refused.stderr


def test_environment_can_be_switched_off(checkout: Path) -> None:
    refused = start(checkout, "check", SEATDASH_VENV="off")

    assert refused.returncode == 1
    assert "Packages are missing" in refused.stderr


def test_python_without_venv_names_the_system_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(PackagesMissing, match="apt install python3-venv"):
        bootstrap._make_venv(tmp_path / ".venv", 0)
    assert not (tmp_path / ".venv").exists()


def test_second_of_two_first_starts_waits_for_the_other(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text((checkout / "requirements.txt").read_text() + "\n")
    with (checkout / "requirements.txt").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run(
                [outer_python(), str(checkout / "manage.py"), "check"],
                timeout=0.5,
                env={**os.environ, "SEATDASH_VENV": ""},
                check=False,
            )


def test_too_old_python_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(REPOSITORY / "manage.py"), run_name="__main__")

    assert end.value.code == 1
    assert capsys.readouterr().err == "seatdash needs Python 3.11 or newer; this is 3.9.\n"
