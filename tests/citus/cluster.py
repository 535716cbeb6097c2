"""A database of its own on every node of a Citus cluster, and its tables spread over them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

FILE = Path(__file__).parents[2] / "deploy" / "citus.sql"
NODES = """
SELECT nodename, nodeport, groupid = 0 AS leads FROM pg_dist_node
WHERE isactive AND noderole = 'primary' ORDER BY nodeid
"""


class Node(NamedTuple):
    """Where a node is reached, and whether it is the coordinator as the others reach it."""

    host: str
    port: int
    leads: bool


async def nodes_of(url: str) -> list[Node]:
    """Return the nodes of the cluster that a database belongs to; none where it is not yet one of a cluster."""
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval("SELECT to_regclass('pg_dist_node') IS NOT NULL"):
            return []
        return [Node(*row) for row in await connection.fetch(NODES)]
    finally:
        await connection.close()


def at(url: str, database: str, node: Node | None = None) -> str:
    """Return a URL of another database, and of another node where one is named.

    >>> at("postgresql://me:secret@leader/citus", "other", Node("10.0.0.2", 5432, False))
    'postgresql://me:secret@10.0.0.2:5432/other'
    >>> at("postgresql://leader/citus", "other")
    'postgresql://leader/other'
    """
    parts = urlsplit(url)
    place = parts.netloc
    if node is not None:
        place = f"{''.join(place.rpartition('@')[:2])}{node.host}:{node.port}"
    return urlunsplit(parts._replace(netloc=place, path=f"/{quote(database)}"))


async def run(url: str, *statements: str) -> None:
    """Run statements one by one on a connection of their own."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def database(url: str, name: str) -> AsyncIterator[str]:
    """Lend a new database of the cluster that a URL leads to; it and its login are gone from every node afterwards."""
    nodes = await nodes_of(url)
    home = urlsplit(url).path.lstrip("/") or "postgres"
    workers = [node for node in nodes if not node.leads]
    everywhere = [None, *workers]
    try:
        for node in everywhere:
            await run(at(url, home, node), f"CREATE DATABASE {name}")
            await run(at(url, name, node), "CREATE EXTENSION citus")
        await run(at(url, name), *_joining(nodes))
        yield at(url, name)
    finally:
        for node in everywhere:
            await run(at(url, home, node), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await run(at(url, home, node), f"DROP ROLE IF EXISTS {name}_login")


def _joining(nodes: Sequence[Node]) -> list[str]:
    """Return the statements that make a coordinator know its nodes, itself first."""
    leading = [f"SELECT citus_set_coordinator_host('{node.host}', {node.port})" for node in nodes if node.leads]
    return leading + [f"SELECT citus_add_node('{node.host}', {node.port})" for node in nodes if not node.leads]


async def spread(url: str) -> None:
    """Run deploy/citus.sql on a migrated database."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(FILE.read_text(encoding="utf-8"))
    finally:
        await connection.close()
