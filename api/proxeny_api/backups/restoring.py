"""Restoring a backup into a data folder: copied and checked beside its place, recovered, verified, then moved there."""

import asyncio
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from proxeny_api import migrate
from proxeny_api.backups.log import pieces
from proxeny_api.backups.making import CLUSTER, SECRET
from proxeny_api.backups.manifest import BackupDamaged, Manifest, Stored, check_names, choose, chunks, mark_of
from proxeny_api.changes.verify import VerifyReport, verify_all
from proxeny_api.embedded import BundledServer, EmbeddedError, ServerFailed
from proxeny_api.embedded.account import give, open_data_dir, server_account
from proxeny_api.embedded.archiving import LOG, fetching
from proxeny_api.embedded.cluster import Files, claim, start_lock
from proxeny_api.embedded.durably import move, write
from proxeny_api.embedded.programs import Account
from proxeny_api.keys.secret import login_password
from proxeny_api.settings import PEPPER_FILE

BEGUN = "restoring-"
PATIENCE = 24 * 3600.0
TOO_LATE = "recovery ended before configured recovery target was reached"


class Wanted(NamedTuple):
    """What is to be restored, where, to which instant, and with which pepper."""

    source: Path
    data_dir: Path
    at: datetime | None
    pepper: bytes
    keep_pepper: bool = False
    replace: bool = False
    other_pepper: bool = False


class Restored(NamedTuple):
    """What was restored, of which backup, and how its chains and rollups were found to be."""

    data_dir: Path
    backup: Path
    report: VerifyReport


def restore(wanted: Wanted) -> Restored:
    """Restore the newest backup that leads to the instant; nothing is at its place before all of it is whole.

    Raises EmbeddedError where the place is taken, the backup damaged, or the instant not to be reached.
    """
    folder, manifest = choose(wanted.source.expanduser().resolve(), wanted.at)
    _check_pepper(wanted, manifest)
    files = Files(wanted.data_dir.expanduser().resolve())
    account = server_account(files.cluster)
    open_data_dir(files.data_dir, account)
    with _nobody_else(files):
        if files.cluster.exists() and not wanted.replace:
            raise EmbeddedError(f"{files.cluster} is there already: restore elsewhere, or say --replace.")
        part = Path(tempfile.mkdtemp(prefix=BEGUN, dir=files.data_dir))
        try:
            fault = _copy(folder, manifest, part, account, to_the_end=wanted.at is None)
            report = _recover(part, wanted, fault)
            _put_in_place(part, files)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        if wanted.keep_pepper:
            write(files.data_dir / PEPPER_FILE, wanted.pepper.decode())
    return Restored(files.data_dir, folder, report)


def _check_pepper(wanted: Wanted, manifest: Manifest) -> None:
    if not wanted.other_pepper and mark_of(wanted.pepper) != manifest.pepper:
        raise EmbeddedError(
            "The pepper is not the one that the backup was made with: no key would be known. Give that one with "
            "--pepper or PROXENY_PEPPER; or say --other-pepper, and make new keys."
        )


@contextmanager
def _nobody_else(files: Files) -> Iterator[None]:
    """Hold the locks of a server that runs in this folder; raises EmbeddedError where one does."""
    with start_lock(files, 5):
        lock = claim(files)
        if lock is None:
            raise EmbeddedError(f"A server runs in {files.data_dir}: stop it first.")
        try:
            for left in files.data_dir.glob(f"{BEGUN}*"):
                shutil.rmtree(left)
            yield
        finally:
            os.close(lock)


def _copy(
    folder: Path, manifest: Manifest, part: Path, account: Account | None, *, to_the_end: bool
) -> BackupDamaged | None:
    """Copy a backup and the log after it, every byte checked on its way; return what ends the log too early.

    To the end nothing may be wrong with it; to an instant, what comes after the instant does not matter.
    """
    check_names(folder, manifest)
    for path in (folder / CLUSTER, *(folder / CLUSTER).rglob("*")):
        if path.is_dir():
            _make(part / path.relative_to(folder), account)
    for name, stored in manifest.files.items():
        copied(folder / name, part / name, stored)
        give(part / name, account)
    (part / SECRET).chmod(0o600)
    signal = part / CLUSTER / "recovery.signal"
    signal.touch(0o600)
    give(signal, account)
    log = pieces(folder.parent / LOG, manifest.log_from, manifest.log_until)
    if log.fault is not None and to_the_end:
        raise log.fault
    _make(part / LOG, account)
    for piece in log.paths:
        shutil.copyfile(piece, part / LOG / piece.name)
        give(part / LOG / piece.name, account)
    return log.fault


def _make(folder: Path, account: Account | None) -> None:
    folder.mkdir(mode=0o700)
    give(folder, account)


def copied(source: Path, target: Path, stored: Stored) -> None:
    """Copy a file; raises BackupDamaged, naming it, where it is not what the manifest says."""
    made, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks(source):
            made.update(chunk)
            size += len(chunk)
            file.write(chunk)
    if size != stored.size:
        raise BackupDamaged(f"{source} has {size} bytes, not {stored.size}.")
    if made.hexdigest() != stored.sha256:
        raise BackupDamaged(f"{source} is not as it was written: its SHA-256 is another.")


def _recover(part: Path, wanted: Wanted, fault: BackupDamaged | None) -> VerifyReport:
    """Let the server recover what was copied, bring it to the schema of this version, and verify it."""
    options = fetching(part / LOG) | {"hot_standby": "off", "archive_mode": "off"}
    if wanted.at is not None:
        target = wanted.at.astimezone(UTC).isoformat(sep=" ")
        options |= {"recovery_target_time": target, "recovery_target_action": "promote"}
    server = BundledServer(part, options=options, patience=PATIENCE)
    try:
        url = server.start().url
        asyncio.run(migrate.upgrade(url, login_password(wanted.pepper)))
        return asyncio.run(verify_all(url))
    except ServerFailed as error:
        if TOO_LATE not in str(error) or wanted.at is None:
            raise
        reason = f": {fault}" if fault else ", and nothing later is in it. Leave --at out to restore all there is."
        raise EmbeddedError(f"The archived log ends before {wanted.at.isoformat()}{reason}") from None
    finally:
        server.stop()


def _put_in_place(part: Path, files: Files) -> None:
    """Move what was restored to its place, and what was there aside; nobody starts a server meanwhile."""
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    for old in (files.secret, files.cluster):
        if old.exists():
            move(old, old.with_name(f"{old.name}.before-{stamp}"))
    move(part / CLUSTER, files.cluster)
    move(part / SECRET, files.secret)
