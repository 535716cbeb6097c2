"""What changed: outcomes by kind and level, how sure they are, and the people trained."""

from decimal import Decimal

from proxeny.indicators.figure import Undefined
from proxeny.indicators.registry import indicator, indicators
from proxeny.indicators.rounding import quotient
from proxeny.indicators.sums import OUTCOME_KINDS, POLICY_LEVELS, Sums

OWN = "Definition; sums of the records"
GAINED = tuple(kind for kind in OUTCOME_KINDS if kind != "negative_effect")


@indicator(
    "outcomes.count",
    title="Outcomes",
    unit="count",
    formula="N = Σ w over reported and verified outcomes of all kinds but negative_effect",
    source=OWN,
    records=["outcome_n"],
    additive=True,
)
def outcomes_count(sums: Sums) -> Decimal:
    """Return how many outcomes there were, each by the credit that belongs to the subject.

    Formula: ``N = sum(w)`` over outcomes reported or verified; harm is no gain and is shown apart, as
    ``outcomes.count.negative_effect``.
    Unit: count. Never undefined.
    Source: definition.

    >>> outcomes_count(Sums({"outcomes_pilot": 2, "outcomes_funding": Decimal("0.5"), "outcomes_negative_effect": 1}))
    Decimal('2.5')
    """
    return sums.total(f"outcomes_{kind}" for kind in GAINED)


@indicators(
    "outcomes.count.{}",
    over=OUTCOME_KINDS,
    title="Outcomes: {}",
    unit="count",
    formula="Σ w over reported and verified outcomes of kind {}",
    source=OWN,
    records=["outcome_n"],
    additive=True,
)
def outcomes_of_kind(sums: Sums, kind: str) -> Decimal:
    """Return how many outcomes of one kind there were.

    Formula: ``sum(w)`` over outcomes of the kind, reported or verified.
    Unit: count. Never undefined.
    Source: definition.

    >>> outcomes_of_kind(Sums({"outcomes_pilot": 2}), "pilot")
    Decimal('2')
    """
    return sums[f"outcomes_{kind}"]


@indicators(
    "outcomes.level.{}",
    over=POLICY_LEVELS,
    title="Outcomes at {} level",
    unit="count",
    formula="Σ w over reported and verified outcomes at level {}",
    source=OWN,
    records=["outcome_n"],
    additive=True,
)
def outcomes_at_level(sums: Sums, level: str) -> Decimal:
    """Return how many outcomes came about at one level of government, of whatever kind.

    Formula: ``sum(w)`` over outcomes at the level, reported or verified; those without a level are in none.
    Unit: count. Never undefined.
    Source: definition.

    >>> outcomes_at_level(Sums({"level_national": Decimal("0.25")}), "national")
    Decimal('0.25')
    """
    return sums[f"level_{level}"]


@indicator(
    "outcomes.expected",
    title="Outcomes expected",
    unit="count",
    formula="Σ w over outcomes of status expected",
    source=OWN,
    records=["outcome_n"],
    additive=True,
)
def outcomes_expected(sums: Sums) -> Decimal:
    """Return how many outcomes are hoped for and counted in no other figure.

    Formula: ``sum(w)`` over outcomes of status ``expected``.
    Unit: count. Never undefined.
    Source: definition.

    >>> outcomes_expected(Sums({"outcomes_expected": 4}))
    Decimal('4')
    """
    return sums["outcomes_expected"]


@indicator(
    "outcomes.verified_share",
    title="Share of outcomes that are verified",
    unit="share",
    formula="Σ w verified / Σ w reported or verified, harm included",
    undefined="no outcome counted → `no_outcomes`",
    source=OWN,
    records=["outcome_n"],
)
def outcomes_verified_share(sums: Sums) -> Decimal | Undefined:
    """Return which part of the outcomes somebody has checked.

    Formula: ``sum(w) verified / sum(w) reported or verified``, over all kinds: a harm can be verified too.
    Unit: share, 0 to 1. Undefined (``no_outcomes``) when nothing is reported or verified.
    Source: definition.

    >>> outcomes_verified_share(Sums({"outcomes_verified": 3, "outcomes_pilot": 3, "outcomes_negative_effect": 1}))
    Decimal('0.75')
    """
    counted = sums.total(f"outcomes_{kind}" for kind in OUTCOME_KINDS)
    return quotient(sums["outcomes_verified"], counted) if counted > 0 else Undefined("no_outcomes")


@indicator(
    "capacity.people_trained",
    title="People trained",
    unit="people",
    formula="Σ w·quantity of outcomes counted in people",
    source=OWN,
    records=["outcome_n"],
    additive=True,
)
def capacity_people_trained(sums: Sums) -> Decimal:
    """Return how many people learnt something, not valued in money.

    Formula: ``sum(w * quantity)`` over outcomes whose unit is people, reported or verified.
    Unit: people; someone trained twice is counted twice. Never undefined.
    Source: definition.

    >>> capacity_people_trained(Sums({"capacity_people": 45}))
    Decimal('45')
    """
    return sums["capacity_people"]


@indicator(
    "capacity.hours",
    title="Hours of training",
    unit="h",
    formula="Σ w·quantity of outcomes counted in hours",
    source=OWN,
    records=["outcome_n"],
    additive=True,
)
def capacity_hours(sums: Sums) -> Decimal:
    """Return how many hours of training there were, not valued in money.

    Formula: ``sum(w * quantity)`` over outcomes whose unit is hours, reported or verified.
    Unit: hours. Never undefined.
    Source: definition.

    >>> capacity_hours(Sums({"capacity_hours": Decimal("37.5")}))
    Decimal('37.5')
    """
    return sums["capacity_hours"]
