"""The SQL that builds each record as it is answered, and nothing else; the caller's role decides what it sees."""

from collections.abc import Mapping


def instant(column: str) -> str:
    """Return the SQL that writes an instant in UTC with six decimals and a Z."""
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def built(members: Mapping[str, str]) -> str:
    """Return the SQL that builds a JSON object of members."""
    listed = ", ".join(f"'{name}', {sql}" for name, sql in members.items())
    return f"json_build_object({listed})"


def stamps(alias: str) -> dict[str, str]:
    """Return the members that every record ends with."""
    return {
        "version": f"{alias}.version",
        "created_at": instant(f"{alias}.created_at"),
        "updated_at": instant(f"{alias}.updated_at"),
    }


def named(alias: str, *columns: str) -> dict[str, str]:
    """Return members that are columns of the same name."""
    return {column: f"{alias}.{column}" for column in columns}


def written(alias: str, *columns: str) -> dict[str, str]:
    """Return members that are decimals, written as texts with the digits they were given."""
    return {column: f"{alias}.{column}::text" for column in columns}


CITY_CODE = "(SELECT code FROM city WHERE id = {}.city_id)"

COST = {
    **named("c", "id", "external_id", "category"),
    **written("c", "amount"),
    **named("c", "currency", "incurred_on", "funded_by", "estimated", "description"),
    "engagement": "c.engagement_id",
    "membership": "c.membership_id",
    "city": CITY_CODE.format("c"),
    "visibility": "c.visibility",
    **stamps("c"),
}
CREDITS = """(SELECT coalesce(json_agg(json_build_object('engagement', a.engagement_id, 'credit', a.credit::text)
 ORDER BY a.engagement_id), '[]') FROM credit a WHERE a.city_id = o.city_id AND a.outcome_id = o.id)"""
OUTCOME = {
    **named("o", "id", "external_id", "kind", "level", "title", "description", "occurred_on", "status"),
    **written("o", "amount"),
    **named("o", "currency", "funding_stage"),
    **written("o", "quantity"),
    **named("o", "unit", "source_city", "evidence_strength"),
    **written("o", "unit_value"),
    "proxy": "o.proxy",
    **written("o", "deadweight", "attribution_to_others", "displacement", "drop_off"),
    **named("o", "duration_years", "starts_on", "range", "contribution_strength", "claim_key", "counterfactual"),
    **named("o", "tags", "visibility"),
    "credits": CREDITS,
    "city": CITY_CODE.format("o"),
    **stamps("o"),
}
NETWORKS = """(SELECT coalesce(json_agg(json_build_object('network', n.code, 'network_id', n.id, 'share', s.share::text)
 ORDER BY s.position), '[]') FROM engagement_network s JOIN network n ON n.id = s.network_id
 WHERE s.city_id = e.city_id AND s.engagement_id = e.id)"""
COSTS = f"""(SELECT coalesce(json_agg({built(COST)} ORDER BY c.id), '[]') FROM cost c
 WHERE c.city_id = e.city_id AND c.engagement_id = e.id)"""
OUTCOMES = f"""(SELECT coalesce(json_agg({built({**OUTCOME, "credit": "k.credit::text"})} ORDER BY o.id), '[]')
 FROM credit k JOIN outcome o ON o.city_id = k.city_id AND o.id = k.outcome_id
 WHERE k.city_id = e.city_id AND k.engagement_id = e.id)"""
ENGAGEMENT = {
    **named("e", "id", "external_id", "kind", "diplomacy_type", "title", "description", "starts_on", "ends_on"),
    "status": "e.status",
    "networks": NETWORKS,
    **named("e", "counterparts", "themes", "sdgs", "diplomatic_functions", "mode", "place"),
    **written("e", "leader_hours", "staff_hours"),
    "participants": "json_build_object('leaders', e.leaders, 'staff', e.staff, 'partners', e.partners)",
    **named("e", "visibility", "tags"),
    "costs": COSTS,
    "outcomes": OUTCOMES,
    "city": CITY_CODE.format("e"),
    **stamps("e"),
}
MEMBERSHIP = {
    "id": "m.id",
    "network": "(SELECT code FROM network WHERE id = m.network_id)",
    **named("m", "role", "function", "joined_on", "left_on"),
    **written("m", "annual_fee"),
    **named("m", "currency", "contact_frequency", "meeting_regularity", "sharing", "network_id"),
    "city": CITY_CODE.format("m"),
    **stamps("m"),
}
CITY = {
    **named("c", "id", "code", "name", "country", "currency", "population", "latitude", "longitude", "geonames_id"),
    **stamps("c"),
}
NETWORK = {**named("n", "id", "code", "name", "scope", "kind", "themes", "website"), **stamps("n")}
