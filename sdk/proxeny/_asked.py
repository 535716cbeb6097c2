"""What can be asked of impact, named once for all the operations that take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict

from proxeny.errors import InvalidArgument


class FiguresAsked(TypedDict, total=False):
    """Of which records figures are made, by which method, in which money, and how sure they are to be."""

    from_: date | None
    """Only what is dated this day or later."""
    to: date | None
    """Only what is dated this day or before."""
    currency: str | None
    """Of all money."""
    price_year: int | None
    """The year of whose prices money is; of each day, where left out."""
    policy: str | None
    """What to do on a day without a rate: ``last_known`` or ``strict``."""
    method: str | None
    """Name and version of the method: ``green-book@1``."""
    level: str | Decimal | None
    """How much of what is thought possible intervals hold: ``"0.90"``."""
    as_of: datetime | None
    """The figures as the records stood at this instant; it needs a time zone."""
    indicators: Sequence[str] | None
    """Only these, by id."""
    seed: int | None
    """What the draws begin from: the same seed gives the same."""
    draws: int | None
    """How many draws intervals are made of."""
    shares: str | None
    """How the intervals of shares are made: ``wilson`` or ``beta``."""


class ImpactAsked(FiguresAsked, total=False):
    """The same, and what to group by."""

    group_by: str | None
    """``network``, ``kind``, ``theme``, ``sdg`` or ``year``."""


class LineageAsked(ImpactAsked, total=False):
    """The same, and of which group."""

    group: str | None
    """A group's key, ``unallocated`` or ``overhead``; of the total, where left out."""


def question(asked: Mapping[str, object], kind: type[FiguresAsked]) -> dict[str, Any]:
    """Return what is asked as it is sent; raises TypeError for what cannot be asked, InvalidArgument for no instant.

    >>> question({"level": Decimal("0.90"), "indicators": ["sroi", "npv"]}, ImpactAsked)
    {'level': '0.90', 'indicators': 'sroi,npv'}
    """
    for name in asked.keys() - kind.__annotations__.keys():
        message = f"There is no {name!r} to ask for; there are {', '.join(kind.__annotations__)}."
        raise TypeError(message)
    return {name: _sendable(value) for name, value in asked.items()}


def _sendable(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise InvalidArgument("An instant needs a time zone: datetime(2026, 11, 23, 10, tzinfo=UTC).")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(map(str, value))
    return value
