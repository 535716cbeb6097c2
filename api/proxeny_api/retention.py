"""What is kept for a while only: answers that may be repeated, and when keys were last used."""

from typing import NamedTuple

import asyncpg

ANSWERS = "DELETE FROM idempotent_answer WHERE created_at < now() - make_interval(days => $1)"
LAST_USES = "UPDATE api_key SET last_used_at = NULL WHERE last_used_at < now() - make_interval(days => $1)"


class Swept(NamedTuple):
    """How much was removed."""

    answers: int
    last_uses: int


async def sweep(admin_url: str, answers: int, last_uses: int) -> Swept:
    """Remove what is older than so many days."""
    connection = await asyncpg.connect(admin_url)
    try:
        removed = await connection.execute(ANSWERS, answers), await connection.execute(LAST_USES, last_uses)
    finally:
        await connection.close()
    return Swept(*(int(status.rpartition(" ")[2]) for status in removed))
