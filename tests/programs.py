"""Programs that tests start besides Python, and what to do where they are not."""

import os
import shutil

import pytest

FOLDERS = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin", "/sbin"])


def program(name: str) -> str:
    """Return where a program is; without it a test is skipped, but never where CI runs, which has to install it."""
    found = shutil.which(name, path=FOLDERS)
    if found is None:
        missing(f"{name} is not installed: `make test` as root on Debian installs it.")
    return str(found)


def missing(why: str) -> None:
    """Skip the test that needs what is missing here; where CI runs, fail."""
    refuse = pytest.fail if os.environ.get("CI") else pytest.skip
    refuse(why)
