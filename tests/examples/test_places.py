"""What importers agree on about places is as its own examples say."""

import subprocess
import sys

from tests.examples.conftest import ROOT


def test_spellings_codes_and_lines_are_as_their_docstrings_say() -> None:
    command = [sys.executable, "-m", "doctest", str(ROOT / "examples" / "places.py")]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")
