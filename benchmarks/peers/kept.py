"""What the peer on Django Ninja adds to do all of W1: a chained ledger and kept sums, written by hand."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from psycopg import Connection

from benchmarks.peers.shapes import Engagement

LOCK = "SELECT pg_advisory_xact_lock(1)"
HEAD = "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1"
ENTRY = "INSERT INTO ledger (seq, engagement_id, body, previous, hash) VALUES (%s, %s, %s, %s, %s)"
SUMS = """
INSERT INTO kept (network_id, year, kind, engagements, leader_hours, staff_hours, cost, outcomes, funding)
SELECT e.network_id, extract(year FROM e.starts_on), e.kind, count(*), sum(e.leader_hours * e.share),
       sum(e.staff_hours * e.share), coalesce(sum(c.cost * e.share), 0), coalesce(sum(o.outcomes * e.share), 0),
       coalesce(sum(o.funding * e.share), 0)
FROM engagement e
LEFT JOIN LATERAL (SELECT sum(amount) AS cost FROM cost WHERE engagement_id = e.id) AS c ON true
LEFT JOIN LATERAL (SELECT sum(credit) AS outcomes, sum(amount * credit) AS funding FROM outcome
                   WHERE engagement_id = e.id) AS o ON true
WHERE (e.network_id, extract(year FROM e.starts_on), e.kind) IN (
    SELECT network_id, extract(year FROM starts_on), kind FROM engagement WHERE id = ANY(%s))
GROUP BY 1, 2, 3
ON CONFLICT (network_id, year, kind) DO UPDATE SET engagements = EXCLUDED.engagements,
  leader_hours = EXCLUDED.leader_hours, staff_hours = EXCLUDED.staff_hours, cost = EXCLUDED.cost,
  outcomes = EXCLUDED.outcomes, funding = EXCLUDED.funding
"""


def keep(connection: Connection[dict[str, Any]], rows: Sequence[Engagement], ids: Sequence[int]) -> None:
    """Append an entry for each engagement to the ledger, and sum anew what its network, year and kind add up to."""
    connection.execute(LOCK)
    head = connection.execute(HEAD).fetchone() or {"seq": 0, "hash": bytes(32)}
    seq, previous, entries = head["seq"], head["hash"], []
    for row, engagement_id in zip(rows, ids, strict=True):
        body = row.model_dump_json()
        seq, made = seq + 1, sha256(previous + body.encode()).digest()
        entries.append((seq, engagement_id, body, previous, made))
        previous = made
    with connection.cursor() as cursor:
        cursor.executemany(ENTRY, entries)
    connection.execute(SUMS, [list(ids)])
