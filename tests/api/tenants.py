"""Two cities with rows in every table, networks at each level of consent, and raw SQL as the bare login."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg

from proxeny_api.tables import metadata
from tests.make import Holder, World, budget, cost, engagement, method, outcome, proxy

OWNED = sorted(table.name for table in metadata.tables.values() if "city_id" in table.columns)
SHARED = sorted(table.name for table in metadata.tables.values() if "city_id" not in table.columns)
LEVELS = ("none", "totals", "indicators", "records")
NOBODY = "00000000-0000-0000-0000-000000000000"


class Pair(NamedTuple):
    """Two cities that have rows in every table, and the networks that both are in, by what they share with them."""

    mine: Holder
    theirs: Holder
    networks: dict[str, Holder]
    url: str

    @property
    def network(self) -> Holder:
        """The network with which both share their records."""
        return self.networks["records"]

    def settings(self, asker: str) -> tuple[str | None, dict[str, str]]:
        """Return the role of an asker, and what the API tells the database of it."""
        if asker in self.networks:
            return "network_actor", {"network_id": self.networks[asker].id}
        told = {"city": {"city_id": self.mine.id}, "operator": {"city_id": NOBODY}}
        return (None if asker == "login" else f"{asker}_actor"), told.get(asker, {})


async def paired(world: World, url: str) -> Pair:
    """Make two cities with the same kinds of records, through the API's own doors."""
    networks = {name: await world.network() for name in (*LEVELS, "stranger")}
    pair = Pair(await world.city(), await world.city(), networks, url)
    for city in (pair.mine, pair.theirs):
        memberships = [await world.joins(city, networks[level], level) for level in LEVELS]
        shares = [{"network": network.code, "share": "0.2"} for name, network in networks.items() if name != "stranger"]
        for visibility in ("public", "private"):
            said = engagement(networks=shares, visibility=visibility, costs=[cost()], outcomes=[outcome()])
            made = await city.http.post(f"{city.path}/engagements", json=said, headers={"Idempotency-Key": visibility})
            assert made.status_code == 201
            for changes in ({"visibility": "network"}, {"visibility": visibility}):
                await city.http.patch(made.headers["Location"], json=changes, headers={"If-Match": "*"})
            worth = proxy(code=visibility, visibility=visibility)
            assert (await city.http.post(f"{city.path}/proxies", json=worth)).status_code == 201
        await city.http.post(f"{city.path}/costs", json=cost(membership=memberships[-1]["id"]))
        await city.http.post(f"{city.path}/budgets", json=budget())
        await city.http.post(f"{city.path}/methods", json=method())
    return pair


@asynccontextmanager
async def acting(url: str, role: str | None, **settings: str) -> AsyncIterator[asyncpg.Connection]:
    """Open a transaction as the login, in a role, for a city or network; nothing of it is kept."""
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        if role is not None:
            await connection.execute(f"SET LOCAL ROLE {role}")
        for name, value in settings.items():
            await connection.execute(f"SET LOCAL app.{name} = '{value}'")
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


async def cities_seen(connection: asyncpg.Connection, table: str) -> set[str]:
    """Return whose rows a query without a filter shows."""
    return {str(row["city_id"]) for row in await connection.fetch(f"SELECT city_id FROM {table}")}


async def refused(connection: asyncpg.Connection, statement: str) -> str:
    """Run a statement that is to be refused or to touch nothing, undo it, and return its status."""
    point = connection.transaction()
    await point.start()
    try:
        return str(await connection.execute(statement))
    except asyncpg.InsufficientPrivilegeError:
        return "refused"
    finally:
        await point.rollback()
