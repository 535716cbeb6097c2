"""The table of valuation proxies, owned by the city."""

from typing import get_args

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
from proxeny_api.vocabularies.codes import Visibility

proxy = Table(
    "proxy",
    schema.metadata,
    schema.identity("city_id"),
    schema.identity(),
    schema.words("code"),
    schema.words("title"),
    schema.number("value"),
    schema.words("currency"),
    schema.words("unit"),
    Column("year", SmallInteger, nullable=False),
    schema.words("source"),
    schema.words("source_url", null=True),
    schema.number("low", null=True),
    schema.number("high", null=True),
    schema.words("licence", null=True),
    schema.words("visibility"),
    schema.id_list("network_ids"),
    *schema.stamps(),
    PrimaryKeyConstraint("city_id", "id"),
    UniqueConstraint("city_id", "code"),
    ForeignKeyConstraint(["city_id"], ["city.id"]),
    CheckConstraint("code ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(code) <= 63", name="code"),
    schema.money("value"),
    schema.money("low"),
    schema.money("high"),
    CheckConstraint("(low IS NULL) = (high IS NULL) AND low <= value AND value <= high", name="range"),
    schema.currency(),
    schema.one_of("visibility", get_args(Visibility)),
    CheckConstraint("year BETWEEN 1900 AND 2100", name="year"),
)
