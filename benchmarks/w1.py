"""W1: engagements a second through HTTP, beside bare COPY of the same rows into the same tables without ledger.

Every limit is COPY on one connection, that of two connections of ours too: the issue names no other. What COPY does
on two is told beside it.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median
from typing import Any

from benchmarks import copying
from benchmarks.figures import Figure, answer, middle
from benchmarks.processes import calibration, memory, processor_seconds
from benchmarks.stage import (
    JSON,
    NDJSON,
    City,
    Server,
    Stage,
    bodies,
    cast,
    client,
    empty,
    post_batches,
    serving,
    stage,
)
from proxeny import Proxeny

ENGAGEMENTS, ROUNDS, BATCH, STREAM = 20_000, 5, 10_000, 100_000
TARGETS = {
    "one": ("NDJSON, batches of 10,000, one connection", "≥ 0.45"),
    "one, 1,000 a batch": ("NDJSON, batches of 1,000, one connection", "≥ 0.45"),
    "json": ("JSON, batches of 10,000, one connection", "≥ 0.45"),
    "two": ("two cities on two connections, two workers", "≥ 0.6"),
    "two, json": ("the same in JSON", "≥ 0.6"),
    "two, one worker": ("the same in NDJSON, by one worker", ""),
    "replay": ("the same rows again, all unchanged", "≥ 0.6"),
    "replay, two": ("the same rows again, two connections, two workers", "≥ 0.6"),
    "copy on two": ("COPY on two connections", ""),
}
OF_COPY = "share of COPY on one connection: {}"

Sample = dict[str, float]


class Poster:
    """Posts the engagements in one way or another, and tells how many a second were stored."""

    def __init__(self, running: Stage, crew: Server, cities: list[City], engagements: int) -> None:
        self.running, self.crew, self.cities, self.engagements = running, crew, cities, engagements
        self.processor: list[float] = []
        self._bodies = {
            (form, batch): bodies(0, engagements, batch, form)
            for form, batch in ((NDJSON, BATCH), (NDJSON, 1_000), (JSON, BATCH))
        }
        half = engagements // 2
        self._halves = {
            form: [bodies(0, half, BATCH, form), bodies(half, half, BATCH, form)] for form in (NDJSON, JSON)
        }

    def one(self, form: str = NDJSON, batch: int = BATCH, status: str = "created") -> float:
        """Post over one connection."""
        with client(self.running.address, self.cities[0].key) as http, self._clock() as rate:
            before = processor_seconds(self.running.pid)
            post_batches(http, self.cities[0].code, self._bodies[form, batch], status, form)
            self.processor.append(processor_seconds(self.running.pid) - before)
        return rate[0]

    def two(self, address: str, form: str = NDJSON, status: str = "created") -> float:
        """Post over two connections, a city on each."""

        def post(city: City, batches: list[bytes]) -> int:
            with client(address, city.key) as http:
                return post_batches(http, city.code, batches, status, form)

        with ThreadPoolExecutor(2) as threads, self._clock() as rate:
            list(threads.map(post, self.cities, self._halves[form]))
        return rate[0]

    @contextmanager
    def _clock(self) -> Iterator[list[float]]:
        rate: list[float] = []
        start = time.perf_counter()
        yield rate
        rate.append(self.engagements / (time.perf_counter() - start))

    def ways(self) -> list[dict[str, Callable[[], float]]]:
        """Return the ways to post into empty tables; a replay follows what it repeats."""
        both = self.crew.address
        return [
            {"json": lambda: self.one(JSON)},
            {"one, 1,000 a batch": lambda: self.one(batch=1_000)},
            {"one": self.one, "replay": lambda: self.one(status="unchanged")},
            {"two, one worker": lambda: self.two(self.running.address)},
            {"two, json": lambda: self.two(both, JSON)},
            {"two": lambda: self.two(both), "replay, two": lambda: self.two(both, status="unchanged")},
        ]


def run(engagements: int = ENGAGEMENTS, rounds: int = ROUNDS, stream: int = STREAM) -> dict[str, Any]:
    """Return the rates as shares of COPY, interleaved with it; the worker's memory; and the SDK beside raw posts."""
    with stage() as running, serving(running.admin_url, running.folder, workers=2) as crew:
        cities = cast(running, 2)
        poster = Poster(running, crew, cities, engagements)
        poster.one()
        whole = asyncio.run(copying.stored(running.admin_url, cities[0].code))
        asyncio.run(empty(running.admin_url))
        poster.two(crew.address)
        halves = [asyncio.run(copying.stored(running.admin_url, city.code)) for city in cities]
        poster.processor.clear()
        samples = [_round(poster, whole, halves) for _ in range(rounds)]
        asyncio.run(empty(running.admin_url))
        sdk = _sdk(running, cities[0], engagements // 2, rounds)
        asyncio.run(empty(running.admin_url))
        highest = _stream(running, cities[0], stream)
        postgres = running.postgres
    shares = {name: [sample[name] / sample[f"{name}: copy"] for sample in samples] for name in TARGETS}
    figures = {name: middle(OF_COPY.format(what), shares[name], target) for name, (what, target) in TARGETS.items()}
    figures["sdk"] = middle("the SDK's upsert_many as a share of raw posts of the same batches", sdk, "≥ 0.85")
    figures["memory"] = Figure(f"MiB at most of a worker that took {stream:,} engagements", highest, "< 150")
    return answer(
        "one",
        figures,
        engagements=engagements,
        posted_per_second=median(sample["one"] for sample in samples),
        copy_per_second=median(sample["one: copy"] for sample in samples),
        worker_processor_seconds_per_1000=median(poster.processor) * 1000 / engagements,
        samples=samples,
        postgres=postgres,
    )


def _round(poster: Poster, whole: copying.Rows, halves: list[copying.Rows]) -> Sample:
    """Return the engagements a second of each way to post, and of COPY before and after it."""
    url = poster.running.admin_url
    sample: Sample = {"calibration_seconds": calibration()}

    def copied(*parts: copying.Rows) -> float:
        return poster.engagements / copying.seconds(url, *parts)

    before = copied(whole)
    for ways in poster.ways():
        asyncio.run(empty(url))
        sample |= {name: post() for name, post in ways.items()}
        after = copied(whole)
        sample |= {f"{name}: copy": (before + after) / 2 for name in ways}
        before = after
    sample["copy on two"] = copied(*halves)
    sample["copy on two: copy"] = before
    return sample


def _sdk(running: Stage, city: City, engagements: int, rounds: int) -> list[float]:
    """Return the rates of the SDK's `upsert_many` as shares of the raw client's, which has its bodies made before."""
    made = bodies(0, engagements, 1_000)
    rows = [json.loads(line) for body in made for line in body.splitlines()]
    shares = []
    with client(running.address, city.key) as http, Proxeny(city.key, base_url=running.address) as sdk:
        for _ in range(rounds):
            raw = _timed(running, lambda: post_batches(http, city.code, made))
            ours = _timed(running, lambda: _upserted(sdk, city, rows))
            shares.append(raw / ours)
    return shares


def _upserted(sdk: Proxeny, city: City, rows: list[dict[str, Any]]) -> None:
    statuses = {result.status for result in sdk.engagements.upsert_many(city.code, rows, batch_size=1_000)}
    if statuses != {"created"}:
        raise RuntimeError(f"Not every row was created: {statuses}.")


def _timed(running: Stage, post: Callable[[], object]) -> float:
    asyncio.run(empty(running.admin_url))
    start = time.perf_counter()
    post()
    return time.perf_counter() - start


def _stream(running: Stage, city: City, stream: int) -> float:
    """Return the MiB that a new server's worker held at most, having taken a long stream in the largest batches."""
    with serving(running.admin_url, running.folder) as fresh, client(fresh.address, city.key) as http:
        for first in range(0, stream, BATCH):
            post_batches(http, city.code, bodies(first, min(BATCH, stream - first), BATCH))
        return memory(fresh.pid, "VmHWM")
