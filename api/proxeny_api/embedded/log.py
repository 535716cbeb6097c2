"""The server's log file: opened to append, kept to a bounded size, quoted when something fails."""

import os
from pathlib import Path
from typing import BinaryIO

LARGEST = 16 * 1024 * 1024
QUOTED = 4096


def open_log(path: Path) -> BinaryIO:
    """Open the log to append; one that has grown large makes way, the one before it being dropped."""
    if path.exists() and path.stat().st_size > LARGEST:
        path.replace(path.with_suffix(".log.1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600), "ab")


def tail(path: Path, since: int = 0) -> str:
    """Return the end of what was logged since this position."""
    if not path.exists():
        return "(empty)"
    with path.open("rb") as log:
        log.seek(max(since, path.stat().st_size - QUOTED))
        return log.read().decode(errors="replace").strip() or "(empty)"
