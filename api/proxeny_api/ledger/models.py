"""The ledger's tables: the head of each chain, its entries, and what a network lost sight of."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    text,
)

from proxeny_api import schema

ACTIONS = ("created", "updated", "deleted", "erased")
OWN_TRANSACTION = text("(pg_current_xact_id())::text::bigint")

ledger_head = Table(
    "ledger_head",
    schema.metadata,
    schema.identity("city_id"),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True)),
    PrimaryKeyConstraint("city_id"),
    CheckConstraint("seq >= 0", name="seq"),
)

ledger_entry = Table(
    "ledger_entry",
    schema.metadata,
    schema.identity("city_id"),
    Column("seq", BigInteger, nullable=False),
    schema.instant("at"),
    Column("txid", BigInteger, nullable=False, server_default=OWN_TRANSACTION),
    schema.words("actor"),
    schema.words("request_id"),
    schema.words("action"),
    schema.words("resource"),
    schema.identity("resource_id"),
    schema.words("visibility"),
    schema.id_list("network_ids"),
    schema.words("body", null=True),
    Column("body_hash", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("erased_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("city_id", "seq"),
    Index(None, "txid", "city_id", "seq"),
    schema.one_of("action", ACTIONS),
    schema.one_of("visibility", ("private", "network", "public")),
    CheckConstraint("seq > 0", name="seq"),
    CheckConstraint("(body IS NULL) = (erased_at IS NOT NULL)", name="erased"),
    CheckConstraint(
        "octet_length(hash) = 32 AND octet_length(previous) = 32 AND octet_length(body_hash) = 32", name="hash"
    ),
)

withdrawal = Table(
    "withdrawal",
    schema.metadata,
    schema.identity("city_id"),
    Column("seq", BigInteger, nullable=False),
    schema.identity("network_id"),
    Column("txid", BigInteger, nullable=False, server_default=OWN_TRANSACTION),
    schema.words("resource"),
    schema.identity("resource_id"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("city_id", "seq", "network_id"),
    ForeignKeyConstraint(["city_id", "seq"], ["ledger_entry.city_id", "ledger_entry.seq"]),
    Index(None, "network_id", "txid"),
)

idempotent_answer = Table(
    "idempotent_answer",
    schema.metadata,
    schema.identity("city_id"),
    schema.words("key"),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", BigInteger, nullable=False),
    schema.words("headers"),
    Column("body", LargeBinary, nullable=False),
    schema.instant("created_at"),
    PrimaryKeyConstraint("city_id", "key"),
    Index(None, "city_id", "created_at"),
)
