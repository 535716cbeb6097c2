"""Cases of money set against money, and of what came about against what would have anyway."""

from decimal import Decimal

from proxeny.indicators import Sums, Undefined, assess
from tools.cases.answers import Answer, Make
from tools.cases.given import Given, folded
from tools.cases.kinds import kind
from tools.cases.valuing import OUTCOMES, counterfactual_of, figure, frame_of, id_of, items_of


@kind("roi", "return_on_investment")
def returned(given: Given) -> Answer:
    """Solve for what came back beyond what was spent; in percent where the case says so."""
    spent = total(given, "costs", "cost", "investment", "inputs")
    came = total(given, "benefits", "benefit", "returns", "value", "outcomes")
    sums = Sums({"benefit": came, "cost_other": spent, "benefit_n": 1})
    ratio = figure(sums, "roi")
    percent = ratio if isinstance(ratio, Undefined) else ratio * 100
    of_costs = figure(assess(items_of(given), frame_of(given)), "bcr") if given.has(*OUTCOMES) else None
    parts: dict[str, Make] = {"roi share": lambda: ratio, "bcr ratio": lambda: of_costs, "net": lambda: came - spent}
    if given.says(r"percent|%|×\s*100|\* ?100"):
        parts = {"roi": lambda: percent, **parts}
    return Answer({**parts, "roi_pct roi_percent percent": lambda: percent})


def total(given: Given, *names: str) -> Decimal:
    """Return the sum of what may be one number, a list or a table; nought where nothing is given."""
    return sum(given.numbers(*names), Decimal(0)) if given.has(*names) else Decimal(0)


@kind("leverage", "funding_leverage", "leverage_ratio")
def leverage(given: Given) -> Answer:
    """Solve for the external money that came for each unit of one's own; a pledge is none."""
    stages = {stage: total(given, stage) for stage in ("pledged", "committed", "disbursed") if given.has(stage)}
    if given.has("mobilised", "external", "leveraged", "funding", "external_funding"):
        stages["committed"] = total(given, "mobilised", "external", "leveraged", "funding", "external_funding")
    own = total(given, "own", "own_cost", "own_funding", "cost_own", "cost", "costs", "investment")
    by_others = total(given, "external_cost")
    sums = Sums({"cost_other": own, "cost_external": by_others, **{f"funding_{name}": stages[name] for name in stages}})
    return Answer({
        "leverage ratio funding_leverage": lambda: figure(sums, "funding.leverage"),
        "mobilised funding_mobilised": lambda: figure(sums, "funding.mobilised"),
    })  # fmt: skip


@kind("cost_per_outcome", "cost_per_engagement", "outcomes_per_leader_hour", "cost_per_outcome_bound")
def for_each(given: Given) -> Answer:
    """Solve for what one outcome or engagement took, with the bound while there is none."""
    made = {
        "cost_other": total(given, "cost", "costs", "total_cost"),
        "outcomes_other": total(given, "outcomes", "count", "n", "x"),
        "engagements": given.number("engagements", default=0),
        "leader_hours": given.number("leader_hours", "hours", default=0),
    }
    is_bound = folded(given.kind).endswith("bound")
    found = figure(Sums(made), id_of(given.kind.removesuffix("_bound")))
    bound = found.bound if isinstance(found, Undefined) else None
    return Answer({
        "value cost_per_outcome cost_per_engagement": lambda: bound if is_bound else found,
        "bound lower_bound cost_per_outcome_at_least": lambda: bound,
    })  # fmt: skip


@kind("net_additional_impact", "additionality", "counterfactual", "net_additional")
def net_additional(given: Given) -> Answer:
    """Solve for what came about and would not have otherwise."""
    both = counterfactual_of(given)
    return Answer({
        "net net_additional additional net_additional_impact": both.net_additional,
        "intervention with_intervention": both.intervention.net,
        "reference reference_case deadweight": both.reference.net,
    })  # fmt: skip
