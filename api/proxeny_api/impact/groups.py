"""From facts to the items of each group: every record's part by its weight, every amount by its factor."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from typing import NamedTuple

from proxeny.indicators import items
from proxeny.indicators.crediting import in_proportion
from proxeny.indicators.items import Items
from proxeny.indicators.methods import Method
from proxeny.indicators.rounding import EXACT, quotient
from proxeny.indicators.tally import COUNTED
from proxeny_api.impact import weights
from proxeny_api.impact.facts import Cost, Engagement, Facts, Outcome
from proxeny_api.impact.pricing import Priced, Pricing
from proxeny_api.impact.queries import Period
from proxeny_api.impact.weights import NOUGHT, ONE, Part
from proxeny_api.proxies.service import Proxy
from proxeny_api.rollups.sql import OVERHEAD, UNALLOCATED


class Question(NamedTuple):
    """How facts are put into groups: by what, of which days, for which network, in which money, by which method."""

    group_by: str
    period: Period
    network: str | None
    pricing: Pricing
    method: Method
    scales_claims: bool = False


Value = tuple[Priced | None, Decimal | None, Decimal | None, Decimal | None]


def valued_by_proxy(
    proxy: Proxy, quantity: Decimal | None, span: tuple[Decimal | None, Decimal | None], day: date, pricing: Pricing
) -> tuple[Priced, Decimal, Decimal | None, Decimal | None]:
    """Return the factor, the unit value and the range of what is valued by a proxy.

    A range of the proxy stands for one of the quantity: both spread the value by as much.
    """
    low, high = span
    if low is None and proxy.low is not None and proxy.high is not None and proxy.value > 0:
        many = ONE if quantity is None else quantity
        low, high = (many * quotient(end, proxy.value) for end in (proxy.low, proxy.high))
    return pricing.of_prices(proxy.currency, day, proxy.year), proxy.value, low, high


class Made(NamedTuple):
    """How an item's weight and factor came about."""

    parts: tuple[tuple[str, Decimal], ...]
    priced: Priced | None


@dataclass
class Bundle:
    """One group's items in the making, and how each came about."""

    engagements: list[items.Engagement] = field(default_factory=list)
    costs: list[items.Cost] = field(default_factory=list)
    outcomes: list[items.Outcome] = field(default_factory=list)
    made: defaultdict[str, list[Made]] = field(default_factory=lambda: defaultdict(list))
    budgets: tuple[items.Budget, ...] = ()
    networks: tuple[items.Network, ...] = ()
    budgeted: list[items.Cost] = field(default_factory=list)

    def items(self) -> Items:
        """Return the items as figures are made of them."""
        return Items(self.engagements, self.costs, self.outcomes, self.budgets, self.networks, self.budgeted)


class Grouping:
    """The bundles of one question, filled record by record."""

    def __init__(self, facts: Facts, question: Question) -> None:
        self.facts = facts
        self.question = question
        self.bundles: defaultdict[str, Bundle] = defaultdict(Bundle)
        self.parts = {
            one.id: weights.parts_of(one, question.group_by, question.network) for one in facts.engagements.values()
        }

    def fill(self) -> dict[str, Bundle]:
        """Return the groups' bundles, by key."""
        with localcontext(EXACT):
            firsts = weights.first_outcomes(self.facts.outcomes)
            for engagement in self.facts.engagements.values():
                first = firsts.get(engagement.id)
                self._add_engagement(engagement, None if first is None else first.occurred_on)
            for cost in self.facts.costs:
                self._add_cost(cost)
            self._add_outcomes()
            self._spread_overhead()
        return dict(self.bundles)

    def _within(self, day: date) -> bool:
        first, last = self.question.period
        return (first is None or day >= first) and (last is None or day <= last)

    def _key(self, key: str, day: date) -> str:
        return str(day.year) if self.question.group_by == "year" else key

    def _add_engagement(self, engagement: Engagement, first_outcome_on: date | None) -> None:
        if not self._within(engagement.starts_on):
            return
        for part in self.parts[engagement.id]:
            bundle = self.bundles[self._key(part.key, engagement.starts_on)]
            bundle.engagements.append(
                items.Engagement(
                    engagement.id,
                    engagement.version,
                    part.weight,
                    engagement.kind,
                    engagement.status,
                    engagement.starts_on,
                    engagement.leader_hours,
                    engagement.staff_hours,
                    first_outcome_on,
                )
            )
            bundle.made["engagement"].append(Made(part.made_of, None))

    def _add_cost(self, cost: Cost) -> None:
        if not self._within(cost.incurred_on):
            return
        priced = self.question.pricing.of_day(cost.currency, cost.incurred_on)
        for part, networks in self._cost_parts(cost):
            bundle = self.bundles[self._key(part.key, cost.incurred_on)]
            bundle.costs.append(
                items.Cost(
                    cost.id,
                    cost.version,
                    part.weight,
                    cost.category,
                    cost.funded_by,
                    cost.estimated,
                    cost.incurred_on,
                    cost.amount,
                    cost.currency,
                    priced.factor,
                    networks,
                )
            )
            bundle.made["cost"].append(Made(part.made_of, priced))

    def _cost_parts(self, cost: Cost) -> Iterator[tuple[Part, tuple[tuple[str, Decimal], ...]]]:
        """Yield the groups that a cost is in, each with the networks it was spent through there."""
        group_by, network = self.question.group_by, self.question.network
        if cost.engagement is not None:
            engagement = self.facts.engagements.get(cost.engagement)
            for part in self.parts.get(cost.engagement, ()):
                if group_by == "network":
                    yield part, () if part.key == UNALLOCATED else ((part.key, ONE),)
                elif engagement is not None:
                    yield part, engagement.shares if network is None else ((network, ONE),)
        elif network is None or cost.network == network:
            key = {"network": cost.network or OVERHEAD, "city": cost.city}.get(group_by, "")
            yield Part(key, ONE), () if cost.network is None else ((cost.network, ONE),)

    def _add_outcomes(self) -> None:
        rule, facts = self.question.method.credits, self.facts
        hours = weights.hours_of(facts) if rule == "by_hours" else {}
        spent = self._spent() if rule == "by_cost" else {}
        found = []
        for outcome in facts.outcomes:
            if self._within(outcome.occurred_on):
                shared = weights.credited(outcome, rule, hours, spent)
                found.append((outcome, list(self._outcome_parts(outcome, shared))))
        scalings = {}
        if self.question.scales_claims:
            scalings = weights.scalings(
                (outcome.claim_key, part.weight)
                for outcome, parts in found
                for part, _ in parts
                if outcome.claim_key is not None and outcome.status in COUNTED
            )
        for outcome, parts in found:
            scaling = scalings.get(outcome.claim_key or "")
            for part, engagement in parts:
                self._add_outcome(outcome, part, engagement, scaling)

    def _spent(self) -> dict[str, Decimal]:
        """Return what each engagement cost; what has no rate counts for nothing here."""
        found: defaultdict[str, Decimal] = defaultdict(Decimal)
        for cost in self.facts.costs:
            factor = self.question.pricing.of_day(cost.currency, cost.incurred_on).factor
            if cost.engagement is not None and factor is not None:
                found[cost.engagement] += cost.amount * factor
        return found

    def _outcome_parts(self, outcome: Outcome, shared: weights.Credited) -> Iterator[tuple[Part, str | None]]:
        for engagement, credit in shared.credits:
            for part in self.parts.get(engagement, ()):
                made_of = (*part.made_of, ("credit", credit))
                yield Part(part.key, part.weight * credit, made_of), engagement
        if shared.left > 0 and self.question.network is None:
            key = {"network": UNALLOCATED, "city": outcome.city}.get(self.question.group_by, "")
            yield Part(key, shared.left, (("uncredited", shared.left),)), None

    def _add_outcome(self, outcome: Outcome, part: Part, engagement: str | None, scaling: Decimal | None) -> None:
        priced, unit_value, low, high = self._value_of(outcome)
        made_of = part.made_of if scaling is None else (*part.made_of, ("claim", scaling))
        bundle = self.bundles[self._key(part.key, outcome.occurred_on)]
        bundle.outcomes.append(
            items.Outcome(
                outcome.id,
                outcome.version,
                part.weight if scaling is None else part.weight * scaling,
                outcome.kind,
                outcome.level,
                outcome.status,
                outcome.occurred_on,
                outcome.funding_stage,
                outcome.amount,
                outcome.currency,
                None if priced is None else priced.factor,
                outcome.quantity,
                outcome.unit,
                unit_value,
                outcome.levers,
                outcome.starts_on,
                outcome.evidence_level,
                low,
                high,
                outcome.claim_key,
                outcome.counterfactual,
                engagement,
                None if scaling is None else part.weight,
            )
        )
        bundle.made["outcome"].append(Made(made_of, priced))

    def _value_of(self, outcome: Outcome) -> Value:
        """Return the factor of an outcome's amount or unit value, the unit value and the range, or its proxy's."""
        pricing, low, high = self.question.pricing, outcome.low, outcome.high
        if outcome.currency is not None:
            return pricing.of_day(outcome.currency, outcome.occurred_on), outcome.unit_value, low, high
        proxy = self.facts.proxies.get((outcome.city, outcome.proxy)) if outcome.proxy is not None else None
        if proxy is None:
            return None, None, low, high
        return valued_by_proxy(proxy, outcome.quantity, (low, high), outcome.occurred_on, pricing)

    def _spread_overhead(self) -> None:
        """Share out what belongs to no engagement and no membership, where the method says so."""
        rule = self.question.method.overhead
        if rule == "none" or self.question.group_by != "network" or OVERHEAD not in self.bundles:
            return
        others = {key: bundle for key, bundle in self.bundles.items() if key != OVERHEAD}
        measure = _costs_in if rule == "by_cost" else _hours_in
        if not others:
            return
        overhead = self.bundles.pop(OVERHEAD)
        shares = in_proportion({key: measure(bundle) for key, bundle in sorted(others.items())}, "overhead")
        for key, share in shares.items():
            for cost, made in zip(overhead.costs, overhead.made["cost"], strict=True):
                # Nobody spent it through a network: how far what was is concentrated does not depend on the method.
                others[key].costs.append(cost._replace(weight=share))
                others[key].made["cost"].append(Made((("overhead", share),), made.priced))


def _costs_in(bundle: Bundle) -> Decimal:
    return sum((cost.weight * cost.amount * cost.factor for cost in bundle.costs if cost.factor is not None), NOUGHT)


def _hours_in(bundle: Bundle) -> Decimal:
    return sum((one.weight * (one.leader_hours + one.staff_hours) for one in bundle.engagements), NOUGHT)
