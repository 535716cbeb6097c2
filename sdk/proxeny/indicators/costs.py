"""What it cost: by category, and by who paid."""

from decimal import Decimal

from proxeny.indicators.figure import Undefined
from proxeny.indicators.registry import indicator, indicators
from proxeny.indicators.rounding import quotient
from proxeny.indicators.sums import COST_CATEGORIES, Sums

OWN = "Definition; sums of the records"
NOT_CASH = ("staff_time", "leader_time", "in_kind")


@indicator(
    "cost.total",
    title="Cost",
    unit="money",
    formula="C = Σ s·cost over all categories, whoever paid",
    source=OWN,
    records=["cost_n"],
    additive=True,
)
def cost_total(sums: Sums) -> Decimal:
    """Return the cost of everything, whoever paid, time and gifts in kind at their recorded worth.

    Formula: ``sum(s * cost)`` over all categories.
    Unit: money, at the prices of the days of the costs. Undefined (``no_rate``) when an amount found no rate.
    Source: definition.

    >>> cost_total(Sums({"cost_travel": Decimal("300.10"), "cost_staff_time": Decimal("99.90")}))
    Decimal('400.00')
    """
    return sums.total(f"cost_{category}" for category in COST_CATEGORIES)


@indicator(
    "cost.cash",
    title="Cost in cash",
    unit="money",
    formula="cost.total − staff_time − leader_time − in_kind",
    source=OWN,
    records=["cost_n"],
    additive=True,
)
def cost_cash(sums: Sums) -> Decimal:
    """Return the cost for which money left an account, whoever's.

    Formula: ``cost.total - staff_time - leader_time - in_kind``.
    Unit: money. Undefined (``no_rate``) when an amount found no rate.
    Source: definition.

    >>> cost_cash(Sums({"cost_travel": 300, "cost_staff_time": 100, "cost_in_kind": 50}))
    Decimal('300')
    """
    return cost_total(sums) - sums.total(f"cost_{category}" for category in NOT_CASH)


@indicator(
    "cost.fees",
    title="Membership fees",
    unit="money",
    formula="Σ s·cost of category membership_fee",
    source=OWN,
    records=["cost_n"],
    additive=True,
)
def cost_fees(sums: Sums) -> Decimal:
    """Return what memberships cost in fees.

    Formula: ``sum(s * cost)`` of category ``membership_fee``.
    Unit: money. Undefined (``no_rate``) when an amount found no rate.
    Source: definition.

    >>> cost_fees(Sums({"cost_membership_fee": Decimal("8500.00")}))
    Decimal('8500.00')
    """
    return sums["cost_membership_fee"]


@indicator(
    "cost.travel",
    title="Travel, with accommodation",
    unit="money",
    formula="Σ s·cost of categories travel and accommodation",
    source=OWN,
    records=["cost_n"],
    additive=True,
)
def cost_travel(sums: Sums) -> Decimal:
    """Return what it cost to be there: journeys and nights.

    Formula: ``sum(s * cost)`` of categories ``travel`` and ``accommodation``.
    Unit: money. Undefined (``no_rate``) when an amount found no rate.
    Source: definition.

    >>> cost_travel(Sums({"cost_travel": 300, "cost_accommodation": 180, "cost_event": 70}))
    Decimal('480')
    """
    return sums["cost_travel"] + sums["cost_accommodation"]


@indicators(
    "cost.{}",
    over=NOT_CASH,
    title="Cost: {}",
    unit="money",
    formula="Σ s·cost of category {}",
    source=OWN,
    records=["cost_n"],
    additive=True,
)
@indicators(
    "cost.category.{}",
    over=COST_CATEGORIES,
    title="Cost of category {}",
    unit="money",
    formula="Σ s·cost of category {}",
    source=OWN,
    records=["cost_n"],
    additive=True,
)
def cost_of_category(sums: Sums, category: str) -> Decimal:
    """Return the cost of one category, whoever paid.

    Formula: ``sum(s * cost)`` of the category; the twelve categories add up to ``cost.total``.
    Unit: money. Undefined (``no_rate``) when an amount found no rate.
    Source: definition.

    >>> cost_of_category(Sums({"cost_event": Decimal("70.25")}), "event")
    Decimal('70.25')
    """
    return sums[f"cost_{category}"]


@indicator(
    "cost.external",
    title="Cost that others paid",
    unit="money",
    formula="Σ s·cost not funded by the city",
    source=OWN,
    records=["cost_n"],
    additive=True,
)
def cost_external(sums: Sums) -> Decimal:
    """Return the part of the cost that networks, partners and grants paid.

    Formula: ``sum(s * cost)`` of all categories where the city did not pay.
    Unit: money. Undefined (``no_rate``) when an amount found no rate.
    Source: definition.

    >>> cost_external(Sums({"cost_travel": 300, "cost_external": 120}))
    Decimal('120')
    """
    return sums["cost_external"]


@indicator(
    "cost.own",
    title="Cost that the city paid",
    unit="money",
    formula="cost.total − cost.external",
    source=OWN,
    records=["cost_n"],
    additive=True,
)
def cost_own(sums: Sums) -> Decimal:
    """Return the part of the cost that the city itself bore.

    Formula: ``cost.total - cost.external``.
    Unit: money. Undefined (``no_rate``) when an amount found no rate.
    Source: definition.

    >>> cost_own(Sums({"cost_travel": 300, "cost_external": 120}))
    Decimal('180')
    """
    return cost_total(sums) - sums["cost_external"]


@indicator(
    "budget.share",
    title="Share of the city's budget",
    unit="share",
    formula="Σ own cost of the fiscal years with a budget / Σ budget of the city",
    undefined="no budget above nought → `no_budget`",
    source=OWN,
    records=["budgeted_n", "budget_n"],
    converted=True,
    valued=True,
)
def budget_share(sums: Sums) -> Decimal | Undefined:
    """Return which part of its budget the city spent abroad and on networks.

    Formula: ``sum(own cost incurred in the fiscal year) / sum(budget)`` over the fiscal years of which the budget is
    recorded; what others paid did not come out of it. A fiscal year runs from the day that its budget names to the day
    before that comes round again. Where two overlap, a cost counts against the one that began last. Between two days
    (``from``, ``to``) only fiscal years count that lie between them from their first day to their last; one that is
    still running counts whole, against what was spent of it so far. A group is held against the whole city's budget; of
    groups by year each is the fiscal year that begins in it, to its end in the next. A budget in another currency is
    converted at the mean rate of the calendar year in which its fiscal year begins.
    Unit: share. Undefined (``no_budget``) when no budget is recorded, (``no_rate``) when one, or a cost held against
    one, found no rate.
    Source: definition.

    >>> from proxeny.indicators.methods import SHIPPED
    >>> from proxeny.indicators.streams import Streams
    >>> budgets, spent = {"b": Decimal(2000000)}, {"b": Decimal(5000)}
    >>> budget_share(Sums({}, streams=Streams(SHIPPED["cash@1"], 2025, budgets=budgets, own_costs=spent)))
    Decimal('0.0025')
    """
    streams = sums.assessed
    budget = sum(streams.budgets.values(), Decimal(0))
    spent = sum(streams.own_costs.values(), Decimal(0))
    return quotient(spent, budget) if budget > 0 else Undefined("no_budget")
