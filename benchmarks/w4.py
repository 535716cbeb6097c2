"""W4: sixteen clients, each posting one engagement after the other, durable, beside pgbench storing the same rows.

Once with a city for each client, as cities' own systems post, and once with all of them at one city, whose chain lets
one write in after the other.
"""

import asyncio
import json
from typing import Any

from benchmarks import pgbench
from benchmarks.figures import answer, middle
from benchmarks.load import Fire, Fired, generator, request
from benchmarks.stage import City, Stage, cast, empty, engagement, stage

CLIENTS, ROUNDS, SECONDS, REQUESTS = pgbench.CLIENTS, 5, 2, 40


def run(rounds: int = ROUNDS, seconds: int = SECONDS, requests: int = REQUESTS) -> dict[str, Any]:
    """Return the rates as shares of pgbench's, before and after, and how far the slowest are from the middle."""
    with stage() as running, generator() as fire:
        cities = cast(running, CLIENTS)
        fire(running.address, _volley(running, cities, 10), 201, None)
        samples = {
            name: [_sample(fire, running, at, seconds, requests) for _ in range(rounds)]
            for name, at in {"cities": cities, "one city": cities[:1]}.items()
        }
        postgres = running.postgres
    figures = {}
    for name, of in samples.items():
        where = "a city each" if name == "cities" else "all at one city"
        ratios = [sample["ours"] / sample["pgbench"] for sample in of]
        tails = [sample["p99_ms"] / sample["p50_ms"] for sample in of]
        figures[name] = middle(f"16 clients, {where}: share of pgbench with the same rows", ratios, "≥ 0.4")
        figures[f"tail, {name}"] = middle(f"16 clients, {where}: p99 over p50", tails, "< 8")
    return answer("cities", figures, clients=CLIENTS, limit="bundled pgbench", samples=samples, postgres=postgres)


def _sample(fire: Fire, running: Stage, cities: list[City], seconds: int, requests: int) -> dict[str, float]:
    """Return one volley between two runs of pgbench, each into empty tables."""
    asyncio.run(empty(running.admin_url))
    before = pgbench.rate(running.admin_url, running.folder, seconds, len(cities))
    asyncio.run(empty(running.admin_url))
    fired = _fired(fire, running, cities, requests)
    asyncio.run(empty(running.admin_url))
    after = pgbench.rate(running.admin_url, running.folder, seconds, len(cities))
    return {"ours": fired.rate, "p50_ms": fired.p50, "p99_ms": fired.p99, "pgbench": (before + after) / 2}


def _fired(fire: Fire, running: Stage, cities: list[City], requests: int) -> Fired:
    fired = fire(running.address, _volley(running, cities, requests), 201, None)
    rows = asyncio.run(pgbench.stored(running.admin_url))
    if rows != requests * CLIENTS:
        raise RuntimeError(f"{rows} engagements are stored, and {requests * CLIENTS} were posted.")
    return fired


def _volley(running: Stage, cities: list[City], requests: int) -> list[list[bytes]]:
    """Return each client's requests: kind, theme, network and year vary, no row twice."""
    return [
        [_post(running, cities[each % len(cities)], each * requests + number) for number in range(requests)]
        for each in range(CLIENTS)
    ]


def _post(running: Stage, city: City, number: int) -> bytes:
    headers = {"Authorization": f"Bearer {city.key}", "Content-Type": "application/json"}
    body = json.dumps(engagement(number)).encode()
    return request("POST", running.address, f"/v1/cities/{city.code}/engagements", headers, body)
