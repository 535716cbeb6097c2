"""What is wrong with rows that have the right shape: told row by row, so that a load names them all."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from proxeny_api.rates import book
from proxeny_api.references.schemas import PriceIndexRow, RateRow

# The series of each year of a currency that counts now.
Standing = Mapping[str, Mapping[int, str]]


class Fault(NamedTuple):
    """One row's fault: its place in the load, the member, and the kind of the fault for programs and for people."""

    place: int
    member: str
    code: str
    message: str


def of_rates(rows: Sequence[RateRow]) -> list[Fault]:
    """Return what is wrong with rates, the first fault of each row."""
    repeated = set(_again([(row.currency, row.day) for row in rows]))
    faults = []
    for place, row in enumerate(rows):
        if row.currency == "EUR":
            message = "One euro is worth one euro on every day: the euro has no rate to load."
            faults.append(Fault(place, "currency", "euro", message))
        elif place in repeated:
            message = "The rate of this currency and day stands in this load before."
            faults.append(Fault(place, "day", "repeated", message))
        elif book.rate_on(row.currency, date.fromisoformat(row.day), "strict") is not None:
            message = "The European Central Bank has a rate of this currency on this day, which counts."
            faults.append(Fault(place, "day", "published", message))
    return faults


def of_indices(rows: Sequence[PriceIndexRow], series: str, standing: Standing) -> list[Fault]:
    """Return what is wrong with price indices, the first fault of each row, beside what stands already."""
    repeated = set(_again([(row.currency, row.year) for row in rows]))
    said: dict[str, set[int]] = {}
    for row in rows:
        said.setdefault(row.currency, set()).add(row.year)
    mixed = {currency for currency, years in said.items() if _mixes(years, series, standing.get(currency, {}))}
    faults = []
    for place, row in enumerate(rows):
        if place in repeated:
            message = "The index of this currency and year stands in this load before."
            faults.append(Fault(place, "year", "repeated", message))
        elif row.currency in mixed:
            message = "Other years of this currency are on another base: load all of them on this one at once."
            faults.append(Fault(place, "value", "mixed_base", message))
    return faults


def _again(keys: Sequence[Any]) -> Iterator[int]:
    """Yield the places of what stands before them already."""
    seen = set()
    for place, key in enumerate(keys):
        if key in seen:
            yield place
        seen.add(key)


def _mixes(years: set[int], series: str, standing: Mapping[int, str]) -> bool:
    """Tell whether, with these years replaced, a currency would have years of two series."""
    return any(year not in years and other != series for year, other in standing.items())
