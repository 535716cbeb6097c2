"""What deploy/citus.sql does, run against functions that stand in for Citus' and keep its rules."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator

import asyncpg
import pytest

from proxeny_api import migrate
from proxeny_api.tables import metadata
from tests.citus.cluster import FILE
from tests.citus.pretended import EVERYTHING, SCHEMA
from tests.given import plain_database

OWNED = sorted(table.name for table in metadata.tables.values() if "city_id" in table.columns)
KEPT = {"request_window"}
SHARED = sorted(set(metadata.tables) - set(OWNED) - KEPT)
SPREAD = f"""
SELECT logicalrelid::text AS name, partmethod::text AS method, partkey, colocationid FROM {SCHEMA}.pg_dist_partition
"""
MAY_LOG_IN = "SELECT rolname::text FROM pg_roles WHERE rolname LIKE '%\\_actor' AND rolcanlogin ORDER BY 1"
TOLD = """
SELECT unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
WHERE d.datname = current_database()
"""
OTHERWISE = "ALTER TABLE rollup DROP CONSTRAINT fk_rollup_city_id, ALTER city_id TYPE text"
ATTEMPTS = 5


@pytest.fixture(scope="module")
async def plain_url(server_url: str) -> AsyncIterator[str]:
    """A migrated database that knows nothing of Citus, also where the server does."""
    async with plain_database(server_url, f"proxeny_test_{secrets.token_hex(6)}") as url:
        await migrate.upgrade(url, "a password that tests know")
        yield url


@pytest.fixture
async def owner(plain_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to it as its owner."""
    connection = await asyncpg.connect(plain_url)
    yield connection
    await connection.close()


@pytest.fixture
async def coordinator(owner: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """The same in a transaction that has the functions, and is undone afterwards."""
    transaction = owner.transaction()
    await transaction.start()
    for statement in EVERYTHING:
        await owner.execute(statement)
    yield owner
    await transaction.rollback()


async def deploy(connection: asyncpg.Connection, script: str | None = None) -> None:
    """Run the file; again where another run of the tests changes the roles, which all databases share, meanwhile."""
    for attempt in range(ATTEMPTS):
        try:
            async with connection.transaction():
                await connection.execute(script or FILE.read_text(encoding="utf-8"))
        except asyncpg.InternalServerError:
            if attempt == ATTEMPTS - 1:
                raise
            await asyncio.sleep(0.1 * (attempt + 1))
        else:
            return


def listed(name: str) -> list[str]:
    """Return the tables of one list in the file, in its order."""
    found = re.search(rf"{name} CONSTANT text\[\] := ARRAY\[(.*?)\]", FILE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return re.findall(r"'(\w+)'", found[1])


def test_every_table_is_named_once_as_a_citys_own_as_shared_or_as_kept_here() -> None:
    assert sorted(listed("owned")) == OWNED
    assert sorted(listed("shared")) == SHARED
    assert set(listed("kept")) == {*KEPT, "alembic_version"}


async def test_all_that_a_city_owns_is_spread_by_the_city_and_lies_together(coordinator: asyncpg.Connection) -> None:
    await deploy(coordinator)

    rows = await coordinator.fetch(SPREAD)
    owned = [row for row in rows if row["method"] == "h"]
    assert sorted(row["name"] for row in owned) == OWNED
    assert {row["partkey"] for row in owned} == {"city_id"}
    assert len({row["colocationid"] for row in owned}) == 1
    assert sorted(row["name"] for row in rows if row["method"] == "n") == SHARED


async def test_running_it_again_changes_nothing(coordinator: asyncpg.Connection) -> None:
    await deploy(coordinator)
    before = await coordinator.fetch(SPREAD)

    await deploy(coordinator)

    assert await coordinator.fetch(SPREAD) == before


async def test_the_nodes_let_the_actors_in_and_are_told_who_asks(coordinator: asyncpg.Connection) -> None:
    await deploy(coordinator)

    may = [row[0] for row in await coordinator.fetch(MAY_LOG_IN)]
    assert may == ["city_actor", "network_actor", "operator_actor", "public_actor"]
    assert "citus.propagate_set_commands=local" in [row[0] for row in await coordinator.fetch(TOLD)]


async def test_without_citus_it_does_nothing_and_says_why(owner: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.RaiseError, match="Citus is not here"):
        await deploy(owner)


async def test_a_role_that_a_node_has_not_is_made_there(coordinator: asyncpg.Connection) -> None:
    await coordinator.execute(f"INSERT INTO {SCHEMA}.nodes VALUES ('here', 5432)")
    script = FILE.read_text(encoding="utf-8").replace("network_actor", "unknown_actor")

    await deploy(coordinator, script)

    assert "unknown_actor" in [row[0] for row in await coordinator.fetch(MAY_LOG_IN)]


async def test_a_node_that_cannot_have_the_roles_stops_it(coordinator: asyncpg.Connection) -> None:
    await coordinator.execute(f"INSERT INTO {SCHEMA}.nodes VALUES ('here', 5432)")
    script = FILE.read_text(encoding="utf-8").replace("CREATE ROLE %1$I", "CREATE ROLE pg_%1$I")

    with pytest.raises(asyncpg.RaiseError, match="A node cannot have the role unknown_actor: here:5432"):
        await deploy(coordinator, script.replace("network_actor", "unknown_actor"))


@pytest.mark.parametrize("column", ["city_id", "network_id"])
async def test_a_table_that_it_does_not_name_stops_it(coordinator: asyncpg.Connection, column: str) -> None:
    await coordinator.execute(f"CREATE TABLE public.forgotten ({column} uuid PRIMARY KEY)")

    with pytest.raises(asyncpg.RaiseError, match="does not name these tables: forgotten"):
        await deploy(coordinator)


async def test_a_table_before_what_it_refers_to_is_refused(coordinator: asyncpg.Connection) -> None:
    script = FILE.read_text(encoding="utf-8")
    wrong = script.replace("'ledger_head', 'ledger_entry', 'withdrawal'", "'ledger_head', 'withdrawal', 'ledger_entry'")
    assert wrong != script

    with pytest.raises(asyncpg.RaiseError, match="fk_withdrawal_city_id_seq"):
        await deploy(coordinator, wrong)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ("ALTER TABLE budget ADD CONSTRAINT u UNIQUE (id)", "cannot create constraint u"),
        (
            "ALTER TABLE method ADD COLUMN o uuid, ADD CONSTRAINT f FOREIGN KEY (o, id) REFERENCES budget",
            "constraint f",
        ),
        (
            "DROP POLICY city_actor ON rollup; DROP POLICY network_actor ON rollup;" + OTHERWISE,
            "their columns differ",
        ),
        ("CREATE POLICY p ON cost TO city_actor USING (EXISTS (SELECT 1))", "subqueries are not supported"),
        (
            "CREATE TRIGGER t BEFORE UPDATE ON cost FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "triggers are not supported",
        ),
        (
            "ALTER TABLE network ADD COLUMN c uuid, ADD CONSTRAINT f FOREIGN KEY (c, id) REFERENCES budget",
            "a reference table refers to reference tables only",
        ),
    ],
)
async def test_a_table_that_citus_would_refuse_is_refused(
    coordinator: asyncpg.Connection, change: str, refusal: str
) -> None:
    await coordinator.execute(change)

    with pytest.raises(asyncpg.RaiseError, match=refusal):
        await deploy(coordinator)
