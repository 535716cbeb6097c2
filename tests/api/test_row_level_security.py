"""The database itself keeps cities apart: raw SQL without a filter, as the login that owns nothing."""

import json
from typing import Any

import asyncpg
import pytest

from proxeny_api.roles import ACTORS
from tests.api.tenants import LEVELS, OWNED, SHARED, Pair, acting, cities_seen, paired, refused
from tests.make import World

OPEN_TO_ALL = {"loaded_rate", "price_index"}
SEEN_BY_NETWORKS = {"engagement", "engagement_network", "cost", "outcome", "credit", "membership", "rollup",
                    "withdrawal", "ledger_entry", "ledger_head", "idempotent_answer", "proxy"}  # fmt: skip
SEEN_BY_THE_CITY_ALONE = {"budget", "method"}
ASKERS = ("login", "public", "operator", "city", "stranger", *LEVELS)
# What a policy lets a network read is what carries its name and is not private: the outer fence. The city's consent
# stands on another row, which no policy may look at, and is asked for in every query that a network's doors make.
NAMED = {"engagement", "engagement_network", "cost", "outcome", "credit", "rollup", "proxy", "ledger_entry",
         "withdrawal"}  # fmt: skip
# What roles may do with rows that are another's, and may do without harm: the operator adds to each chain what it did.
MAY = {
    ("operator", "ledger_head"): {"read", "insert", "update"},
    ("operator", "ledger_entry"): {"insert"},
    **{(level, table): {"read"} for level in LEVELS for table in NAMED},
    **{(level, "membership"): {"read"} for level in LEVELS if level != "none"},
}
ANOTHERS = "SELECT to_jsonb(r)::text AS row FROM {} r WHERE city_id = $1 ORDER BY to_jsonb(r)::text DESC LIMIT 1"


@pytest.fixture(scope="module")
async def pair(world: World, login_url: str) -> Pair:
    """Two cities with the same kinds of records."""
    return await paired(world, login_url)


async def done(connection: asyncpg.Connection, table: str, theirs: str, row: str) -> set[str]:
    """Return what can be done with a city's rows in a table by who has opened the connection."""
    literal = row.replace("'", "''")
    tries = {
        "read": f"SELECT FROM {table} WHERE city_id = '{theirs}'",
        "insert": f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, '{literal}')).*",
        "update": f"UPDATE {table} SET city_id = city_id WHERE city_id = '{theirs}'",
        "delete": f"DELETE FROM {table} WHERE city_id = '{theirs}'",
        "truncate": f"TRUNCATE {table} CASCADE",
    }
    return {verb for verb, statement in tries.items() if await works(connection, statement)}


async def works(connection: asyncpg.Connection, statement: str) -> bool:
    """Tell whether a statement touches a row; one that fails at a key that is there has passed all that guards rows."""
    try:
        return not (await refused(connection, statement)).endswith(("refused", " 0"))
    except asyncpg.IntegrityConstraintViolationError:
        return True


@pytest.mark.parametrize("table", OWNED)
@pytest.mark.parametrize("asker", ASKERS)
async def test_nobody_does_with_anothers_rows_more_than_is_argued(
    pair: Pair, admin: asyncpg.Connection, asker: str, table: str
) -> None:
    row = await admin.fetchval(ANOTHERS.format(table), pair.theirs.id)
    before = await admin.fetch(f"SELECT * FROM {table} WHERE city_id = $1 ORDER BY 1, 2", pair.theirs.id)
    role, settings = pair.settings(asker)

    async with acting(pair.url, role, **settings) as connection:
        verbs = await done(connection, table, pair.theirs.id, row)

    assert verbs == MAY.get((asker, table), set())
    assert await admin.fetch(f"SELECT * FROM {table} WHERE city_id = $1 ORDER BY 1, 2", pair.theirs.id) == before


async def test_a_role_that_may_do_a_thing_is_found_to_do_it(pair: Pair, admin: asyncpg.Connection) -> None:
    """What the test before would show, were a policy missing: all that is granted on a city's own rows."""
    found = {}
    for table in OWNED:
        row = await admin.fetchval(ANOTHERS.format(table), pair.mine.id)
        async with acting(pair.url, "city_actor", city_id=pair.mine.id) as connection:
            found[table] = await done(connection, table, pair.mine.id, row)

    assert all({"read", "insert"} <= verbs for verbs in found.values())
    assert found["engagement_network"] == {"read", "insert", "update", "delete"}


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
