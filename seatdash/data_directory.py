"""What the data directory keeps between starts, besides the database: the secret key."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from seatdash.terminal import CannotGoOn


class DataDirectoryUnusable(CannotGoOn):
    pass


def make_data_directory(path: Path) -> Path:
    try:
        directory = path.expanduser().resolve()
        _make(directory)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise DataDirectoryUnusable(
            f"The data directory {path} cannot be used ({error.strerror}): "
            "choose another with --data DIR or SEATDASH_DATA."
        ) from error
    return directory


def _make(directory: Path) -> None:
    """As root others may pass through, not look in: the database does not run as root."""
    if directory.is_dir():
        return
    _make(directory.parent)
    directory.mkdir(exist_ok=True)
    directory.chmod(0o711 if os.geteuid() == 0 else 0o700)
    follow_owner(directory)


def follow_owner(path: Path) -> None:
    """What root makes in somebody's checkout is theirs, who may later start it without root."""
    if os.geteuid() == 0:
        parent = path.parent.stat()
        os.chown(path, parent.st_uid, parent.st_gid)


def secret_key(directory: Path) -> str:
    kept = directory / "secret_key"
    if not kept.exists():
        _keep(kept, secrets.token_urlsafe(50))
    try:
        return kept.read_text().strip()
    except OSError as error:
        raise DataDirectoryUnusable(f"{kept} cannot be read ({error.strerror}).") from error


def _keep(path: Path, text: str) -> None:
    """Whole or not at all, and the first of two that start together wins."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(f"{text}\n")
        follow_owner(written)
        os.link(written, path)
    except FileExistsError:
        pass
    finally:
        written.unlink()
