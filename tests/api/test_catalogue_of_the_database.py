"""What the database's own catalogue says of every table that a city owns."""

import asyncpg
import pytest

from proxeny_api.tables import metadata

TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attname = 'city_id'
  AND NOT a.attisdropped
"""
POLICIES = """
SELECT tablename, roles::text[] AS roles, permissive, coalesce(qual, '') || ' ' || coalesce(with_check, '') AS told
FROM pg_policies WHERE schemaname = 'public'
"""
FIRST_COLUMNS = """
SELECT c.conrelid::regclass::text AS owner, c.conname, c.contype::text AS kind,
       (SELECT attname::text FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = c.conkey[1]) AS first,
       EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.confrelid AND attname = 'city_id') AS to_owned
FROM pg_constraint c WHERE c.contype IN ('p', 'u', 'f') AND c.conrelid::regclass::text = ANY($1)
"""
UNIQUE_INDEXES = """
SELECT i.indrelid::regclass::text AS owner, i.indexrelid::regclass::text AS name,
       (SELECT attname::text FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = i.indkey[0]) AS first
FROM pg_index i WHERE i.indisunique AND i.indrelid::regclass::text = ANY($1)
"""
GRANTS = """
SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants
WHERE table_schema = 'public' AND (grantee LIKE '%\\_login' OR grantee IN ('PUBLIC', 'public_actor'))
"""


@pytest.fixture(scope="module")
async def owned(login_url: str) -> list[str]:
    """The tables that the metadata gives a city_id."""
    assert login_url
    return sorted(table.name for table in metadata.tables.values() if "city_id" in table.columns)


async def test_every_owned_table_has_forced_row_level_security(admin: asyncpg.Connection, owned: list[str]) -> None:
    rows = await admin.fetch(TABLES)

    assert sorted(row["relname"] for row in rows) == owned
    assert all(row["relrowsecurity"] and row["relforcerowsecurity"] for row in rows)


async def test_every_owned_table_has_one_policy_a_role_that_looks_at_the_row_alone(
    admin: asyncpg.Connection, owned: list[str]
) -> None:
    rows = await admin.fetch(POLICIES)
    pairs = [(row["tablename"], role) for row in rows for role in row["roles"]]

    assert {(table, "city_actor") for table in owned} <= set(pairs)
    assert len(pairs) == len(set(pairs))
    assert {row["permissive"] for row in rows} == {"PERMISSIVE"}
    assert not [row for row in rows if "SELECT" in row["told"].upper() or "public" in row["roles"]]
    assert not [row for row in rows if "(city_id)::" in row["told"] or "(network_id)::" in row["told"]]


async def test_city_id_comes_first_in_every_key(admin: asyncpg.Connection, owned: list[str]) -> None:
    constraints = await admin.fetch(FIRST_COLUMNS, owned)
    indexes = await admin.fetch(UNIQUE_INDEXES, owned)

    keys = [row for row in constraints if row["kind"] != "f" or row["to_owned"]]
    assert {row["owner"] for row in keys if row["kind"] == "p"} == set(owned)
    assert [row["conname"] for row in keys if row["first"] != "city_id"] == []
    assert [row["name"] for row in indexes if row["first"] != "city_id"] == []


async def test_no_table_has_triggers_or_sequences(admin: asyncpg.Connection) -> None:
    ours = "IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
    triggers = f"SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid {ours}"
    defaults = f"SELECT adrelid FROM pg_attrdef WHERE pg_get_expr(adbin, adrelid) ILIKE '%nextval%' AND adrelid {ours}"
    sequences = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"

    for query in (triggers, defaults, sequences):
        assert await admin.fetch(query) == []


async def test_nothing_is_granted_to_the_login_or_the_public_but_what_is_open_to_all(
    admin: asyncpg.Connection,
) -> None:
    granted = {tuple(row) for row in await admin.fetch(GRANTS)}

    assert granted == {(table, "public_actor", "SELECT") for table in ("loaded_rate", "price_index")}


async def test_money_takes_no_nan(admin: asyncpg.Connection, owned: list[str]) -> None:
    columns = await admin.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type = 'numeric' AND table_name = ANY($1) AND table_name <> 'rollup'",
        owned,
    )
    checks = await admin.fetch(
        "SELECT conrelid::regclass::text AS owner, pg_get_constraintdef(oid) AS told FROM pg_constraint"
        " WHERE contype = 'c'"
    )

    for column in columns:
        told = " ".join(row["told"] for row in checks if row["owner"] == column["table_name"])
        assert f"{column['column_name']} >" in told, tuple(column)


# Of indexes that cost the same the planner takes the newest; of a table that was never analysed all cost the same.
OLDER_KEYS = """
SELECT c.conrelid::regclass::text || ' to ' || c.confrelid::regclass::text
FROM pg_constraint c JOIN pg_index i ON i.indrelid = c.confrelid AND i.indexrelid > c.conindid
JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = i.indkey[0] AND a.attname = 'city_id'
WHERE c.contype = 'f' AND cardinality(c.confkey) > 1 AND i.indpred IS NULL
"""


async def test_what_foreign_keys_look_up_is_the_newest_index_that_begins_with_the_city(
    admin: asyncpg.Connection, login_url: str
) -> None:
    assert await admin.fetch(OLDER_KEYS) == []
