"""Making a backup of the bundled database while it runs: it has its name once it is whole and on disk."""

import asyncio
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg

from proxeny_api import __version__
from proxeny_api.backups.log import PIECE, piece_of
from proxeny_api.backups.manifest import (
    UNFINISHED,
    BackupDamaged,
    Manifest,
    Stored,
    files_below,
    found,
    mark_of,
    save,
    summed,
)
from proxeny_api.boot import Place
from proxeny_api.embedded import EmbeddedError
from proxeny_api.embedded.account import server_account
from proxeny_api.embedded.archiving import LOG, line, options
from proxeny_api.embedded.binaries import wheel_programs
from proxeny_api.embedded.cluster import OWNER, PORT, Files
from proxeny_api.embedded.durably import move
from proxeny_api.embedded.programs import run

CLUSTER, SECRET = "postgres", "postgres-password"
THEIRS = "backup_manifest"
FAILING = "SELECT last_failed_time > coalesce(last_archived_time, '-infinity') FROM pg_stat_archiver"


class Backup(NamedTuple):
    """A backup that was made, and whether the log after it is archived beside it."""

    folder: Path
    manifest: Manifest
    archived: bool


def make(place: Place, archive: Path, keep: int | None) -> Backup:
    """Back up the bundled database that runs, and drop older backups than the newest `keep`.

    Raises EmbeddedError where another is being made, and BackupDamaged where what arrived is not what was sent.
    """
    files = Files(place.data_dir.expanduser().resolve())
    folder = line(files, archive, server_account(files.cluster))
    with _alone(folder) as lock:
        part = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
        try:
            manifest = _fill(part, files, place, lock)
            whole = folder / f"{manifest.ended:%Y%m%dT%H%M%S.%fZ}"
            move(part, whole)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        archived = asyncio.run(_archives(place.admin_url, folder))
        if keep is not None:
            _forget(folder, keep)
    return Backup(whole, manifest, archived)


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    """Hold the lock of a line's backups, and remove what was left by one that was killed."""
    lock = os.open(folder / "backup.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(f"Another backup is being made in {folder}.") from None
        for left in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        yield lock
    finally:
        os.close(lock)


def _fill(part: Path, files: Files, place: Place, lock: int) -> Manifest:
    """Copy the cluster and its password, and write the manifest."""
    running = files.postmaster()
    if running is None:
        raise EmbeddedError(f"No server runs in {files.data_dir}.")
    command: list[str | Path] = [
        *(wheel_programs() / "pg_basebackup", f"--pgdata={part / CLUSTER}", "--wal-method=stream", "--checkpoint=fast"),
        *("--manifest-checksums=SHA256", "--no-password", f"--host={running.socket_folder}", f"--port={PORT}"),
        f"--username={OWNER}",
    ]
    secret = files.secret.read_text().strip()
    # The lock goes along, so that no other begins while this program lives, should we be killed.
    made = run(command, variables={"PGPASSWORD": secret}, kept=(lock,))
    if made.returncode != 0:
        raise EmbeddedError(f"The backup failed: {made.stderr.strip()}")
    shutil.copyfile(files.secret, part / SECRET)
    (part / SECRET).chmod(0o600)
    ended = asyncio.run(_clock(place.admin_url))
    sums = {name: summed(path) for name, path in files_below(part).items()}
    _compare(part, sums)
    begins, until = _log_of(part)
    manifest = Manifest(
        made_by=__version__, ended=ended, log_from=begins, log_until=until, pepper=mark_of(place.pepper), files=sums
    )
    save(part, manifest)
    return manifest


def _said(part: Path) -> dict[str, Any]:
    """Return what the server says of the backup that it sent."""
    said: dict[str, Any] = json.loads((part / CLUSTER / THEIRS).read_text(encoding="utf-8"))
    return said


def _compare(part: Path, sums: dict[str, Stored]) -> None:
    """Raise BackupDamaged unless what arrived is what the server says it sent."""
    for file in _said(part)["Files"]:
        name = f"{CLUSTER}/{file['Path']}"
        if name not in sums or sums[name].sha256 != file["Checksum"]:
            raise BackupDamaged(f"{part / name} is not what the server sent: is the disk sound?")


def _log_of(part: Path) -> tuple[str, str]:
    """Return the first and the last piece of the log that the backup cannot be without."""
    (needed,) = _said(part)["WAL-Ranges"]
    return piece_of(needed["Timeline"], needed["Start-LSN"]), piece_of(needed["Timeline"], needed["End-LSN"])


async def _clock(url: str) -> datetime:
    connection = await asyncpg.connect(url)
    try:
        instant: datetime = await connection.fetchval("SELECT clock_timestamp()")
    finally:
        await connection.close()
    return instant


async def _archives(url: str, folder: Path) -> bool:
    """Say whether the running server archives its log in this line; have it begin a new piece if so."""
    connection = await asyncpg.connect(url)
    try:
        said = await connection.fetchval("SELECT current_setting('archive_command')")
        if said != options(folder)["archive_command"]:
            return False
        if await connection.fetchval(FAILING):
            raise EmbeddedError(
                f"The backup is whole, but the log cannot be archived in {folder / LOG}: see the server's log."
            )
        await connection.execute("SELECT pg_switch_wal()")
    finally:
        await connection.close()
    return True


def _forget(folder: Path, keep: int) -> None:
    """Remove the backups before the newest ones, and the log that only they would read."""
    listed = found(folder)
    for old, _ in listed[:-keep]:
        # Under this name it is none any more, whatever happens while it goes.
        left = folder / f"{UNFINISHED}{old.name}"
        move(old, left)
        shutil.rmtree(left)
    needed = listed[-keep:][0][1].log_from
    for piece in (folder / LOG).iterdir():
        if PIECE.match(piece.name) and piece.name[:24] < needed:
            piece.unlink()
