"""Figures as rows: a few of each group for people, all of them as CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from proxeny._readable import number, span, with_unit
from proxeny._summary import is_defined, is_modelled
from proxeny.indicators.lineage.table import harmless

if TYPE_CHECKING:
    from proxeny.models import Figure, Group, Impact

HEADLINES = (
    "cost.total",
    "hours.leader",
    "outcomes.count",
    "funding.mobilised",
    "funding.leverage",
    "cost.per_outcome",
    "sroi",
)
COLUMNS = (
    "kind", "key", "group", "indicator", "value", "unit", "currency", "price_year", "low", "high", "level", "status",
    "reason", "bound", "n", "method", "assumed",
)  # fmt: skip
UNDEFINED = "–"


def table(impact: Impact, indicators: Sequence[str]) -> list[dict[str, str]]:
    """Return a row for each group and one for the total; raises KeyError for an indicator that there is not."""
    answered = [figure.indicator for figure in impact.total.figures]
    columns = indicators or [id for id in HEADLINES if id in answered] or answered
    return [
        {"group": harmless(group.label), **{id: harmless(cell(group.figure(id))) for id in columns}}
        for group in _groups(impact)
    ]


def cell(figure: Figure) -> str:
    """Return a figure with its interval, or a dash with the reason why there is none."""
    if figure.value is None or not is_defined(figure):
        return f"{UNDEFINED} ({_missing(figure)})"
    modelled = is_modelled(figure)
    shown = number(figure.value, figure.unit, modelled=modelled, in_cell=True)
    return with_unit(shown, figure.unit, figure.currency) + _range(figure)


def to_csv(impact: Impact) -> str:
    """Return every figure of every group, a row each, decimals with all their digits."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for group in _groups(impact):
        writer.writerows(_row(group, figure) for figure in group.figures)
    return text.getvalue()


def _groups(impact: Impact) -> Iterator[Group]:
    yield from (group for group in impact.groups if group.kind != "total")
    yield impact.total


def _missing(figure: Figure) -> str:
    reason = (figure.reason or figure.status).replace("_", " ")
    if figure.bound is None or not figure.bound.is_finite():
        return reason
    return f"{reason}; at least {with_unit(number(figure.bound, figure.unit), figure.unit, figure.currency)}"


def _range(figure: Figure) -> str:
    low, high = span(figure.interval, figure.unit, in_cell=True) if figure.interval else (None, None)
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f" ({'≤' if low is None else '≥'} {low or high})"
    # A dash between two numbers of which one is negative would be read as a minus.
    return f" ({low} to {high})" if "−" in low + high else f" ({low}–{high})"


def _row(group: Group, figure: Figure) -> list[str]:
    interval = figure.interval
    words = (group.kind, group.key, group.label, figure.indicator)
    numbers = (interval.low, interval.high) if interval else (None, None)
    return [
        *map(_text, words),
        _digits(figure.value),
        *map(_text, (figure.unit, figure.currency, figure.price_year)),
        *map(_digits, numbers),
        *map(_text, (interval.level if interval else None, figure.status, figure.reason)),
        _digits(figure.bound),
        *map(_text, (figure.n, figure.method, ", ".join(figure.assumed))),
    ]


def _digits(value: Decimal | None) -> str:
    return f"{value:f}" if value is not None and value.is_finite() else ""


def _text(value: object) -> str:
    return "" if value is None else harmless(str(value))
