"""A lineage written down: a figure, its formula and method, each record behind it and each step between, as JSON."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Any, NamedTuple

from proxeny.indicators.courses import factor, lasting
from proxeny.indicators.discounting import Schedule
from proxeny.indicators.figure import Figure
from proxeny.indicators.fiscal import FiscalYear
from proxeny.indicators.items import Budget, Cost, Engagement, Items, Network, Outcome
from proxeny.indicators.levers import Counterfactual, Levers, Scenario
from proxeny.indicators.lineage.contributions import Kind, Listed, Spent, listed, totals
from proxeny.indicators.lineage.tracing import traced
from proxeny.indicators.registry import Definition, definition_of
from proxeny.indicators.rounding import EXACT, shown
from proxeny.indicators.showing import display
from proxeny.indicators.streams import Wait
from proxeny.indicators.valuation import assess
from proxeny.indicators.worth import Frame, Valued

FORMAT = "proxeny-lineage/1"
GROUPS: Mapping[Kind, str] = {
    "engagement": "engagements",
    "cost": "costs",
    "outcome": "outcomes",
    "budget": "budgets",
    "network": "networks",
}


class Provenance(NamedTuple):
    """Where what a record adds comes from, as the record alone does not say.

    `parts` multiply to the weight of the item, to the last digit: ("credit", 0.5), ("share of c40", 0.4). `rate`, of
    the day `rate_on`, times `deflator` is its factor, to the last digit too; one that is None counts as 1.
    """

    external_id: str | None = None
    title: str | None = None
    parts: tuple[tuple[str, Decimal], ...] = ()
    rate: Decimal | None = None
    rate_on: str | None = None
    rate_source: str | None = None
    deflator: Decimal | None = None
    deflator_source: str | None = None


# The provenance of an item by its kind, its record and its position among those of its kind.
Provenances = Mapping[tuple[str, str, int], Provenance]


def written(
    indicator: str, items: Items, frame: Frame, provenance: Provenances, context: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the lineage of a figure, ready for JSON: all that it takes to make the figure again.

    Lists the records that the figure rests on and no others, in the order of the items. Every sum is exactly the sum of
    what the records add to it; decimals are strings with all their digits, days are ISO 8601. `context` is told as it
    is given (subject, group, currency, as_of, period, policy, ...); its `minor_digits` say how money is shown. Raises
    LookupError when no indicator has the name, KeyError without `minor_digits`.
    """
    definition, sums = definition_of(indicator), assess(items, frame)
    uses = traced(definition, sums)
    records = listed(items, frame, sums, uses)
    with localcontext(EXACT):
        figure = definition.figure(sums)
    groups: dict[str, list[dict[str, Any]]] = {group: [] for group in GROUPS.values()}
    for record in records:
        told = provenance.get((record.kind, record.item.record, record.position))
        groups[GROUPS[record.kind]].append(_record(record, told, frame))
    document: dict[str, Any] = {
        "format": FORMAT,
        "context": dict(context),
        "definition": _definition(definition),
        "method": {"id": frame.method.id, "parameters": frame.method.parameters()},
        "base_year": frame.base_year,
        "observed_on": frame.observed_on.isoformat(),
        "records": groups,
        "sums": {name: number(value) for name, value in totals(records, uses).items()},
        "figure": _figure(figure, context["minor_digits"]),
    }
    return {**document, "digest": digest_of(document)}


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a lineage without its own digest, keys in order and nothing between the marks of JSON."""
    told = {name: value for name, value in document.items() if name != "digest"}
    text = json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _definition(definition: Definition) -> dict[str, str | None]:
    return {
        "id": definition.id,
        "title": definition.title,
        "unit": definition.unit,
        "formula": definition.formula,
        "undefined": definition.undefined,
        "source": definition.source,
    }


def _figure(figure: Figure, minor_digits: int) -> dict[str, Any]:
    displayed = display(figure, minor_digits)
    return {
        "value": None if figure.value is None else number(figure.value),
        "displayed": displayed.value,
        "status": figure.status,
        "reason": figure.reason,
        "bound": None if figure.bound is None else number(figure.bound),
        "displayed_bound": displayed.bound,
        "n": figure.n,
        "assumed": list(figure.assumed),
    }


def _record(record: Listed, provenance: Provenance | None, frame: Frame) -> dict[str, Any]:
    return {
        **_fields(record.item),
        "provenance": None if provenance is None else _fields(provenance),
        "contributions": {name: number(value) for name, value in record.contributions.items()},
        **_steps(record.worth, frame),
    }


def _steps(worth: Valued | Spent | Wait | FiscalYear | None, frame: Frame) -> dict[str, Any]:
    """Return the values between a record and what it adds, under a name for each kind of them."""
    if isinstance(worth, Valued):
        return {"valued": _valued(worth, frame)}
    if isinstance(worth, Spent):
        return {"spent": _spent(worth)}
    if isinstance(worth, Wait):
        return {"wait": worth._asdict()}
    if isinstance(worth, FiscalYear):
        return {"fiscal_year": _fields(worth)}
    return {}


def _spent(worth: Spent) -> dict[str, Any]:
    discount, present = worth.discount_factor, worth.present
    return {
        "amount": number(worth.amount),
        "year_index": worth.year_index,
        "discount_factor": None if discount is None else number(discount),
        "present": None if present is None else number(present),
    }


def _valued(worth: Valued, frame: Frame) -> dict[str, Any]:
    """Return an outcome's value step by step: `present` is exactly `net` times `unit_present`."""
    method, levers = frame.method, worth.levers
    settled = {name: plain(value) for name, value in levers._asdict().items() if name != "assumed"}
    unit = lasting(method.schedule, method.horizon_years, worth.first, levers.duration_years, levers.drop_off)
    return {
        "gross": number(worth.gross),
        "levers": settled,
        "assumed": list(levers.assumed),
        "has_scenario": worth.has_scenario,
        "net": number(worth.net),
        "first_year_index": worth.first,
        "stream": [number(value) for value in worth.stream],
        "discount_factors": list(_discount_factors(method.schedule, worth.first, len(worth.stream))),
        "unit_present": number(unit),
        "present": number(worth.present),
    }


@lru_cache(maxsize=4096)
def _discount_factors(schedule: Schedule, first: int, years: int) -> tuple[str, ...]:
    return tuple(number(factor(schedule, first + lag)) for lag in range(years))


def number(value: Decimal) -> str:
    """Return a value that was computed: with all its digits and no noughts after them, however it was arrived at.

    >>> number(Decimal("1.500")), number(Decimal("1E+2"))
    ('1.5', '100')
    """
    return shown(value.normalize(EXACT))


def plain(value: object) -> object:
    """Return a value of an item as JSON has it: decimals as strings, days as ISO 8601, names of parts with parts.

    >>> plain(Decimal("1E+2")), plain(date(2025, 1, 31)), plain((("credit", Decimal("0.5")),))
    ('100', '2025-01-31', [{'name': 'credit', 'value': '0.5'}])
    """
    as_json = PLAIN.get(type(value))
    return value if as_json is None else as_json(value)


def _fields(value: NamedTuple) -> dict[str, object]:
    return {name: plain(part) for name, part in zip(value._fields, value, strict=True)}


def _shares(shares: tuple[tuple[str, Decimal], ...]) -> list[dict[str, str]]:
    return [{"name": name, "value": shown(share)} for name, share in shares]


PLAIN: Mapping[type, Callable[[Any], Any]] = {
    Decimal: shown,
    date: date.isoformat,
    tuple: _shares,
    frozenset: sorted,
    **dict.fromkeys((Engagement, Cost, Outcome, Budget, Network), _fields),
    **dict.fromkeys((Levers, Scenario, Counterfactual, Provenance), _fields),
}
