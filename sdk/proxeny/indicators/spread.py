"""How what was done is spread over networks, how far they are alike, and what several claim at once."""

from decimal import Decimal
from itertools import combinations

from proxeny.indicators.concentration import double_count_factor, herfindahl, jaccard
from proxeny.indicators.figure import Undefined
from proxeny.indicators.items import Network
from proxeny.indicators.registry import indicator
from proxeny.indicators.rounding import quotient
from proxeny.indicators.sums import Sums


@indicator(
    "concentration",
    title="Concentration of cost on few networks",
    unit="index",
    formula="Σ (cost through a network / cost through all)²",
    undefined="nothing spent through networks → `zero_cost`",
    source="Hirschman, The Paternity of an Index, American Economic Review 54 (1964)",
    records=["cost_n"],
    converted=True,
    valued=True,
)
def concentration(sums: Sums) -> Decimal | Undefined:
    """Return how far what was spent through networks lies with few: 1 when one has all, 1/n when n have the same.

    Formula: Herfindahl's ``sum(share²)`` over networks, of costs by the shares of their engagements, with fees.
    Unit: index. Undefined (``zero_cost``) when nothing was spent through a network, (``no_rate``) without a rate.
    Source: Hirschman (1964).

    >>> from proxeny.indicators.methods import SHIPPED
    >>> from proxeny.indicators.streams import Streams
    >>> costs = {"c40": Decimal(50), "eurocities": Decimal(30), "iclei": Decimal(20)}
    >>> concentration(Sums({}, streams=Streams(SHIPPED["cash@1"], 2025, network_costs=costs)))
    Decimal('0.38')
    """
    found = herfindahl(list(sums.assessed.network_costs.values()))
    return Undefined("zero_cost") if found is None else found


@indicator(
    "overlap",
    title="Overlap of networks",
    unit="index",
    formula="mean over pairs of networks of the mean of Jaccard's index of their themes and that of their members",
    undefined="fewer than two networks with themes or members → `too_few`",
    source="Jaccard, The Distribution of the Flora in the Alpine Zone, New Phytologist 11 (1912)",
    records=["network_n"],
    valued=True,
)
def overlap(sums: Sums) -> Decimal | Undefined:
    """Return how alike the networks are: 1 when all have the same themes and members, 0 when nothing in common.

    Formula: of each pair ``(J(themes) + J(members)) / 2``, or the one of the two that there is; the mean over pairs.
    Unit: index. Undefined (``too_few``, status ``insufficient_data``) when there is no pair with either.
    Source: Jaccard (1912).

    >>> from proxeny.indicators.methods import SHIPPED
    >>> from proxeny.indicators.streams import Streams
    >>> one = Network("n", 1, frozenset({"climate", "housing"}), frozenset({"athens", "bilbao"}))
    >>> other = Network("m", 1, frozenset({"climate", "housing"}), frozenset({"vienna"}))
    >>> overlap(Sums({}, streams=Streams(SHIPPED["cash@1"], 2025, networks={"n": one, "m": other})))
    Decimal('0.5')
    """
    pairs = [likeness(one, other) for one, other in combinations(sums.assessed.networks.values(), 2)]
    known = [likeness for likeness in pairs if likeness is not None]
    return quotient(sum(known, Decimal(0)), Decimal(len(known))) if known else Undefined("too_few")


def likeness(one: Network, other: Network) -> Decimal | None:
    """Return how alike two networks are in themes and members; None when neither is known of either."""
    both = (jaccard(one.themes, other.themes), jaccard(one.members, other.members))
    known = [index for index in both if index is not None]
    return sum(known, Decimal(0)) / len(known) if known else None


@indicator(
    "double_count.factor",
    title="How often the same was claimed",
    unit="ratio",
    formula="Σ claimed / Σ unique over reported and verified outcomes",
    undefined="no counted outcome → `no_outcomes`",
    source="Definition; sums of the records",
    records=["outcome_n"],
    valued=True,
)
def double_count(sums: Sums) -> Decimal | Undefined:
    """Return how often an outcome was claimed on average; what is above 1 was taken off every other figure.

    Formula: ``sum(w as claimed) / sum(w as counted)``, the second scaled down where several claim the same.
    Unit: ratio; 1 when nothing was claimed twice. Undefined (``no_outcomes``) when nothing is counted.
    Source: definition.

    >>> from proxeny.indicators.methods import SHIPPED
    >>> from proxeny.indicators.streams import Streams
    >>> double_count(Sums({}, streams=Streams(SHIPPED["cash@1"], 2025, claimed=Decimal(3), unique=Decimal(2))))
    Decimal('1.5')
    """
    found = double_count_factor(sums.assessed.claimed, sums.assessed.unique)
    return Undefined("no_outcomes") if found is None else found
