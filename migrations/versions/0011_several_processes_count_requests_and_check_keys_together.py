"""several processes count requests and check keys together, and a replica says how far it is."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Called rather than asked, for it stands in the message that opens a transaction: nobody reads rows of that.
KEY_MUST_STAND = """
CREATE PROCEDURE key_must_stand(wanted uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM 1 FROM api_key k WHERE k.id = wanted AND k.revoked_at IS NULL AND k.expires_at > clock_timestamp();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the key has ended' USING ERRCODE = 'PX401';
    END IF;
END
$$
"""
KEY_STANDS = """
CREATE FUNCTION key_stands(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (SELECT FROM api_key k
                   WHERE k.id = wanted AND k.revoked_at IS NULL AND k.expires_at > clock_timestamp())
$$
"""
# A block is a fiftieth of the quota, smaller towards its end, so that little of it lies unused with one process.
TAKE_REQUESTS = """
CREATE FUNCTION take_requests(whose bytea, quota integer, seconds integer)
RETURNS TABLE (granted integer, remaining integer, ends_in double precision)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    INSERT INTO request_window AS w (subject, ends_at, taken, granted)
    VALUES (whose, now() + make_interval(secs => seconds),
            greatest(1, quota / 50), greatest(1, quota / 50))
    ON CONFLICT (subject) DO UPDATE SET (ends_at, taken, granted) = (
        SELECT n.ends_at, n.taken + n.block, n.block
        FROM (SELECT o.ends_at, o.taken, greatest(0, least(quota - o.taken,
                         greatest(1, least(quota / 50, (quota - o.taken) / 8)))) AS block
              FROM (SELECT CASE WHEN w.ends_at > now() THEN w.ends_at ELSE excluded.ends_at END AS ends_at,
                           CASE WHEN w.ends_at > now() THEN w.taken ELSE 0 END AS taken) AS o) AS n)
    RETURNING w.granted, greatest(0, quota - w.taken), extract(epoch FROM w.ends_at - now())::double precision
$$
"""
FORGET_REQUESTS = """
CREATE FUNCTION forget_requests() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DELETE FROM request_window WHERE ends_at < now()
$$
"""
CHAIN_POSITIONS = """
CREATE FUNCTION chain_positions(subjects uuid[]) RETURNS TABLE (subject uuid, seq bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT h.city_id, h.seq FROM ledger_head h WHERE h.city_id = ANY(subjects)
$$
"""
ROUTINES = {
    "key_must_stand(uuid)": KEY_MUST_STAND,
    "key_stands(uuid)": KEY_STANDS,
    "take_requests(bytea, integer, integer)": TAKE_REQUESTS,
    "forget_requests()": FORGET_REQUESTS,
    "chain_positions(uuid[])": CHAIN_POSITIONS,
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "request_window",
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_request_window")),
        prefixes=["UNLOGGED"],
        postgresql_with={"fillfactor": 50},
    )
    for name, body in ROUTINES.items():
        op.execute(body)
        op.execute(f"REVOKE ALL ON ROUTINE {name} FROM PUBLIC")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in ROUTINES:
        op.execute(f"DROP ROUTINE {name}")
    op.drop_table("request_window")
