"""What row-level security does not guard by itself: references, keys, what runs as its owner, what tells by failing."""

import asyncpg
import pytest

from proxeny_api.roles import ACTORS
from tests.api.doors import RANDOM
from tests.api.tenants import OWNED, SHARED, Pair, acting, paired, refused
from tests.make import World, proxy

REFERENCES = """
SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent,
       (SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[2]) AS column,
       (SELECT attname::text FROM pg_attribute WHERE attrelid = confrelid AND attnum = confkey[2]) AS named
FROM pg_constraint WHERE contype = 'f' AND cardinality(conkey) = 2 ORDER BY 1, 4
"""
LIKE = "SELECT to_jsonb(r)::text FROM {child} r WHERE city_id = $1 ORDER BY {column} IS NULL LIMIT 1"
THEIRS = """
SELECT {named} FROM {parent} WHERE city_id = $1
AND {named} NOT IN (SELECT {named} FROM {parent} WHERE city_id = $2) LIMIT 1
"""
KEYS = """
SELECT conrelid::regclass::text AS owner, contype::text AS kind,
       (SELECT array_agg(attname::text ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS keys(number, place)
        JOIN pg_attribute ON attrelid = conrelid AND attnum = number) AS columns
FROM pg_constraint WHERE contype IN ('p', 'u') AND conrelid::regclass::text = ANY($1) ORDER BY 1, 3
"""
DEFINERS = """
SELECT proname::text AS name, proconfig AS settings, prosrc AS body,
       ARRAY(SELECT grantee::regrole::text FROM aclexplode(proacl) WHERE grantee <> proowner) AS callers
FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1
"""
# Each function that runs as its owner, who may call it, and why it shows nobody what is another's.
ARGUED = {
    "key_by_mac": ("login", "a row only for who has the key itself, whose keyed hash is asked for"),
    "erase_entries": (
        "city_actor",
        "takes bodies from entries of the city that the transaction is for, and counts them",
    ),
    "touch_keys": ("login", "returns nothing, and moves only the day of the last use of keys forward"),
    "key_stands": ("login", "whether the key with an id goes on, and nothing of it"),
    "key_must_stand": ("login", "fails where the key with an id has ended, and tells nothing else"),
    "take_requests": ("login", "counts under a hash that the caller makes, and tells what of its quota is left"),
    "forget_requests": ("login", "drops counts of windows that have ended, and returns nothing"),
    "chain_positions": (
        "login",
        "how long chains are whose subjects' ids the caller has, and nothing of their entries",
    ),
    "members_version": ("network_actor", "a hash over the asker's own members that share with it"),
}
NOT_FOR_ANY_ROLE = (
    "SET LOCAL ROLE pg_read_all_data",
    "SET LOCAL ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "SET LOCAL session_replication_role = replica",
    "ALTER TABLE engagement DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE engagement NO FORCE ROW LEVEL SECURITY",
    "ALTER POLICY city_actor ON engagement USING (true)",
    "DROP POLICY city_actor ON engagement",
    "CREATE POLICY open ON engagement USING (true)",
    "CREATE TABLE public.mine (a int)",
    "CREATE TEMPORARY TABLE api_key (id uuid)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "COPY engagement TO PROGRAM 'true'",
    "COPY engagement TO '/dev/null'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{owner}'",
    "SELECT rolpassword FROM pg_authid",
    "SELECT stavalues1 FROM pg_statistic",
)


@pytest.fixture(scope="module")
async def pair(world: World, login_url: str) -> Pair:
    """Two cities with the same kinds of records."""
    return await paired(world, login_url)


async def failure(connection: asyncpg.Connection, statement: str) -> str:
    """Return the kind of error that a statement ends with, and undo it; its status where it does not fail."""
    point = connection.transaction()
    await point.start()
    try:
        return str(await connection.execute(statement))
    except asyncpg.PostgresError as error:
        return type(error).__name__
    finally:
        await point.rollback()


async def test_no_row_can_be_hung_on_anothers(pair: Pair, admin: asyncpg.Connection) -> None:
    for code in ("theirs-alone", "and-another"):
        assert (await pair.theirs.http.post(f"{pair.theirs.path}/proxies", json=proxy(code=code))).status_code == 201
    references = await admin.fetch(REFERENCES)
    assert {row["child"] for row in references} >= {"cost", "credit", "engagement_network", "outcome", "withdrawal"}

    for child, parent, column, named in references:
        row = await admin.fetchval(LIKE.format(child=child, column=column), pair.mine.id)
        theirs = await admin.fetchval(THEIRS.format(parent=parent, named=named), pair.theirs.id, pair.mine.id)
        nobodys = {"seq": "999999", "code": "no-such-code"}.get(named, RANDOM)
        async with acting(pair.url, "city_actor", city_id=pair.mine.id) as connection:
            told = [await failure(connection, inserted(child, row, column, value)) for value in (theirs, nobodys)]

        assert told == ["ForeignKeyViolationError"] * 2, (child, column)


def inserted(table: str, row: str, column: str, value: object) -> str:
    """Return the statement that inserts a row like another with an id of its own, and one member changed."""
    literal = row.replace("'", "''")
    like = (
        f"'{literal}'::jsonb || jsonb_build_object('id', gen_random_uuid(), 'external_id', NULL, '{column}', '{value}')"
    )
    return f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, {like})).*"


async def test_what_is_said_to_conflict_is_never_anothers(pair: Pair, world: World, admin: asyncpg.Connection) -> None:
    bare = await world.city()
    for key in await admin.fetch(KEYS, OWNED):
        columns, table = key["columns"], key["owner"]
        row = await admin.fetchval(f"SELECT to_jsonb(r)::text FROM {table} r WHERE city_id = $1", pair.theirs.id)
        literal, named = row.replace("'", "''"), ", ".join(columns)
        like = f"'{literal}'::jsonb || jsonb_build_object('city_id', '{bare.id}')"
        copied = f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, {like})).*"
        taken = f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, '{literal}')).*"
        async with acting(pair.url, "city_actor", city_id=bare.id) as connection:
            ended = await failure(connection, f"{copied} ON CONFLICT ({named}) DO NOTHING")
            seized = await refused(
                connection, f"{taken} ON CONFLICT ({named}) DO UPDATE SET city_id = excluded.city_id"
            )

        assert columns[0] == "city_id"
        # A chain counts from one for every city, and a new one has begun to count.
        assert ended in {"INSERT 0 1", "ForeignKeyViolationError"} or table.startswith("ledger_"), (table, columns)
        assert seized == "refused", table


@pytest.mark.parametrize("table", OWNED)
async def test_a_condition_that_fails_with_what_it_saw_sees_nothing_of_anothers(pair: Pair, table: str) -> None:
    telling = f"SELECT FROM {table} r WHERE to_jsonb(r)::text::int = 0"

    async with acting(pair.url, "city_actor", city_id=RANDOM) as connection:
        assert await failure(connection, telling) == "SELECT 0"
    async with acting(pair.url, "city_actor", city_id=pair.theirs.id) as connection:
        assert await failure(connection, telling) == "InvalidTextRepresentationError"


@pytest.mark.parametrize("role", [None, *ACTORS])
async def test_no_role_gets_round_the_policies(pair: Pair, admin: asyncpg.Connection, role: str | None) -> None:
    owner = await admin.fetchval("SELECT current_user")

    async with acting(pair.url, role, city_id=pair.mine.id, network_id=pair.network.id) as connection:
        for statement in NOT_FOR_ANY_ROLE:
            assert await refused(connection, statement.format(owner=owner)) == "refused", statement
        assert await refused(connection, "SET LOCAL row_security = off; SELECT FROM engagement") == "refused"


@pytest.mark.parametrize("role", [None, *ACTORS])
async def test_what_the_planner_knows_of_owned_tables_is_told_to_nobody(
    pair: Pair, admin: asyncpg.Connection, role: str | None
) -> None:
    await admin.execute("ANALYZE")
    fenced = [*OWNED, *(set(SHARED) - {"loaded_rate", "price_index"})]

    assert await admin.fetchval("SELECT count(*) FROM pg_stats WHERE tablename = ANY($1)", fenced) > 50
    async with acting(pair.url, role, city_id=pair.mine.id, network_id=pair.network.id) as connection:
        assert await connection.fetch("SELECT tablename FROM pg_stats WHERE tablename = ANY($1)", fenced) == []


async def test_a_transaction_forgets_whom_it_was_for(pair: Pair) -> None:
    connection = await asyncpg.connect(pair.url)
    try:
        for ending in ("COMMIT", "ROLLBACK"):
            await connection.execute(f"BEGIN; SET LOCAL ROLE city_actor; SET LOCAL app.city_id = '{pair.mine.id}'")
            assert await connection.fetchval("SELECT count(*) > 0 FROM engagement")
            await connection.execute(ending)

            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch("SELECT FROM engagement")
            await connection.execute("BEGIN; SET LOCAL ROLE city_actor")
            assert await connection.fetch("SELECT FROM engagement") == []
            await connection.execute("ROLLBACK")
    finally:
        await connection.close()


async def test_only_the_login_chooses_the_city_and_it_may_choose_any(pair: Pair) -> None:
    """By design: the API is trusted to name whom a request is for, so no text of a request may become SQL.

    What guards that are the cases of `tests/input/cases/` with SQL in every kind of text, and that a statement is
    never made of anything but our own words: the ids that `db.opening` names are canonical.
    """
    async with acting(pair.url, "city_actor", city_id=pair.mine.id) as connection:
        await connection.execute(f"SET LOCAL app.city_id = '{pair.theirs.id}'")
        seen = await connection.fetch("SELECT DISTINCT city_id FROM engagement")

    assert [str(row["city_id"]) for row in seen] == [pair.theirs.id]


async def test_each_function_that_runs_as_its_owner_is_argued(admin: asyncpg.Connection, login_url: str) -> None:
    assert login_url
    login = f"{await admin.fetchval('SELECT current_database()')}_login"
    found = {row["name"]: row for row in await admin.fetch(DEFINERS)}

    assert found.keys() == ARGUED.keys()
    for name, row in found.items():
        assert row["callers"] == [login if ARGUED[name][0] == "login" else ARGUED[name][0]], name
        assert row["settings"] == ["search_path=pg_catalog, public, pg_temp"], name
        assert "execute" not in row["body"].lower(), name


async def test_a_temporary_table_of_the_login_is_never_taken_for_ours(
    admin: asyncpg.Connection, login_url: str
) -> None:
    """Were it, its triggers would run as the owner: the login made itself a superuser so."""
    database = await admin.fetchval("SELECT current_database()")
    await admin.execute(f"GRANT TEMPORARY ON DATABASE {database} TO {database}_login")
    connection = await asyncpg.connect(login_url)
    try:
        await connection.execute(
            "CREATE TABLE pg_temp.api_key (id uuid, last_used_at timestamptz);"
            " INSERT INTO pg_temp.api_key VALUES (gen_random_uuid());"
            " CREATE FUNCTION pg_temp.told() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'run as %', current_user; END $$;"
            " CREATE TRIGGER told BEFORE UPDATE ON pg_temp.api_key FOR EACH ROW EXECUTE FUNCTION pg_temp.told()"
        )
        await connection.execute("SELECT touch_keys(array_agg(id), array_agg(now())) FROM pg_temp.api_key")

        assert await connection.fetchval("SELECT last_used_at FROM pg_temp.api_key") is None
    finally:
        await connection.close()
        await admin.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM {database}_login")


async def test_no_view_shows_rows_past_the_policies(admin: asyncpg.Connection) -> None:
    views = await admin.fetch(
        "SELECT relname, relkind::text AS kind, reloptions FROM pg_class"
        " WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    rules = await admin.fetch("SELECT rulename FROM pg_rules WHERE schemaname = 'public'")

    assert [
        row for row in views if row["kind"] == "m" or "security_invoker=true" not in (row["reloptions"] or [])
    ] == []
    assert rules == []
