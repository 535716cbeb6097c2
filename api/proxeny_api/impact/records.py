"""The same sums from the records themselves, day by day: for currencies, policies and days that no rollup has."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from typing import Any
from uuid import UUID

import asyncpg

from proxeny_api.impact.queries import Period, Summed
from proxeny_api.rates.book import Policy, cross
from proxeny_api.rollups.sql import ACTIVE, COUNTED, OVERHEAD, PART, UNALLOCATED

EXACT = Context(prec=100)
WEIGHTS = {
    "none": "''::text AS key, 1::numeric AS weight FROM e",
    "year": "''::text AS key, 1::numeric AS weight FROM e",
    "city": "e.city_id::text AS key, 1::numeric AS weight FROM e",
    "kind": "e.kind AS key, 1::numeric AS weight FROM e",
    "theme": f"""coalesce(t.theme, '') AS key, {PART.format("e.themes")} AS weight
        FROM e LEFT JOIN LATERAL unnest(e.themes) WITH ORDINALITY AS t(theme, nth) ON true""",
    "sdg": f"""coalesce(g.goal, '') AS key, coalesce(g.weight, 1) AS weight FROM e LEFT JOIN LATERAL (
        SELECT split_part(sdg, '.', 1) AS goal, sum({PART.format("e.sdgs")}) AS weight
        FROM unnest(e.sdgs) WITH ORDINALITY AS l(sdg, nth) GROUP BY 1) AS g ON true""",
}
SHARES = f"""
    SELECT s.city_id, s.engagement_id, s.network_id, s.share FROM engagement_network s
    WHERE s.city_id = ANY($1) AND ($2::uuid IS NULL OR (s.network_id = $2 AND s.visibility <> 'private'))
    UNION ALL
    SELECT e.city_id, e.id, '{UNALLOCATED}', e.unallocated FROM e WHERE $2::uuid IS NULL AND e.unallocated > 0
"""
SEEN = "($2::uuid IS NULL OR {0}.visibility <> 'private')"


@dataclass
class Tally:
    """One group's sums in the making."""

    values: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    missing: int = 0


@dataclass
class Flows:
    """What the records add up to, and the amounts that no rate was found for."""

    groups: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    unconverted: defaultdict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def summed(self) -> list[Summed]:
        """Return the sums by group."""
        return [Summed(key, dict(tally.values), tally.missing) for key, tally in self.groups.items()]


async def sums(
    connection: asyncpg.Connection,
    cities: Iterable[UUID],
    network_id: UUID | None,
    group_by: str,
    period: Period,
    currency: str,
    policy: Policy,
) -> Flows:
    """Return the sums of cities by group, each flow converted at the rate of its own day.

    With a network, its part of what it may see; otherwise all there is.
    """
    arguments = (list(cities), network_id, period.first, period.last)
    flows = Flows()
    activities = await connection.fetch(_activities(group_by), *arguments)
    costs = await connection.fetch(_costs(group_by), *arguments)
    outcomes = await connection.fetch(_outcomes(group_by), *arguments)
    with localcontext(EXACT):
        for row in activities:
            for name in ("engagements", "leader_hours", "staff_hours", "engagement_n"):
                flows.groups[row["key"]].values[name] += row[name]
        for row in costs:
            _add_cost(flows, row, currency, policy)
        for row in outcomes:
            _add_outcome(flows, row, currency, policy)
    return flows


def _weighted(group_by: str) -> str:
    """Return the common part of the queries: engagements `e`, and the weight `w` of each in each group."""
    shares = f", s AS MATERIALIZED ({SHARES})"
    if group_by == "network":
        weights = "SELECT s.city_id, s.engagement_id, s.network_id::text AS key, s.share AS weight FROM s"
    else:
        weights = (
            "SELECT g.city_id, g.id AS engagement_id, g.key, g.weight * coalesce(s.share, 1) AS weight"
            f" FROM (SELECT e.city_id, e.id, {WEIGHTS[group_by]}) AS g"
            " LEFT JOIN s ON s.city_id = g.city_id AND s.engagement_id = g.id AND $2::uuid IS NOT NULL"
        )
    return f"""
WITH e AS MATERIALIZED (
    SELECT e.* FROM engagement e WHERE e.city_id = ANY($1)
      AND ($2::uuid IS NULL OR (e.network_ids @> ARRAY[$2] AND e.visibility <> 'private'))
){shares}, w AS MATERIALIZED ({weights})
"""


def _key(group_by: str, day: str, otherwise: str) -> str:
    """Return the SQL of a flow's group: its year, or that of what it belongs to."""
    return f"extract(year FROM {day})::int::text" if group_by == "year" else otherwise


def _within(day: str) -> str:
    return f"($3::date IS NULL OR {day} >= $3) AND ($4::date IS NULL OR {day} <= $4)"


def _activities(group_by: str) -> str:
    hours = "CASE WHEN e.status <> 'planned' THEN w.weight * e.{0} ELSE 0 END"
    return f"""{_weighted(group_by)}
SELECT {_key(group_by, "e.starts_on", "w.key")} AS key,
       sum(CASE WHEN {ACTIVE} THEN w.weight ELSE 0 END) AS engagements, count(*) AS engagement_n,
       sum({hours.format("leader_hours")}) AS leader_hours, sum({hours.format("staff_hours")}) AS staff_hours
FROM w JOIN e ON e.city_id = w.city_id AND e.id = w.engagement_id WHERE {_within("e.starts_on")} GROUP BY 1
"""


def _costs(group_by: str) -> str:
    loose_key = {
        "network": f"coalesce(m.network_id, '{OVERHEAD}')::text",
        "city": "c.city_id::text",
    }.get(group_by, "''")
    columns = "c.incurred_on AS day, c.currency, c.category, c.funded_by <> 'city' AS external"
    return f"""{_weighted(group_by)}
SELECT {_key(group_by, "c.incurred_on", "w.key")} AS key, {columns}, sum(w.weight * c.amount) AS amount, count(*) AS n
FROM w JOIN cost c ON c.city_id = w.city_id AND c.engagement_id = w.engagement_id
WHERE {_within("c.incurred_on")} AND {SEEN.format("c")} GROUP BY 1, 2, 3, 4, 5
UNION ALL
SELECT {_key(group_by, "c.incurred_on", loose_key)}, {columns}, sum(c.amount), count(*)
FROM cost c LEFT JOIN membership m ON m.city_id = c.city_id AND m.id = c.membership_id
WHERE c.city_id = ANY($1) AND c.engagement_id IS NULL AND ($2::uuid IS NULL OR m.network_id = $2)
  AND {_within("c.incurred_on")} AND {SEEN.format("c")} GROUP BY 1, 2, 3, 4, 5
"""


def _outcomes(group_by: str) -> str:
    loose_key = {"network": f"'{UNALLOCATED}'", "city": "o.city_id::text"}.get(group_by, "''")
    columns = "o.occurred_on AS day, o.currency, o.kind, o.level, o.status, o.funding_stage, o.unit"
    grouped = "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
    return f"""{_weighted(group_by)}
SELECT {_key(group_by, "o.occurred_on", "w.key")} AS key, {columns}, sum(w.weight * k.credit) AS weight,
       sum(w.weight * k.credit * o.amount) AS amount, sum(w.weight * k.credit * o.quantity) AS quantity, count(*) AS n,
       count(o.amount) AS amounts, bool_or({COUNTED}) AS counted
FROM w JOIN credit k ON k.city_id = w.city_id AND k.engagement_id = w.engagement_id
JOIN outcome o ON o.city_id = k.city_id AND o.id = k.outcome_id
WHERE {_within("o.occurred_on")} AND {SEEN.format("o")} {grouped}
UNION ALL
SELECT {_key(group_by, "o.occurred_on", loose_key)}, {columns}, sum(o.uncredited), sum(o.uncredited * o.amount),
       sum(o.uncredited * o.quantity), count(*), count(o.amount), bool_or({COUNTED})
FROM outcome o WHERE o.city_id = ANY($1) AND $2::uuid IS NULL AND o.uncredited > 0
  AND {_within("o.occurred_on")} {grouped}
"""


def _add_cost(flows: Flows, row: Any, currency: str, policy: Policy) -> None:  # noqa: ANN401 - asyncpg's records
    tally = flows.groups[row["key"]]
    tally.values["cost_n"] += row["n"]
    rate = cross(row["currency"], currency, row["day"], policy)
    if rate is None:
        tally.missing += row["n"]
        flows.unconverted["cost", row["currency"]] += row["amount"]
        return
    tally.values[f"cost_{row['category']}"] += row["amount"] * rate
    if row["external"]:
        tally.values["cost_external"] += row["amount"] * rate


def _add_outcome(flows: Flows, row: Any, currency: str, policy: Policy) -> None:  # noqa: ANN401 - asyncpg's records
    tally = flows.groups[row["key"]]
    tally.values["outcome_n"] += row["n"]
    if row["status"] == "expected":
        tally.values["outcomes_expected"] += row["weight"]
    if not row["counted"]:
        return
    tally.values[f"outcomes_{row['kind']}"] += row["weight"]
    if row["status"] == "verified":
        tally.values["outcomes_verified"] += row["weight"]
    if row["level"] is not None:
        tally.values[f"level_{row['level']}"] += row["weight"]
    if row["unit"] is not None and row["quantity"] is not None:
        tally.values[f"capacity_{row['unit']}"] += row["quantity"]
    if row["amount"] is not None:
        _add_money(flows, tally, row, cross(row["currency"], currency, row["day"], policy))


def _add_money(flows: Flows, tally: Tally, row: Any, rate: Decimal | None) -> None:  # noqa: ANN401
    """Add what an outcome's money comes to; money that moved is a benefit, a negative effect's against it."""
    moved = row["funding_stage"] in {"committed", "disbursed"} or row["kind"] in {
        "investment_or_trade",
        "negative_effect",
    }
    if moved:
        tally.values["benefit_n"] += row["amounts"]
    if rate is None:
        tally.missing += row["amounts"]
        flows.unconverted["outcome", row["currency"]] += row["amount"]
        return
    amount = row["amount"] * rate
    if row["funding_stage"] is not None:
        tally.values[f"funding_{row['funding_stage']}"] += amount
    if moved:
        tally.values["benefit"] += -amount if row["kind"] == "negative_effect" else amount
