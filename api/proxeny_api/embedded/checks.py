"""What a server must be: new enough, and set so that it never loses what it has confirmed."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

from proxeny_api.embedded.errors import ServerUnfit

BUNDLED_MAJOR = 18
KEEPING = ("fsync", "full_page_writes", "synchronous_commit")
SETTINGS_SQL = """
SELECT name, setting FROM pg_settings
WHERE name IN ('server_version_num', 'fsync', 'full_page_writes', 'synchronous_commit')
"""


async def check_server(conn: asyncpg.Connection[asyncpg.Record], minimum: int) -> None:
    """Raise `ServerUnfit` unless the server has this major version and keeps what it confirms."""
    require_fit({row["name"]: row["setting"] for row in await conn.fetch(SETTINGS_SQL)}, minimum)


def require_fit(settings: Mapping[str, str], minimum: int) -> None:
    """Raise `ServerUnfit`, naming all that is amiss, unless these settings will do."""
    number = int(settings["server_version_num"])
    amiss = [] if number // 10_000 >= minimum else [f"it is PostgreSQL {number // 10_000}, not {minimum} or newer"]
    amiss += [f"its {name} is off" for name in KEEPING if settings[name] == "off"]
    if amiss:
        raise ServerUnfit(f"The database server will not do: {'; '.join(amiss)}.")
