"""A figure: one number, or the reason why there is none."""

from decimal import Decimal
from typing import Literal, NamedTuple

Unit = Literal["money", "share", "ratio", "count", "h", "1/h", "people", "years", "days", "1/y", "index"]
Status = Literal["ok", "undefined", "insufficient_data", "suppressed", "assumption_based"]
Reason = Literal[
    "multiple_roots",
    "no_budget",
    "no_engagements",
    "no_hours",
    "no_outcomes",
    "no_rate",
    "no_sign_change",
    "not_assessed",
    "not_reached",
    "rate_out_of_range",
    "too_few",
    "zero_cost",
]


class Undefined(NamedTuple):
    """What a formula returns when it has no value: why, and on which side of a bound the value would lie.

    >>> Undefined("zero_cost")
    Undefined(reason='zero_cost', bound=None)
    """

    reason: Reason
    bound: Decimal | None = None


class Figure(NamedTuple):
    """One indicator of one subject.

    `value` is exact, not rounded, and `None` when there is none: never nought and never infinity.
    `reason` is set when there is no value; `not_assessed` says that the sums it was asked of do not hold what it needs.
    `bound` is in the unit of the value: with 95 % confidence the value that is missing is at least that.
    `n` is the number of records that the figure rests on, each counted whole.
    `assumed` names the levers that nobody recorded and whose prior the value rests on; the status says so too.
    """

    indicator: str
    value: Decimal | None
    unit: Unit
    status: Status
    reason: Reason | None
    bound: Decimal | None
    n: int
    assumed: tuple[str, ...] = ()
