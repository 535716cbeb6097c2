"""The SQL of weights: which part of each engagement belongs to which group, for one network or for the city."""

from proxeny_api.rollups.sql import PART, UNALLOCATED

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


def weighted(group_by: str) -> str:
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
    SELECT e.city_id, e.id, e.kind, e.themes, e.sdgs, e.unallocated FROM engagement e WHERE e.city_id = ANY($1)
      AND ($2::uuid IS NULL OR (e.network_ids @> ARRAY[$2] AND e.visibility <> 'private'))
){shares}, w AS MATERIALIZED ({weights})
"""


def key_of(group_by: str, day: str, otherwise: str) -> str:
    """Return the SQL of a flow's group: its year, or that of what it belongs to."""
    return f"extract(year FROM {day})::int::text" if group_by == "year" else otherwise


def within(day: str) -> str:
    """Return the SQL condition that a day is one of those asked for."""
    return f"($3::date IS NULL OR {day} >= $3) AND ($4::date IS NULL OR {day} <= $4)"
