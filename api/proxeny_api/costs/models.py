"""The table of costs, owned by the city."""

from typing import get_args

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)

from proxeny_api import schema
from proxeny_api.vocabularies.codes import CostCategory, FundedBy, Visibility

cost = Table(
    "cost",
    schema.metadata,
    schema.identity("city_id"),
    schema.identity(),
    schema.words("external_id", null=True),
    Column("engagement_id", Uuid),
    Column("membership_id", Uuid),
    schema.words("category"),
    schema.number("amount"),
    schema.words("currency"),
    schema.day("incurred_on"),
    schema.words("funded_by"),
    Column("estimated", Boolean, nullable=False),
    schema.words("description", null=True),
    schema.words("visibility"),
    schema.id_list("network_ids"),
    schema.number("to_eur", null=True),
    schema.number("to_local", null=True),
    *schema.stamps(),
    PrimaryKeyConstraint("city_id", "id"),
    UniqueConstraint("city_id", "external_id"),
    ForeignKeyConstraint(["city_id"], ["city.id"]),
    ForeignKeyConstraint(["city_id", "engagement_id"], ["engagement.city_id", "engagement.id"]),
    ForeignKeyConstraint(["city_id", "membership_id"], ["membership.city_id", "membership.id"]),
    Index(None, "city_id", "engagement_id"),
    Index(None, "city_id", "estimated", postgresql_where=text("estimated")),
    Index(None, "city_id", "membership_id", postgresql_where=text("membership_id IS NOT NULL")),
    schema.one_of("category", get_args(CostCategory)),
    schema.one_of("funded_by", get_args(FundedBy)),
    schema.one_of("visibility", get_args(Visibility)),
    schema.money("amount"),
    schema.currency(),
    CheckConstraint("engagement_id IS NULL OR membership_id IS NULL", name="one_parent"),
    CheckConstraint("to_eur > 0 AND to_local > 0", name="rates"),
)
