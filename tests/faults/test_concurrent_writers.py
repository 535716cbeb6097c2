"""Two processes write the same external ids of the same city, through two server processes: nothing lost or doubled."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.faults import running, writing
from tests.faults.running import Running, command, key_of, serve

pytestmark = pytest.mark.bundled("serves from several processes on a bundled PostgreSQL")

ROUNDS = 3
WRITERS = 2
DIFFERENT = writing.ROWS + 2 * writing.SINGLES


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    for data_dir in running.folders():
        started = serve(data_dir, "--workers", "2")
        yield started
        started.stop()


@pytest.fixture(scope="module")
def city(server: Running) -> Iterator[httpx.Client]:
    with server.holder(city="bilbao") as client:
        yield client


@pytest.fixture(scope="module")
def became(server: Running, city: httpx.Client) -> Counter[str]:
    """What became of all that both processes wrote."""
    assert city.get("/v1/cities/bilbao").status_code == 200
    key = key_of(server.data_dir, "--city", "bilbao")
    call = [sys.executable, writing.__file__, f"{server.url}/v1/cities/bilbao", key, str(ROUNDS)]
    processes = [subprocess.Popen(call, stdout=subprocess.PIPE, text=True) for _ in range(WRITERS)]
    said = [process.communicate(timeout=90)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    return sum((Counter(json.loads(line)) for line in said), Counter())


def everything(city: httpx.Client, what: str) -> list[dict[str, Any]]:
    """Return every record of a kind, page by page."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = city.get(f"/v1/cities/bilbao/{what}", params={"limit": "37", **cursor}).json()
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = {"cursor": page["next_cursor"]}


def test_each_was_created_once_and_every_write_was_answered(became: Counter[str]) -> None:
    assert became["batch 200"] == WRITERS * ROUNDS
    assert became["row created"] == writing.ROWS
    assert became["row refused"] == 0
    assert became["put 201"] == became["post 201"] == writing.SINGLES
    assert became["put 201"] + became["put 200"] == WRITERS * ROUNDS * writing.SINGLES
    assert became["post 201"] + became["post 409"] == WRITERS * ROUNDS * writing.SINGLES


def test_nothing_is_lost_and_nothing_doubled(became: Counter[str], city: httpx.Client) -> None:
    assert became

    for what, suffix in (("engagements", ""), ("costs", "-cost"), ("outcomes", "-outcome")):
        names = Counter(record["external_id"] for record in everything(city, what))
        assert len(names) == DIFFERENT, what
        assert set(names.values()) == {1}
        assert all(name.endswith(suffix) for name in names)


def test_the_last_round_is_what_is_stored_and_the_figures_say_so(became: Counter[str], city: httpx.Client) -> None:
    assert became

    stored = {record["external_id"]: record for record in everything(city, "engagements")}
    total = {
        figure["indicator"]: figure["value"]
        for figure in city.get("/v1/cities/bilbao/impact").json()["total"]["figures"]
    }

    # Nobody is last with anything but the last round, except that the first to post has the only say.
    last = writing.ROWS + writing.SINGLES
    assert Counter(record["costs"][0]["amount"] for record in stored.values())[f"{ROUNDS - 1}.01"] == last
    assert total["cost.total"] == f"{last * (ROUNDS - 1) + DIFFERENT * 0.01:.2f}"
    assert total["outcomes.count"] == str(DIFFERENT)


def test_the_ledger_is_gapless_and_the_rollup_exact(became: Counter[str], server: Running, city: httpx.Client) -> None:
    changes = city.get("/v1/cities/bilbao/changes", params={"limit": "1000"}).json()
    created = Counter(item["resource_id"] for item in changes["items"] if item["action"] == "created")
    checked = command(server.data_dir, "verify", "--json")

    assert became
    assert [item["seq"] for item in changes["items"]] == list(range(1, len(changes["items"]) + 1))
    assert set(created.values()) == {1}
    assert checked.returncode == 0
    assert json.loads(checked.stdout)["sound"] is True
