"""The tables of rates and price indices that the operator loads: rows are added and never changed."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table

from proxeny_api import schema

loaded_rate = Table(
    "loaded_rate",
    schema.metadata,
    schema.words("currency"),
    schema.day("day"),
    schema.number("per_eur"),
    schema.words("source"),
    schema.instant("loaded_at"),
    PrimaryKeyConstraint("currency", "day", "loaded_at"),
    Index(None, "loaded_at"),
    schema.currency(),
    CheckConstraint("currency <> 'EUR'", name="not_euro"),
    CheckConstraint("day BETWEEN '1900-01-01' AND '2100-12-31'", name="day"),
    schema.positive("per_eur"),
    schema.line("source"),
)

price_index = Table(
    "price_index",
    schema.metadata,
    schema.words("currency"),
    Column("year", Integer, nullable=False),
    schema.number("value"),
    schema.words("base", null=True),
    schema.words("source"),
    schema.instant("loaded_at"),
    PrimaryKeyConstraint("currency", "year", "loaded_at"),
    Index(None, "loaded_at"),
    schema.currency(),
    CheckConstraint("year BETWEEN 1900 AND 2100", name="year"),
    schema.positive("value"),
    schema.line("base"),
    schema.line("source"),
)
