"""What the peers take in, as pydantic checks it; what they answer adds ids."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

TOTALS = """
SELECT e.engagements, e.leader_hours, e.staff_hours, c.cost, o.outcomes, o.funding,
       o.funding / nullif(c.cost, 0) AS leverage, c.cost / nullif(o.outcomes, 0) AS cost_per_outcome
FROM (SELECT count(*) AS engagements, sum(leader_hours * share) AS leader_hours, sum(staff_hours * share) AS staff_hours
      FROM engagement WHERE network_id = {0}) AS e,
     (SELECT coalesce(sum(c.amount * e.share), 0) AS cost
      FROM cost c JOIN engagement e ON e.id = c.engagement_id WHERE e.network_id = {0}) AS c,
     (SELECT coalesce(sum(o.credit * e.share), 0) AS outcomes,
             coalesce(sum(o.amount * o.credit * e.share), 0) AS funding
      FROM outcome o JOIN engagement e ON e.id = o.engagement_id WHERE e.network_id = {0}) AS o
"""
"""The figures of a network: `{0}` is the place of its id."""


class Strict(BaseModel):
    """Takes no member that it does not know."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Share(Strict):
    """The part of an engagement that belongs to a network."""

    network: str
    share: Decimal = Field(gt=0, le=1)


class Cost(Strict):
    """What was spent."""

    external_id: str
    category: str
    amount: Decimal = Field(ge=0)
    currency: str = Field(pattern="^[A-Z]{3}$")
    incurred_on: date


class Outcome(Strict):
    """What came of it."""

    external_id: str
    kind: str
    title: str
    amount: Decimal | None = Field(default=None, ge=0)
    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    occurred_on: date
    credit: Decimal = Field(gt=0, le=1)


class Engagement(Strict):
    """An engagement with its costs and outcomes."""

    external_id: str
    kind: str
    title: str
    starts_on: date
    ends_on: date | None = None
    networks: list[Share] = Field(min_length=1, max_length=1)
    themes: list[str]
    sdgs: list[str]
    leader_hours: Decimal = Field(ge=0)
    staff_hours: Decimal = Field(ge=0)
    visibility: str
    tags: list[str]
    costs: list[Cost]
    outcomes: list[Outcome]


class EngagementRead(Engagement):
    """An engagement as it is answered."""

    id: int


class Totals(BaseModel):
    """The figures of a network."""

    engagements: int
    leader_hours: Decimal | None
    staff_hours: Decimal | None
    cost: Decimal
    outcomes: Decimal
    funding: Decimal
    leverage: Decimal | None
    cost_per_outcome: Decimal | None
