"""Members' impact of a network as large as Covenant of Mayors, beside that of one with 20 members."""

import asyncio
import json
import time
from statistics import median
from typing import Any

import asyncpg
import httpx

from benchmarks.figures import Figure, answer
from benchmarks.stage import City, Stage, client, engagement, post_batches, stage
from benchmarks.w2 import SUMS

SIZES = {"large": 10_057, "small": 20}
ACTIVE = 20
"""Members of each network that have engagements, the first by code; in the real files, nobody has."""
ENGAGEMENTS = 50
REQUESTS = 40
MEMBERS = """
WITH made AS (
  INSERT INTO city (id, code, name, country, currency, version, created_at, updated_at)
  SELECT gen_random_uuid(), $1 || '-' || to_char(number, 'FM00000'), 'Member ' || number, 'IT', 'EUR', 1, now(), now()
  FROM generate_series(1, $2) number RETURNING id
)
INSERT INTO membership (city_id, id, network_id, version, created_at, updated_at, role, sharing)
SELECT made.id, gen_random_uuid(), network.id, 1, now(), now(), 'member', 'indicators'
FROM made, network WHERE network.code = $1
"""


def run() -> dict[str, Any]:
    """Return the median milliseconds of pages of 100 and of 20 of both networks, and what the large one takes more."""
    with stage() as running:
        keys = {network: large_network(running, network, size) for network, size in SIZES.items()}
        times = _times(running, keys)
    whole, same = (times[f"large, page of {size}"] / times[f"small, page of {size}"] for size in (100, 20))
    what = "members' impact of the largest network over that of one with 20 members"
    figures = {"ratio": Figure(what, whole, "≤ 2"), "of one size": Figure(f"{what}, pages of 20", same)}
    return answer("ratio", figures, members=SIZES, milliseconds=times)


def large_network(running: Stage, network: str, size: int) -> str:
    """Make a network with so many members, the first of them with engagements; return its key."""
    with client(running.address, running.operator) as operator:
        named = {"code": network, "name": network, "scope": "international", "kind": "city_network"}
        operator.post("/v1/networks", json=named).raise_for_status()
        asyncio.run(_members(running.admin_url, network, size))
        for number in range(1, ACTIVE + 1):
            code = f"{network}-{number:05}"
            key = operator.post("/v1/keys", json={"city": code, "name": "bench"}).raise_for_status().json()["secret"]
            _engage(running, City(code, key), network)
        made = operator.post("/v1/keys", json={"network": network, "name": "bench"})
        return str(made.raise_for_status().json()["secret"])


async def _members(admin_url: str, network: str, size: int) -> None:
    """Make the cities and their memberships as the owner of the database, which takes seconds and not minutes."""
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(MEMBERS, network, size)
        await connection.execute("ANALYZE city, membership")
    finally:
        await connection.close()


def _engage(running: Stage, city: City, network: str) -> None:
    """Post some engagements of a city in the network."""
    shares = [{"network": network, "share": "1"}]
    rows = [json.dumps({**engagement(number), "networks": shares}).encode() for number in range(ENGAGEMENTS)]
    with client(running.address, city.key) as http:
        post_batches(http, city.code, [b"\n".join(rows)])


def _times(running: Stage, keys: dict[str, str]) -> dict[str, float]:
    """Return the median milliseconds of each page, asked in turn."""
    samples: dict[str, list[float]] = {}
    asking: dict[str, httpx.Client] = {network: client(running.address, key) for network, key in keys.items()}
    for number in range(REQUESTS):
        for network, http in asking.items():
            for limit in (20, 100):
                start = time.perf_counter()
                http.get(
                    f"/v1/networks/{network}/members/impact?limit={limit}&indicators={SUMS}&seed={number}"
                ).raise_for_status()
                samples.setdefault(f"{network}, page of {limit}", []).append((time.perf_counter() - start) * 1000)
    for http in asking.values():
        http.close()
    return {question: median(values) for question, values in samples.items()}
