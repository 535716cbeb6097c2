"""What the city did: engagements and the hours they took."""

from decimal import Decimal

from proxeny.indicators.registry import indicator
from proxeny.indicators.sums import Sums

OWN = "Definition; sums of the records"


@indicator(
    "engagements.count",
    title="Engagements",
    unit="count",
    formula="Σ s over engagements that are ongoing or completed",
    source=OWN,
    records=["engagement_n"],
    additive=True,
)
def engagements_count(sums: Sums) -> Decimal:
    """Return how many engagements there were, each by the share that belongs to the subject.

    Formula: ``sum(s)`` over engagements that are ongoing or completed.
    Unit: count; half an engagement is 0.5. Never undefined.
    Source: definition.

    >>> engagements_count(Sums({"engagements": Decimal("1.5")}))
    Decimal('1.5')
    """
    return sums["engagements"]


@indicator(
    "hours.leader",
    title="Hours of leaders",
    unit="h",
    formula="Σ s·leader_hours over engagements that are more than planned",
    source=OWN,
    records=["engagement_n"],
    additive=True,
)
def hours_leader(sums: Sums) -> Decimal:
    """Return the hours that mayors and other leaders gave, the scarcest resource of all.

    Formula: ``sum(s * leader_hours)`` over engagements that are more than planned.
    Unit: hours. Never undefined.
    Source: definition.

    >>> hours_leader(Sums({"leader_hours": Decimal("7.5")}))
    Decimal('7.5')
    """
    return sums["leader_hours"]


@indicator(
    "hours.staff",
    title="Hours of staff",
    unit="h",
    formula="Σ s·staff_hours over engagements that are more than planned",
    source=OWN,
    records=["engagement_n"],
    additive=True,
)
def hours_staff(sums: Sums) -> Decimal:
    """Return the hours that the staff gave.

    Formula: ``sum(s * staff_hours)`` over engagements that are more than planned.
    Unit: hours. Never undefined.
    Source: definition.

    >>> hours_staff(Sums({"staff_hours": 120}))
    Decimal('120')
    """
    return sums["staff_hours"]
