"""rates and price indices are loaded: read by all, added by the operator, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

READERS = ("city_actor", "network_actor", "public_actor")
TABLES = ("loaded_rate", "price_index")


def create_tables() -> None:
    op.create_table(
        "loaded_rate",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("per_eur", sa.Numeric(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_loaded_rate_currency")),
        sa.CheckConstraint("currency <> 'EUR'", name=op.f("ck_loaded_rate_not_euro")),
        sa.CheckConstraint("day BETWEEN '1900-01-01' AND '2100-12-31'", name=op.f("ck_loaded_rate_day")),
        sa.CheckConstraint("per_eur > 0 AND per_eur < 1e16", name=op.f("ck_loaded_rate_per_eur")),
        sa.CheckConstraint("length(source) BETWEEN 1 AND 300", name=op.f("ck_loaded_rate_source")),
        sa.PrimaryKeyConstraint("currency", "day", "loaded_at", name=op.f("pk_loaded_rate")),
    )
    op.create_table(
        "price_index",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_price_index_currency")),
        sa.CheckConstraint("year BETWEEN 1900 AND 2100", name=op.f("ck_price_index_year")),
        sa.CheckConstraint("value > 0 AND value < 1e16", name=op.f("ck_price_index_value")),
        sa.CheckConstraint("length(base) BETWEEN 1 AND 300", name=op.f("ck_price_index_base")),
        sa.CheckConstraint("length(source) BETWEEN 1 AND 300", name=op.f("ck_price_index_source")),
        sa.PrimaryKeyConstraint("currency", "year", "loaded_at", name=op.f("pk_price_index")),
    )


def allow(table: str, role: str, verbs: str) -> None:
    """Grant verbs on every row of a table to a role."""
    op.execute(f"GRANT {verbs} ON {table} TO {role}")
    op.execute(f"CREATE POLICY {role} ON {table} TO {role} USING (true) WITH CHECK (true)")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    create_tables()
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        allow(table, "operator_actor", "SELECT, INSERT")
        for role in READERS:
            allow(table, role, "SELECT")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("price_index")
    op.drop_table("loaded_rate")
