"""Facts as the tables hold them now, in the order of their ids."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from proxeny.indicators.items import NONE_RECORDED
from proxeny.indicators.levers import Levers
from proxeny_api.impact.facts import (
    Budget,
    Cost,
    Engagement,
    Facts,
    Network,
    Outcome,
    Share,
    counterfactual_of,
    decimal,
)
from proxeny_api.proxies.service import Proxy, proxies_of

SEEN = "($2::uuid IS NULL OR {0}.visibility <> 'private' AND {0}.network_ids @> ARRAY[$2])"
ENGAGEMENTS = f"""
SELECT e.id::text, e.version, e.city_id::text, e.external_id, e.title, e.kind, e.status, e.starts_on, e.leader_hours,
       e.staff_hours, e.themes, e.sdgs, e.visibility
FROM engagement e WHERE e.city_id = ANY($1) AND {SEEN.format("e")} ORDER BY e.id
"""
SHARES = """
SELECT s.engagement_id::text, s.network_id::text, s.share FROM engagement_network s
WHERE s.city_id = ANY($1) AND ($2::uuid IS NULL OR s.visibility <> 'private' AND s.network_id = $2)
ORDER BY s.engagement_id, s.position
"""
COSTS = f"""
SELECT c.id::text, c.version, c.city_id::text, c.external_id, c.engagement_id::text, m.network_id::text, c.category,
       c.funded_by, c.estimated, c.incurred_on, c.amount, c.currency, c.visibility
FROM cost c LEFT JOIN membership m ON m.city_id = c.city_id AND m.id = c.membership_id
WHERE c.city_id = ANY($1) AND {SEEN.format("c")} ORDER BY c.id
"""
OUTCOMES = f"""
SELECT o.id::text, o.version, o.city_id::text, o.external_id, o.title, o.kind, o.level, o.status, o.occurred_on,
       o.funding_stage, o.amount, o.currency, o.quantity, o.unit, o.unit_value, o.proxy, o.starts_on,
       o.evidence_strength, o.claim_key, o.visibility, o.range::text AS range, o.counterfactual::text AS counterfactual,
       o.deadweight, o.attribution_to_others, o.displacement, o.drop_off, o.duration_years
FROM outcome o WHERE o.city_id = ANY($1) AND {SEEN.format("o")} ORDER BY o.id
"""
CREDITS = f"""
SELECT k.outcome_id::text, k.engagement_id::text, k.credit FROM credit k
WHERE k.city_id = ANY($1) AND {SEEN.format("k")} ORDER BY k.outcome_id, k.engagement_id
"""
BUDGETS = """
SELECT b.id::text, b.version, b.city_id::text, b.year, b.amount, b.currency, b.fiscal_year_starts_on
FROM budget b WHERE b.city_id = ANY($1) ORDER BY b.id
"""
JOINED = "SELECT DISTINCT m.network_id::text AS network_id FROM membership m WHERE m.city_id = ANY($1)"
NETWORKS = """
SELECT n.id::text, n.code, n.version, n.themes FROM network n WHERE n.id = ANY($1::text[]::uuid[]) ORDER BY n.code
"""


async def read(connection: asyncpg.Connection, cities: Iterable[UUID], network_id: UUID | None) -> Facts:
    """Return the facts of cities as they stand; with a network, those that it may see and that are its own."""
    asked = (list(cities), network_id)
    facts = Facts()
    shares = _gathered(await connection.fetch(SHARES, *asked))
    for row in await connection.fetch(ENGAGEMENTS, *asked):
        *columns, themes, sdgs, visibility = row
        identity = columns[0]
        own = tuple(shares.get(identity, ()))
        told = (*columns, tuple(themes), tuple(sdgs), visibility, own)
        facts.engagements[identity] = Engagement._make(told)
    facts.costs = [Cost(*row) for row in await connection.fetch(COSTS, *asked)]
    credits = _gathered(await connection.fetch(CREDITS, *asked))
    for row in await connection.fetch(OUTCOMES, *asked):
        facts.outcomes.append(_outcome(row, tuple(credits.get(row["id"], ()))))
    await _context(connection, asked[0], network_id, facts)
    return facts


async def _context(
    connection: asyncpg.Connection, cities: Sequence[UUID], network_id: UUID | None, facts: Facts
) -> None:
    """Read what stands beside the records: proxies; and, for a city itself, its budgets and networks."""
    facts.proxies = await proxies(connection, cities)
    if network_id is None:
        facts.budgets = [Budget(*row) for row in await connection.fetch(BUDGETS, cities)]
        joined = [row["network_id"] for row in await connection.fetch(JOINED, cities)]
        facts.networks = await networks(connection, joined, facts)


async def proxies(connection: asyncpg.Connection, cities: Collection[UUID]) -> dict[tuple[str, str], Proxy]:
    """Return the valuation proxies of cities that the asker's role sees, by city and code."""
    return {(str(city), code): proxy for (city, code), proxy in (await proxies_of(connection, cities)).items()}


async def networks(connection: asyncpg.Connection, joined: Iterable[str], facts: Facts) -> dict[str, Network]:
    """Return the networks that the cities joined or act through, by id; what they are about is as it is now."""
    acted = (network for one in facts.engagements.values() for network, _ in one.shares)
    rows = await connection.fetch(NETWORKS, sorted({*joined, *acted}))
    return {row["id"]: Network(row["id"], row["code"], row["version"], frozenset(row["themes"])) for row in rows}


def _gathered(rows: Iterable[asyncpg.Record]) -> Mapping[str, list[Share]]:
    """Return the pairs of each first column."""
    found: defaultdict[str, list[Share]] = defaultdict(list)
    for owner, other, part in rows:
        found[owner].append((other, part))
    return found


def _outcome(row: asyncpg.Record, credits: tuple[Share, ...]) -> Outcome:
    *columns, starts_on, evidence, claim_key, visibility, span, courses = row[:22]
    levers = row[22:]
    low, high = span_of(span)
    settled = Levers(*levers) if any(lever is not None for lever in levers) else NONE_RECORDED
    known = (settled, starts_on, evidence, low, high, claim_key, counterfactual_of(_json(courses)))
    return Outcome._make((*columns, *known, visibility, credits))


def span_of(written: str | None) -> tuple[Decimal | None, Decimal | None]:
    """Return both ends of a range as it is stored, none where there is none."""
    said = _json(written)
    return (None, None) if said is None else (decimal(said["low"]), decimal(said["high"]))


def _json(written: str | None) -> Any:  # noqa: ANN401 - JSON is any of six types
    return None if written is None else orjson.loads(written)
