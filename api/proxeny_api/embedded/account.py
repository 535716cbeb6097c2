"""Which account the server runs under, and whether that account reaches a folder."""

import os
import pwd
from pathlib import Path

from platformdirs import user_data_path

from proxeny_api.embedded.errors import EmbeddedError, FolderUnreachable
from proxeny_api.embedded.programs import Account, run

ROOT_DATA_DIR = Path("/var/lib/proxeny")


def default_data_dir() -> Path:
    """Return where the files lie when nobody says: root's home is closed to others, so root has a folder elsewhere."""
    return ROOT_DATA_DIR if os.geteuid() == 0 else user_data_path("proxeny", appauthor=False)


def server_account(cluster: Path) -> Account | None:
    """Return the account to run the server under; None means our own, PostgreSQL refusing only root."""
    owner = cluster.stat() if cluster.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner.st_uid != os.geteuid():
            raise EmbeddedError(f"{cluster} belongs to {_name(owner.st_uid)}: run this as that user, or as root.")
        return None
    if owner is not None and owner.st_uid != 0:
        return Account(_name(owner.st_uid), owner.st_uid, owner.st_gid)
    return _unprivileged()


def open_data_dir(data_dir: Path, account: Account | None) -> None:
    """Create the data folder, closed to all but us and the server's account; folders above it stay as they are."""
    if account is not None:
        _require_way(data_dir.parent, account)
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account is None or _enters(data_dir, account):
        return
    if data_dir.stat().st_uid == 0:
        os.chown(data_dir, -1, account.gid)
        data_dir.chmod(0o710)
    _require_way(data_dir, account)


def give(path: Path, account: Account | None) -> None:
    """Make the server's account the owner of a file or folder of ours."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def reaches(folder: Path, account: Account | None) -> bool:
    """Say whether the server's account can enter a folder that exists."""
    return account is None or _enters(folder, account)


def _unprivileged() -> Account:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known and known[name].pw_uid != 0:
            return Account(name, known[name].pw_uid, known[name].pw_gid)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody' to run it under: "
        "add the user 'postgres', or run this as an ordinary user."
    )


def _name(uid: int) -> str:
    return next((entry.pw_name for entry in pwd.getpwall() if entry.pw_uid == uid), str(uid))


def _require_way(folder: Path, account: Account) -> None:
    """Raise unless the account can enter the folder, or the last folder on the way that exists."""
    for step in (*reversed(folder.parents), folder):
        if step.exists() and not _enters(step, account):
            raise FolderUnreachable(
                f"The bundled PostgreSQL does not run as root but as '{account.name}', "
                f"who cannot enter {step} on the way to the data folder. Set PROXENY_DATA_DIR to a folder that "
                f"'{account.name}' can reach, such as {ROOT_DATA_DIR}, or run this as an ordinary user."
            )


def _enters(folder: Path, account: Account) -> bool:
    # Asking the kernel as that account is exact where mode bits are not: access lists, mounts, groups.
    return run(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder], account).returncode == 0
