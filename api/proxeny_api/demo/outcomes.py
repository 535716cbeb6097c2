"""Made-up outcomes of an engagement, one to twenty months after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from proxeny_api.demo.cast import Record
from proxeny_api.demo.memberships import NOTE, weighted
from proxeny_api.demo.money import NO_ECB_RATE, round_amount
from proxeny_api.demo.titles import Topic, outcome_title

KINDS = {
    "policy_change": 18,
    "pilot": 15,
    "funding": 18,
    "capacity_built": 20,
    "project_plan": 12,
    "joint_policy": 8,
    "investment_or_trade": 6,
    "negative_effect": 4,
    "other": 5,
}
LEVELS = {"local": 6, "regional": 2, "national": 2, "supranational": 1}
STATUSES = {"expected": 2, "reported": 9, "verified": 8, "rejected": 1, "superseded": 1}
STAGES = {"pledged": 2, "committed": 4, "disbursed": 5, "cancelled": 1}
CREDITS = {"1": 60, "0.75": 8, "0.5": 18, "0.4": 8, "0.25": 6}
# Grants to be found in euros; an investment is larger.
GRANTS = (20_000, 40_000, 80_000, 150_000, 300_000, 600_000)
INVESTMENTS = (150_000, 400_000, 900_000)


def outcomes(random: Random, city: Record, start: date, topic: Topic, new_id: Callable[[], str]) -> list[Record]:
    """Return up to two outcomes of an engagement that began on the day."""
    return [_outcome(random, city, start, topic, new_id()) for _ in range(random.choices((0, 1, 2), (50, 38, 12))[0])]


def _outcome(random: Random, city: Record, start: date, topic: Topic, external_id: str) -> Record:
    kind = weighted(random, KINDS)
    return {
        "external_id": external_id,
        "kind": kind,
        "title": outcome_title(random, kind, topic),
        "occurred_on": (start + timedelta(random.randint(30, 600))).isoformat(),
        "status": weighted(random, STATUSES),
        "credit": weighted(random, CREDITS),
        "evidence_strength": random.choices(range(6), (3, 8, 8, 5, 2, 1))[0],
        "description": NOTE,
        "tags": ["made-up"],
        **_measure(random, kind, city, topic),
    }


def _measure(random: Random, kind: str, city: Record, topic: Topic) -> Record:
    """Return what only outcomes of this kind carry."""
    currency = "USD" if city["currency"] in NO_ECB_RATE else city["currency"]
    if kind == "policy_change":
        return {"level": weighted(random, LEVELS)}
    if kind == "pilot":
        return {"source_city": topic.partner["code"]}
    if kind == "funding":
        granted = round_amount(random, random.choice(GRANTS), currency)
        return {"amount": granted, "currency": currency, "funding_stage": weighted(random, STAGES)}
    if kind == "investment_or_trade":
        return {"amount": round_amount(random, random.choice(INVESTMENTS), currency), "currency": currency}
    if kind == "capacity_built":
        unit = random.choice(("people", "hours"))
        return {"quantity": str(random.randint(6, 80) * (1 if unit == "people" else 8)), "unit": unit}
    return {}
