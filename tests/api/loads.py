"""Loads of rates and price indices, each test's on a currency of its own: all tests of a process share one database."""

from collections.abc import Iterator
from typing import Any

import httpx

from proxeny_api.fields import minor_digits
from proxeny_api.rates import book
from tests.make import World

# The European Central Bank has never published any of them, and no other test names one.
OTHERS = {"ARS", "CLP", "MXV", "ZMW"}
OWN: Iterator[str] = iter(sorted(minor_digits().keys() - book.columns().keys() - OTHERS - {"EUR"}))


async def rates(world: World, source: str, rows: list[tuple[str, str, str]], **headers: str) -> httpx.Response:
    """Load rates: currency, day, and how much of it a euro was worth."""
    said = [{"currency": currency, "day": day, "per_eur": per_eur} for currency, day, per_eur in rows]
    return await world.operator.post("/v1/rates", json={"source": source, "rates": said}, headers=headers)


async def indices(
    world: World, source: str, rows: list[tuple[str, int, str]], base: str | None = None, **headers: str
) -> httpx.Response:
    """Load price indices: currency, year and level."""
    said = [{"currency": currency, "year": year, "value": value} for currency, year, value in rows]
    load = {"source": source, "base": base, "indices": said}
    return await world.operator.post("/v1/price-indices", json=load, headers=headers)


def told(answer: httpx.Response) -> tuple[int, list[tuple[str, str]]]:
    """Return a refusal's status, and the place and kind of each of its faults."""
    return answer.status_code, [(fault["pointer"], fault["code"]) for fault in answer.json().get("errors", [])]


def members(items: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Return some members of each record."""
    return [tuple(item[name] for name in names) for item in items]
