"""actors see their own: grants, row-level security, and the two doors of the bare login."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ACTORS = ("city_actor", "network_actor", "operator_actor", "public_actor")
MINE = "city_id = nullif(current_setting('app.city_id', true), '')::uuid"
MY_NETWORK = "nullif(current_setting('app.network_id', true), '')::uuid"
ON_RECORD = f"visibility <> 'private' AND network_ids @> ARRAY[{MY_NETWORK}]"

RECORDS = ("engagement", "engagement_network", "cost", "outcome", "credit", "membership", "rollup")
CHAIN = ("ledger_head", "ledger_entry", "withdrawal", "idempotent_answer")
NETWORK_READS = {
    "engagement": ON_RECORD,
    "cost": ON_RECORD,
    "outcome": ON_RECORD,
    "credit": ON_RECORD,
    "engagement_network": f"visibility <> 'private' AND network_id = {MY_NETWORK}",
    "membership": f"sharing <> 'none' AND network_id = {MY_NETWORK}",
    "rollup": f"shared AND network_id = {MY_NETWORK}",
    "withdrawal": f"network_id = {MY_NETWORK}",
}

KEY_BY_MAC = """
CREATE FUNCTION key_by_mac(wanted bytea)
RETURNS TABLE (id uuid, kind text, owner_id uuid, scopes text[], expires_at timestamptz, revoked_at timestamptz,
               code text, currency text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT k.id, k.kind, k.owner_id, k.scopes, k.expires_at, k.revoked_at, coalesce(c.code, n.code), c.currency
    FROM api_key k LEFT JOIN city c ON c.id = k.owner_id LEFT JOIN network n ON n.id = k.owner_id
    WHERE k.mac = wanted
$$
"""
TOUCH_KEYS = """
CREATE FUNCTION touch_keys(ids uuid[], instants timestamptz[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    UPDATE api_key k SET last_used_at = greatest(k.last_used_at, used.at)
    FROM unnest(ids, instants) AS used(id, at) WHERE k.id = used.id
$$
"""


def fence(table: str) -> None:
    """Turn on row-level security for a table, for its owner too."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def allow(table: str, role: str, verbs: str, rows: str) -> None:
    """Grant verbs on a table to a role, for the rows of one policy."""
    op.execute(f"GRANT {verbs} ON {table} TO {role}")
    op.execute(f"CREATE POLICY {role} ON {table} TO {role} USING ({rows}) WITH CHECK ({rows})")


def allow_records() -> None:
    """Let a city have all that is its own, and a network read what carries its name."""
    for table in RECORDS:
        fence(table)
        allow(table, "city_actor", "SELECT, INSERT, UPDATE, DELETE", MINE)
        allow(table, "network_actor", "SELECT", NETWORK_READS[table])


def allow_chains() -> None:
    """Let each write to its own chain; the operator appends to any and reads none."""
    own_network = MINE.replace("app.city_id", "app.network_id")
    for table in CHAIN:
        fence(table)
    for table in ("ledger_entry", "withdrawal"):
        allow(table, "city_actor", "SELECT, INSERT", MINE)
    allow("ledger_head", "city_actor", "SELECT, INSERT, UPDATE", MINE)
    allow("ledger_head", "network_actor", "SELECT, INSERT, UPDATE", own_network)
    allow("ledger_head", "operator_actor", "SELECT, INSERT, UPDATE", "true")
    op.execute("GRANT SELECT, INSERT ON ledger_entry TO network_actor")
    op.execute("GRANT INSERT ON ledger_entry TO operator_actor")
    op.execute(
        f"CREATE POLICY network_actor ON ledger_entry TO network_actor"
        f" USING ({own_network} OR ({ON_RECORD})) WITH CHECK ({own_network})"
    )
    op.execute("CREATE POLICY operator_actor ON ledger_entry FOR INSERT TO operator_actor WITH CHECK (true)")
    allow("withdrawal", "network_actor", "SELECT", NETWORK_READS["withdrawal"])
    allow("idempotent_answer", "city_actor", "SELECT, INSERT, DELETE", MINE)
    allow("idempotent_answer", "network_actor", "SELECT, INSERT, DELETE", own_network)
    nobody = "city_id = '00000000-0000-0000-0000-000000000000'"
    allow("idempotent_answer", "operator_actor", "SELECT, INSERT, DELETE", nobody)


def allow_shared() -> None:
    """Let the tables that no city owns be read by those who need them, and changed by their keepers."""
    for table in ("city", "network", "api_key"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        allow(table, "operator_actor", "SELECT, INSERT, UPDATE", "true")
    mine = "nullif(current_setting('app.city_id', true), '')::uuid"
    allow("city", "city_actor", "SELECT, UPDATE", f"id = {mine}")
    allow("city", "network_actor", "SELECT", "true")
    allow("network", "city_actor", "SELECT", "true")
    allow("network", "network_actor", "SELECT, UPDATE", f"id = {MY_NETWORK}")
    allow("api_key", "city_actor", "SELECT, INSERT, UPDATE", f"kind = 'city' AND owner_id = {mine}")
    allow("api_key", "network_actor", "SELECT, INSERT, UPDATE", f"kind = 'network' AND owner_id = {MY_NETWORK}")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for role in ACTORS:
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    op.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    allow_records()
    allow_chains()
    allow_shared()
    op.execute(KEY_BY_MAC)
    op.execute(TOUCH_KEYS)
    op.execute("REVOKE ALL ON FUNCTION key_by_mac(bytea), touch_keys(uuid[], timestamptz[]) FROM PUBLIC")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION key_by_mac(bytea)")
    op.execute("DROP FUNCTION touch_keys(uuid[], timestamptz[])")
    for table in (*RECORDS, *CHAIN, "city", "network", "api_key"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        for role in ACTORS:
            op.execute(f"DROP POLICY IF EXISTS {role} ON {table}")
            op.execute(f"REVOKE ALL ON {table} FROM {role}")
    for role in ACTORS:
        op.execute(f"REVOKE ALL ON SCHEMA public FROM {role}")
