"""`kill -9` of the API amid batches and single posts, several times: 2xx was durable, a replay is exact."""

import json
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.faults import running
from tests.faults.counting import stored
from tests.faults.running import Running, command, key_of, serve
from tests.faults.writing import row

pytestmark = pytest.mark.bundled("kills the API and the bundled PostgreSQL with it")

KILLS = 3
ROWS = 800
# Seconds after which the API is killed: a batch takes about one here.
MOMENTS = (0.05, 0.9)


@dataclass
class Attempt:
    """One batch: how it was answered before the kill if at all, and how its replays were after it."""

    first: httpx.Response | None
    replay: httpx.Response
    again: httpx.Response


@dataclass
class History:
    """What happened, and the server that is left."""

    data_dir: Path
    attempts: list[Attempt] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    tried: int = 0


class Counting(threading.Thread):
    """A client that posts one engagement after another until nobody answers, and notes which were acknowledged."""

    def __init__(self, server: Running, key: str, history: History) -> None:
        super().__init__()
        self.client, self.history = server.client(key), history

    def run(self) -> None:
        with self.client as client:
            while True:
                name = f"counted-{self.history.tried}"
                self.history.tried += 1
                said = row(0, 1, prefix=name) | {"external_id": name}
                try:
                    answer = client.post("/v1/cities/porto/engagements", json=said)
                except httpx.TransportError:
                    return
                assert answer.status_code == 201, answer.text
                self.history.acknowledged.append(name)


def send(server: Running, key: str, number: int) -> httpx.Response | None:
    """Post a batch under its idempotency key; None where nobody answered."""
    rows = [row(place, number, prefix=f"batch-{number}") for place in range(ROWS)]
    with server.client(key) as client:
        try:
            return client.post(
                "/v1/cities/bilbao/engagements/batch", json=rows, headers={"Idempotency-Key": f"batch-{number}"}
            )
        except httpx.TransportError:
            return None


def attempt(history: History, keys: dict[str, str], number: int) -> None:
    """Kill the API while it works on a batch and on single posts, start it again and replay the batch."""
    moment = random.Random(number).uniform(*MOMENTS)
    server = serve(history.data_dir)
    counting = Counting(server, keys["porto"], history)
    with ThreadPoolExecutor() as pool:
        sending = pool.submit(send, server, keys["bilbao"], number)
        counting.start()
        time.sleep(moment)
        server.kill()
        first = sending.result()
    counting.join()
    server.stop()
    server = serve(history.data_dir)
    try:
        replay, again = (send(server, keys["bilbao"], number) for _ in range(2))
    finally:
        server.stop()
    assert replay is not None
    assert again is not None
    history.attempts.append(Attempt(first, replay, again))


@pytest.fixture(scope="module")
def history() -> Iterator[History]:
    for data_dir in running.folders():
        made = History(data_dir)
        server = serve(data_dir)
        for city in ("bilbao", "porto"):
            server.holder(city=city).close()
        keys = {city: key_of(data_dir, "--city", city) for city in ("bilbao", "porto")}
        server.stop()
        for number in range(KILLS):
            attempt(made, keys, number)
        yield made


def test_a_kill_met_a_batch_at_work(history: History) -> None:
    assert any(attempt.first is None for attempt in history.attempts)
    assert history.tried > KILLS


def test_a_replay_completes_a_batch_exactly_once(history: History) -> None:
    for attempt in history.attempts:
        body = attempt.replay.json()

        assert attempt.replay.status_code == 200
        assert [result["status"] for result in body["results"]] == ["created"] * ROWS
        assert attempt.again.headers["Idempotent-Replayed"] == "true"
        assert attempt.again.json() == body
        if attempt.first is not None:
            assert attempt.replay.headers["Idempotent-Replayed"] == "true"
            assert attempt.first.json() == body


def test_what_was_acknowledged_is_there_once_and_all_is_sound(history: History) -> None:
    server = serve(history.data_dir)
    try:
        with server.client(key_of(history.data_dir, "--city", "porto")) as porto:
            listed = stored(porto, "porto")
        with server.client(key_of(history.data_dir, "--city", "bilbao")) as bilbao:
            batches = stored(bilbao, "bilbao")
        checked = command(history.data_dir, "verify", "--json")
    finally:
        server.stop()

    assert history.acknowledged
    assert set(history.acknowledged) <= set(listed)
    # One post in each kill may have been stored without its answer having arrived.
    assert len(listed) == len(set(listed)) <= len(history.acknowledged) + KILLS
    assert sorted(batches) == sorted(f"batch-{number}-{place}" for number in range(KILLS) for place in range(ROWS))
    assert json.loads(checked.stdout)["sound"] is True
