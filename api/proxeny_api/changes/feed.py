"""Read the ledger as a feed: a city's own chain by number, a network's over all that share with it by transaction."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api import consent
from proxeny_api.changes.sight import readable, seen
from proxeny_api.errors import BadRequest
from proxeny_api.ledger.chain import GENESIS
from proxeny_api.ledger.checkpoints import Standing
from proxeny_api.principals import NOBODY
from proxeny_api.records.read import built, instant
from proxeny_api.records.state import CityKnown

ANCHOR_DIGITS = 16
BEFORE_ALL = -(2**62)
OTHER_HISTORY = "This cursor belongs to another history of the database, restored since; begin again without it."
MEMBERS = {
    "seq": "f.seq",
    "at": instant("f.at"),
    "action": "f.action",
    "resource": "f.resource",
    "resource_id": "f.resource_id",
    "city": "c.code",
    "actor_kind": "split_part(f.actor, ':', 1)",
    "actor_key": "CASE WHEN f.city_id = $1 THEN split_part(f.actor, ':', 2) END",
    "request_id": "CASE WHEN f.city_id = $1 THEN f.request_id END",
    "visibility": "f.visibility",
    "hash": "encode(f.hash, 'hex')",
    "body_hash": "CASE WHEN f.city_id = $1 THEN encode(f.body_hash, 'hex') END",
    "network_ids": "CASE WHEN f.city_id = $1 THEN f.network_ids END",
    "erased_at": instant("f.erased_at"),
}
KEPT = "CASE WHEN f.action NOT IN ('deleted', 'erased') THEN f.body END AS body"
CITY = f"""
SELECT f.seq, f.hash, {built(MEMBERS)} AS told, {KEPT} FROM ledger_entry f LEFT JOIN city c ON c.id = f.city_id
WHERE f.city_id = $1 AND f.seq > $2 ORDER BY f.seq LIMIT $3
"""
HEAD = "SELECT seq, hash FROM ledger_head WHERE city_id = $1"
ANCHOR = "SELECT encode(hash, 'hex') FROM ledger_entry WHERE city_id = $1 AND seq = $2"

# Without sorts a page is read along the index, from where the one before ended: for a network that few entries name,
# the planner would otherwise read and sort the whole ledger anew for every page.
HORIZON = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS txid,
       md5(system_identifier || left(pg_walfile_name(pg_current_wal_lsn()), 8)) AS history,
       set_config('enable_sort', 'off', true)
FROM pg_control_system()
"""
AHEAD = "({0}.txid, {0}.city_id, {0}.seq) > ($2::bigint, $3::uuid, $4::bigint) AND {0}.txid < $5::bigint"
IN_ORDER = "ORDER BY txid, city_id, seq LIMIT $6"
NETWORK = f"""
WITH m AS MATERIALIZED (
    SELECT m.city_id, bool_or({consent.holds("records", "m")}) AS records
    FROM membership m WHERE m.network_id = $1 AND {consent.holds("totals", "m")} GROUP BY m.city_id
), f AS (
    (SELECT e.txid, e.city_id, e.seq, e.at, e.action, e.resource, e.resource_id, e.actor, e.request_id, e.visibility,
            e.hash, e.body_hash, e.network_ids, e.erased_at, e.body
     FROM ledger_entry e WHERE {AHEAD.format("e")} AND (e.city_id = $1
        OR e.visibility <> 'private' AND e.network_ids @> ARRAY[$1] AND (
            e.city_id IN (SELECT city_id FROM m WHERE records)
            OR e.resource = 'membership' AND (e.action = 'deleted' OR e.city_id IN (SELECT city_id FROM m))))
     {IN_ORDER})
    UNION ALL
    (SELECT w.txid, w.city_id, w.seq, w.at, 'withdrawn', w.resource, w.resource_id, 'city', NULL, NULL,
            NULL, NULL, NULL, NULL, NULL
     FROM withdrawal w WHERE w.network_id = $1 AND {AHEAD.format("w")}
        AND (w.resource = 'membership' OR w.city_id IN (SELECT city_id FROM m WHERE records))
     {IN_ORDER})
)
SELECT f.txid, f.city_id, f.seq, f.resource, f.resource_id, {built(MEMBERS)} AS told, {KEPT}
FROM f LEFT JOIN city c ON c.id = f.city_id {IN_ORDER}
"""


class Feed(NamedTuple):
    """Some changes as JSON, the position after them, and whether more are there already."""

    items: list[str]
    position: list[Any]
    more: bool


async def of_city(connection: asyncpg.Connection, city: CityKnown, after: Sequence[Any] | None, limit: int) -> Feed:
    """Return what changed in a city's chain after a position, `[seq, hash of that entry]`.

    A chain's head is locked until the commit, so numbers come in the order of commits and none is skipped. Raises
    BadRequest where the entry at the position is not the one that the asker read.
    """
    seq, anchor = after or (0, "")
    if seq and not str(await connection.fetchval(ANCHOR, city.id, seq)).startswith(anchor):
        raise BadRequest(OTHER_HISTORY)
    rows = await connection.fetch(CITY, city.id, seq, limit + 1)
    shown = rows[:limit]
    if shown:
        seq, anchor = shown[-1]["seq"], shown[-1]["hash"].hex()[:ANCHOR_DIGITS]
    return Feed([item(row["told"], row["body"]) for row in shown], [seq, anchor], len(rows) > limit)


async def standing(connection: asyncpg.Connection, city: CityKnown) -> Standing:
    """Return where a city's chain ends."""
    head = await connection.fetchrow(HEAD, city.id)
    seq, digest = head or (0, GENESIS)
    return Standing("city", city.id, city.code, seq, digest)


async def of_network(connection: asyncpg.Connection, network_id: UUID, after: Sequence[Any] | None, limit: int) -> Feed:
    """Return what changed for a network after a position, `[history, txid, city, seq]`, in the order of transactions.

    Only transactions older than the oldest one still running are told of, whatever it writes: one that began early and
    commits late comes into its place before the feed has passed it. At the end the position moves on to that horizon.

    What a network is shown:

    - its own chain, and the entries that name it and are not private, of cities that share `records` with it now;
    - memberships of cities that share anything now;
    - `withdrawn`, where such an entry's record is not shown to it any more, as long as the city shares records;
    - that a membership was deleted or withdrawn: always, for then nothing else tells it, and it tells nothing else.

    The position's history is the cluster's identifier and timeline: BadRequest where it is another one. A dump that is
    restored into another cluster brings the old transaction ids with it; `verify` finds ids that are yet to come there
    and hints at `changes.verify.renumber`, which must run before the feed is served.
    """
    now, horizon = await _now(connection)
    history, *start = after or (now, BEFORE_ALL, str(NOBODY), 0)
    if history != now:
        raise BadRequest(OTHER_HISTORY)
    rows = await connection.fetch(NETWORK, network_id, *start, horizon, limit + 1)
    shown, more = rows[:limit], len(rows) > limit
    end = (horizon, NOBODY, 0)
    txid, city_id, seq = (shown[-1]["txid"], shown[-1]["city_id"], shown[-1]["seq"]) if more else end
    visible = await readable(connection, shown)
    items = [item(row["told"], seen(row, network_id, visible)) for row in shown]
    return Feed(items, [history, txid, str(city_id), seq], more)


async def _now(connection: asyncpg.Connection) -> tuple[str, int]:
    """Return which history this is, and the id of the oldest transaction that may still be running."""
    (row,) = await connection.fetch(HORIZON)
    return row["history"], row["txid"]


def item(told: str, body: str | None) -> str:
    """Return a change as JSON: what is told of it, and the record's own JSON as it is."""
    return f'{told[:-1]}, "body" : {body or "null"}}}'
