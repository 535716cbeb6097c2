"""Run a program to its end, as ourselves or as the server's account, with nothing of the user's shell in it."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Account(NamedTuple):
    """An unprivileged account that a root process hands the server to."""

    name: str
    uid: int
    gid: int


def environment() -> dict[str, str]:
    """Return an environment without the variables that bend PostgreSQL's programs."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def run(
    command: Sequence[str | os.PathLike[str]],
    account: Account | None = None,
    variables: Mapping[str, str] | None = None,
    script: str = "",
    kept: Sequence[int] = (),
) -> subprocess.CompletedProcess[str]:
    """Return how a program ended and what it said; None as account means our own. It inherits the descriptors `kept`.

    The root folder is the one working folder that every account can be in.
    """
    return subprocess.run(
        command,
        cwd="/",
        env=environment() | dict(variables or {}),
        input=script,
        capture_output=True,
        text=True,
        check=False,
        pass_fds=kept,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
