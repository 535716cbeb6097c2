"""Cities whose records are worth something, and the methods by which they are told how much."""

from collections.abc import Sequence
from typing import Any

from tests.api.impacts import impact, post, value
from tests.make import Holder, cost, method, outcome

NO_LEVERS = {"deadweight": "0", "attribution_to_others": "0", "displacement": "0", "drop_off": "0"}
FIRST_YEAR = 2001


async def own_method(city: Holder, rate: str = "0", **parameters: Any) -> str:
    """Record a method of the city's own with one rate for all years and no priors, and return its name and version."""
    schedule = [{"through": None, "rate": rate}]
    made = await post(city, "methods", method(parameters={"schedule": schedule, **parameters}))
    return str(made["id"])


def gain(amount: str, on: str = "2024-06-30", **changes: Any) -> dict[str, Any]:
    """Return trade that came about, nothing to be taken off its amount."""
    moved = {"kind": "investment_or_trade", "amount": amount, "currency": "EUR", "occurred_on": on}
    return outcome(**{**moved, **NO_LEVERS, **changes})


def good(quantity: str, unit_value: str, on: str = "2024-06-30", **changes: Any) -> dict[str, Any]:
    """Return what money did not move for, valued by the piece, nothing to be taken off."""
    priced = {"quantity": quantity, "unit": "piece", "unit_value": unit_value, "currency": "EUR"}
    return outcome(**{"kind": "other", "occurred_on": on, **priced, **NO_LEVERS, **changes})


async def keep_books(city: Holder, flows: Sequence[object], first_year: int = FIRST_YEAR) -> None:
    """Record yearly flows: what went as costs, what came as trade."""
    for year, flow in enumerate(flows, first_year):
        written = str(flow)
        if written.startswith("-"):
            await post(city, "costs", cost(written[1:], incurred_on=f"{year}-07-01"))
        elif written.strip("0."):
            await post(city, "outcomes", gain(written, f"{year}-07-01"))


async def total(city: Holder, **query: str) -> dict[str, Any]:
    """Return the figures of all that a city recorded."""
    group: dict[str, Any] = (await impact(city, **query))["total"]
    return group


async def told(city: Holder, indicator: str, **query: str) -> str:
    """Return one figure's value as it is told, or its reason in brackets; it alone is asked for."""
    return str(value(await total(city, **{"indicators": indicator, **query}), indicator))


def figure(group: dict[str, Any], indicator: str) -> dict[str, Any]:
    """Return one figure of a group."""
    [found] = [figure for figure in group["figures"] if figure["indicator"] == indicator]
    known: dict[str, Any] = found
    return known
