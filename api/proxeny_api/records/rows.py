"""The one statement that writes engagements, shares, costs, outcomes and credits, a JSON array of rows each."""

ENGAGEMENT = {
    "id": "uuid",
    "external_id": "text",
    "kind": "text",
    "diplomacy_type": "text",
    "title": "text",
    "description": "text",
    "starts_on": "date",
    "ends_on": "date",
    "status": "text",
    "counterparts": "jsonb",
    "themes": "text[]",
    "sdgs": "text[]",
    "diplomatic_functions": "text[]",
    "mode": "text",
    "place": "jsonb",
    "leader_hours": "numeric",
    "staff_hours": "numeric",
    "leaders": "integer",
    "staff": "integer",
    "partners": "integer",
    "visibility": "text",
    "tags": "text[]",
    "network_ids": "uuid[]",
    "unallocated": "numeric",
    "content_hash": "bytea",
    "version": "integer",
    "created_at": "timestamptz",
    "updated_at": "timestamptz",
}
ALLOCATION = {
    "engagement_id": "uuid",
    "network_id": "uuid",
    "position": "smallint",
    "share": "numeric",
    "visibility": "text",
}
COST = {
    "id": "uuid",
    "external_id": "text",
    "engagement_id": "uuid",
    "membership_id": "uuid",
    "category": "text",
    "amount": "numeric",
    "currency": "text",
    "incurred_on": "date",
    "funded_by": "text",
    "estimated": "boolean",
    "description": "text",
    "visibility": "text",
    "network_ids": "uuid[]",
    "to_eur": "numeric",
    "to_local": "numeric",
    "version": "integer",
    "created_at": "timestamptz",
    "updated_at": "timestamptz",
}
OUTCOME = {
    "id": "uuid",
    "external_id": "text",
    "kind": "text",
    "level": "text",
    "title": "text",
    "description": "text",
    "occurred_on": "date",
    "status": "text",
    "amount": "numeric",
    "currency": "text",
    "funding_stage": "text",
    "quantity": "numeric",
    "unit": "text",
    "source_city": "text",
    "evidence_strength": "smallint",
    "unit_value": "numeric",
    "proxy": "text",
    "deadweight": "numeric",
    "attribution_to_others": "numeric",
    "displacement": "numeric",
    "drop_off": "numeric",
    "duration_years": "smallint",
    "starts_on": "date",
    "range": "jsonb",
    "contribution_strength": "text",
    "claim_key": "text",
    "counterfactual": "jsonb",
    "visibility": "text",
    "tags": "text[]",
    "network_ids": "uuid[]",
    "uncredited": "numeric",
    "to_eur": "numeric",
    "to_local": "numeric",
    "version": "integer",
    "created_at": "timestamptz",
    "updated_at": "timestamptz",
}
CREDIT = {
    "outcome_id": "uuid",
    "engagement_id": "uuid",
    "credit": "numeric",
    "visibility": "text",
    "network_ids": "uuid[]",
}


def _insert(table: str, columns: dict[str, str], parameter: str, *, replace: bool) -> str:
    """Return an INSERT of a JSON array of rows, replacing rows of the same id where asked; see docs/scale.md."""
    names = ", ".join(columns)
    typed = ", ".join(f"{name} {sql_type}" for name, sql_type in columns.items())
    statement = (
        f"INSERT INTO {table} (city_id, {names}) SELECT $1, {names}"
        f" FROM json_to_recordset({parameter}::json) AS r({typed})"
    )
    if not replace:
        return f"{statement} RETURNING 1"
    kept = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns if name not in {"id", "created_at"})
    return f"{statement} ON CONFLICT (city_id, id) DO UPDATE SET {kept}"


def _store(*, replace: bool) -> str:
    """Return the statement that writes all five tables at once; foreign keys are checked at its end."""
    return f"""
WITH e AS ({_insert("engagement", ENGAGEMENT, "$2", replace=replace)}),
     n AS ({_insert("engagement_network", ALLOCATION, "$3", replace=False)}),
     c AS ({_insert("cost", COST, "$4", replace=False)}),
     o AS ({_insert("outcome", OUTCOME, "$5", replace=replace)})
{_insert("credit", CREDIT, "$6", replace=False)}
"""


STORE = _store(replace=True)
STORE_NEW = _store(replace=False)
CLEAR_CHILDREN = """
WITH n AS (DELETE FROM engagement_network WHERE city_id = $1 AND engagement_id = ANY($2)),
     c AS (DELETE FROM cost WHERE city_id = $1 AND (engagement_id = ANY($2) OR id = ANY($4)))
DELETE FROM credit WHERE city_id = $1 AND (engagement_id = ANY($2) OR outcome_id = ANY($3))
"""
DROP_OUTCOMES = "DELETE FROM outcome WHERE city_id = $1 AND id = ANY($2)"
DROP_ENGAGEMENTS = "DELETE FROM engagement WHERE city_id = $1 AND id = ANY($2)"
