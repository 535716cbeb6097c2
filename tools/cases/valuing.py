"""Cases of outcomes that are valued and set against what was put in."""

import re
from datetime import date
from decimal import Decimal
from functools import partial

from proxeny.indicators import (
    LEVERS,
    SHIPPED,
    Budget,
    Cost,
    Counterfactual,
    Frame,
    Items,
    Levers,
    Method,
    Outcome,
    Scenario,
    Sums,
    Undefined,
    assess,
    catalogue,
    figures,
)
from proxeny.indicators.methods import SPREADS
from tools.cases.answers import Answer, Found, Make
from tools.cases.given import Given, folded, number_of, numbers_of
from tools.cases.kinds import kind
from tools.cases.schedules import NOUGHT, TIMING, first_year_of, is_undiscounted, schedule_of

BASE_YEAR = 2000
OBSERVED_ON = date(2100, 1, 1)
ONE = Decimal(1)
PRESENT = ("pv_benefits", "pvb", "pv_outcomes", "present_value_benefits")
OUTCOMES = ("outcomes", "outcome", "benefits", "benefit", "impacts", "total_benefits", *PRESENT)
INPUTS = (
    "investment", "inputs", "costs", "cost", "input", "total_investment", "total_costs", "pv_costs", "pvc", "pv_inputs",
    "present_value_costs",
)  # fmt: skip
HORIZON = ("horizon", "horizon_years")
GROSS = ("gross", "gross_impact", "gi", "amount", "value")
CONVENTIONS = rf"{TIMING}|additive|multiplicative|discounting"
UNLIKE_ID = {
    "benefit_cost_ratio": "bcr",
    "sroi_ratio": "sroi",
    "leverage": "funding.leverage",
    "discounted_payback": "payback.discounted",
}


def figure(sums: Sums, id: str) -> Decimal | Undefined:
    """Return one figure, or why there is none."""
    [found] = figures(sums, [id])
    return Undefined(found.reason or "not_assessed", found.bound) if found.value is None else found.value


def method_of(given: Given, first: int) -> Method:
    """Return the method that a case is valued by: what it says of rates and years, and no priors but its own."""
    schedule = NOUGHT if is_undiscounted(given) or given.has(*PRESENT) else schedule_of(given, NOUGHT)
    named = [method for id, method in SHIPPED.items() if given.says(rf"\b{id}")]
    horizon = named[0].horizon_years if named else schedule[-1].through
    spreads = given.part("spreads").inputs
    priors = given.part("priors").inputs
    same = {name: number_of(given.find("spreads")) for name in SPREADS} if given.has("spreads") and not spreads else {}
    return Method(
        name="case",
        version=1,
        title="As the case says",
        schedule=schedule,
        first_benefit_year=1 if first else 0,
        horizon_years=given.whole(*HORIZON) if given.has(*HORIZON) else horizon,
        priors={name: number_of(value) for name, value in priors.items()},
        spreads={**SPREADS, **same, **{name: number_of(value) for name, value in spreads.items()}},
    )


def frame_of(given: Given) -> Frame:
    """Return the frame of a case; a value begins in year 1 unless the convention or plain flows say otherwise."""
    first = first_year_of(given, default=0 if are_flows(given) else 1)
    return Frame(method_of(given, first), BASE_YEAR, OBSERVED_ON)


def are_flows(given: Given) -> bool:
    """Say whether what came is written as flows of the years from year 0, not as outcomes."""
    written = given.find(*OUTCOMES) if given.has(*OUTCOMES) else None
    rows = list(written.values()) if isinstance(written, dict) else written if isinstance(written, list) else []
    return not isinstance(written, dict) and not any(isinstance(each, dict) for each in rows)


def items_of(given: Given) -> Items:
    """Return the outcomes and the costs of a case as records."""
    written = given.find(*OUTCOMES) if given.has(*OUTCOMES) else None
    if written is None:
        outcomes = [outcome(given, 0)] if given.has("q", "p", "quantity", "proxy", "unit_value") else []
    elif are_flows(given):
        outcomes = [valued_at(year, value) for year, value in enumerate(numbers_of(written))]
    else:
        outcomes = [outcome(row, place) for place, row in enumerate(given.rows(*OUTCOMES))]
    return Items(outcomes=outcomes, costs=costs_of(given), budgets=budgets_of(given))


def valued_at(year: int, value: Decimal) -> Outcome:
    return Outcome(
        f"o{year}", 1, ONE, "other", None, "reported", day_of(year), currency="EUR", factor=ONE, unit_value=value
    )


def budgets_of(given: Given) -> list[Budget]:
    """Return what there was to spend, in year 0 or in each year from it."""
    amounts = given.numbers("budget", "budgets", "city_budget") if given.has("budget", "budgets", "city_budget") else []
    return [Budget(f"b{year}", 1, ONE, BASE_YEAR + year, amount, "EUR", ONE) for year, amount in enumerate(amounts)]


def share(row: Given, *names: str) -> Decimal:
    """Return a share, nought where it is left out; what is above 1 can only be percent."""
    found = row.number(*names, default=0)
    return found / 100 if found > 1 else found


def day_of(year: int) -> date:
    return date(BASE_YEAR + year, 7, 1)


def outcome(row: Given, place: int) -> Outcome:
    """Return one outcome, with the levers that it has and no others."""
    course = row.part("counterfactual").inputs if row.has("counterfactual") else row.inputs
    is_harm = row.has("negative") or row.text("kind") == "negative_effect"
    return Outcome(
        f"o{place}",
        1,
        row.number("w", "weight", "share", "credit", default=1),
        "negative_effect" if is_harm else "other",
        None,
        "reported",
        day_of(row.whole("start", "starts", "starts_in", "year", default=0)),
        quantity=row.number("q", "quantity", "units", "count", "number", "stakeholders", default=1),
        unit_value=row.number("p", "proxy", "price", "unit_value", "financial_proxy", "value", "amount", default=1),
        currency="EUR",
        factor=ONE,
        levers=levers_of(row),
        evidence_level=row.whole("evidence_level", "evidence", "level", default=0),
        counterfactual=counterfactual_of(row.part("counterfactual")) if course is not row.inputs else None,
    )


def levers_of(row: Given) -> Levers:
    """Return the levers of one outcome; those that are added in the case's convention are added into one."""
    others = share(row, "attribution_to_others", "attribution_others", "attribution", "a")
    own = ("own_share", "attribution_own", "own_attribution", "contribution")
    if row.has(*own):
        others = ONE - share(row, *own)
    elif row.says(r"own share|attribution (?:is|=) own") and row.has("attribution"):
        others = ONE - others
    deadweight, displacement = share(row, "deadweight", "d"), share(row, "displacement", "x")
    if row.says("additive"):
        deadweight, others, displacement = min(ONE, deadweight + others + displacement), Decimal(0), Decimal(0)
    drop_off = share(row, "drop_off", "dropoff", "drop")
    return Levers(
        deadweight, others, displacement, drop_off, row.whole("duration", "duration_years", "years", default=1)
    )


def costs_of(given: Given) -> list[Cost]:
    """Return what was put in: one sum in year 0, a sum for each year from year 0, or rows with their years."""
    if not given.has(*INPUTS):
        return []
    written = given.find(*INPUTS)
    if isinstance(written, list) and any(isinstance(each, dict) for each in written):
        rows = [(row.whole("year", default=0), row.number("amount", "cost", "value")) for row in given.rows(*INPUTS)]
    elif isinstance(written, dict):
        rows = [(0, number_of(value)) for value in written.values()]
    else:
        rows = list(enumerate(numbers_of(written)))
    return [
        Cost(f"c{place}", 1, ONE, "other", "city", False, day_of(year), amount, "EUR", ONE)
        for place, (year, amount) in enumerate(rows)
    ]


@kind("sroi_ratio", "sroi", "sroi_pv", "bcr", "benefit_cost_ratio", "sroi_net", "value_present", "value_net",
      "value_gross", "evidence_floor", "break_even", bare="outcomes", each=("rate", "discount_rate"),
      conventions=CONVENTIONS)  # fmt: skip
def appraised(given: Given) -> Answer:
    """Solve for any figure of outcomes and costs; the kind says which is the main one."""
    frame = frame_of(given)
    sums = assess(items_of(given), frame)
    found = partial(figure, sums)
    parts: dict[str, Make] = {
        "ratio sroi sroi_ratio bcr benefit_cost_ratio": lambda: found("sroi"),
        "pv present_value value_present pvb pv_benefits present benefits_pv": lambda: found("value.present"),
        "pvc pv_costs pv_inputs costs_pv": lambda: sums.assessed.present_costs,
        "npv npsv net_present_value": lambda: found("npv"),
        "net net_value value_net": lambda: found("value.net"),
        "gross gross_value value_gross": lambda: found("value.gross"),
        "floors curve evidence_floor": lambda: [found(f"evidence.floor.{level}") for level in range(6)],
    }
    main = main_id(given)
    first = {"main": lambda: found(main)} if main else {"main": parts["floors curve evidence_floor"]}
    return Answer({**first, **parts}, partial(named, sums))


def main_id(given: Given) -> str | None:
    """Return the figure that is asked for where a kind names it otherwise than the figure is named."""
    if folded(given.kind) == folded("sroi_pv"):
        return "value.present"
    if folded(given.kind) == folded("break_even"):
        return f"break_even.{given.text('lever') or LEVERS[0]}"
    return None if folded(given.kind) == folded("evidence_floor") else id_of(given.kind)


def id_of(name: str) -> str:
    """Return the id of the figure that a kind is called like.

    >>> id_of("break_even_deadweight"), id_of("sroi_ratio")
    ('break_even.deadweight', 'sroi')
    """
    for definition in catalogue():
        if folded(definition.id) == folded(UNLIKE_ID.get(name, name)):
            return definition.id
    raise LookupError(name)


def named(sums: Sums, name: str) -> Found:
    """Return a figure by its id, by that of a lever at which it breaks even, or by the level of its evidence."""
    if name in LEVERS:
        return figure(sums, f"break_even.{name}")
    level = re.fullmatch(r"\D*([0-5])", name)
    return figure(sums, f"evidence.floor.{level[1]}" if level else id_of(name))


def registered(given: Given) -> Answer:
    """Solve for any indicator of the register: of sums by name, or of outcomes and costs."""
    if given.has("sums"):
        sums = Sums({name: number_of(value) for name, value in given.part("sums").inputs.items()})
    else:
        sums = assess(items_of(given), frame_of(given))
    return Answer({"value": lambda: figure(sums, id_of(given.kind))}, partial(named, sums))


def counterfactual_of(given: Given) -> Counterfactual:
    """Return the course of events with the intervention, and that without; the latter is nothing where left out."""
    name = next((name for name in ("reference", "reference_case", "counterfactual", "baseline") if given.has(name)), "")
    return Counterfactual(scenario(given.part("intervention", dict(given.inputs))), scenario(given.part(name)))


def scenario(given: Given) -> Scenario:
    """Return one course of events."""
    return Scenario(
        given.number(*GROSS, default=0),
        given.number("leakage", "l", default=0),
        given.number("displacement", "dp", default=0),
        given.number("substitution", "s", default=0),
        given.number("multiplier", "m", default=1),
    )
