"""The same work by what users would pick instead, beside ours in the same run: `make bench-peers`.

Each peer has a database of its own in the same cluster and one worker. It is asked in turn with ours by the same lean
client, and what it stores is counted. Ours keeps its ledger, its rollup and its keys all the while.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx

from benchmarks.__main__ import machine, read, write
from benchmarks.load import Fire, generator, request
from benchmarks.pgbench import CLIENTS
from benchmarks.sizes import NETWORK, Filled, fill
from benchmarks.stage import JSON, bodies, engagement, stage
from benchmarks.w2 import SUMS
from proxeny_api import serving

FOLDER = Path(__file__).with_name("peers")
PYTHON = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
ROUNDS, ROWS, POSTS, SECONDS, CONNECTIONS, STORED = 5, 2_000, 10, 0.8, 8, 20_000
UVICORN = ("uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "error")
GUNICORN = ("gunicorn", "--worker-class", "gthread", "--threads", "16", "--keep-alive", "60", "--log-level", "error")
COMMANDS = {
    "Django Ninja with psycopg": (*GUNICORN, "benchmarks.peers.ninja_psycopg:application", "--bind", "127.0.0.1:{}"),
    "FastAPI with SQLModel": (*UVICORN, "benchmarks.peers.tutorial:app", "--port", "{}"),
    "fastcrud": (*UVICORN, "benchmarks.peers.fast_crud:app", "--port", "{}"),
}
FILL = """
INSERT INTO engagement (city, external_id, kind, title, starts_on, ends_on, network_id, share, themes, sdgs,
                        leader_hours, staff_hours, visibility, tags)
SELECT 'city-0', 'f-' || n, 'mission', 'Engagement ' || n, date '2019-01-01' + n % 1826, date '2019-01-03' + n % 1826,
       1 + n % 50, 1, '{climate_change}', '{11.5}', 4, 16.5, 'network', '{made-up}' FROM generate_series(1, $1::int) n;
"""
FILL_COSTS = """
INSERT INTO cost (engagement_id, external_id, category, amount, currency, incurred_on)
SELECT id, 'c-' || id || '-' || n, 'travel', 800.50, 'EUR', starts_on FROM engagement, generate_series(1, 2) n
"""
FILL_OUTCOMES = """
INSERT INTO outcome (engagement_id, external_id, kind, title, amount, currency, occurred_on, credit)
SELECT id, 'o-' || id, 'funding', 'Outcome ' || id, 10000.00, 'EUR', starts_on + 200, 0.6 FROM engagement
"""
FASTER = {
    "w1.json": ("w1", "w1"),
    "w3.one": ("one", "one"),
    "w3.page": ("page", "page"),
    "w4.cities": ("w4", "w4"),
    "w4.one city": ("w4, one city", "w4"),
}
"""Which figure of ours and of the peers stands beside which row of the table; the impact's is a time, not a rate."""

WHOLE = {"w1.json": "w1, kept", "w4.cities": "w4, kept", "w4.one city": "w4, kept"}
"""The figures of a peer that keeps a ledger and sums, as ours does."""
FURTHER = {"w1, by row": "/engagements/batch-by-row", "w1, kept": "/engagements/batch-kept"}
"""Where Django Ninja's peer takes batches in other ways."""


class Server(NamedTuple):
    """Where the same work is done: ours or a peer's."""

    address: str
    database: str
    batches: dict[str, str]
    """Where batches are posted, by the name of the figure."""
    one: str
    page: str
    impact: str
    doors: dict[str, list[tuple[str, str]]]
    """Where single engagements are posted, each with its key, by the name of the figure: clients take turns."""
    key: str = ""
    network_key: str = ""

    def request(self, method: str, path: str, body: bytes = b"", key: str = "") -> bytes:
        """Return a request as it goes over the wire."""
        headers = {"Content-Type": JSON, "Authorization": f"Bearer {key or self.key}"}
        return request(method, self.address, path, headers, body)


def main() -> None:
    """Measure all, and write what came of it beside our own results."""
    with stage() as running, generator() as fire, ExitStack() as stack:
        servers = {"ours": ours(fill(running, STORED, 1, CLIENTS))}
        for number, (name, command) in enumerate(COMMANDS.items()):
            servers[name] = stack.enter_context(peer(running.admin_url, f"peer_{number}", command))
        samples: dict[str, dict[str, list[float]]] = {name: {} for name in servers}
        for turn in range(ROUNDS):
            for name, server in servers.items():
                for figure, value in measured(fire, server, turn).items():
                    samples[name].setdefault(figure, []).append(value)
                print(turn, name, {each: round(values[-1], 1) for each, values in samples[name].items()}, flush=True)
        postgres = running.postgres
    medians = {name: {figure: median(values) for figure, values in of.items()} for name, of in samples.items()}
    results = read()
    results["peers"] = {"at": datetime.now(UTC).strftime("%Y-%m-%d"), **told(medians), "packages": pins()}
    results["machine"] = machine(postgres)
    write(results)


def told(medians: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Return each server's figures, and how many times the best peer's ours are: any peer, and one that does it all."""
    mine, others = medians["ours"], [figures for name, figures in medians.items() if name != "ours"]
    best = {name: max(other[name] for other in others if name in other) for name in {*others[0], *WHOLE.values()}}
    best["w1"] = max(best["w1"], best["w1, by row"])
    times = {row: mine[own] / best[theirs] for row, (own, theirs) in FASTER.items()}
    times["w2.network"] = min(other["impact_ms"] for other in others) / mine["impact_ms"]
    return {
        "times": times,
        "wanted": dict.fromkeys(times, 3) | {"w3.page": 10},
        "times_of_one_with_ledger_and_sums": {row: mine[FASTER[row][0]] / best[name] for row, name in WHOLE.items()},
        "measured": medians,
        "units": "w1: engagements/s; w4, one, page: requests/s; impact_ms: p50",
    }


def ours(filled: Filled) -> Server:
    """Return our own server, filled as the peers' are."""
    city, address = filled.cities[0], filled.running.address
    root = f"/v1/cities/{city.code}/engagements"
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {city.key}"}) as http:
        [item] = http.get(f"{root}?limit=1").raise_for_status().json()["items"]
    impact = f"/v1/networks/{NETWORK}/impact?indicators={SUMS}&seed={{}}"
    paths = ({"w1": f"{root}/batch"}, f"{root}/{item['id']}", f"{root}?limit=100", impact)
    doors = [(f"/v1/cities/{each.code}/engagements", each.key) for each in filled.cities]
    ways = {"w4": doors, "w4, one city": doors[:1]}
    return Server(address, filled.running.admin_url, *paths, ways, city.key, filled.network_key)


@contextmanager
def peer(admin_url: str, name: str, command: tuple[str, ...]) -> Iterator[Server]:
    """Lend a peer's server on a database of its own that holds as much as ours."""
    parts = urlsplit(admin_url)
    url = urlunsplit(parts._replace(path=f"/{name}"))
    asyncio.run(_filled(admin_url, url, name))
    with serving.listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    line = [str(PYTHON), "-m", *(part.format(port) for part in command)]
    with subprocess.Popen(line, env={**os.environ, "PEER_DATABASE": url}) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(f"{address}/engagements/1")
            whole = "ninja" in " ".join(command)
            batches = {"w1": "/engagements/batch", **(FURTHER if whole else {})}
            doors = {"w4": [("/engagements", "")], **({"w4, kept": [("/engagements/kept", "")]} if whole else {})}
            paths = (batches, "/engagements/1", "/engagements?limit=100", f"/networks/{NETWORK}/impact")
            yield Server(address, url, *paths, doors)
        finally:
            server.terminate()


async def _filled(admin_url: str, url: str, name: str) -> None:
    admin = await asyncpg.connect(admin_url)
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    connection = await asyncpg.connect(url)
    await connection.execute((FOLDER / "schema.sql").read_text(encoding="utf-8"))
    await connection.execute(FILL, STORED)
    for statement in (FILL_COSTS, FILL_OUTCOMES, "VACUUM ANALYZE"):
        await connection.execute(statement)
    await connection.close()


def _wait(address: str, patience: float = 30) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            httpx.get(address).raise_for_status()
            return
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def measured(fire: Fire, server: Server, turn: int) -> dict[str, float]:
    """Return the rates of one server, and count that what was posted is stored."""
    before = asyncio.run(_count(server))
    w1 = {name: _batches(fire, server, path, turn, place) for place, (name, path) in enumerate(server.batches.items())}
    ways = enumerate(server.doors.items())
    w4 = {name: _posted(fire, server, doors, 100 * turn + 50 * place) for place, (name, doors) in ways}
    if asyncio.run(_count(server)) - before != ROWS * len(w1) + POSTS * CLIENTS * len(w4):
        raise RuntimeError(f"{server.address} did not store what was posted.")
    one, page = (server.request("GET", path) for path in (server.one, server.page))
    asked = [server.impact.format(100 * turn + number) for number in range(20)]
    figures = [server.request("GET", path, key=server.network_key) for path in asked]
    return {
        **w1,
        **w4,
        "one": fire(server.address, [[one]] * CONNECTIONS, 200, SECONDS).rate,
        "page": fire(server.address, [[page]] * CONNECTIONS, 200, SECONDS).rate,
        "impact_ms": fire(server.address, [figures], 200, None).p50,
    }


def _batches(fire: Fire, server: Server, path: str, turn: int, place: int) -> float:
    """Return how many engagements a second are stored of two batches that are new; once, both are posted again."""
    made = bodies(10_000_000 * (place + 1) + ROWS * turn, ROWS, ROWS // 2, JSON)
    requests = [server.request("POST", path, body) for body in made]
    fired = fire(server.address, [requests], 200, None)
    if not turn:
        fire(server.address, [requests], 200, None)
    return fired.rate * ROWS / 2


def _posted(fire: Fire, server: Server, doors: list[tuple[str, str]], first: int) -> float:
    """Return how many engagements a second as many clients post, one after the other, through some doors."""
    volley = []
    for each in range(CLIENTS):
        path, key = doors[each % len(doors)]
        rows = [engagement(100_000_000 + (first + number) * CLIENTS + each) for number in range(POSTS)]
        volley.append([server.request("POST", path, json.dumps(row).encode(), key) for row in rows])
    return fire(server.address, volley, 201, None).rate


async def _count(server: Server) -> int:
    connection = await asyncpg.connect(server.database)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM engagement"))
    finally:
        await connection.close()


def pins() -> dict[str, str]:
    """Return the peers' packages as they are pinned."""
    lines = (FOLDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    named = (line.split()[0].split("==") for line in lines if "==" in line)
    return {name: version for name, version in named if name in {"django-ninja", "sqlmodel", "fastcrud", "psycopg"}}


if __name__ == "__main__":
    main()
