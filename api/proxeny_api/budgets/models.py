"""The table of budgets, owned by the city."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from proxeny_api import schema

budget = Table(
    "budget",
    schema.metadata,
    schema.identity("city_id"),
    schema.identity(),
    Column("year", SmallInteger, nullable=False),
    schema.number("amount"),
    schema.words("currency"),
    schema.words("source"),
    schema.words("fiscal_year_starts_on"),
    *schema.stamps(),
    PrimaryKeyConstraint("city_id", "id"),
    UniqueConstraint("city_id", "year"),
    ForeignKeyConstraint(["city_id"], ["city.id"]),
    CheckConstraint("year BETWEEN 1900 AND 2100", name="year"),
    schema.money("amount"),
    schema.currency(),
    CheckConstraint("fiscal_year_starts_on ~ '^[01][0-9]-[0-3][0-9]$'", name="fiscal_year_starts_on"),
)
