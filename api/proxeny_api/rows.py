"""The statements that store a city's record of plain columns: its own columns from the fourth parameter on."""

from collections.abc import Sequence


def inserting(table: str, columns: Sequence[str]) -> str:
    """Return the statement that stores a new record of a city ($1), by its id ($2), made at an instant ($3)."""
    places = ", ".join(f"${number}" for number in range(4, 4 + len(columns)))
    return (
        f"INSERT INTO {table} (city_id, id, version, created_at, updated_at, {', '.join(columns)})"
        f" VALUES ($1, $2, 1, $3, $3, {places})"
    )


def updating(table: str, columns: Sequence[str]) -> str:
    """Return the statement that puts new content in the place of a city's ($1) record ($2) at an instant ($3)."""
    changes = ", ".join(f"{name} = ${number}" for number, name in enumerate(columns, 4))
    return f"UPDATE {table} SET version = version + 1, updated_at = $3, {changes} WHERE city_id = $1 AND id = $2"


def deleting(table: str) -> str:
    """Return the statement that removes a city's ($1) record ($2)."""
    return f"DELETE FROM {table} WHERE city_id = $1 AND id = $2"
