"""The keeper's commands on real folders: verify, checkpoint, rotate the key, and take a city to another deployment."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import running
from tests.faults.running import Running, command, serve
from tests.make import cost, engagement


@pytest.fixture(scope="module")
def here() -> Iterator[Path]:
    """A deployment's data folder."""
    yield from running.folders()


@pytest.fixture(scope="module")
def there() -> Iterator[Path]:
    """Another one's."""
    yield from running.folders()


@pytest.fixture(scope="module")
def server(here: Path) -> Iterator[Running]:
    """A server of one process, whose city has an engagement."""
    started = serve(here)
    with started.holder(city="bilbao") as client:
        assert client.post("/v1/cities/bilbao/engagements", json=engagement(costs=[cost()])).status_code == 201
    yield started
    started.stop()


def test_a_second_run_reads_only_what_is_new(server: Running, here: Path) -> None:
    first, again, full = (
        json.loads(command(here, "verify", "--city", "bilbao", "--json", *more).stdout)
        for more in ((), (), ("--full",))
    )

    assert (first["sound"], first["entries"], first["before"]) == (True, 3, 0)
    assert (again["entries"], again["before"]) == (0, 3)
    assert (full["entries"], full["before"]) == (3, 0)


def test_checkpoints_are_written_with_the_keys_and_hold_after_a_rotation(server: Running, here: Path) -> None:
    folder = here / "kept"
    written = command(here, "checkpoint", str(folder), "--json")
    rotated = command(here, "rotate-signing-key", "--json")
    held = command(here, "verify", "--full", "--against", str(folder / "city-bilbao-3.json"))

    assert written.returncode == 0, written.stderr
    names = {Path(path).name for path in json.loads(written.stdout)["written"]}
    assert {"city-bilbao-3.json"} <= names
    (key,) = json.loads((folder / "signing-keys.json").read_text())["keys"]
    assert json.loads(rotated.stdout)["key_id"] != key["id"]
    assert held.returncode == 0, held.stderr
    assert (here / "signing-keys").stat().st_mode & 0o777 == 0o600


def test_a_city_is_taken_to_another_deployment(server: Running, here: Path, there: Path) -> None:
    with server.holder(city="bilbao") as client:
        export = client.get("/v1/cities/bilbao/export")
    file = there / "bilbao.ndjson"
    file.write_bytes(export.content)

    restored, again = command(there, "import", str(file)), command(there, "import", str(file))
    verified = command(there, "verify", "--city", "bilbao", "--full")

    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.startswith("bilbao is here: ")
    assert (again.returncode, again.stderr) == (1, "proxeny-api: The city bilbao is there already.\n")
    assert verified.returncode == 0, verified.stderr
