"""What was said of a record, in one form whatever was left out, so that the same words give the same hash."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson

from proxeny_api.rates.book import cross

Content = dict[str, Any]

COST: Content = {
    "external_id": None,
    "category": None,
    "amount": None,
    "currency": None,
    "incurred_on": None,
    "funded_by": "city",
    "estimated": False,
    "description": None,
}
OUTCOME: Content = {
    "external_id": None,
    "kind": None,
    "level": None,
    "title": None,
    "description": None,
    "occurred_on": None,
    "status": "reported",
    "amount": None,
    "currency": None,
    "funding_stage": None,
    "quantity": None,
    "unit": None,
    "source_city": None,
    "evidence_strength": None,
    "unit_value": None,
    "proxy": None,
    "deadweight": None,
    "attribution_to_others": None,
    "displacement": None,
    "drop_off": None,
    "duration_years": None,
    "starts_on": None,
    "range": None,
    "contribution_strength": None,
    "claim_key": None,
    "counterfactual": None,
    "tags": [],
    "visibility": None,
}
NESTED_OUTCOME: Content = {**OUTCOME, "credit": "1"}
RANGE: Content = {"low": None, "central": None, "high": None}
SCENARIO: Content = {"gross": None, "leakage": "0", "displacement": "0", "substitution": "0", "multiplier": "1"}
COUNTERPART: Content = {"name": None, "country": None, "city": None, "actor_type": None}
PLACE: Content = {"name": None, "country": None}
PARTICIPANTS: Content = {"leaders": 0, "staff": 0, "partners": 0}
ENGAGEMENT: Content = {
    "external_id": None,
    "kind": None,
    "diplomacy_type": None,
    "title": None,
    "description": None,
    "starts_on": None,
    "ends_on": None,
    "status": "completed",
    "networks": [],
    "counterparts": [],
    "themes": [],
    "sdgs": [],
    "diplomatic_functions": [],
    "mode": None,
    "place": None,
    "leader_hours": "0",
    "staff_hours": "0",
    "participants": PARTICIPANTS,
    "visibility": "private",
    "tags": [],
    "costs": None,
    "outcomes": None,
}


def engagement(said: Mapping[str, Any]) -> Content:
    """Return an engagement's content with every member there, from one that has been validated."""
    content = {**ENGAGEMENT, **said}
    content["networks"] = [{"share": "1", **network} for network in content["networks"]]
    content["counterparts"] = [{**COUNTERPART, **counterpart} for counterpart in content["counterparts"]]
    content["participants"] = {**PARTICIPANTS, **content["participants"]}
    if content["place"] is not None:
        content["place"] = {**PLACE, **content["place"]}
    if content["costs"] is not None:
        content["costs"] = [{**COST, **cost} for cost in content["costs"]]
    if content["outcomes"] is not None:
        content["outcomes"] = [outcome(said_outcome, NESTED_OUTCOME) for said_outcome in content["outcomes"]]
    return content


def outcome(said: Mapping[str, Any], form: Content = OUTCOME) -> Content:
    """Return an outcome's content with every member there; funding is committed where no stage is said."""
    content = {**form, **said}
    if content["kind"] == "funding" and content["funding_stage"] is None:
        content["funding_stage"] = "committed"
    if content["range"] is not None:
        content["range"] = {**RANGE, **content["range"]}
    if content["counterfactual"] is not None:
        content["counterfactual"] = {course: {**SCENARIO, **said} for course, said in content["counterfactual"].items()}
    return content


def content_hash(content: Content) -> bytes:
    """Return the SHA-256 by which a repeated engagement is known to be unchanged."""
    return sha256(orjson.dumps(content)).digest()


def rates_of(flow: Content, day: str, local: str) -> tuple[str | None, str | None]:
    """Return what one unit of a flow's currency was worth in euro and in the city's currency, on its day."""
    if flow["currency"] is None:
        return None, None
    when = date.fromisoformat(day)
    return _written(cross(flow["currency"], "EUR", when)), _written(cross(flow["currency"], local, when))


def left_of_one(shares: Iterable[str]) -> str:
    """Return what shares leave of one, written plainly."""
    return str(Decimal(1) - sum(map(Decimal, shares), Decimal(0)))


def _written(rate: Decimal | None) -> str | None:
    return None if rate is None else format(rate, "f")
