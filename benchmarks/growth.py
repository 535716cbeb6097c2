"""Growth: taking in at one million engagements beside at twenty thousand, what is stored, and indexes nobody uses."""

import asyncio
import time
from typing import Any

import asyncpg

from benchmarks.figures import Figure, answer, middle
from benchmarks.members import large_network
from benchmarks.sizes import NETWORK, Filled
from benchmarks.stage import City, Stage, bodies, client, engagement, post_batches

ROUNDS, ROWS = 6, 4_000
MANY = 2_000
"""Members of one more network, of which 20 have engagements, so that not each question is one of four cities."""
SIZES = """
SELECT c.relname, pg_table_size(c.oid) AS rows, pg_indexes_size(c.oid) AS indexes FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'
"""
# A table of a few pages is read whole, whatever indexes it has: what it would be with many rows is not asked here.
UNUSED = """
SELECT s.indexrelname::text, c.reltuples >= 1000 AS large
FROM pg_stat_user_indexes s JOIN pg_class c ON c.oid = s.relid
  JOIN pg_index i USING (indexrelid)
WHERE s.idx_scan = 0 AND NOT i.indisunique ORDER BY 1
"""
KILOBYTE, DECIMALS = 1024, 3


def run(stages: list[Filled], rounds: int = ROUNDS, rows: int = ROWS) -> dict[str, Any]:
    """Return the rate of the largest as a share of the smallest's, interleaved; bytes an engagement; idle indexes."""
    small, large = stages[0], stages[-1]
    stored = {filled.size: asyncio.run(_stored(filled)) for filled in (small, large)}
    asyncio.run(_forget_use(large))
    for filled in (small, large):
        _posted(filled, 0, rows)
    shares = []
    for turn in range(1, rounds + 1):
        before = _posted(small, (2 * turn) * rows, rows)
        ours = _posted(large, turn * rows, rows)
        shares.append(2 * ours / (before + _posted(small, (2 * turn + 1) * rows, rows)))
    _tour(large)
    idle = asyncio.run(_unused(large))
    unused = idle["large tables"]
    whole = sum(stored[large.size].values())
    figures = {
        "ingest": middle(f"rate into {large.size:,} engagements over that into {small.size:,}", shares, "≥ 0.8"),
        "storage": Figure(
            "kB stored for an engagement, its records, its part of ledger and rollup, and indexes", whole
        ),
        "ledger": Figure("kB of these in the ledger", stored[large.size]["ledger_entry"]),
        "unused indexes": Figure(f"indexes never used{': ' if unused else ''}{', '.join(unused)}", len(unused), "≤ 0"),
    }
    told = {str(size): parts for size, parts in stored.items()}
    return answer("ingest", figures, kilobytes_per_engagement=told, unused_indexes=idle)


def _posted(filled: Filled, first: int, rows: int) -> float:
    """Return the engagements a second of one batch that is new to the database."""
    city = filled.cities[0]
    batch = bodies(10_000_000 + first, rows, rows)
    with client(filled.running.address, city.key) as http:
        start = time.perf_counter()
        post_batches(http, city.code, batch)
        return rows / (time.perf_counter() - start)


async def _stored(filled: Filled) -> dict[str, float]:
    """Return the kB that an engagement takes in each table, indexes included."""
    connection = await asyncpg.connect(filled.running.admin_url)
    try:
        await connection.execute("VACUUM FULL rollup")
        sizes = await connection.fetch(SIZES)
    finally:
        await connection.close()
    return {
        row["relname"]: round((row["rows"] + row["indexes"]) / KILOBYTE / filled.size, DECIMALS)
        for row in sizes
        if row["rows"] + row["indexes"] > filled.size
    }


def _tour(filled: Filled) -> None:
    """Ask what the benchmarks do not ask but users do, so that an index is called unused only where nothing uses it."""
    largest = filled.cities[0]
    with client(filled.running.address, largest.key) as http:
        http.get(f"/v1/cities/{largest.code}/impact").raise_for_status()
    city = _newcomer(filled.running)
    root = f"/v1/cities/{city.code}"
    with client(filled.running.address, city.key) as http:
        own = http.post(f"{root}/memberships", json={"network": NETWORK, "sharing": "records"}).raise_for_status()
        http.get(own.headers["location"]).raise_for_status()
        post_batches(http, city.code, bodies(0, 200, 200))
        proxy = http.post(f"{root}/proxies", json=PROXY).raise_for_status()
        http.post(f"{root}/engagements", json=_claimed()).raise_for_status()
        for path in CITY_ASKS:
            http.get(f"{root}/{path}").raise_for_status()
        refused = http.delete(proxy.headers["location"], headers={"If-Match": proxy.headers["etag"]})
        if refused.status_code != 409:
            raise RuntimeError(f"A proxy that an outcome names was not kept: {refused.text}")
        newest = http.get(f"{root}/engagements?limit=1").json()["items"][0]["id"]
        stored = http.get(f"{root}/engagements/{newest}")
        http.delete(f"{root}/engagements/{newest}", headers={"If-Match": stored.headers["etag"]}).raise_for_status()
    for code, key in {NETWORK: filled.network_key, "many": large_network(filled.running, "many", MANY)}.items():
        with client(filled.running.address, key) as http:
            for path in NETWORK_ASKS:
                http.get(f"/v1/networks/{code}/{path}").raise_for_status()


PROXY = {
    "code": "officer-hour",
    "title": "An hour of an officer (made up)",
    "value": "42.50",
    "currency": "EUR",
    "unit": "hour of training",
    "year": 2024,
    "source": "made up",
    "visibility": "network",
}
CITY_ASKS = (
    "engagements?network=net-3&limit=50",
    "engagements?kind=mission&from=2020-01-01",
    "engagements/by-external-id/e-1",
    "costs?limit=50",
    "outcomes?limit=50",
    "outcomes/duplicates",
    "changes?limit=100",
    "budgets",
    "proxies",
    "impact/funding.mobilised/lineage",
    "impact?indicators=cost.total&as_of=2026-11-01T00:00:00Z",
)
NETWORK_ASKS = ("changes?limit=100", "claims", "claims/candidates", "members/impact", "impact?group_by=year")


def _newcomer(running: Stage) -> City:
    """Return a city that begins beside the large ones: what it asks is about few of many rows."""
    with client(running.address, running.operator) as operator:
        body = {"code": "newcomer", "name": "Newcomer", "country": "DE", "currency": "EUR"}
        operator.post("/v1/cities", json=body).raise_for_status()
        key = operator.post("/v1/keys", json={"city": body["code"], "name": "bench"})
    return City(body["code"], key.raise_for_status().json()["secret"])


async def _forget_use(filled: Filled) -> None:
    """Have counting of what uses an index begin anew: bare SQL of another benchmark does not make it earn its place."""
    connection = await asyncpg.connect(filled.running.admin_url)
    try:
        await connection.execute("SELECT pg_stat_reset()")
    finally:
        await connection.close()


def _claimed() -> dict[str, Any]:
    """Return an engagement whose outcome is valued by the proxy and carries a key that others may carry too."""
    row = {**engagement(0), "external_id": "claimed"}
    cost = {"category": "travel", "amount": "90.00", "currency": "EUR", "incurred_on": "2020-05-04", "estimated": True}
    outcome = {"kind": "pilot", "title": "Pilot (made up)", "occurred_on": "2020-05-04", "credit": "0.5"}
    worth = {"quantity": "3", "unit": "hour of training", "proxy": PROXY["code"], "claim_key": "made-up-claim"}
    return {**row, "costs": [cost], "outcomes": [{**outcome, **worth}]}


async def _unused(filled: Filled) -> dict[str, list[str]]:
    """Return the indexes that nothing has used, other than those of constraints, by whether their tables are large."""
    connection = await asyncpg.connect(filled.running.admin_url)
    try:
        await connection.execute("SELECT pg_stat_force_next_flush()")
        found = await connection.fetch(UNUSED)
    finally:
        await connection.close()
    return {
        name: [row["indexrelname"] for row in found if row["large"] is large]
        for name, large in {"large tables": True, "small tables": False}.items()
    }
