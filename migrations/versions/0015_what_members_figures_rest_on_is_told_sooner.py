"""what members' figures rest on is told sooner: a sum of hashes in any order, in place of the hash of a sorted list.

Of ten thousand members the list took as long to sort and write as a page of their figures.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MEMBERS_VERSION = """
CREATE OR REPLACE FUNCTION members_version() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT {version}
    FROM ledger_head h WHERE h.city_id IN (
        SELECT m.city_id FROM membership m
        WHERE m.network_id = nullif(current_setting('app.network_id', true), '')::uuid
          AND m.sharing <> 'none' AND (m.left_on IS NULL OR m.left_on >= current_date))
$$
"""
SUMMED = "count(*) || ':' || coalesce(sum(uuid_hash_extended(h.city_id, h.seq)), 0)"
SORTED = "md5(coalesce(string_agg(h.city_id::text || ':' || h.seq, ',' ORDER BY h.city_id), ''))"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(MEMBERS_VERSION.format(version=SUMMED))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(MEMBERS_VERSION.format(version=SORTED))
