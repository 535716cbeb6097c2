"""The one MetaData of the database, and the columns and checks that its tables share."""

from collections.abc import Sequence

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

MONEY_LIMIT = "1e16"


def identity(name: str = "id") -> Column[object]:
    """Return a UUID column that may not be null; the application makes the value."""
    return Column(name, Uuid, nullable=False)


def instant(name: str) -> Column[object]:
    """Return a column for an instant with its time zone, never null."""
    return Column(name, DateTime(timezone=True), nullable=False)


def stamps() -> tuple[Column[object], Column[object], Column[object]]:
    """Return version, created_at and updated_at, which every record has."""
    return Column("version", Integer, nullable=False), instant("created_at"), instant("updated_at")


def words(name: str, *, null: bool = False) -> Column[object]:
    """Return a text column; what it may hold is a check's business."""
    return Column(name, Text, nullable=null)


def day(name: str, *, null: bool = False) -> Column[object]:
    """Return a column for a day of the calendar."""
    return Column(name, Date, nullable=null)


def number(name: str, *, null: bool = False) -> Column[object]:
    """Return an exact decimal column that keeps the digits it was given."""
    return Column(name, Numeric, nullable=null)


def text_list(name: str) -> Column[object]:
    """Return a column for a list of texts, empty rather than null."""
    return Column(name, ARRAY(Text), nullable=False, server_default=text("'{}'"))


def id_list(name: str) -> Column[object]:
    """Return a column for a list of ids, empty rather than null."""
    return Column(name, ARRAY(Uuid), nullable=False, server_default=text("'{}'"))


def one_of(column: str, codes: Sequence[str]) -> CheckConstraint:
    """Return the check that a column holds a code of a list, or nothing where it may be null."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def all_of(column: str, codes: Sequence[str]) -> CheckConstraint:
    """Return the check that a list column holds codes of a list only."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} <@ ARRAY[{listed}]", name=column)


def money(column: str) -> CheckConstraint:
    """Return the check that keeps NaN, negative and absurd amounts out of a column."""
    return CheckConstraint(f"{column} >= 0 AND {column} < {MONEY_LIMIT}", name=column)


def positive(column: str) -> CheckConstraint:
    """Return the check that keeps nought, NaN, negative and absurd numbers out of a column."""
    return CheckConstraint(f"{column} > 0 AND {column} < {MONEY_LIMIT}", name=column)


def line(column: str) -> CheckConstraint:
    """Return the check that a text, where there is one, is neither empty nor longer than a line."""
    return CheckConstraint(f"length({column}) BETWEEN 1 AND 300", name=column)


def share(column: str, *, nought: bool = True) -> CheckConstraint:
    """Return the check that a column is a share, from nought (or above it) to one."""
    return CheckConstraint(f"{column} {'>=' if nought else '>'} 0 AND {column} <= 1", name=column)


def currency(column: str = "currency") -> CheckConstraint:
    """Return the check that a column has the form of an ISO 4217 code."""
    return CheckConstraint(f"{column} ~ '^[A-Z]{{3}}$'", name=column)
