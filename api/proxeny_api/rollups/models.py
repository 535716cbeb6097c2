"""The rollup: sums by city, network, year and group, kept exact by every write. Owned by the city."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    text,
)

from proxeny_api import schema
from proxeny_api.rollups.measures import COLUMNS

DIMENSIONS = ("network", "network_kind", "kind", "theme", "sdg")

rollup = Table(
    "rollup",
    schema.metadata,
    schema.identity("city_id"),
    schema.words("dimension"),
    schema.identity("network_id"),
    schema.words("value"),
    Column("year", SmallInteger, nullable=False),
    Column("shared", Boolean, nullable=False),
    *(Column(name, Numeric, nullable=False, server_default=text("0")) for name in COLUMNS),
    PrimaryKeyConstraint("city_id", "dimension", "network_id", "value", "year", "shared"),
    ForeignKeyConstraint(["city_id"], ["city.id"]),
    Index(None, "network_id", "dimension", "city_id"),
    CheckConstraint(f"dimension IN ({', '.join(repr(name) for name in DIMENSIONS)})", name="dimension"),
    postgresql_with={"fillfactor": "70"},
)
