"""figures know when what they rest on has changed, also where that may not be read by who asks."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Told to a network of its own members alone, and as a hash: how many changes there were is nobody else's business.
MEMBERS_VERSION = """
CREATE FUNCTION members_version() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT md5(coalesce(string_agg(h.city_id::text || ':' || h.seq, ',' ORDER BY h.city_id), ''))
    FROM ledger_head h WHERE h.city_id IN (
        SELECT m.city_id FROM membership m
        WHERE m.network_id = nullif(current_setting('app.network_id', true), '')::uuid
          AND m.sharing <> 'none' AND (m.left_on IS NULL OR m.left_on >= current_date))
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(MEMBERS_VERSION)
    op.execute("REVOKE ALL ON FUNCTION members_version() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION members_version() TO network_actor")
    for table in ("loaded_rate", "price_index"):
        op.create_index(op.f(f"ix_{table}_loaded_at"), table, ["loaded_at"])
    op.create_index(
        op.f("ix_cost_city_id_estimated"), "cost", ["city_id", "estimated"], postgresql_where=sa.text("estimated")
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_cost_city_id_estimated"), "cost")
    for table in ("loaded_rate", "price_index"):
        op.drop_index(op.f(f"ix_{table}_loaded_at"), table)
    op.execute("DROP FUNCTION members_version()")
