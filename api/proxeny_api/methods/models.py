"""The table of a city's own methods: rows are added and never changed."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from proxeny_api import schema

method = Table(
    "method",
    schema.metadata,
    schema.identity("city_id"),
    schema.identity(),
    schema.words("name"),
    Column("version", Integer, nullable=False),
    schema.words("title"),
    schema.words("note"),
    schema.words("source"),
    schema.words("parameters"),
    schema.instant("created_at"),
    PrimaryKeyConstraint("city_id", "id"),
    UniqueConstraint("city_id", "name", "version"),
    ForeignKeyConstraint(["city_id"], ["city.id"]),
    CheckConstraint("name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(name) <= 63", name="name"),
    CheckConstraint("version > 0", name="version"),
)
