"""Whether the schema, and the statements that work on it, keep the rules of Citus: asked where there is no Citus too.

What every PostgreSQL is asked (keys that begin with the city, no triggers, no sequences) stands in
tests/api/test_catalogue_of_the_database.py.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

import proxeny_api
from proxeny_api.rollups.sql import fold
from proxeny_api.tables import metadata

SOURCES = Path(proxeny_api.__file__).parent
# What the servers count together stays on the coordinator, and may be lost with it.
KEPT = ["request_window"]
OWNED = sorted(table.name for table in metadata.tables.values() if "city_id" in table.columns)
SPREAD_BY = """
SELECT c.relname::text AS name, format_type(a.atttypid, a.atttypmod) AS kind, a.attnotnull, a.attgenerated::text AS made
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attname = 'city_id' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
"""
FOREIGN_KEYS = """
SELECT f.conrelid::regclass::text AS table, f.confrelid::regclass::text AS refers_to, f.conname::text AS name,
       (SELECT attname::text FROM pg_attribute WHERE attrelid = f.conrelid AND attnum = f.conkey[1]) AS own,
       (SELECT attname::text FROM pg_attribute WHERE attrelid = f.confrelid AND attnum = f.confkey[1]) AS other,
       f.condeferrable, f.confupdtype::text AS on_update, f.confdeltype::text AS on_delete
FROM pg_constraint f WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace
"""
EXCLUSIONS = """
SELECT i.indexrelid::regclass::text AS name, EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = 'city_id' AND a.attnum = ANY(i.indkey)
) AS holds_city
FROM pg_index i WHERE i.indisexclusion AND i.indrelid::regclass::text = ANY($1)
"""
QUERIES_IN_POLICIES = """
SELECT polrelid::regclass::text FROM pg_policy WHERE concat(polqual::text, polwithcheck::text) LIKE '%{SUBLINK%'
"""
# Functions that come with PostgreSQL are on every node, and nothing is noted of who uses them.
OWN_FUNCTIONS_IN_TABLES = """
SELECT DISTINCT p.proname::text FROM pg_depend d JOIN pg_proc p ON p.oid = d.refobjid
WHERE d.refclassid = 'pg_proc'::regclass AND p.pronamespace = 'public'::regnamespace
  AND d.classid IN ('pg_policy'::regclass, 'pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass)
"""
UNFIT = """
SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND (
    c.relkind IN ('v', 'm', 'p', 'f') OR c.relhasrules
    OR c.relkind = 'r' AND c.relpersistence <> 'p' AND NOT c.relname = ANY($1)
    OR EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid)
    OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attidentity <> ''))
"""
WRITTEN_TOGETHER = ("engagement", "engagement_network", "cost", "outcome", "credit")
OWN_FUNCTIONS = "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"


async def test_the_column_that_tables_are_spread_by_is_of_one_type(admin: asyncpg.Connection, login_url: str) -> None:
    rows = await admin.fetch(SPREAD_BY)

    assert sorted(row["name"] for row in rows) == OWNED
    assert {(row["kind"], row["attnotnull"], row["made"]) for row in rows} == {("uuid", True, "")}


async def test_foreign_keys_stay_with_their_city_or_lead_to_what_all_share(
    admin: asyncpg.Connection, login_url: str
) -> None:
    rows = await admin.fetch(FOREIGN_KEYS)
    between = [row for row in rows if row["refers_to"] in OWNED]

    assert between
    assert [row["name"] for row in rows if row["table"] not in OWNED and row["refers_to"] in OWNED] == []
    assert [row["name"] for row in between if (row["own"], row["other"]) != ("city_id", "city_id")] == []


async def test_foreign_keys_ask_for_nothing_that_citus_has_not(admin: asyncpg.Connection, login_url: str) -> None:
    rows = await admin.fetch(FOREIGN_KEYS)

    # Neither SET NULL nor SET DEFAULT may touch the column that a table is spread by, and no key may wait.
    assert [row["name"] for row in rows if row["condeferrable"] or row["on_update"] != "a"] == []
    assert [row["name"] for row in rows if row["on_delete"] not in {"a", "r", "c"}] == []


async def test_exclusions_hold_the_city(admin: asyncpg.Connection, login_url: str) -> None:
    assert [row["name"] for row in await admin.fetch(EXCLUSIONS, OWNED) if not row["holds_city"]] == []


async def test_no_policy_asks_a_query(admin: asyncpg.Connection, login_url: str) -> None:
    assert await admin.fetch(QUERIES_IN_POLICIES) == []


async def test_policies_defaults_checks_and_indexes_use_functions_of_postgresql_alone(
    admin: asyncpg.Connection, login_url: str
) -> None:
    assert await admin.fetch(OWN_FUNCTIONS_IN_TABLES) == []


async def test_there_are_plain_tables_alone(admin: asyncpg.Connection, login_url: str) -> None:
    assert await admin.fetch(UNFIT, KEPT) == []


async def test_functions_of_our_own_are_asked_beside_no_table_so_that_they_run_on_the_coordinator(
    admin: asyncpg.Connection, login_url: str
) -> None:
    functions = {row[0] for row in await admin.fetch(OWN_FUNCTIONS)}
    named = re.compile(rf"\b({'|'.join(functions)})\((?!\w+(\[\])?[,)])")
    table = re.compile(rf"\b(FROM|JOIN|INTO|UPDATE)\s+({'|'.join(metadata.tables)})\b")

    asked = {text: named.findall(text) for text in constants() if named.search(text)}

    assert {name for found in asked.values() for name, _ in found} == functions
    assert [text for text in asked if table.search(text)] == []


def constants() -> Iterator[str]:
    """Yield every text in the server's code but the docstrings, parts of larger ones too."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def statements() -> dict[str, str]:
    """Return every text of the server's modules that inserts what a query finds, by its name."""
    found = {f"fold({sign})": fold(sign) for sign in "+-"}
    for module in pkgutil.walk_packages(proxeny_api.__path__, "proxeny_api."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, str) and re.search(r"INSERT INTO \w+.*?\bSELECT\b", value, re.DOTALL):
                found[f"{module.name}.{name}"] = value
    return {name: text for name, text in found.items() if "{" not in re.sub(r"'\{.*?\}'", "", text)}


def test_all_that_is_inserted_many_at_once_is_looked_at() -> None:
    tables = {table for text in statements().values() for table in re.findall(r"INSERT INTO (\w+)", text)}

    assert {*WRITTEN_TOGETHER, "ledger_entry", "withdrawal", "rollup", "loaded_rate", "price_index"} <= tables


@pytest.mark.parametrize("name", sorted(statements()))
def test_rows_that_a_query_finds_are_inserted_not_copied(name: str) -> None:
    # Citus sends them on by COPY where neither clause is there, and row-level security refuses COPY.
    pieces = statements()[name].split("INSERT INTO ")[1:]

    assert pieces
    assert [piece for piece in pieces if "RETURNING" not in piece and "ON CONFLICT" not in piece] == []
