"""The database itself keeps cities apart: raw SQL without a filter, as the login that owns nothing."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import asyncpg
import pytest

from proxeny_api.roles import ACTORS
from proxeny_api.tables import metadata
from tests.make import Holder, World, budget, cost, engagement, method, outcome, proxy

OWNED = sorted(table.name for table in metadata.tables.values() if "city_id" in table.columns)
SHARED = sorted(table.name for table in metadata.tables.values() if "city_id" not in table.columns)
OPEN_TO_ALL = {"loaded_rate", "price_index"}
SEEN_BY_NETWORKS = {"engagement", "engagement_network", "cost", "outcome", "credit", "membership", "rollup",
                    "withdrawal", "ledger_entry", "ledger_head", "idempotent_answer", "proxy"}  # fmt: skip
SEEN_BY_THE_CITY_ALONE = {"budget", "method"}
NOBODY = "00000000-0000-0000-0000-000000000000"


class Pair(NamedTuple):
    """Two cities that have rows in every table, and the network that both are in."""

    mine: Holder
    theirs: Holder
    network: Holder
    url: str


@pytest.fixture(scope="module")
async def pair(world: World, login_url: str) -> Pair:
    """Make two cities with the same kinds of records."""
    network, other = await world.network(), await world.network()
    mine, theirs = await world.city(), await world.city()
    for city in (mine, theirs):
        membership = await world.joins(city, network)
        shares = [{"network": each.code, "share": "0.5"} for each in (network, other)]
        for visibility in ("public", "private"):
            said = engagement(networks=shares, visibility=visibility, costs=[cost()], outcomes=[outcome()])
            made = await city.http.post(f"{city.path}/engagements", json=said, headers={"Idempotency-Key": visibility})
            assert made.status_code == 201
            seen_once = {"visibility": "network"}, {"visibility": visibility}
            for changes in seen_once:
                await city.http.patch(made.headers["Location"], json=changes, headers={"If-Match": "*"})
            worth = proxy(code=visibility, visibility=visibility)
            assert (await city.http.post(f"{city.path}/proxies", json=worth)).status_code == 201
        await city.http.post(f"{city.path}/costs", json=cost(membership=membership["id"]))
        await city.http.post(f"{city.path}/budgets", json=budget())
        await city.http.post(f"{city.path}/methods", json=method())
    return Pair(mine, theirs, network, login_url)


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
    """Run a statement that is to be refused or to touch nothing, and return its status."""
    point = connection.transaction()
    await point.start()
    try:
        return str(await connection.execute(statement))
    except asyncpg.InsufficientPrivilegeError:
        return "refused"
    finally:
        await point.rollback()


@pytest.mark.parametrize("table", OWNED)
async def test_a_city_sees_its_own_rows_only(pair: Pair, admin: asyncpg.Connection, table: str) -> None:
    everything = await cities_seen(admin, table)
    assert {pair.mine.id, pair.theirs.id} <= everything

    async with acting(pair.url, "city_actor", city_id=pair.mine.id) as connection:
        assert await cities_seen(connection, table) == {pair.mine.id}
    async with acting(pair.url, "city_actor", city_id=pair.theirs.id) as connection:
        assert await cities_seen(connection, table) == {pair.theirs.id}
    for settings in ({}, {"city_id": ""}, {"network_id": pair.network.id}):
        async with acting(pair.url, "city_actor", **settings) as connection:
            assert await cities_seen(connection, table) == set()


@pytest.mark.parametrize("table", OWNED)
async def test_a_city_writes_no_row_of_another(pair: Pair, admin: asyncpg.Connection, table: str) -> None:
    theirs = f"city_id = '{pair.theirs.id}'"
    moved = f"jsonb_build_object('city_id', '{pair.theirs.id}')"
    copied = f"SELECT (jsonb_populate_record(r, to_jsonb(r) || {moved})).* FROM {table} r LIMIT 1"
    before = await admin.fetch(f"SELECT * FROM {table} WHERE {theirs} ORDER BY 1, 2")

    async with acting(pair.url, "city_actor", city_id=pair.mine.id) as connection:
        inserted = await refused(connection, f"INSERT INTO {table} {copied}")
        updated = await refused(connection, f"UPDATE {table} SET city_id = city_id WHERE {theirs}")
        taken = await refused(connection, f"UPDATE {table} SET city_id = '{pair.theirs.id}'")
        deleted = await refused(connection, f"DELETE FROM {table} WHERE {theirs}")

    assert (inserted, taken) == ("refused", "refused")
    assert updated in {"refused", "UPDATE 0"}
    assert deleted in {"refused", "DELETE 0"}
    assert await admin.fetch(f"SELECT * FROM {table} WHERE {theirs} ORDER BY 1, 2") == before


@pytest.mark.parametrize("table", OWNED)
async def test_a_network_sees_what_carries_its_name_and_is_not_private(pair: Pair, table: str) -> None:
    assert table in SEEN_BY_NETWORKS | SEEN_BY_THE_CITY_ALONE

    async with acting(pair.url, "network_actor", network_id=pair.network.id) as connection:
        rows = [row["row"] for row in await connection.fetch(f"SELECT to_jsonb(r)::text AS row FROM {table} r")]
    async with acting(pair.url, "network_actor") as connection:
        assert await cities_seen(connection, table) == set()

    for row in map(parsed, rows):
        named = row.get("network_id") == pair.network.id or pair.network.id in row.get("network_ids", [])
        assert named or row["city_id"] == pair.network.id
        assert row.get("visibility") != "private" or row["city_id"] == pair.network.id
        assert row.get("shared") is not False
    if table in SEEN_BY_THE_CITY_ALONE:
        assert rows == []
    if table in {"engagement", "cost", "outcome", "credit", "membership", "rollup", "withdrawal", "proxy"}:
        assert {parsed(row)["city_id"] for row in rows} == {pair.mine.id, pair.theirs.id}


def parsed(row: str) -> dict[str, Any]:
    """Return a row that came as JSON."""
    found: dict[str, Any] = json.loads(row)
    return found


@pytest.mark.parametrize("table", OWNED)
async def test_a_network_writes_in_no_citys_table(pair: Pair, table: str) -> None:
    moved = f"jsonb_build_object('city_id', '{pair.mine.id}')"
    async with acting(pair.url, "network_actor", network_id=pair.network.id) as connection:
        inserted = await refused(
            connection, f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, {moved})).* "
        )
        updated = await refused(connection, f"UPDATE {table} SET city_id = city_id WHERE city_id = '{pair.mine.id}'")
        deleted = await refused(connection, f"DELETE FROM {table} WHERE city_id = '{pair.mine.id}'")

    assert inserted == "refused"
    assert updated in {"refused", "UPDATE 0"}
    assert deleted in {"refused", "DELETE 0"}


@pytest.mark.parametrize("role", [None, "public_actor"])
@pytest.mark.parametrize("table", sorted({*OWNED, *SHARED} - OPEN_TO_ALL))
async def test_the_bare_login_and_the_public_see_nothing(pair: Pair, role: str | None, table: str) -> None:
    async with acting(pair.url, role, city_id=pair.mine.id, network_id=pair.network.id) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f"SELECT * FROM {table}")


@pytest.mark.parametrize("table", sorted(OPEN_TO_ALL))
async def test_what_is_open_to_all_is_not_open_to_the_bare_login_and_changed_by_nobody(pair: Pair, table: str) -> None:
    async with acting(pair.url, None) as connection:
        assert await refused(connection, f"SELECT * FROM {table}") == "refused"
    for role in ACTORS:
        async with acting(pair.url, role, city_id=pair.mine.id, network_id=pair.network.id) as connection:
            assert await refused(connection, f"SELECT * FROM {table} LIMIT 0") == "SELECT 0"
            for change in (f"UPDATE {table} SET source = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                assert await refused(connection, change) == "refused"


@pytest.mark.parametrize("table", OWNED)
async def test_the_operator_reads_no_records(pair: Pair, table: str) -> None:
    async with acting(pair.url, "operator_actor", city_id=NOBODY) as connection:
        status = await refused(connection, f"SELECT * FROM {table} WHERE city_id = '{pair.mine.id}'")

    assert status in ({"SELECT 1"} if table == "ledger_head" else {"refused", "SELECT 0"})


async def test_a_city_sees_no_other_city_and_no_others_keys(pair: Pair) -> None:
    async with acting(pair.url, "city_actor", city_id=pair.mine.id) as connection:
        assert {str(row["id"]) for row in await connection.fetch("SELECT id FROM city")} == {pair.mine.id}
        assert {str(row["owner_id"]) for row in await connection.fetch("SELECT owner_id FROM api_key")} == {
            pair.mine.id
        }
    async with acting(pair.url, "network_actor", network_id=pair.network.id) as connection:
        assert {str(row["id"]) for row in await connection.fetch("SELECT id FROM network")} == {pair.network.id}
        assert {str(row["owner_id"]) for row in await connection.fetch("SELECT owner_id FROM api_key")} == {
            pair.network.id
        }


async def test_the_login_is_no_more_than_a_login(admin: asyncpg.Connection, pair: Pair) -> None:
    login = f"{await admin.fetchval('SELECT current_database()')}_login"

    [role] = await admin.fetch("SELECT * FROM pg_roles WHERE rolname = $1", login)
    member_of = await admin.fetch(
        "SELECT r.rolname, m.inherit_option, m.set_option, m.admin_option FROM pg_auth_members m"
        " JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles l ON l.oid = m.member WHERE l.rolname = $1",
        login,
    )

    assert not any(role[name] for name in ("rolsuper", "rolinherit", "rolcreaterole", "rolcreatedb", "rolbypassrls"))
    assert {tuple(row) for row in member_of} == {(actor, False, True, False) for actor in ACTORS}
    assert (
        await admin.fetchval(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = $1", login
        )
        == 0
    )
