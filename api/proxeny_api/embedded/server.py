"""Start the bundled server or find it running, and stop it with the process that started it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from proxeny_api.embedded import archiving, checks, cluster, sql
from proxeny_api.embedded.account import open_data_dir, server_account
from proxeny_api.embedded.binaries import has_lz4, server_programs
from proxeny_api.embedded.cluster import OWNER, PORT, Files
from proxeny_api.embedded.errors import ServerFailed
from proxeny_api.embedded.guard import KEEP
from proxeny_api.embedded.log import open_log, tail
from proxeny_api.embedded.programs import Account, environment

GUARD = Path(__file__).with_name("guard.py")
PATIENCE = 60.0
TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_checkpoints": "off",
}


@dataclass(frozen=True)
class Bundled:
    """Where a running bundled server is reached; the URL holds the owner's password."""

    url: str
    data_dir: Path


class BundledServer:
    """The bundled server of one data folder, run by the first process that starts it.

    Killed by somebody or stopped by a full disk, it is started again where it was, and recovers what it had confirmed.
    A later process that starts it finds it running, uses it and leaves it running; should the first end meanwhile,
    however it ends, the server stops and the later one loses its connections until it starts it again.
    """

    def __init__(
        self,
        data_dir: Path,
        database: str = "proxeny",
        options: Mapping[str, str] | None = None,
        archive: Path | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._files = Files(data_dir.expanduser().resolve())
        self._database = database
        self._options = dict(options or {})
        self._archive = archive
        self._patience = patience
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self) -> Bundled:
        """Return the running server, started if need be; options and archive count only for who starts it."""
        account = server_account(self._files.cluster)
        open_data_dir(self._files.data_dir, account)
        with cluster.start_lock(self._files, 2 * PATIENCE):
            try:
                return self._bundled(account)
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """Stop the server if this object started it; connections still open are cut, their commits are kept."""
        guard, self._guard = self._guard, None
        if guard is None:
            return
        try:
            guard.communicate(b"stop", timeout=PATIENCE)
        except subprocess.TimeoutExpired as slow:
            guard.kill()
            guard.communicate()
            raise ServerFailed(f"The server did not stop. Its log ends:\n{tail(self._files.log)}") from slow

    def _bundled(self, account: Account | None) -> Bundled:
        password = cluster.password(self._files, account)
        folder = self._find_or_launch(account)
        checks.require_fit(sql.settings(folder, password), checks.BUNDLED_MAJOR)
        sql.create_database(folder, password, self._database)
        address = f"{quote(self._database, safe='')}?host={quote(str(folder))}&port={PORT}"
        return Bundled(f"postgresql://{OWNER}:{quote(password, safe='')}@/{address}", self._files.data_dir)

    def _find_or_launch(self, account: Account | None) -> Path:
        """Return the socket folder of the server that runs or is launched; waits for one that is just ending."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            lock = cluster.claim(self._files)
            if lock is not None:
                return self._launch(account, lock)
            running = self._files.postmaster()
            if running is not None and sql.accepts(running.socket_folder):
                return running.socket_folder
            time.sleep(0.05)
        raise ServerFailed(
            f"A server in {self._files.data_dir} neither answers nor ends. Its log ends:\n{tail(self._files.log)}"
        )

    def _launch(self, account: Account | None, lock: int) -> Path:
        """Start a guard with the server below it; return the socket folder once it takes connections."""
        since = self._files.log.stat().st_size if self._files.log.exists() else 0
        try:
            programs = server_programs(self._files.data_dir, account)
            if not self._files.cluster.exists():
                cluster.create_cluster(self._files, programs, account)
            folder, passing = cluster.socket_folder(self._files, account)
            command = self._command(programs, folder, self._archiving(account))
            self._guard = self._start_guard(account, lock, str(folder) if passing else "", command)
        finally:
            os.close(lock)
        self._wait_until_ready(folder, self._guard, since)
        self._keep(self._guard)
        return folder

    def _keep(self, guard: subprocess.Popen[bytes]) -> None:
        """Have the guard start the server again should it fall, now that it has shown that it can run."""
        if guard.stdin is not None:
            guard.stdin.write(KEEP)
            guard.stdin.flush()

    def _archiving(self, account: Account | None) -> dict[str, str]:
        if self._archive is None:
            return {}
        return archiving.options(archiving.line(self._files, self._archive, account))

    def _command(self, programs: Path, folder: Path, archive: Mapping[str, str]) -> list[str]:
        compression = {"wal_compression": "lz4"} if has_lz4(programs) else {}
        # The place of the socket comes last: it is how the server is found again.
        place = {"port": str(PORT), "unix_socket_directories": str(folder)}
        chosen = TUNING | compression | dict(archive) | self._options | place
        options = [f"--{name}={value}" for name, value in chosen.items()]
        return [str(programs / "postgres"), "-D", str(self._files.cluster), *options]

    def _start_guard(
        self, account: Account | None, lock: int, leftover: str, command: list[str]
    ) -> subprocess.Popen[bytes]:
        """Start the guard in a session of its own, out of reach of Ctrl-C."""
        variables = environment()
        last = self._files.postmaster()
        if last is not None:
            # The lock says that no such server lives, but its number may be another process's now, for which
            # PostgreSQL would refuse to start. It passes over its grandparent's, of which pg_ctl tells it so.
            variables["PG_GRANDPARENT_PID"] = str(last.pid)
        uid, gid = (account.uid, account.gid) if account else (-1, -1)
        call = [sys.executable, "-I", "-S", str(GUARD), str(lock), str(uid), str(gid), leftover, *command]
        with open_log(self._files.log) as log:
            return subprocess.Popen(
                call,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                env=variables,
                pass_fds=(lock,),
                start_new_session=True,
            )

    def _wait_until_ready(self, folder: Path, guard: subprocess.Popen[bytes], since: int) -> None:
        pause, deadline = 0.02, time.monotonic() + self._patience
        while time.monotonic() < deadline:
            if guard.poll() is not None:
                raise ServerFailed(f"The server ended as it started. Its log:\n{tail(self._files.log, since)}")
            if sql.accepts(folder):
                return
            time.sleep(pause)
            pause = min(1.1 * pause, 1.0)
        raise ServerFailed(
            f"The server is not ready after {self._patience:.0f} s. Its log:\n{tail(self._files.log, since)}"
        )


@contextmanager
def start(
    data_dir: Path,
    database: str = "proxeny",
    options: Mapping[str, str] | None = None,
    archive: Path | None = None,
) -> Iterator[Bundled]:
    """Run the bundled server, or use the one that runs, for as long as the block lasts."""
    server = BundledServer(data_dir, database, options, archive)
    try:
        yield server.start()
    finally:
        server.stop()
