"""The files of the bundled server below one data folder: the cluster, its password, its locks."""

import fcntl
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from proxeny_api.embedded.account import give, reaches
from proxeny_api.embedded.durably import move
from proxeny_api.embedded.errors import EmbeddedError, ServerFailed
from proxeny_api.embedded.programs import Account, run

OWNER = "proxeny_owner"
PORT = 5432
# The kernel takes 107 bytes for the address of a socket, macOS 103.
LONGEST_SOCKET = 99
SHORT_TEMPORARY = Path("/tmp")  # noqa: S108 - only a private folder of a random name is made in it


class Postmaster(NamedTuple):
    """What a server wrote about itself when it started."""

    pid: int
    socket_folder: Path


class Files(NamedTuple):
    """The paths below a data folder."""

    data_dir: Path

    @property
    def cluster(self) -> Path:
        """The folder that PostgreSQL calls its data directory."""
        return self.data_dir / "postgres"

    @property
    def secret(self) -> Path:
        """The file with the owner's password."""
        return self.data_dir / "postgres-password"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.data_dir / "postgres.log"

    def postmaster(self) -> Postmaster | None:
        """Return what the last server wrote about itself, whether or not it still runs; None once it stopped well."""
        note = self.cluster / "postmaster.pid"
        lines = note.read_text().splitlines() if note.exists() else []
        # Pid, data directory, start time, port, socket folder: written in one go, the rest later.
        return Postmaster(int(lines[0]), Path(lines[4])) if len(lines) > 4 and lines[4] else None


@contextmanager
def start_lock(files: Files, patience: float) -> Iterator[None]:
    """Hold the lock under which a server is looked for and started."""
    descriptor = _open_private(files.data_dir / "start.lock")
    try:
        deadline = time.monotonic() + patience
        while not _locks(descriptor):
            if time.monotonic() > deadline:
                raise ServerFailed(f"Another process has been starting the server in {files.data_dir} for too long.")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def claim(files: Files) -> int | None:
    """Return a locked descriptor for a new server to inherit; None while any process of an older one lives.

    The kernel holds the lock as long as a process of the server does, whatever killed the others: surer than process
    ids, which are used again and mean nothing in another container.
    """
    descriptor = _open_private(files.data_dir / "server.lock")
    if _locks(descriptor):
        return descriptor
    os.close(descriptor)
    return None


def password(files: Files, account: Account | None) -> str:
    """Return the owner's password, made up when the cluster does not exist yet."""
    if not files.secret.exists():
        if files.cluster.exists():
            raise EmbeddedError(f"{files.cluster} is there, but its password {files.secret} is not: put it back.")
        _write_secret(files.secret, account)
    return files.secret.read_text().strip()


def create_cluster(files: Files, programs: Path, account: Account | None) -> None:
    """Create the cluster beside its place and move it there when whole, so that a kill leaves no half of one."""
    for abandoned in files.data_dir.glob("postgres.new-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=files.data_dir))
    give(fresh, account)
    command: list[str | Path] = [
        *(programs / "initdb", "--pgdata", fresh, "--username", OWNER, "--pwfile", files.secret),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
        *("--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions"),
    ]
    made = run(command, account)
    if made.returncode != 0:
        shutil.rmtree(fresh)
        raise ServerFailed(f"The database cannot be created in {files.data_dir}:\n{made.stdout}{made.stderr}")
    move(fresh, files.cluster)


def socket_folder(files: Files, account: Account | None) -> tuple[Path, bool]:
    """Return a private folder for the server's socket, and whether it is a passing one to remove at the end."""
    folder = files.data_dir / "run"
    passing = len(os.fsencode(folder / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET
    if passing:
        temporary = Path(tempfile.gettempdir())
        short = len(os.fsencode(temporary)) <= LONGEST_SOCKET // 2 and reaches(temporary, account)
        folder = Path(tempfile.mkdtemp(prefix="proxeny-", dir=temporary if short else SHORT_TEMPORARY))
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    give(folder, account)
    return folder, passing


def _open_private(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _locks(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_secret(path: Path, account: Account | None) -> None:
    """Write a new password whole or not at all; the server's account reads it while it creates the cluster."""
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
        file.flush()
        os.fsync(descriptor)
    give(Path(name), account)
    move(Path(name), path)
