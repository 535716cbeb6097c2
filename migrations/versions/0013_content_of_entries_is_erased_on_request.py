"""content of entries is erased on request: by a function that can do that alone, for no role may change an entry."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ERASE = """
CREATE FUNCTION erase_entries(seqs bigint[], instant timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH erased AS (
        UPDATE ledger_entry e SET body = NULL, erased_at = instant
        WHERE e.city_id = nullif(current_setting('app.city_id', true), '')::uuid AND e.seq = ANY(seqs)
          AND e.body IS NOT NULL
        RETURNING 1
    )
    SELECT count(*) FROM erased
$$
"""


def allow(actions: str) -> None:
    op.execute("ALTER TABLE ledger_entry DROP CONSTRAINT ck_ledger_entry_action")
    op.execute(
        f"ALTER TABLE ledger_entry ADD CONSTRAINT ck_ledger_entry_action CHECK (action IN ({actions})) NOT VALID"
    )
    op.execute("ALTER TABLE ledger_entry VALIDATE CONSTRAINT ck_ledger_entry_action")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    allow("'created', 'updated', 'deleted', 'erased'")
    op.execute(ERASE)
    op.execute("REVOKE ALL ON FUNCTION erase_entries(bigint[], timestamptz) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION erase_entries(bigint[], timestamptz) TO city_actor")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION erase_entries(bigint[], timestamptz)")
    allow("'created', 'updated', 'deleted'")
