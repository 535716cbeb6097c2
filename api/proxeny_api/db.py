"""The database: a pool, and transactions that know who is asking before the first row is read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast
from uuid import UUID

import asyncpg

from proxeny_api.errors import Unauthorized, Unavailable
from proxeny_api.principals import Principal

ROLES = {"city": "city_actor", "network": "network_actor", "operator": "operator_actor", "public": "public_actor"}

READING = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
WRITING = "BEGIN"
# What `key_must_stand` raises.
KEY_ENDED = "PX401"
FEW = 50
# All that a database may answer with, or fail to, when it cannot do what it is asked.
AWAY = (Unavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class Connection(asyncpg.Connection):
    """A connection whose release costs no round trip: everything set on it is SET LOCAL."""

    def get_reset_query(self) -> str:
        """Return nothing to run, for a transaction's end has already undone what it set."""
        return ""


class Database:
    """A pool of connections of the login that owns nothing, and the transactions made on it."""

    def __init__(self, pool: asyncpg.Pool, timeout: float) -> None:
        self._pool = pool
        self._timeout = timeout

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        size: int = 10,
        timeout: float = 3.0,
        statement_timeout: float = 60.0,
        cache: int = 200,
        least: int = 2,
    ) -> "Database":
        """Open a pool on a database; fails where the database cannot be reached, unless it needs none at least."""
        settings = {
            "application_name": "proxeny-api",
            "timezone": "UTC",
            "statement_timeout": f"{int(statement_timeout * 1000)}ms",
            "idle_in_transaction_session_timeout": "60s",
            "jit": "off",
        }
        pool = await asyncpg.create_pool(
            url,
            min_size=min(least, size),
            max_size=size,
            connection_class=Connection,
            server_settings=settings,
            statement_cache_size=cache,
            timeout=timeout,
            command_timeout=statement_timeout + 5,
        )
        return cls(pool, timeout)

    async def close(self) -> None:
        """Close every connection, once what runs on it has ended."""
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """Lend a connection outside any transaction; raises Unavailable when none is free in time."""
        try:
            lent = await self._pool.acquire(timeout=self._timeout)
        except (TimeoutError, OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
            raise Unavailable("The database cannot be reached now.") from error
        try:
            yield cast("asyncpg.Connection", lent)
        finally:
            await asyncio.shield(self._pool.release(lent))

    @asynccontextmanager
    async def transaction(
        self, principal: Principal, *, writes: bool, key: UUID | None = None
    ) -> AsyncIterator[asyncpg.Connection]:
        """Open one transaction under the principal's role; commit at the end, roll back on any exception.

        Raises Unauthorized where a key is named that has ended.
        """
        async with self.connection() as connection:
            try:
                await connection.execute(opening(principal, writes=writes, key=key))
                yield connection
            except BaseException as error:
                if not connection.is_closed():
                    await asyncio.shield(connection.execute("ROLLBACK"))
                if isinstance(error, asyncpg.PostgresError) and error.sqlstate == KEY_ENDED:
                    raise Unauthorized from None
                raise
            await connection.execute("COMMIT")


@asynccontextmanager
async def planned_for_many(connection: asyncpg.Connection, rows: int, *switched_off: str) -> AsyncIterator[None]:
    """Have statements over many rows planned for the very arrays that they get, some of the planner's ways closed.

    Of rows that the same transaction wrote, and of a city's first ones, the statistics know nothing: a plan made while
    there were few reads the whole city, and once for each of a thousand ids. A few rows are planned as usual. An
    exception leaves undoing the settings to the end of the transaction.
    """
    if rows <= FEW:
        yield
        return
    ways = "".join(f"; SET LOCAL {way} = off" for way in switched_off)
    await connection.execute(f"SET LOCAL plan_cache_mode = force_custom_plan{ways}")
    yield
    ways = "".join(f"; SET LOCAL {way} = on" for way in switched_off)
    await connection.execute(f"SET LOCAL plan_cache_mode = auto{ways}")


def opening(principal: Principal, *, writes: bool, key: UUID | None = None) -> str:
    """Return the one message that opens a transaction and says who is asking, and has a key's end looked for.

    The ids are canonical text that we made, for SET takes no parameters. The key is looked for in a transaction of its
    own, for the first question of the one that is opened decides what it sees.
    """
    begin = WRITING if writes else READING
    if key is not None:
        begin = f"BEGIN; CALL key_must_stand('{key}'); COMMIT; {begin}"
    owner = UUID(str(principal.owner_id))
    settings = [f"SET LOCAL ROLE {ROLES[principal.kind]}"]
    if principal.kind in {"city", "operator"}:
        settings.append(f"SET LOCAL app.city_id = '{owner}'")
    if principal.kind == "network":
        settings.append(f"SET LOCAL app.network_id = '{owner}'")
    return "; ".join([begin, *settings])


def meant(parameter: str, alias: str = "") -> str:
    """Return the SQL condition that a row is meant by an id or a code, each found by its own index."""
    prefix = f"{alias}." if alias else ""
    form = "'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"
    identity = f"CASE WHEN {parameter}::text ~ {form} THEN {parameter}::text::uuid END"
    return f"({prefix}code = {parameter}::text OR {prefix}id = {identity})"
