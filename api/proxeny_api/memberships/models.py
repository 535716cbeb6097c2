"""The table of memberships, owned by the city."""

from typing import get_args

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table, text

from proxeny_api import schema
from proxeny_api.vocabularies.codes import ContactFrequency, MeetingRegularity, MembershipRole, Sharing

membership = Table(
    "membership",
    schema.metadata,
    schema.identity("city_id"),
    schema.identity(),
    schema.identity("network_id"),
    schema.words("role"),
    schema.words("function", null=True),
    schema.day("joined_on", null=True),
    schema.day("left_on", null=True),
    schema.number("annual_fee", null=True),
    schema.words("currency", null=True),
    schema.words("contact_frequency", null=True),
    schema.words("meeting_regularity", null=True),
    schema.words("sharing"),
    *schema.stamps(),
    PrimaryKeyConstraint("city_id", "id"),
    ForeignKeyConstraint(["city_id"], ["city.id"]),
    ForeignKeyConstraint(["network_id"], ["network.id"]),
    Index("uq_membership_open", "city_id", "network_id", unique=True, postgresql_where=text("left_on IS NULL")),
    Index(None, "network_id", "city_id"),
    schema.one_of("role", get_args(MembershipRole)),
    schema.one_of("contact_frequency", get_args(ContactFrequency)),
    schema.one_of("meeting_regularity", get_args(MeetingRegularity)),
    schema.one_of("sharing", get_args(Sharing)),
    schema.money("annual_fee"),
    schema.currency(),
    CheckConstraint("(annual_fee IS NULL) = (currency IS NULL)", name="annual_fee_currency"),
    CheckConstraint("left_on >= joined_on", name="left_on"),
)
