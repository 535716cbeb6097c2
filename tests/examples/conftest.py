"""What the tests of the examples share: examples run as their users run them, and real files where there are any."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.make import World

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def operator_key(world: World) -> str:
    return str(world.operator.headers["authorization"].removeprefix("Bearer "))


@pytest.fixture
def run(live: str, operator_key: str) -> Run:
    """What runs an example to its end, with the operator's key unless another is named."""

    def run_example(name: str, *arguments: object, key: str | None = None) -> subprocess.CompletedProcess[str]:
        settings = {"PROXENY_BASE_URL": live, "PROXENY_API_KEY": operator_key if key is None else key}
        command = [sys.executable, str(ROOT / "examples" / name), *map(str, arguments)]
        return subprocess.run(
            command, env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=100
        )

    return run_example


@pytest.fixture
def real() -> Path:
    """The folder of real records; the test is skipped where there is none."""
    folder = Path(os.environ.get("PROXENY_REAL_DATA") or ROOT.parent / "shared" / "data" / "real")
    if not folder.is_dir():
        pytest.skip(f"There are no real records in {folder}; PROXENY_REAL_DATA names another folder.")
    return folder
