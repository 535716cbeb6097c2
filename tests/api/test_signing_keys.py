"""Where the keys that sign checkpoints cannot be had: a refusal, and nothing that looks like a fault of ours."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from fastapi import Request

from proxeny_api.doors import signer_of
from proxeny_api.errors import Unavailable
from proxeny_api.main import create_app
from proxeny_api.settings import Settings


def asking_of(settings: Settings) -> Request:
    """Return a request at a server with such settings."""
    return cast("Request", SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(settings=settings))))


def test_a_server_without_a_place_for_keys_says_that_it_has_none(tmp_path: Path) -> None:
    occupied = tmp_path / "a file"
    occupied.write_text("", encoding="ascii")

    with pytest.raises(Unavailable):
        signer_of(asking_of(Settings(data_dir=occupied / "inside")))


def test_a_file_that_holds_no_keys_is_no_fault_of_who_asks(tmp_path: Path) -> None:
    (tmp_path / "signing-keys").write_text("secret:beef", encoding="ascii")

    with pytest.raises(Unavailable):
        signer_of(asking_of(Settings(data_dir=tmp_path)))


@pytest.mark.parametrize("said", ["", "s3cr3t", f"public:{'5e' * 32}"])
def test_a_server_that_is_told_what_are_no_keys_does_not_start_and_does_not_repeat_it(said: str) -> None:
    with pytest.raises(ValueError, match="Signing keys are words") as refused:
        create_app(Settings(signing_keys=said), "postgresql://nowhere", b"a pepper of this test")

    assert not said or said not in str(refused.value)
