"""The database's roles: actors who may, and a login that owns and inherits nothing."""

import asyncio
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import asyncpg

ACTORS = ("city_actor", "network_actor", "operator_actor", "public_actor")
# All that the login may do before it takes a role.
DOORS_OF_THE_LOGIN = (
    "key_by_mac(bytea)",
    "key_must_stand(uuid)",
    "key_stands(uuid)",
    "touch_keys(uuid[], timestamptz[])",
    "take_requests(bytea, integer, integer)",
    "forget_requests()",
    "chain_positions(uuid[])",
)
MIGRATION_LOCK = 0x70726F78
ATTEMPTS = 20
LOOKED_UP = "pg_catalog, public, pg_temp"
RUN_AS_OWNER = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND p.proowner = current_user::regrole
  AND NOT coalesce(p.proconfig, '{}') @> ARRAY[$1]
"""
NO_MORE_THAN_A_LOGIN = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT"
IS_NO_MORE = """
SELECT rolcanlogin AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolinherit)
FROM pg_roles WHERE rolname = $1
"""


async def wait_for_turn(connection: asyncpg.Connection) -> None:
    """Hold the lock that lets one migration run at a time, until the connection closes."""
    await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)


async def ensure_actors(connection: asyncpg.Connection) -> None:
    """Create the actor roles, which are shared by all databases of a server."""
    for role in ACTORS:
        await _persist(
            connection,
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
            f" THEN CREATE ROLE {role} NOLOGIN; END IF; END $$",
        )


async def ensure_login(connection: asyncpg.Connection, admin_url: str, password: str) -> str:
    """Create `<database>_login` if need be, set its password, and return its URL."""
    database = await connection.fetchval("SELECT current_database()")
    login = f"{database}_login"[:63]
    name = '"' + login.replace('"', '""') + '"'
    is_no_more = await connection.fetchval(IS_NO_MORE, login)
    literal = "'" + password.replace("'", "''") + "'"
    # Only a superuser may say of a role that it is none, even where that changes nothing.
    options = "" if is_no_more else NO_MORE_THAN_A_LOGIN
    verb = "CREATE" if is_no_more is None else "ALTER"
    await _persist(connection, f"{verb} ROLE {name} {options} PASSWORD {literal}")
    for role in ACTORS:
        await _persist(connection, f"GRANT {role} TO {name} WITH INHERIT FALSE, SET TRUE")
    await _persist(connection, f'GRANT CONNECT ON DATABASE "{database}" TO {name}')
    for routine in DOORS_OF_THE_LOGIN:
        await _persist(connection, f"GRANT EXECUTE ON ROUTINE {routine} TO {name}")
    # A server that is told the login alone looks whether it may start.
    await _persist(connection, "GRANT SELECT ON alembic_version TO operator_actor")
    return with_login(admin_url, login, password)


async def shut_out_temporary(connection: asyncpg.Connection) -> None:
    """Have what runs as its owner never take a temporary table of the login's for one of ours, nor its triggers.

    Unless it is named last, PostgreSQL looks for tables in `pg_temp` before all that a search_path names.
    """
    for routine in await connection.fetch(RUN_AS_OWNER, f"search_path={LOOKED_UP}"):
        await _persist(connection, f"ALTER ROUTINE {routine[0]} SET search_path = {LOOKED_UP}")
    database = str(await connection.fetchval("SELECT current_database()")).replace('"', '""')
    await _persist(connection, f'REVOKE TEMPORARY ON DATABASE "{database}" FROM PUBLIC')


def with_login(url: str, user: str, password: str) -> str:
    """Return a database URL with another user; any user in its query is dropped."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] not in {"user", "password"}])
    netloc = f"{quote(user, safe='')}:{quote(password, safe='')}@{place}"
    return urlunsplit((parts.scheme, netloc, parts.path, query, ""))


async def _persist(connection: asyncpg.Connection, statement: str) -> None:
    """Run a statement on shared catalogues, again where another database's migration was at it."""
    for attempt in range(ATTEMPTS):
        try:
            await connection.execute(statement)
        except (asyncpg.InternalServerError, asyncpg.UniqueViolationError, asyncpg.DuplicateObjectError):
            if attempt == ATTEMPTS - 1:
                raise
            await asyncio.sleep(0.05 * (attempt + 1))
        else:
            return
