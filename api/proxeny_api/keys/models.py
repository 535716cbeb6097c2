"""The table of API keys: a keyed hash of each, never the key."""

from sqlalchemy import CheckConstraint, Column, DateTime, LargeBinary, PrimaryKeyConstraint, Table, UniqueConstraint

from proxeny_api import schema

api_key = Table(
    "api_key",
    schema.metadata,
    schema.identity(),
    Column("mac", LargeBinary, nullable=False),
    schema.words("kind"),
    schema.identity("owner_id"),
    schema.words("name"),
    schema.text_list("scopes"),
    schema.instant("created_at"),
    schema.instant("expires_at"),
    Column("revoked_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("mac"),
    CheckConstraint("kind IN ('city', 'network', 'operator')", name="kind"),
    CheckConstraint("octet_length(mac) = 32", name="mac"),
)
