"""The table of cities, which all share and no city owns."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Float, PrimaryKeyConstraint, Table, UniqueConstraint

from proxeny_api import schema

city = Table(
    "city",
    schema.metadata,
    schema.identity(),
    schema.words("code"),
    schema.words("name"),
    schema.words("country"),
    Column("population", BigInteger),
    Column("latitude", Float),
    Column("longitude", Float),
    schema.words("currency"),
    Column("geonames_id", BigInteger),
    *schema.stamps(),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("code"),
    CheckConstraint("code ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(code) <= 63", name="code"),
    CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
    CheckConstraint("population >= 0", name="population"),
    CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
    CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
    schema.currency(),
)
