"""Lineages for the tests: records of every kind, each with where its weight and its factor come from."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from math import prod
from typing import Any

from proxeny.indicators import Budget, Cost, Counterfactual, Engagement, Items, Levers, Network, Outcome, Scenario
from proxeny.indicators.lineage import Provenance, digest_of, written
from proxeny.indicators.rounding import EXACT
from proxeny.indicators.worth import Frame
from tests.indicators import given as make

CONTEXT = {"subject": "bilbao", "currency": "EUR", "minor_digits": 2, "as_of": "2026-06-30T10:00:00Z"}
CREDIT, SHARE = Decimal("0.75"), Decimal("0.4")
RATE, DEFLATOR = Decimal("1.0837"), Decimal("1.025")
OF_ALL_KINDS = [
    "sroi", "npv", "roi", "value.net", "evidence.floor.3", "break_even.deadweight", "break_even.attribution_to_others",
    "break_even.drop_off", "irr", "mirr", "payback", "payback.discounted", "cost.per_outcome", "concentration",
    "budget.share", "conversion.rate", "pilot.adoption_rate", "time_to_outcome", "overlap", "double_count.factor",
]  # fmt: skip
Document = dict[str, Any]


def brought(rate: Decimal = RATE) -> Provenance:
    """Return where three tenths of an amount in another currency come from."""
    parts = (("credit", CREDIT), ("share of c40", SHARE))
    return Provenance("2025-017", "Trams", parts, rate, "2025-03-01", "ECB", DEFLATOR, "Eurostat HICP")


def rich() -> Items:
    """Return records of every kind: with levers and without, harm, a scenario, pilots, policies, several years."""
    taken = {"weight": CREDIT * SHARE, "factor": RATE * DEFLATOR}
    costs = [
        make.cost(
            Decimal("1000.10"), record="c1", networks=(("c40", Decimal("0.4")), ("iclei", Decimal("0.6"))), **taken
        ),
        make.cost(Decimal("250.50"), record="c2", category="event", funded_by="network", **taken),
        make.cost(Decimal(80), record="c3", category="staff_time", incurred_on=date(2023, 2, 1), **taken),
        make.cost(Decimal(70), record="c4", incurred_on=date(2090, 2, 1), networks=(("iclei", Decimal(1)),), **taken),
    ]
    days = (100, 400, 500, 900)
    engagements = [
        make.engagement(
            f"e{nth}",
            weight=taken["weight"],
            starts_on=make.OBSERVED - timedelta(days=waited),
            leader_hours=Decimal("7.5"),
            staff_hours=Decimal(20),
            first_outcome_on=make.OBSERVED if nth % 2 else None,
        )
        for nth, waited in enumerate(days)
    ]
    return Items(engagements, costs, _outcomes(taken), _budgets(), _networks())


def _outcomes(taken: dict[str, Any]) -> list[Outcome]:
    scenario = Counterfactual(Scenario(Decimal(1000), leakage=Decimal("0.1")), Scenario(Decimal(300)))
    lasting = Levers(Decimal("0.3"), Decimal("0.1"), Decimal("0.05"), Decimal("0.2"), 4)
    valued = {"unit": "people", "quantity": Decimal(90), "unit_value": Decimal("19.25")}
    pilots = [
        make.outcome(record=f"p{nth}", kind="pilot", engagement=f"e{nth}", claimed=Decimal(1), **taken)
        for nth in range(3)
    ]
    return [
        make.outcome(Decimal(5000), record="o1", kind="investment_or_trade", levers=lasting, evidence_level=3, **taken),
        make.outcome(None, record="o2", kind="capacity_built", levers=Levers(duration_years=2), **taken, **valued),
        make.outcome(Decimal(40), record="o3", kind="negative_effect", status="verified", **taken),
        make.outcome(Decimal(900), record="o4", kind="funding", funding_stage="committed", evidence_level=5, **taken),
        make.outcome(Decimal(800), record="o5", kind="funding", funding_stage="pledged", **taken),
        make.outcome(Decimal(700), record="o6", kind="other", status="expected", **taken),
        make.outcome(Decimal(1000), record="o7", kind="investment_or_trade", counterfactual=scenario, **taken),
        make.outcome(None, record="o8", kind="joint_policy", level="national", engagement="e1", **taken),
        *pilots,
    ]


def _budgets() -> list[Budget]:
    taken: dict[str, Any] = {"factor": RATE * DEFLATOR}
    return [
        make.budget(Decimal("2000000.50"), record="b1", year=2024, fiscal_year_starts_on="07-01", **taken),
        make.budget(Decimal(1900000), record="b2", year=2022, fiscal_year_starts_on="04-06", **taken),
    ]


def _networks() -> list[Network]:
    return [
        Network("c40", 1, frozenset({"climate_change", "energy"}), frozenset({"athens", "bilbao", "vienna"})),
        Network("iclei", 2, frozenset({"climate_change", "culture"}), frozenset({"bilbao", "vienna"})),
        Network("twins", 1, frozenset({"culture"}), frozenset()),
    ]


def provenance_of(items: Items) -> dict[tuple[str, str, int], Provenance]:
    """Return the provenance of rich records."""
    groups: dict[str, Sequence[Engagement | Cost | Outcome]] = {
        "engagement": items.engagements,
        "cost": items.costs,
        "outcome": items.outcomes,
    }
    with localcontext(EXACT):
        found = {
            (kind, item.record, position): brought()
            for kind, group in groups.items()
            for position, item in enumerate(group)
        }
        budgets = {
            ("budget", one.record, place): brought()._replace(parts=()) for place, one in enumerate(items.budgets)
        }
        assert prod(value for _, value in brought().parts) == items.costs[0].weight
        return found | budgets


def lineage(indicator: str, items: Items | None = None, frame: Frame | None = None) -> Document:
    """Return the lineage of a figure of rich records, or of others, as it comes out of a file."""
    told = provenance_of(rich()) if items is None else {}
    document = written(indicator, items or rich(), frame or make.frame(), told, CONTEXT)
    found: Document = json.loads(json.dumps(document))
    return found


def sealed(document: Document) -> Document:
    """Return a lineage with a digest that fits, as one who changes it with care would make it."""
    return {**document, "digest": digest_of(document)}


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield every value of a lineage that holds no others, with the way to it."""
    if isinstance(value, dict | list):
        for name, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, (*path, name))
    else:
        yield path, value


def changed(document: Document, path: tuple[str | int, ...], value: object) -> Document:
    """Return a copy of a lineage with another value in one place."""
    copy: Any = json.loads(json.dumps(document))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    found: Document = copy
    return found


def pointer(path: tuple[str | int, ...]) -> str:
    """Return the JSON pointer of a way."""
    return "".join(f"/{step}" for step in path)
