"""The archive of the server's log: every finished piece of it is copied elsewhere with its SHA-256, as it is written.

Each data folder has a line of its own in the archive, of a name that it made up. A restored folder makes up another:
from then on its history is its own, and must not be mixed with that of the folder it came from.
"""

import os
import secrets
import shlex
from pathlib import Path

from proxeny_api.embedded.account import give, open_data_dir
from proxeny_api.embedded.cluster import Files
from proxeny_api.embedded.durably import write
from proxeny_api.embedded.programs import Account

# Seconds after which a piece that is not full is archived too: what may be missing after the loss of a machine.
TIMEOUT = 60
NAME = "archive-name"
LOG = "wal"
SUM = ".sha256"
# The server's account may reach neither our Python nor our files, so its shell does it. The sum is of the original,
# the copy gets its name when it is on disk, and a name that is taken by something else is never written over.
COMMAND = """set -e; to={folder}
if test -f "$to/%f"; then exec cmp -s "%p" "$to/%f"; fi
sum=$( (sha256sum || shasum -a 256) < "%p")
cp "%p" "$to/%f.part"; echo "$sum" > "$to/%f{sum}"
sync "$to/%f.part" "$to/%f{sum}"; mv "$to/%f.part" "$to/%f"; sync "$to"
"""


def line(files: Files, archive: Path, account: Account | None) -> Path:
    """Return the folder of this data folder's backups and log within an archive, made if need be."""
    archive = archive.expanduser().resolve()
    name = files.data_dir / NAME
    if not name.exists():
        write(name, f"{secrets.token_hex(6)}\n")
    folder = archive / name.read_text().strip()
    for made in (archive, folder):
        open_data_dir(made, account)
    (folder / LOG).mkdir(mode=0o700, exist_ok=True)
    give(folder / LOG, account)
    return folder


def options(folder: Path) -> dict[str, str]:
    """Return the server's settings under which its log is archived in a line."""
    quoted = shlex.quote(os.fspath(folder / LOG)).replace("%", "%%")
    command = COMMAND.format(folder=quoted, sum=SUM)
    return {"archive_mode": "on", "archive_command": command, "archive_timeout": str(TIMEOUT)}


def fetching(folder: Path) -> dict[str, str]:
    """Return the setting under which a server that recovers takes its log from a folder."""
    return {"restore_command": f'cp {shlex.quote(os.fspath(folder)).replace("%", "%%")}/%f "%p"'}
