"""Whose is how much of a record: shares, credits, equal parts of themes and goals, and claims that several make."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Context, Decimal
from math import prod
from typing import NamedTuple

from proxeny.indicators import crediting
from proxeny.indicators.tally import COUNTED
from proxeny_api.errors import FieldError, Invalid
from proxeny_api.impact.facts import Engagement, Facts, Outcome
from proxeny_api.rollups.parts import equal_parts, goals
from proxeny_api.rollups.sql import UNALLOCATED

ONE, NOUGHT = Decimal(1), Decimal(0)


class Part(NamedTuple):
    """A group's part of a record: by which weight, and what that is made of, each factor with its name."""

    key: str
    weight: Decimal
    made_of: tuple[tuple[str, Decimal], ...] = ()


def parts_of(engagement: Engagement, group_by: str, network: str | None) -> list[Part]:
    """Return the groups that an engagement is in, by weights that sum to one or to the network's share."""
    if group_by == "network":
        shares = [Part(key, share, (("share", share),)) for key, share in engagement.shares]
        left = ONE - sum((share for _, share in engagement.shares), NOUGHT)
        return (
            shares if network is not None or left <= 0 else [*shares, Part(UNALLOCATED, left, (("unallocated", left),))]
        )
    whole = _whole_parts(engagement, group_by)
    if network is None:
        return whole
    return [
        Part(part.key, part.weight * share, (*part.made_of, ("share", share)))
        for part in whole
        for key, share in engagement.shares
        if key == network
    ]


def _whole_parts(engagement: Engagement, group_by: str) -> list[Part]:
    if group_by == "kind":
        return [Part(engagement.kind, ONE)]
    if group_by == "city":
        return [Part(engagement.city, ONE)]
    if group_by == "theme" and engagement.themes:
        return [Part(theme, part, (("theme", part),)) for theme, part in equal_parts(engagement.themes)]
    if group_by == "sdg" and engagement.sdgs:
        return [Part(goal, part, (("sdg", part),)) for goal, part in goals(engagement.sdgs)]
    return [Part("", ONE)]


class Credited(NamedTuple):
    """Which engagements may claim how much of an outcome by the method's rule, and what is left of it."""

    credits: tuple[tuple[str, Decimal], ...]
    left: Decimal


def credited(outcome: Outcome, rule: str, hours: Mapping[str, Decimal], costs: Mapping[str, Decimal]) -> Credited:
    """Return an outcome's credits as they were declared, or shared out anew among those that have any by a rule.

    With `shapley` the declared credit is each engagement's chance of having brought the outcome about alone; the worth
    of several is the chance that one of them did. What is declared as nobody's stays so by the other rules.
    """
    declared = outcome.credits
    if rule == "declared" or not declared:
        return Credited(declared, ONE - sum((credit for _, credit in declared), NOUGHT))
    if rule == "shapley":
        if len(declared) > crediting.MOST_PLAYERS:
            message = f"Outcome {outcome.id} has more claimants than Shapley's rule can be worked out for."
            raise Invalid(message, errors=[FieldError(pointer="/query/method", code="claimants", message=message)])
        chances = dict(declared)
        shares = crediting.shapley(
            list(chances), lambda some: ONE - prod((ONE - chances[one] for one in some), start=ONE)
        )
        return Credited(tuple(shares.items()), ONE - sum(shares.values(), NOUGHT))
    total = sum((credit for _, credit in declared), NOUGHT)
    names = [name for name, _ in declared]
    if rule == "equal":
        shares = crediting.equal(names)
    elif rule == "by_hours":
        shares = crediting.by_hours({name: hours.get(name, NOUGHT) for name in names})
    else:
        shares = crediting.by_cost({name: costs.get(name, NOUGHT) for name in names})
    return Credited(tuple((name, share * total) for name, share in shares.items()), ONE - total)


def hours_of(facts: Facts) -> dict[str, Decimal]:
    """Return the hours that leaders and staff gave to each engagement."""
    return {one.id: one.leader_hours + one.staff_hours for one in facts.engagements.values()}


def first_outcomes(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """Return the first reported or verified outcome of each engagement that has credit in one."""
    found: dict[str, Outcome] = {}
    for outcome in outcomes:
        if outcome.status in COUNTED:
            for engagement, _ in outcome.credits:
                if engagement not in found or outcome.occurred_on < found[engagement].occurred_on:
                    found[engagement] = outcome
    return found


def scalings(claims: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Return by how much to scale what carries a claim's key where all that is claimed of it is more than one.

    Formula: ``1 / sum(claimed)``, at 28 digits rounded down, so that what is counted is never more than one.
    """
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for key, claimed in claims:
        totals[key] += claimed
    return {key: ROUNDED_DOWN.divide(ONE, total) for key, total in totals.items() if total > 1}


ROUNDED_DOWN = Context(prec=28, rounding="ROUND_DOWN")
