"""The SQL of the rollup: what each record contributes to each cell, once, for writes, rebuilds and checks alike.

Costs, outcomes and engagements are first added up among themselves, each with the few columns it has, by network and
by what the engagement is about; only those sums, far fewer than the records, are laid out over all columns.
"""

from functools import cache

from proxeny_api.rollups.measures import (
    COLUMNS,
    COST_CATEGORIES,
    FUNDING_STAGES,
    KEPT_IN,
    OUTCOME_KINDS,
    POLICY_LEVELS,
)

UNALLOCATED = "00000000-0000-0000-0000-000000000000"
OVERHEAD = "ffffffff-ffff-ffff-ffff-ffffffffffff"
COUNTED = "o.status IN ('reported', 'verified')"
ACTIVE = "e.status IN ('ongoing', 'completed')"
MOVED = "(o.funding_stage IN ('committed', 'disbursed') OR o.kind IN ('investment_or_trade', 'negative_effect'))"
# An equal part, of 20 digits, for each of several codes; the first takes what thirds leave, so that all add up to one.
PART = (
    "CASE coalesce(nth, 1) WHEN 1 THEN"
    " 1 - (greatest(cardinality({0}), 1) - 1) * (1::numeric / greatest(cardinality({0}), 1))"
    " ELSE 1::numeric / cardinality({0}) END"
)

RECORDS = f"""
e AS MATERIALIZED (
    SELECT e.id, e.kind, e.themes, e.sdgs, e.status, e.leader_hours, e.staff_hours, e.unallocated,
           extract(year FROM e.starts_on)::smallint AS year, e.visibility <> 'private' AS shared
    FROM engagement e WHERE e.city_id = $1 AND e.id = ANY($2::text[]::uuid[])
), s AS MATERIALIZED (
    SELECT s.engagement_id, s.network_id, s.share FROM engagement_network s
    WHERE s.city_id = $1 AND s.engagement_id = ANY($2::text[]::uuid[])
    UNION ALL
    SELECT e.id, '{UNALLOCATED}', e.unallocated FROM e WHERE e.unallocated > 0
), c AS MATERIALIZED (
    SELECT c.engagement_id, c.category, c.funded_by, c.amount * c.to_eur AS eur, c.amount * c.to_local AS local,
           extract(year FROM c.incurred_on)::smallint AS year, c.visibility <> 'private' AS shared
    FROM cost c WHERE c.city_id = $1 AND c.engagement_id = ANY($2::text[]::uuid[])
), o AS MATERIALIZED (
    SELECT k.engagement_id, k.credit, o.kind, o.level, o.status, o.funding_stage, o.unit, o.quantity,
           o.amount IS NOT NULL AS valued, o.amount * o.to_eur AS eur, o.amount * o.to_local AS local,
           extract(year FROM o.occurred_on)::smallint AS year,
           o.visibility <> 'private' AND k.visibility <> 'private' AS shared
    FROM credit k JOIN outcome o ON o.id = k.outcome_id
    WHERE k.city_id = $1 AND k.engagement_id = ANY($2::text[]::uuid[])
      AND o.city_id = $1 AND o.id = ANY(coalesce($5::text[]::uuid[], ARRAY(
          SELECT k.outcome_id FROM credit k WHERE k.city_id = $1 AND k.engagement_id = ANY($2::text[]::uuid[]))))
)
"""
LOOSE_OUTCOMES = f"""
SELECT '{UNALLOCATED}'::uuid AS network_id, o.kind, o.level, o.status, o.funding_stage, o.unit, o.quantity,
       o.uncredited AS credit, o.amount IS NOT NULL AS valued, o.amount * o.to_eur AS eur,
       o.amount * o.to_local AS local, extract(year FROM o.occurred_on)::smallint AS year,
       o.visibility <> 'private' AS shared
FROM outcome o WHERE o.city_id = $1 AND o.id = ANY($3::text[]::uuid[]) AND o.uncredited > 0
"""
LOOSE_COSTS = f"""
SELECT coalesce(m.network_id, '{OVERHEAD}') AS network_id, c.category, c.funded_by, c.amount * c.to_eur AS eur,
       c.amount * c.to_local AS local, extract(year FROM c.incurred_on)::smallint AS year,
       c.visibility <> 'private' AS shared
FROM cost c LEFT JOIN membership m ON m.city_id = c.city_id AND m.id = c.membership_id
WHERE c.city_id = $1 AND c.id = ANY($4::text[]::uuid[]) AND c.engagement_id IS NULL
"""
BY_NETWORK = "JOIN e ON e.id = {0}.engagement_id JOIN s ON s.engagement_id = {0}.engagement_id"
BY_CONTENT = "JOIN e ON e.id = {0}.engagement_id"


def activity_columns(weight: str) -> dict[str, str]:
    """Return the aggregates over engagements `e`, each counted with a weight."""
    return {
        "engagements": f"sum({weight}) FILTER (WHERE {ACTIVE})",
        "leader_hours": f"sum({weight} * e.leader_hours) FILTER (WHERE e.status <> 'planned')",
        "staff_hours": f"sum({weight} * e.staff_hours) FILTER (WHERE e.status <> 'planned')",
        "engagement_n": "count(*)",
    }


def cost_columns(weight: str) -> dict[str, str]:
    """Return the aggregates over costs `c`, each counted with a weight."""
    columns = {"cost_n": "count(*)"}
    for kept in KEPT_IN:
        value = f"sum({weight} * c.{kept})"
        for category in COST_CATEGORIES:
            columns[f"cost_{category}_{kept}"] = f"{value} FILTER (WHERE c.category = '{category}')"
        columns[f"cost_external_{kept}"] = f"{value} FILTER (WHERE c.funded_by <> 'city')"
        columns[f"missing_{kept}"] = f"count(*) FILTER (WHERE c.{kept} IS NULL)"
    return columns


def outcome_columns(weight: str) -> dict[str, str]:
    """Return the aggregates over outcomes `o`, each counted with its credit and a weight."""
    part = f"{weight} * o.credit"

    def counted(condition: str, value: str = part) -> str:
        return f"sum({value}) FILTER (WHERE {COUNTED} AND {condition})"

    columns = {"outcome_n": "count(*)"}
    columns |= {f"outcomes_{kind}": counted(f"o.kind = '{kind}'") for kind in OUTCOME_KINDS}
    columns |= {f"level_{level}": counted(f"o.level = '{level}'") for level in POLICY_LEVELS}
    columns["outcomes_verified"] = f"sum({part}) FILTER (WHERE o.status = 'verified')"
    columns["outcomes_expected"] = f"sum({part}) FILTER (WHERE o.status = 'expected')"
    for unit in ("people", "hours"):
        columns[f"capacity_{unit}"] = counted(f"o.unit = '{unit}'", f"{part} * o.quantity")
    columns["benefit_n"] = f"count(*) FILTER (WHERE {COUNTED} AND o.valued AND {MOVED})"
    for kept in KEPT_IN:
        value = f"{part} * o.{kept}"
        for stage in FUNDING_STAGES:
            columns[f"funding_{stage}_{kept}"] = counted(f"o.funding_stage = '{stage}'", value)
        signed = f"CASE o.kind WHEN 'negative_effect' THEN -1 ELSE 1 END * {value}"
        columns[f"benefit_{kept}"] = counted(MOVED, signed)
        columns[f"missing_{kept}"] = f"count(*) FILTER (WHERE {COUNTED} AND o.valued AND o.{kept} IS NULL)"
    return columns


def _row(columns: dict[str, str]) -> str:
    """Return a select list of every rollup column, nought for those that a source does not have."""
    return ", ".join(
        f"coalesce({columns[name]}, 0) AS {name}" if name in columns else f"0 AS {name}" for name in COLUMNS
    )


def _by_network() -> str:
    """Return the sums by network, and by network and kind, of what the engagements bring."""
    sets = "GROUPING SETS ((s.network_id, e.kind, {0}.year, {0}.shared), (s.network_id, {0}.year, {0}.shared))"
    head = (
        "SELECT CASE grouping(e.kind) WHEN 0 THEN 'network_kind' ELSE 'network' END AS dimension, s.network_id,"
        " CASE grouping(e.kind) WHEN 0 THEN e.kind ELSE '' END AS value, {0}.year, {0}.shared"
    )
    sources = {
        "e": (activity_columns("s.share"), "e JOIN s ON s.engagement_id = e.id"),
        "c": (cost_columns("s.share"), f"c {BY_NETWORK.format('c')}"),
        "o": (outcome_columns("s.share"), f"o {BY_NETWORK.format('o')}"),
    }
    return "\nUNION ALL\n".join(
        f"{head.format(name)}, {_row(columns)} FROM {source} GROUP BY {sets.format(name)}"
        for name, (columns, source) in sources.items()
    )


def _by_content() -> str:
    """Return the sums by kind, themes and goals together: one row for all engagements that are alike in them."""
    sources = {
        "e": (activity_columns("1"), "e"),
        "c": (cost_columns("1"), f"c {BY_CONTENT.format('c')}"),
        "o": (outcome_columns("1"), f"o {BY_CONTENT.format('o')}"),
    }
    return "\nUNION ALL\n".join(
        f"SELECT e.kind, e.themes, e.sdgs, {name}.year, {name}.shared, {_row(columns)}"
        f" FROM {source} GROUP BY 1, 2, 3, 4, 5"
        for name, (columns, source) in sources.items()
    )


def _spread() -> str:
    """Return the cells of kind, theme and goal: a row of `alike` stands in each of its themes with an equal part."""
    columns = ", ".join(_weighted(name, "a", "1") for name in COLUMNS)
    parts = ", ".join(_weighted(name, "a", "t.weight") for name in COLUMNS)
    return f"""
SELECT 'kind' AS dimension, a.kind AS value, a.year, a.shared, {columns} FROM alike a
UNION ALL
SELECT t.dimension, t.value, a.year, a.shared, {parts} FROM alike a CROSS JOIN LATERAL (
    SELECT 'theme' AS dimension, theme AS value, {PART.format("a.themes")} AS weight
    FROM unnest(a.themes) WITH ORDINALITY AS t(theme, nth)
    UNION ALL SELECT 'theme', '', 1 WHERE a.themes = '{{}}'
    UNION ALL SELECT 'sdg', split_part(sdg, '.', 1), sum({PART.format("a.sdgs")})
              FROM unnest(a.sdgs) WITH ORDINALITY AS g(sdg, nth) GROUP BY 2
    UNION ALL SELECT 'sdg', '', 1 WHERE a.sdgs = '{{}}'
) AS t
"""


def _weighted(name: str, alias: str, weight: str) -> str:
    """Return a column times a weight; counts of contributions are not weighted."""
    whole = name.endswith("_n") or name.startswith("missing_") or weight == "1"
    return f"{alias}.{name}" if whole else f"{weight} * {alias}.{name}"


@cache
def contributions() -> str:
    """Return the query of what engagements ($2), loose outcomes ($3) and loose costs ($4) of a city ($1) add up to.

    $5 are the outcomes that the engagements may claim, or NULL to have them looked up.
    One row a cell of the rollup: dimension, network_id, value, year, shared, and every column. A loose outcome brings
    what nobody is credited with; a loose cost is a membership's or the city's overhead.
    """
    listed = ", ".join(COLUMNS)
    loose_outcomes = f"SELECT o.network_id, o.year, o.shared, {_row(outcome_columns('1'))} FROM ({LOOSE_OUTCOMES}) AS o"
    loose_costs = f"SELECT c.network_id, c.year, c.shared, {_row(cost_columns('1'))} FROM ({LOOSE_COSTS}) AS c"
    return f"""
WITH {RECORDS}, alike AS MATERIALIZED ({_by_content()}), loose AS MATERIALIZED (
    {loose_outcomes} GROUP BY 1, 2, 3 UNION ALL {loose_costs} GROUP BY 1, 2, 3
), p AS (
    {_by_network()}
    UNION ALL
    SELECT b.dimension, '{UNALLOCATED}'::uuid, b.value, b.year, b.shared, {listed} FROM ({_spread()}) AS b
    UNION ALL
    SELECT d.dimension, coalesce(d.network_id::uuid, loose.network_id), '', loose.year, loose.shared, {listed}
    FROM loose CROSS JOIN (VALUES ('network', NULL), ('network_kind', NULL), ('kind', '{UNALLOCATED}'),
                                  ('theme', '{UNALLOCATED}'), ('sdg', '{UNALLOCATED}')) AS d(dimension, network_id)
)
SELECT p.dimension, p.network_id, p.value, p.year, p.shared, {", ".join(f"sum(p.{name}) AS {name}" for name in COLUMNS)}
FROM p GROUP BY 1, 2, 3, 4, 5
"""


@cache
def fold(sign: str) -> str:
    """Return the statement that adds ("+") or takes away ("-") contributions, cells in one order.

    Parameters as of `contributions`.
    """
    signed = ", ".join(f"{'-' if sign == '-' else ''}d.{name}" for name in COLUMNS)
    sums = ", ".join(f"{name} = r.{name} + EXCLUDED.{name}" for name in COLUMNS)
    return f"""
INSERT INTO rollup AS r (city_id, dimension, network_id, value, year, shared, {", ".join(COLUMNS)})
SELECT $1, d.dimension, d.network_id, d.value, d.year, d.shared, {signed}
FROM ({contributions()}) AS d
ORDER BY d.dimension, d.network_id, d.value, d.year, d.shared
ON CONFLICT (city_id, dimension, network_id, value, year, shared) DO UPDATE SET {sums}
"""


@cache
def add_listed() -> str:
    """Return the statement that adds a JSON array of cells ($2) to a city's ($1), in the same order as `fold`."""
    typed = ", ".join(["value text, year smallint, shared boolean", *(f"{name} numeric" for name in COLUMNS)])
    amounts = ", ".join(f"coalesce({name}, 0)" for name in COLUMNS)
    sums = ", ".join(f"{name} = r.{name} + EXCLUDED.{name}" for name in COLUMNS)
    return f"""
INSERT INTO rollup AS r (city_id, dimension, network_id, value, year, shared, {", ".join(COLUMNS)})
SELECT $1, dimension, network_id, value, year, shared, {amounts}
FROM json_to_recordset($2::json) AS d(dimension text, network_id uuid, {typed})
ORDER BY dimension, network_id, value, year, shared
ON CONFLICT (city_id, dimension, network_id, value, year, shared) DO UPDATE SET {sums}
"""
