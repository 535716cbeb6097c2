"""What figures are made of: the records of one subject, each with the part of it that is the subject's.

A subject is a city, a network's part of one or of many, or one group of them. `weight` is the subject's part of the
record, shares, credits and scaling multiplied out. Amounts are in their own currency; `factor` brings them into the
currency and the prices of the figures (rate of exchange times deflator), None where no rate or index is known.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from proxeny.indicators.levers import Counterfactual, Levers

NONE_RECORDED = Levers()


class Engagement(NamedTuple):
    """Something the city did. `first_outcome_on` is the day of its first outcome reported or verified."""

    record: str
    version: int
    weight: Decimal
    kind: str
    status: str
    starts_on: date
    leader_hours: Decimal
    staff_hours: Decimal
    first_outcome_on: date | None = None


class Cost(NamedTuple):
    """Something spent. `networks` are those it was spent through, each with its share; fees are one network's.

    `many` is how many records were added up beforehand in it, of one day, category, currency and payer.
    """

    record: str
    version: int
    weight: Decimal
    category: str
    funded_by: str
    estimated: bool
    incurred_on: date
    amount: Decimal
    currency: str
    factor: Decimal | None
    networks: tuple[tuple[str, Decimal], ...] = ()
    many: int = 1


class Outcome(NamedTuple):
    """Something that changed, as far as one engagement is credited with it: one item for each credit of a record.

    `engagement` is the one credited, None for the part that is credited to none. `currency` and `factor` are those of
    the amount, or of the unit value where there is no amount. `low` and `high` are the range of the amount, or of the
    quantity where there is no amount. `claimed` is the weight before it was scaled down because several claim the same
    outcome, None where it was not.
    """

    record: str
    version: int
    weight: Decimal
    kind: str
    level: str | None
    status: str
    occurred_on: date
    funding_stage: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    factor: Decimal | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    unit_value: Decimal | None = None
    levers: Levers = NONE_RECORDED
    starts_on: date | None = None
    evidence_level: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    claim_key: str | None = None
    counterfactual: Counterfactual | None = None
    engagement: str | None = None
    claimed: Decimal | None = None


class Budget(NamedTuple):
    """What the city had to spend in a fiscal year, on everything.

    The fiscal year begins on a day, MM-DD, of the calendar year `year`, and ends the day before that comes round again.
    """

    record: str
    version: int
    weight: Decimal
    year: int
    amount: Decimal
    currency: str
    factor: Decimal | None
    fiscal_year_starts_on: str = "01-01"


class Network(NamedTuple):
    """A network that the subject belongs to: what it is about and who else is in it."""

    record: str
    version: int
    themes: frozenset[str]
    members: frozenset[str]


class Items(NamedTuple):
    """All that the figures of one subject are made of.

    `budgeted` are costs of other groups that were incurred in the fiscal years of these budgets, as those of a spring
    are in the year that began in the summer before: they count against the budgets and in nothing else.
    """

    engagements: Sequence[Engagement] = ()
    costs: Sequence[Cost] = ()
    outcomes: Sequence[Outcome] = ()
    budgets: Sequence[Budget] = ()
    networks: Sequence[Network] = ()
    budgeted: Sequence[Cost] = ()
