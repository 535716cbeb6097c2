"""What the package promises before its first request."""

import subprocess
import sys
import tomllib
from importlib import resources
from pathlib import Path

import pytest

import proxeny

ROOT = Path(__file__).parent.parent.parent


def imported(statement: str) -> set[str]:
    """Return the modules that a fresh interpreter has after the statement."""
    script = f"import sys; {statement}; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout.split()
    )


def test_importing_the_package_brings_nothing_heavy() -> None:
    assert not imported("import proxeny") & {"httpx", "pydantic", "numpy", "proxeny.models"}


def test_importing_the_errors_brings_nothing_heavy() -> None:
    assert not imported("from proxeny import errors; errors.NotFound") & {"httpx", "pydantic"}


def test_every_name_that_is_offered_is_there() -> None:
    assert {name for name in proxeny.__all__ if getattr(proxeny, name) is None} == set()
    assert dir(proxeny) == sorted(proxeny.__all__)


def test_a_name_that_is_not_offered_is_missed_in_plain_words() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Proxny'"):
        proxeny.Proxny  # noqa: B018


def test_the_package_is_typed() -> None:
    assert resources.files("proxeny").joinpath("py.typed").is_file()


def test_the_version_is_the_distributions() -> None:
    project = tomllib.loads((ROOT / "sdk/pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert proxeny.__version__ == project["version"]
