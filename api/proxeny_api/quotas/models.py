"""The table of requests taken from quotas: written without a log, for after a crash it may begin anew."""

from sqlalchemy import Column, Integer, LargeBinary, PrimaryKeyConstraint, Table

from proxeny_api import schema

request_window = Table(
    "request_window",
    schema.metadata,
    Column("subject", LargeBinary, nullable=False),
    schema.instant("ends_at"),
    Column("taken", Integer, nullable=False),
    Column("granted", Integer, nullable=False),
    PrimaryKeyConstraint("subject"),
    prefixes=["UNLOGGED"],
    postgresql_with={"fillfactor": 50},
)
