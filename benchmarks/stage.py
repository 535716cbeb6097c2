"""The stage of a benchmark: a server of its own with a database of its own, and what to post."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import httpx

from proxeny_api import boot
from proxeny_api.settings import Settings

PEPPER = "a pepper of benchmarks"
KINDS = ("mission", "conference", "network_activity", "delegation", "training", "peer_exchange", "joint_project")
THEMES = ("climate_change", "culture", "energy", "education", "migration", "tourism", "research")
NETWORKS = 50
PROGRAM = str(Path(sys.executable).with_name("proxeny-api"))
SHOWN = ("server_version", "fsync", "full_page_writes", "synchronous_commit", "shared_buffers", "max_wal_size")
NDJSON, JSON = "application/x-ndjson", "application/json"


class Stage(NamedTuple):
    """A running server, how to reach its database as owner, the operator's key, and what PostgreSQL is set to."""

    address: str
    admin_url: str
    operator: str
    pid: int
    folder: Path
    postgres: dict[str, str]


class Server(NamedTuple):
    """One more server on a database."""

    address: str
    pid: int


@contextmanager
def stage() -> Iterator[Stage]:
    """Lend a server on a bundled PostgreSQL in a new folder; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="proxeny-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with boot.database(Settings(data_dir=folder, pepper=PEPPER)) as place, serving(place.admin_url, folder) as own:
            command = [PROGRAM, "key", "create", "--operator"]
            environment = surroundings(place.admin_url, folder)
            made = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
            postgres = asyncio.run(_settings(place.admin_url))
            yield Stage(own.address, place.admin_url, made.stdout.strip(), own.pid, folder, postgres)


@contextmanager
def serving(admin_url: str, folder: Path, workers: int = 1) -> Iterator[Server]:
    """Lend a server on a database, begun now and answering."""
    command = [PROGRAM, "serve", "--port", "0", "--workers", str(workers)]
    environment = surroundings(admin_url, folder)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            yield Server(line.split()[-1], server.pid)
        finally:
            server.terminate()


def surroundings(admin_url: str, folder: Path) -> dict[str, str]:
    """Return the environment of our programs: the database, the pepper and the folder, all else by default."""
    ours = {"PROXENY_DATABASE_URL": admin_url, "PROXENY_PEPPER": PEPPER, "PROXENY_DATA_DIR": str(folder)}
    return {**os.environ, **ours, "PROXENY_LOG_LEVEL": "ERROR"}


async def _settings(admin_url: str) -> dict[str, str]:
    connection = await asyncpg.connect(admin_url)
    try:
        return {name: await connection.fetchval(f"SHOW {name}") for name in SHOWN}
    finally:
        await connection.close()


def client(address: str, key: str) -> httpx.Client:
    """Return a client on one connection."""
    limits = httpx.Limits(max_connections=1)
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=600, limits=limits)


class City(NamedTuple):
    """A city to post for."""

    code: str
    key: str


def cast(stage: Stage, cities: int = 1) -> list[City]:
    """Create the networks, and some cities with a key each."""
    with client(stage.address, stage.operator) as operator:
        for number in range(NETWORKS):
            body = {"code": f"net-{number}", "name": f"Network {number}", "scope": "international", "kind": "other"}
            operator.post("/v1/networks", json=body).raise_for_status()
        made = []
        for number in range(cities):
            body = {"code": f"city-{number}", "name": f"City {number}", "country": "DE", "currency": "EUR"}
            operator.post("/v1/cities", json=body).raise_for_status()
            key = operator.post("/v1/keys", json={"city": body["code"], "name": "bench"})
            made.append(City(body["code"], key.raise_for_status().json()["secret"]))
    return made


def engagement(number: int) -> dict[str, Any]:
    """Return a made-up engagement with two costs and one outcome; kind, network, year and theme vary."""
    day = date(2019, 1, 1) + timedelta(days=number * 37 % 1826)
    costs = [
        {"external_id": f"c-{number}-1", "category": "travel", "amount": f"{800 + number % 997}.50"},
        {"external_id": f"c-{number}-2", "category": "staff_time", "amount": f"{400 + number % 499}.00"},
    ]
    outcome: dict[str, Any] = {"external_id": f"o-{number}", "kind": "policy_change", "title": f"Outcome {number}"}
    if number % 3 == 0:
        outcome |= {"kind": "funding", "amount": f"{10_000 + number % 7919}.00", "currency": "EUR"}
    return {
        "external_id": f"e-{number}",
        "kind": KINDS[number % len(KINDS)],
        "title": f"Engagement {number} (made up)",
        "starts_on": day.isoformat(),
        "ends_on": (day + timedelta(days=2)).isoformat(),
        "networks": [{"network": f"net-{number % NETWORKS}", "share": "1"}],
        "themes": [THEMES[number % 7]],
        "sdgs": ["11.5"],
        "leader_hours": "4",
        "staff_hours": "16.5",
        "visibility": "network",
        "tags": ["made-up"],
        "costs": [{**cost, "currency": "EUR", "incurred_on": day.isoformat()} for cost in costs],
        "outcomes": [{**outcome, "occurred_on": (day + timedelta(days=200)).isoformat(), "credit": "0.6"}],
    }


def bodies(first: int, count: int, batch: int = 1_000, form: str = NDJSON) -> list[bytes]:
    """Return batches of engagements as bodies of requests, NDJSON or JSON."""
    lines = [json.dumps(engagement(number)).encode() for number in range(first, first + count)]
    batches = [lines[start : start + batch] for start in range(0, count, batch)]
    return [b"\n".join(each) if form == NDJSON else b"[" + b",".join(each) + b"]" for each in batches]


def post_batches(
    http: httpx.Client, city: str, batches: list[bytes], status: str = "created", form: str = NDJSON
) -> int:
    """Post batches one after another; raises RuntimeError unless every row ended with the status."""
    rows = 0
    for body in batches:
        answer = http.post(f"/v1/cities/{city}/engagements/batch", content=body, headers={"Content-Type": form})
        counted = answer.raise_for_status().json()
        if counted[status] != len(counted["results"]):
            raise RuntimeError(f"Not every row was {status}: {answer.text[:300]}")
        rows += counted[status]
    return rows


async def empty(admin_url: str) -> None:
    """Empty every table of records, and write all that is dirty to disk."""
    connection = await asyncpg.connect(admin_url)
    tables = "engagement, engagement_network, cost, outcome, credit, rollup, ledger_entry, ledger_head, withdrawal"
    await connection.execute(f"TRUNCATE {tables}, idempotent_answer")
    await connection.execute("CHECKPOINT")
    await connection.close()
