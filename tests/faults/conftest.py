"""What tests of faults share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import running


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A new folder that the database's own account may look into; gone afterwards."""
    for made in running.folders():
        made.chmod(0o755)
        yield made
