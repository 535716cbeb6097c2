"""A figure: one number, or the reason why there is none."""

from decimal import Decimal
from typing import Literal, NamedTuple

Unit = Literal["money", "share", "ratio", "count", "h", "1/h", "people"]
Status = Literal["ok", "undefined", "insufficient_data", "suppressed", "assumption_based"]
Reason = Literal[
    "multiple_roots",
    "no_engagements",
    "no_hours",
    "no_outcomes",
    "no_rate",
    "no_sign_change",
    "not_reached",
    "rate_out_of_range",
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
    `reason` is set when `status` is not `ok`.
    `bound` is in the unit of the value: with 95 % confidence the value that is missing is at least that.
    `n` is the number of records that the figure rests on, each counted whole.
    """

    indicator: str
    value: Decimal | None
    unit: Unit
    status: Status
    reason: Reason | None
    bound: Decimal | None
    n: int
