"""The records that figures are made of, whether read from their tables or as they once stood in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from proxeny.indicators import items
from proxeny.indicators.levers import Counterfactual, Levers, Scenario
from proxeny_api.proxies.service import Proxy

Share = tuple[str, Decimal]


class Engagement(NamedTuple):
    """An engagement: whose it is by shares, and what it was about."""

    id: str
    version: int
    city: str
    external_id: str | None
    title: str
    kind: str
    status: str
    starts_on: date
    leader_hours: Decimal
    staff_hours: Decimal
    themes: tuple[str, ...]
    sdgs: tuple[str, ...]
    visibility: str
    shares: tuple[Share, ...]


class Cost(NamedTuple):
    """A cost, of an engagement, of a membership in a network, or of neither."""

    id: str
    version: int
    city: str
    external_id: str | None
    engagement: str | None
    network: str | None
    category: str
    funded_by: str
    estimated: bool
    incurred_on: date
    amount: Decimal
    currency: str
    visibility: str


class Outcome(NamedTuple):
    """An outcome, with what its value is made of and lessened by, and who may claim how much of it."""

    id: str
    version: int
    city: str
    external_id: str | None
    title: str
    kind: str
    level: str | None
    status: str
    occurred_on: date
    funding_stage: str | None
    amount: Decimal | None
    currency: str | None
    quantity: Decimal | None
    unit: str | None
    unit_value: Decimal | None
    proxy: str | None
    levers: Levers
    starts_on: date | None
    evidence_level: int | None
    low: Decimal | None
    high: Decimal | None
    claim_key: str | None
    counterfactual: Counterfactual | None
    visibility: str
    credits: tuple[Share, ...]


class Budget(NamedTuple):
    """What a city had to spend on everything in a year."""

    id: str
    version: int
    city: str
    year: int
    amount: Decimal
    currency: str
    fiscal_year_starts_on: str


class Network(NamedTuple):
    """A network that some of the cities are in or act through, and what it is about."""

    id: str
    code: str
    version: int
    themes: frozenset[str]


@dataclass
class Facts:
    """All records of some cities, by id; proxies by city and code."""

    engagements: dict[str, Engagement] = field(default_factory=dict)
    costs: list[Cost] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    budgets: list[Budget] = field(default_factory=list)
    proxies: dict[tuple[str, str], Proxy] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)

    def currencies(self) -> set[str]:
        """Return every currency that an amount is in."""
        found = {cost.currency for cost in self.costs} | {budget.currency for budget in self.budgets}
        found |= {outcome.currency for outcome in self.outcomes if outcome.currency is not None}
        return found | {proxy.currency for proxy in self.proxies.values()}

    def compared(self) -> dict[str, items.Network]:
        """Return the networks as figures compare them, by id: by themes, for a city does not see who else is in one."""
        return {key: items.Network(key, one.version, one.themes, frozenset()) for key, one in self.networks.items()}


def levers_of(said: Mapping[str, Any]) -> Levers:
    """Return the levers that an outcome's row or document has."""
    return Levers(
        decimal(said["deadweight"]),
        decimal(said["attribution_to_others"]),
        decimal(said["displacement"]),
        decimal(said["drop_off"]),
        said["duration_years"],
    )


def counterfactual_of(said: Mapping[str, Any] | None) -> Counterfactual | None:
    """Return the two courses of events that an outcome's document has."""
    if said is None:
        return None
    courses = (
        Scenario(*(Decimal(said[course][name]) for name in Scenario._fields))
        for course in ("intervention", "reference")
    )
    return Counterfactual(*courses)


def decimal(written: str | Decimal | None) -> Decimal | None:
    """Return a decimal as it was written, None for none."""
    return Decimal(written) if isinstance(written, str) else written
