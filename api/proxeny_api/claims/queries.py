"""The outcomes that have a claim's key in common, and those that agree in all but their titles."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from proxeny_api import consent
from proxeny_api.records.read import built, named, written
from proxeny_api.rollups.sql import COUNTED

MOST_CLAIMANTS = 1_000
MOST_COMPARED = 100
MOST_READ = 50
STANDING = "o.status IN ('expected', 'reported', 'verified')"
OWN = "o.city_id = $1"
# What a network may list: on which its name stands, not private, of a member that shares records with it now.
SHARED = f"""o.visibility <> 'private' AND o.network_ids @> ARRAY[$1::uuid]
 AND {consent.sharing("records", "o.city_id", "$1")}"""
CLAIMANT = {
    "city": "c.code",
    "outcome": "o.id",
    **named("o", "version", "title", "kind", "status"),
    **written("o", "amount"),
    "currency": "o.currency",
    "claimed": "trim_scale(t.claimed)::text",
}
# Records are gathered before they are put together: of many machines one alone makes ordered lists, and a query inside
# another one may not look back at what the outer one found.
CLAIMS = f"""
WITH t AS MATERIALIZED (
    SELECT o.claim_key, o.city_id, o.id, {COUNTED} AS counted, sum(k.credit * s.share) AS claimed
    FROM outcome o
    JOIN credit k ON k.city_id = o.city_id AND k.outcome_id = o.id AND k.visibility <> 'private'
    JOIN engagement_network s ON s.city_id = k.city_id AND s.engagement_id = k.engagement_id
     AND s.network_id = $1 AND s.visibility <> 'private'
    WHERE o.claim_key COLLATE "C" > $2 AND {STANDING} AND {SHARED}
    GROUP BY 1, 2, 3, 4
), claim AS (
    SELECT t.claim_key COLLATE "C" AS claim_key, count(*) AS n,
           trim_scale(coalesce(sum(t.claimed) FILTER (WHERE t.counted), 0)) AS claimed
    FROM t GROUP BY 1 HAVING count(*) > 1
), p AS MATERIALIZED (
    SELECT * FROM claim WHERE claimed > 1 OR NOT $3 ORDER BY claim_key COLLATE "C" LIMIT $4
), told AS MATERIALIZED (
    SELECT p.claim_key, p.n, p.claimed, c.code, o.id, {built(CLAIMANT)} AS claimant
    FROM p JOIN t ON t.claim_key = p.claim_key JOIN outcome o ON o.city_id = t.city_id AND o.id = t.id
    JOIN city c ON c.id = t.city_id
)
SELECT claim_key, n, claimed, to_json((array_agg(claimant ORDER BY code, id))[1:{MOST_CLAIMANTS}])::text AS claimants
FROM told GROUP BY 1, 2, 3 ORDER BY claim_key COLLATE "C"
"""
TERMS = """
to_char(o.occurred_on, 'YYYY-MM') || '|' || o.kind || '|' || CASE
    WHEN o.amount IS NOT NULL THEN trim_scale(o.amount)::text || ' ' || o.currency
    ELSE 'x ' || coalesce(trim_scale(o.quantity)::text, '') || ' ' || coalesce(o.unit, '') END
"""
CANDIDATE = {
    **named("o", "id", "external_id"),
    "city": "c.code",
    **named("o", "title", "occurred_on"),
    **written("o", "amount"),
    **named("o", "currency", "claim_key", "version"),
}
COMPARED = """
WITH o AS (
    SELECT o.city_id, o.id, o.claim_key, {terms} AS terms, lower(o.title) AS title
    FROM outcome o WHERE {standing} AND {seen}
), ordered AS (
    SELECT o.*, (row_number() OVER (PARTITION BY o.terms ORDER BY o.title, o.id) - 1) / {most} AS part FROM o
), compared AS (
    SELECT (o.terms || '|' || to_char(o.part, 'FM00000000')) COLLATE "C" AS place,
           array_agg(o.city_id) AS cities, array_agg(o.id) AS ids
    FROM ordered o GROUP BY 1
    HAVING count(*) > 1 AND bool_or(o.claim_key IS NULL) AND {several}
), p AS MATERIALIZED (
    SELECT * FROM compared WHERE place >= $2 ORDER BY place COLLATE "C" LIMIT {read}
), wanted AS MATERIALIZED (
    SELECT p.place, w.city_id, w.id FROM p CROSS JOIN LATERAL unnest(p.cities, p.ids) AS w(city_id, id)
), told AS MATERIALIZED (
    SELECT w.place, o.id, {candidate} AS said
    FROM wanted w JOIN outcome o ON o.city_id = w.city_id AND o.id = w.id JOIN city c ON c.id = o.city_id
)
SELECT place, json_agg(said ORDER BY id)::text AS outcomes FROM told GROUP BY place ORDER BY place COLLATE "C"
"""


async def claims(
    connection: asyncpg.Connection, network_id: UUID, after: str, limit: int, *, over: bool
) -> Sequence[asyncpg.Record]:
    """Return up to `limit` keys after one that several outcomes have which a network may list, with those outcomes."""
    return list(await connection.fetch(CLAIMS, network_id, after, over, limit))


async def compared(
    connection: asyncpg.Connection, owner_id: UUID, place: str, *, across: bool
) -> Sequence[asyncpg.Record]:
    """Return outcomes that agree in kind, month and amount, in parts of at most a hundred; from a place on.

    They are a city's own or, `across` cities, those that a network may list. Where more than a hundred agree, parts
    are made in the order of their titles, so that those alike are next to each other.
    """
    several = "min(o.city_id::text) <> max(o.city_id::text)" if across else "true"
    query = COMPARED.format(
        terms=TERMS,
        standing=STANDING,
        seen=SHARED if across else OWN,
        several=several,
        most=MOST_COMPARED,
        candidate=built(CANDIDATE),
        read=MOST_READ + 1,
    )
    return list(await connection.fetch(query, owner_id, place))
