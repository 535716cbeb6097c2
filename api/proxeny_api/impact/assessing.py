"""From records to figures by a method: facts gathered, put into groups, assessed, and told how sure."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, localcontext
from typing import NamedTuple
from uuid import UUID

import asyncpg

from proxeny.indicators import Frame, Sums, assess, catalogue, definition_of, figures, together
from proxeny.indicators.figure import Figure
from proxeny.indicators.intervals import Interval, intervals
from proxeny.indicators.items import Items, Network, Outcome
from proxeny.indicators.rounding import EXACT
from proxeny.indicators.subjects import Subject
from proxeny.indicators.tally import COUNTED
from proxeny_api.impact import context, current, history, returns
from proxeny_api.impact.asked import Asked
from proxeny_api.impact.facts import Facts
from proxeny_api.impact.groups import Bundle, Grouping, Question
from proxeny_api.impact.pricing import Pricing
from proxeny_api.impact.queries import Summed
from proxeny_api.rates import lookup
from proxeny_api.rates.lookup import Rates

TOTAL = "total"


class Group(NamedTuple):
    """One group's figures, and between which values they lie."""

    figures: list[Figure]
    intervals: Mapping[str, Interval]


class Assessed(NamedTuple):
    """The figures of all groups by key, and of all together; which amounts found no rate; and to which year."""

    groups: dict[str, Group]
    total: Group
    unconverted: list[dict[str, str]]
    base_year: int | None


class Gathered(NamedTuple):
    """What a question is about: the facts, and the rates for them."""

    facts: Facts
    rates: Rates


async def gather(
    connection: asyncpg.Connection, cities: Iterable[UUID], network_id: UUID | None, asked: Asked
) -> Gathered:
    """Read the facts as they stand, or stood at the instant asked for, and the rates that were known then."""
    if asked.as_of is None:
        facts = await current.read(connection, cities, network_id)
    else:
        facts = await history.read(connection, cities, network_id, asked.as_of)
    return Gathered(facts, await lookup.load(connection, facts.currencies() | {asked.currency}, asked.as_of))


async def assessed(
    connection: asyncpg.Connection,
    cities: list[UUID],
    network_id: UUID | None,
    asked: Asked,
    *,
    scales_claims: bool = False,
) -> Assessed:
    """Make the figures of every group, away from the loop that serves others meanwhile."""
    if returns.is_enough_for(asked):
        groups = await returns.read(connection, cities, network_id, asked, scales_claims=scales_claims)
        return await asyncio.to_thread(_assessed, groups, asked)
    gathered = await gather(connection, cities, network_id, asked)
    return await asyncio.to_thread(_of_facts, gathered, network_id, asked, scales_claims)


def _of_facts(gathered: Gathered, network_id: UUID | None, asked: Asked, scales_claims: bool) -> Assessed:
    bundles = bundled(gathered, network_id, asked, scales_claims=scales_claims)
    groups = {key: bundle.items() for key, bundle in bundles.items()}
    return _assessed(groups, asked, gathered.facts.compared())


def bundled(
    gathered: Gathered, network_id: UUID | None, asked: Asked, *, scales_claims: bool = False
) -> dict[str, Bundle]:
    """Return the groups' bundles."""
    pricing = Pricing(gathered.rates, asked.currency, asked.policy, asked.price_year)
    network = None if network_id is None else str(network_id)
    question = Question(asked.group_by, asked.period, network, pricing, asked.method, scales_claims)
    bundles = Grouping(gathered.facts, question).fill()
    context.add_context(bundles, gathered.facts, question)
    return bundles


def framed(asked: Asked, groups: Iterable[Items]) -> Frame:
    """Return the frame of the figures of some groups: all discounted to the year of their first flow."""
    return _frame(asked, _base_year(groups))


def _frame(asked: Asked, base_year: int | None) -> Frame:
    return Frame(asked.method, asked.observed_on.year if base_year is None else base_year, asked.observed_on)


def _assessed(groups: Mapping[str, Items], asked: Asked, networks: Mapping[str, Network] | None = None) -> Assessed:
    """Make the figures of each group and of all together; `networks` are all that are to be compared."""
    base_year = _base_year(groups.values())
    frame = _frame(asked, base_year)
    subjects = {key: _subject(items, frame) for key, items in groups.items()}
    parts = [subject.sums for subject in subjects.values() if subject.sums is not None]
    if len(subjects) == 1 and asked.group_by != "network":
        [whole] = subjects.values()
    else:
        sums = together(parts) if parts else assess(Items(), frame)
        # A group has its own network to compare; all together have all of them, whatever the groups are.
        streams = replace(sums.assessed, networks=networks or {})
        whole = Subject(_whole(list(groups.values())), Sums(sums.values, sums.missing, streams))
    return _told(subjects, whole, asked, _unconverted(groups.values()), base_year)


def _told(
    subjects: Mapping[str, Subject],
    whole: Subject,
    asked: Asked,
    unconverted: list[dict[str, str]],
    base_year: int | None,
) -> Assessed:
    """Return the figures of groups and of all together, with their intervals, all made of the same draws."""
    is_one = any(subject is whole for subject in subjects.values())
    named = {} if is_one else {f"of {key}": subject for key, subject in subjects.items()}
    every = {**named, TOTAL: whole}
    found = {name: _figures(subject, asked) for name, subject in every.items()}
    frame, level, shares = _frame(asked, base_year), asked.level, asked.shares
    spans = intervals(every, found, frame, level=level, seed=asked.seed, draws=asked.draws, shares=shares)
    total = Group(found[TOTAL], spans[TOTAL])
    groups = {key: total if is_one else Group(found[f"of {key}"], spans[f"of {key}"]) for key in subjects}
    return Assessed(groups, total, unconverted, base_year)


def _subject(items: Items, frame: Frame) -> Subject:
    return Subject(items, assess(items, frame))


def _figures(subject: Subject, asked: Asked) -> list[Figure]:
    return figures(subject.sums if subject.sums is not None else Sums({}), asked.indicators)


def _whole(groups: list[Items]) -> Items:
    """Return the items of all groups together."""
    return Items(
        [one for group in groups for one in group.engagements],
        [one for group in groups for one in group.costs],
        [one for group in groups for one in group.outcomes],
    )


def _base_year(groups: Iterable[Items]) -> int | None:
    years: set[int] = set()
    for group in groups:
        years.update(cost.incurred_on.year for cost in group.costs)
        years.update(
            (outcome.starts_on or outcome.occurred_on).year
            for outcome in group.outcomes
            if outcome.status in COUNTED and (outcome.amount is not None or outcome.unit_value is not None)
        )
    return min(years, default=None)


def _unconverted(groups: Iterable[Items]) -> list[dict[str, str]]:
    """Return the amounts that found no rate, by what they belong to and by currency."""
    found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    with localcontext(EXACT):
        for items in groups:
            for cost in items.costs:
                if cost.factor is None:
                    found["cost", cost.currency] += cost.weight * cost.amount
            for outcome in items.outcomes:
                if outcome.factor is None and outcome.currency is not None and outcome.status in COUNTED:
                    found["outcome", outcome.currency] += outcome.weight * _worth(outcome)
    return [
        {"records": kind, "currency": currency, "amount": format(amount.normalize(), "f")}
        for (kind, currency), amount in sorted(found.items())
    ]


def _worth(outcome: Outcome) -> Decimal:
    """Return an outcome's amount or, where it has a unit value, what all of its quantity is worth; before any rate."""
    if outcome.amount is not None:
        return outcome.amount
    one = Decimal(0) if outcome.unit_value is None else outcome.unit_value
    return one if outcome.quantity is None else one * outcome.quantity


def summed_up(summed: Iterable[Summed], total: Summed, asked: Asked) -> Assessed:
    """Make the figures that kept sums can tell, by group."""
    subjects = {group.key: Subject(Items(), Sums(group.values, missing=group.missing)) for group in summed}
    return _told(subjects, Subject(Items(), Sums(total.values, missing=total.missing)), asked, [], None)


def beside(sums: Assessed, valued: Assessed, asked: Asked) -> Assessed:
    """Return figures of which some are of more members than others: sums with those that share totals only."""
    nothing = {
        "sums": summed_up([], Summed("", {}, 0), asked._replace(indicators=ids_of(asked, valued=False))).total,
        "valued": _assessed({}, asked._replace(indicators=ids_of(asked, valued=True))).total,
    }
    groups = {
        key: _together(sums.groups.get(key, nothing["sums"]), valued.groups.get(key, nothing["valued"]))
        for key in dict.fromkeys([*sums.groups, *valued.groups])
    }
    return Assessed(groups, _together(sums.total, valued.total), valued.unconverted, valued.base_year)


def ids_of(asked: Asked, *, valued: bool) -> tuple[str, ...]:
    """Return those of the indicators asked for that need the records one by one, or those that do not."""
    wanted = asked.indicators or tuple(definition.id for definition in catalogue())
    return tuple(id for id in wanted if definition_of(id).valued is valued)


def _together(one: Group, other: Group) -> Group:
    places = {definition.id: place for place, definition in enumerate(catalogue())}
    ordered = sorted([*one.figures, *other.figures], key=lambda figure: places[figure.indicator])
    return Group(ordered, {**one.intervals, **other.intervals})
