"""a city says what things are worth, what it is to spend, and by which methods it makes its figures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ACTORS = ("city_actor", "network_actor")
MINE = "city_id = nullif(current_setting('app.city_id', true), '')::uuid"
MY_NETWORK = "nullif(current_setting('app.network_id', true), '')::uuid"
CHANGED = "SELECT, INSERT, UPDATE, DELETE"
# A city's methods are added to and never changed. What a network is shown nothing of it may ask for and gets no rows,
# so that a question which goes over a city's records of all kinds is answered from the others.
GRANTS = {
    "proxy": (CHANGED, f"visibility <> 'private' AND network_ids @> ARRAY[{MY_NETWORK}]"),
    "budget": (CHANGED, "false"),
    "method": ("SELECT, INSERT", "false"),
}


def fence() -> None:
    """Let a city have what is its own, and a network read what carries its name and is not private."""
    for table, (verbs, shown) in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        for role, granted, rows in (("city_actor", verbs, MINE), ("network_actor", "SELECT", shown)):
            op.execute(f"GRANT {granted} ON {table} TO {role}")
            op.execute(f"CREATE POLICY {role} ON {table} TO {role} USING ({rows}) WITH CHECK ({rows})")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "proxy",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("low", sa.Numeric(), nullable=True),
        sa.Column("high", sa.Numeric(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("network_ids", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        *stamps(),
        sa.CheckConstraint("code ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(code) <= 63", name=op.f("ck_proxy_code")),
        sa.CheckConstraint("value >= 0 AND value < 1e16", name=op.f("ck_proxy_value")),
        sa.CheckConstraint("low >= 0 AND low < 1e16", name=op.f("ck_proxy_low")),
        sa.CheckConstraint("high >= 0 AND high < 1e16", name=op.f("ck_proxy_high")),
        sa.CheckConstraint(
            "(low IS NULL) = (high IS NULL) AND low <= value AND value <= high", name=op.f("ck_proxy_range")
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_proxy_currency")),
        sa.CheckConstraint("visibility IN ('private', 'network', 'public')", name=op.f("ck_proxy_visibility")),
        sa.CheckConstraint("year BETWEEN 1900 AND 2100", name=op.f("ck_proxy_year")),
        *keys("proxy", "code"),
    )
    op.create_table(
        "budget",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fiscal_year_starts_on", sa.Text(), nullable=False),
        *stamps(),
        sa.CheckConstraint("year BETWEEN 1900 AND 2100", name=op.f("ck_budget_year")),
        sa.CheckConstraint("amount >= 0 AND amount < 1e16", name=op.f("ck_budget_amount")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_budget_currency")),
        sa.CheckConstraint(
            "fiscal_year_starts_on ~ '^[01][0-9]-[0-3][0-9]$'", name=op.f("ck_budget_fiscal_year_starts_on")
        ),
        *keys("budget", "year"),
    )
    op.create_table(
        "method",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(name) <= 63", name=op.f("ck_method_name")),
        sa.CheckConstraint("version > 0", name=op.f("ck_method_version")),
        *keys("method", "name", "version"),
    )
    fence()


def stamps() -> list[sa.Column[object]]:
    """Return version, created_at and updated_at."""
    instants = (sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("created_at", "updated_at"))
    return [sa.Column("version", sa.Integer(), nullable=False), *instants]


def keys(table: str, *unique: str) -> list[sa.Constraint]:
    """Return the keys of a city's table: its own, the city's, and what is unique in a city."""
    names = "_".join(("city_id", *unique))
    return [
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f(f"fk_{table}_city_id")),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("city_id", *unique, name=op.f(f"uq_{table}_{names}")),
    ]


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in reversed(GRANTS):
        op.drop_table(table)
