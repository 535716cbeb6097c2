"""Whether the database answers."""

import asyncio
import logging

import asyncpg

from proxeny_api.db import Database
from proxeny_api.errors import Unavailable

logger = logging.getLogger(__name__)

SECONDS = 2.0


async def check_database(database: Database) -> None:
    """Raise Unavailable unless the database answers within two seconds.

    The question is a task of its own, for giving up on a connection that hangs takes longer than that.
    """
    asked = asyncio.create_task(_answers(database))
    await asyncio.wait({asked}, timeout=SECONDS)
    if not asked.done():
        asked.cancel()
        raise Unavailable("The database does not answer.")
    if not asked.result():
        raise Unavailable


async def _answers(database: Database) -> bool:
    try:
        async with database.connection() as connection:
            await connection.execute("SELECT 1")
    except (Unavailable, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        logger.warning("The database does not answer: %s", type(error).__name__)
        return False
    return True
