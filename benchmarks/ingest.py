"""W1: engagements a second through HTTP, beside bare COPY of the same rows into the same tables without ledger."""

import asyncio
import time
from statistics import median
from typing import Any

import asyncpg
import httpx

from benchmarks.stage import Stage, bodies, cast, client, empty, post_batches, stage

TABLES = ("engagement", "engagement_network", "cost", "outcome", "credit")
ENGAGEMENTS, ROUNDS, BATCH = 20_000, 5, 10_000


def run(engagements: int = ENGAGEMENTS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return the rates of both, interleaved, and the median of their ratios."""
    with stage() as running:
        city = cast(running)[0]
        batches = bodies(0, engagements, BATCH)
        samples = []
        with client(running.address, city.key) as http:
            post_batches(http, city.code, batches)
            rows = asyncio.run(_rows(running))
            for _ in range(rounds):
                before = asyncio.run(_copy(running, rows)) / engagements
                asyncio.run(empty(running.admin_url))
                ours = _timed(http, city.code, batches, "created") / engagements
                again = _timed(http, city.code, batches, "unchanged") / engagements
                after = asyncio.run(_copy(running, rows)) / engagements
                limit = 2 / (before + after)
                samples.append({"copy": limit, "posted": 1 / ours, "replayed": 1 / again})
    ratios = sorted(sample["posted"] / sample["copy"] for sample in samples)
    replays = [sample["replayed"] / sample["copy"] for sample in samples]
    return {
        "engagements": engagements,
        "batch": BATCH,
        "samples": samples,
        "posted_per_second": median(sample["posted"] for sample in samples),
        "copy_per_second": median(sample["copy"] for sample in samples),
        "ratio": median(ratios),
        "spread": [ratios[0], ratios[-1]],
        "replay_ratio": median(replays),
    }


def _timed(http: httpx.Client, city: str, batches: list[bytes], status: str) -> float:
    start = time.perf_counter()
    post_batches(http, city, batches, status)
    return time.perf_counter() - start


async def _rows(running: Stage) -> dict[str, tuple[list[str], list[Any]]]:
    """Return what the API stored, as COPY takes it."""
    connection = await asyncpg.connect(running.admin_url)
    rows = {}
    for table in TABLES:
        found = await connection.fetch(f"SELECT * FROM {table}")
        rows[table] = (list(found[0].keys()), [tuple(row) for row in found])
    await connection.close()
    return rows


async def _copy(running: Stage, rows: dict[str, tuple[list[str], list[Any]]]) -> float:
    """Return the seconds in which COPY stores the same rows, in transactions of a batch's size."""
    await empty(running.admin_url)
    connection = await asyncpg.connect(running.admin_url)
    start = time.perf_counter()
    async with connection.transaction():
        for table, (columns, records) in rows.items():
            await connection.copy_records_to_table(table, records=records, columns=columns)
    seconds = time.perf_counter() - start
    await connection.close()
    return seconds
