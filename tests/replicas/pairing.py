"""A streaming replica of a bundled server, made by pg_basebackup, that tests can pause, cut off and kill."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from proxeny_api import embedded
from proxeny_api.embedded.account import open_data_dir, server_account
from proxeny_api.embedded.binaries import server_programs
from proxeny_api.embedded.cluster import OWNER, PORT, Files
from proxeny_api.embedded.programs import run
from tests.faults.running import soon

SMALL = {"shared_buffers": "32MB"}


@dataclass(frozen=True)
class Pair:
    """A primary and its replica: their administrative URLs and the replica's files."""

    primary: str
    replica: str
    files: Files

    async def tell(self, statement: str) -> object:
        """Have the replica do something as its administrator, and return what it says."""
        connection = await asyncpg.connect(self.replica)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    async def pause(self) -> None:
        """Have the replica go on receiving and no longer replaying."""
        await self.tell("SELECT pg_wal_replay_pause()")

    async def resume(self) -> None:
        """Have the replica catch up."""
        await self.tell("SELECT pg_wal_replay_resume()")

    def kill(self) -> None:
        """End the replica as `kill -9` does, and wait until it takes no connections."""
        postmaster = self.files.postmaster()
        assert postmaster is not None
        os.kill(postmaster.pid, signal.SIGKILL)
        assert soon(lambda: not Path(f"/proc/{postmaster.pid}").exists())


@contextmanager
def pair() -> Iterator[Pair]:
    """Lend a primary and a replica that streams from it."""
    with ExitStack() as stack:
        homes = [Path(tempfile.mkdtemp(prefix="proxeny-pair-")) for _ in range(2)]
        for home in homes:
            stack.callback(shutil.rmtree, home, ignore_errors=True)
        primary = stack.enter_context(embedded.start(homes[0], options=SMALL))
        files = _copied(homes[0], homes[1], primary.url)
        replica = stack.enter_context(embedded.start(homes[1], options=SMALL))
        yield Pair(primary.url, replica.url, files)


def _copied(home: Path, other: Path, url: str) -> Files:
    """Make a base backup of a running server below another folder, ready to stream from it."""
    source, files = Files(home), Files(other)
    account = server_account(source.cluster)
    open_data_dir(other, account)
    shutil.copy2(source.secret, files.secret)
    files.cluster.mkdir(mode=0o700)
    if account is not None:
        os.chown(files.secret, account.uid, account.gid)
        os.chown(files.cluster, account.uid, account.gid)
    folder = parse_qs(urlsplit(url).query)["host"][0]
    command: list[str | Path] = [
        *(server_programs(other, account) / "pg_basebackup", "--pgdata", files.cluster, "--checkpoint=fast"),
        *("--wal-method=stream", "--write-recovery-conf", f"--host={folder}", f"--port={PORT}", f"--username={OWNER}"),
    ]
    made = run(command, account, {"PGPASSWORD": source.secret.read_text().strip()})
    assert made.returncode == 0, made.stderr
    return files
