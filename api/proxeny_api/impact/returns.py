"""The items that returns are made of, added up and weighted by the database: faster than record by record.

Enough for value, social return and what else comes of value and cost by year alone; lineages list every record.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from proxeny.indicators import items
from proxeny.indicators.items import NONE_RECORDED, Items
from proxeny.indicators.levers import Levers
from proxeny.indicators.rounding import EXACT
from proxeny_api.db import planned_for_many
from proxeny_api.impact import current, kept_costs, weights
from proxeny_api.impact.asked import Asked
from proxeny_api.impact.current import span_of
from proxeny_api.impact.facts import counterfactual_of
from proxeny_api.impact.groups import valued_by_proxy
from proxeny_api.impact.pricing import Pricing
from proxeny_api.impact.weighted import SEEN, key_of, weighted, within
from proxeny_api.proxies.service import Proxy
from proxeny_api.rates import lookup
from proxeny_api.rollups.sql import COUNTED, OVERHEAD, UNALLOCATED

IDS = frozenset(
    {"value.gross", "value.net", "value.present", "sroi", "sroi.net", "bcr", "npv", "irr", "mirr", "payback"}
    | {"payback.discounted", *(f"evidence.floor.{level}" for level in range(6))}
    | {f"break_even.{lever}" for lever in ("deadweight", "attribution_to_others", "displacement", "drop_off")}
)
NOTHING = (None,) * 5
AT_ONCE = 10_000
# What has no value is read too where it carries a claim's key: it is one of those who claim the same.
VALUED = f"""{COUNTED} AND (o.amount IS NOT NULL OR o.unit_value IS NOT NULL OR o.proxy IS NOT NULL
                OR o.claim_key IS NOT NULL)"""
OUTCOME = """o.id::text, o.version, {weight} AS weight, o.kind, o.status, o.occurred_on, o.funding_stage, o.amount,
       o.currency, o.quantity, o.unit_value, o.starts_on, o.evidence_strength, o.claim_key, o.range::text,
       o.counterfactual::text, o.city_id::text, o.proxy, o.deadweight, o.attribution_to_others, o.displacement,
       o.drop_off, o.duration_years"""


def is_enough_for(asked: Asked) -> bool:
    """Tell whether all that is asked for comes of value and cost by year, as they stand, by declared credits."""
    ids, method = asked.indicators, asked.method
    plain = method.credits == "declared" and method.overhead == "none" and asked.as_of is None
    return plain and ids is not None and IDS.issuperset(ids)


async def read(
    connection: asyncpg.Connection, cities: list[UUID], network_id: UUID | None, asked: Asked, *, scales_claims: bool
) -> dict[str, Items]:
    """Return the costs and valued outcomes of each group, each by its weight and its factor."""
    found: defaultdict[str, Items] = defaultdict(lambda: Items([], [], [], (), ()))
    arguments = (cities, network_id, *asked.period)
    kept = await kept_costs.read(connection, cities, network_id, asked)
    for key, cost in kept or ():
        found[key].costs.append(cost)  # type: ignore[attr-defined]
    # While a network fills, statistics of an hour ago tell of a few records, and loops over loops would be planned.
    async with planned_for_many(connection, AT_ONCE, "enable_nestloop"):
        await _read_outcomes(connection, cities, (_outcomes(asked.group_by), *arguments), asked, found)
        costs = [] if kept is not None else await connection.fetch(_costs(asked.group_by), *arguments)
    if scales_claims:
        _scale(found)
    if costs:
        pricing = await _pricing(connection, {row["currency"] for row in costs}, asked)
        with localcontext(EXACT):
            for row in costs:
                _add_cost(found, row, pricing)
    return dict(found)


async def _read_outcomes(
    connection: asyncpg.Connection, cities: list[UUID], query: tuple[Any, ...], asked: Asked, found: dict[str, Items]
) -> None:
    """Add the outcomes to their groups, those read while the database looks for the next."""
    cursor = await connection.cursor(*query)
    proxies: dict[tuple[str, str], Proxy] | None = None
    currencies: set[str | None] = set()
    pricing: Pricing | None = None
    rows = await cursor.fetch(AT_ONCE)
    while rows:
        named = {row["currency"] for row in rows}
        if proxies is None and any(row["proxy"] is not None for row in rows):
            proxies = await current.proxies(connection, cities)
            named |= {proxy.currency for proxy in proxies.values()}
        if pricing is None or not currencies.issuperset(named):
            currencies |= named
            pricing = await _pricing(connection, currencies, asked)
        adding = asyncio.to_thread(_add_outcomes, found, rows, pricing, proxies or {})
        _, rows = await asyncio.gather(adding, cursor.fetch(AT_ONCE))


async def _pricing(connection: asyncpg.Connection, currencies: set[str | None], asked: Asked) -> Pricing:
    named = {currency for currency in currencies if currency is not None}
    rates = await lookup.load(connection, {*named, asked.currency})
    return Pricing(rates, asked.currency, asked.policy, asked.price_year)


def _add_outcomes(
    found: dict[str, Items], rows: list[asyncpg.Record], pricing: Pricing, proxies: dict[tuple[str, str], Proxy]
) -> None:
    with localcontext(EXACT):
        for row in rows:
            _add_outcome(found, row, pricing, proxies)


def _scale(found: Mapping[str, Items]) -> None:
    """Scale down what several claim, so that all together claim it once."""
    with localcontext(EXACT):
        each = (outcome for group in found.values() for outcome in group.outcomes)
        scalings = weights.scalings((one.claim_key, one.weight) for one in each if one.claim_key is not None)
        for group in found.values() if scalings else ():
            outcomes: Any = group.outcomes
            outcomes[:] = [_scaled(outcome, scalings) for outcome in outcomes]


def _scaled(outcome: items.Outcome, scalings: Mapping[str, Decimal]) -> items.Outcome:
    if outcome.claim_key is None or outcome.claim_key not in scalings:
        return outcome
    return outcome._replace(weight=outcome.weight * scalings[outcome.claim_key], claimed=outcome.weight)


def _costs(group_by: str) -> str:
    """Return the query of costs by group, day and what they are: added up, but for estimated ones, which are drawn.

    Those have their own amounts beside their weights, so that all groups draw the same of one record.
    """
    loose_key = {"network": f"coalesce(m.network_id, '{OVERHEAD}')::text", "city": "c.city_id::text"}.get(
        group_by, "''"
    )
    columns = """CASE WHEN c.estimated THEN c.id::text END AS id, c.currency, c.incurred_on AS day, c.category,
       c.funded_by <> 'city' AS external"""
    grouped = "GROUP BY 1, 2, 3, 4, 5, 6"
    return f"""{weighted(group_by)}
SELECT {key_of(group_by, "c.incurred_on", "w.key")} AS key, {columns}, count(*) AS n,
       CASE WHEN bool_and(c.estimated) THEN sum(w.weight) ELSE 1 END AS weight,
       CASE WHEN bool_and(c.estimated) THEN min(c.amount) ELSE sum(w.weight * c.amount) END AS amount
FROM w JOIN cost c ON c.city_id = w.city_id AND c.engagement_id = w.engagement_id
WHERE c.city_id = ANY($1) AND {within("c.incurred_on")} AND {SEEN.format("c")} {grouped}
UNION ALL
SELECT {key_of(group_by, "c.incurred_on", loose_key)}, {columns}, count(*), 1, sum(c.amount)
FROM cost c LEFT JOIN membership m ON m.city_id = c.city_id AND m.id = c.membership_id
WHERE c.city_id = ANY($1) AND c.engagement_id IS NULL AND ($2::uuid IS NULL OR m.network_id = $2)
  AND {within("c.incurred_on")} AND {SEEN.format("c")} {grouped}
ORDER BY 1, 2, 4, 3, 5, 6
"""


def _outcomes(group_by: str) -> str:
    """Return the query of valued outcomes by group: one row for each credit, and one for what is nobody's."""
    loose_key = {"network": f"'{UNALLOCATED}'", "city": "o.city_id::text"}.get(group_by, "''")
    key = key_of(group_by, "o.occurred_on", "w.key")
    where = f"{VALUED} AND {within('o.occurred_on')}"
    return f"""{weighted(group_by)}
SELECT {key} AS key, {OUTCOME.format(weight="w.weight * k.credit")}
FROM w JOIN credit k ON k.city_id = w.city_id AND k.engagement_id = w.engagement_id
JOIN outcome o ON o.city_id = k.city_id AND o.id = k.outcome_id
WHERE k.city_id = ANY($1) AND o.city_id = ANY($1) AND {where} AND {SEEN.format("o")}
UNION ALL
SELECT {key_of(group_by, "o.occurred_on", loose_key)}, {OUTCOME.format(weight="o.uncredited")}
FROM outcome o WHERE o.city_id = ANY($1) AND $2::uuid IS NULL AND o.uncredited > 0 AND {where}
"""


def _add_cost(found: dict[str, Items], row: Any, pricing: Pricing) -> None:  # noqa: ANN401 - asyncpg's records
    key, identity, currency, day, category, external, many, weight, amount = row
    name = identity or f"{day} {currency} {category} {external}"
    payer = "other" if external else "city"
    factor = pricing.of_day(currency, day).factor
    costs: Any = found[key].costs
    costs.append(
        items.Cost(name, 1, weight, category, payer, identity is not None, day, amount, currency, factor, many=many)
    )


def _add_outcome(
    found: dict[str, Items],
    row: Any,  # noqa: ANN401 - asyncpg's records
    pricing: Pricing,
    proxies: dict[tuple[str, str], Proxy],
) -> None:
    key, identity, version, weight, kind, status, day, stage, amount, currency, quantity, unit_value = row[:12]
    starts_on, evidence, claim_key, span, courses, city, proxy = row[12:19]
    ends, levers = span_of(span), row[19:]
    factor: Decimal | None = None
    if currency is not None:
        factor = pricing.of_day(currency, day).factor
    elif (known := proxies.get((city, proxy))) is not None:
        priced, unit_value, low, high = valued_by_proxy(known, quantity, ends, day, pricing)
        ends = low, high
        factor = priced.factor
    settled = NONE_RECORDED if levers == NOTHING else Levers(*levers)
    scenarios = None if courses is None else counterfactual_of(orjson.loads(courses))
    head = (identity, version, weight, kind, None, status, day, stage, amount, currency, factor, quantity, None)
    tail = (unit_value, settled, starts_on, evidence, *ends, claim_key, scenarios, None, None)
    outcomes: Any = found[key].outcomes
    outcomes.append(items.Outcome._make((*head, *tail)))
