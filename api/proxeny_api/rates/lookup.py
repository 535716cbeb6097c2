"""One question's rates and price indices: the bank's, and what the operator loaded where the bank has none."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple, Self

import asyncpg

from proxeny_api.rates import book
from proxeny_api.rates.book import CROSS_DIGITS, GRACE_DAYS, ONE, Policy

DEFLATOR_DIGITS = Context(prec=28, rounding=ROUND_HALF_EVEN)
# Of several rows for one day or year the newest counts that was there at the instant of the question.
LOADED = """
(SELECT DISTINCT ON (currency, day) currency, day, NULL::int AS year, per_eur AS value, NULL::text AS base, source,
        loaded_at
 FROM loaded_rate WHERE currency = ANY($1) AND ($2::timestamptz IS NULL OR loaded_at <= $2)
   AND ($3::date IS NULL OR day >= $3) AND ($4::date IS NULL OR day <= $4)
 ORDER BY currency, day, loaded_at DESC)
UNION ALL
(SELECT DISTINCT ON (currency, year) currency, NULL, year, value, base, source, loaded_at
 FROM price_index WHERE currency = ANY($1) AND ($2::timestamptz IS NULL OR loaded_at <= $2)
 ORDER BY currency, year, loaded_at DESC)
"""


class Leg(NamedTuple):
    """What one euro was worth in a currency, the day that says so and who says it; loaded_at is None for the bank."""

    currency: str
    per_eur: Decimal
    day: date
    source: str
    loaded_at: datetime | None


class Found(NamedTuple):
    """How much of one currency one unit of another was worth, and the rates it was made of.

    The euro has no leg, for it is worth one euro by definition; so a currency in itself has none at all.
    """

    factor: Decimal
    legs: tuple[Leg, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Who published the rates, each once."""
        return tuple(dict.fromkeys(leg.source for leg in self.legs))

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the rates, each once."""
        return tuple(dict.fromkeys(leg.day for leg in self.legs))


class IndexValue(NamedTuple):
    """The mean level of prices in one year, in what it is measured against, and who says it."""

    year: int
    value: Decimal
    base: str | None
    source: str
    loaded_at: datetime

    @property
    def series(self) -> str:
        """What must be the same for two years to be compared: the base or, where none was told, the source."""
        return self.base or self.source


class Deflator(NamedTuple):
    """What prices of one year are multiplied with to become those of another; no indices for a year in itself."""

    factor: Decimal
    indices: tuple[IndexValue, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Who published the indices, each once."""
        return tuple(dict.fromkeys(index.source for index in self.indices))


class Days(NamedTuple):
    """One currency's loaded days from old to new, and the rates beside them."""

    days: list[date]
    legs: list[Leg]

    def at(self, day: date, policy: Policy) -> Leg | None:
        """Return the rate of a day, by the same policies as the bank's."""
        place = bisect_right(self.days, day) - 1
        if place < 0 or (day - self.days[place]).days > (GRACE_DAYS if policy == "last_known" else 0):
            return None
        return self.legs[place]


class Rates:
    """The rates and price indices that one question is answered with; without any loaded, those of the bank alone.

    Whatever the bank knows by the policy asked for is the bank's: figures made of kept sums and of records agree.
    """

    def __init__(
        self, loaded: Mapping[str, Days] | None = None, indices: Mapping[str, Mapping[int, IndexValue]] | None = None
    ) -> None:
        self._loaded = loaded or {}
        self._indices = indices or {}
        self._found: dict[tuple[str, str, date, Policy], Found | None] = {}

    @classmethod
    def of(cls, rows: Iterable[asyncpg.Record]) -> Self:
        """Return the rates and indices of rows as `LOADED` selects them, their days and years from old to new."""
        loaded: defaultdict[str, Days] = defaultdict(lambda: Days([], []))
        indices: defaultdict[str, dict[int, IndexValue]] = defaultdict(dict)
        for currency, day, year, value, base, source, loaded_at in rows:
            if day is None:
                indices[currency][year] = IndexValue(year, value, base, source, loaded_at)
            else:
                loaded[currency].days.append(day)
                loaded[currency].legs.append(Leg(currency, value, day, source, loaded_at))
        return cls(loaded, indices)

    def leg(self, currency: str, day: date, policy: Policy = "last_known") -> Leg | None:
        """Return what one euro was worth on a day: by the bank, or by what was loaded where the bank has nothing."""
        published = book.rate_on(currency, day, policy)
        if published is not None:
            return Leg(currency, published.per_eur, published.published_on, book.SOURCE, None)
        return self._loaded[currency].at(day, policy) if currency in self._loaded else None

    def rate(self, source: str, target: str, day: date, policy: Policy = "last_known") -> Found | None:
        """Return how much of the target one unit of the source was worth on a day, at 20 significant digits.

        Formula: ``per_eur(target) / per_eur(source)``. None where either has no rate; 1 for the same currency.
        """
        asked = (source, target, day, policy)
        if asked not in self._found:
            self._found[asked] = self._cross(*asked)
        return self._found[asked]

    def _cross(self, source: str, target: str, day: date, policy: Policy) -> Found | None:
        if source == target:
            return Found(ONE, ())
        here, there = self.leg(source, day, policy), self.leg(target, day, policy)
        if here is None or there is None:
            return None
        factor = CROSS_DIGITS.divide(there.per_eur, here.per_eur)
        return Found(factor, tuple(leg for leg in (here, there) if leg.currency != "EUR"))

    def of_year(self, source: str, target: str, year: int) -> Found | None:
        """Return how much of the target one unit of the source was worth in a year, at 20 significant digits.

        Formula: ``mean per_eur(target) / mean per_eur(source)``, each over the days of the year that have a rate.
        None where either has none in the year; 1 for the same currency.
        """
        if source == target:
            return Found(ONE, ())
        here, there = self._mean_leg(source, year), self._mean_leg(target, year)
        if here is None or there is None:
            return None
        factor = CROSS_DIGITS.divide(there.per_eur, here.per_eur)
        return Found(factor, tuple(leg for leg in (here, there) if leg.currency != "EUR"))

    def _mean_leg(self, currency: str, year: int) -> Leg | None:
        """Return the mean rate of a year: the bank's, or of what was loaded where the bank has nothing."""
        last = date(year, 12, 31)
        mean = book.mean_of(currency, year)
        if mean is not None:
            return Leg(currency, mean, last, book.SOURCE, None)
        days = self._loaded.get(currency, Days([], []))
        legs = [leg for leg in days.legs if leg.day.year == year]
        if not legs:
            return None
        total = sum((leg.per_eur for leg in legs), Decimal(0))
        newest = max(legs, key=lambda leg: (leg.loaded_at is not None, leg.loaded_at))
        return Leg(currency, CROSS_DIGITS.divide(total, Decimal(len(legs))), last, newest.source, newest.loaded_at)

    def deflator(self, currency: str, from_year: int, to_year: int) -> Deflator | None:
        """Return what amounts at the prices of one year are multiplied with to be at those of another.

        Formula: ``index(to_year) / index(from_year)``, at 28 significant digits. None where either year has no index,
        or the two are not of one series; 1 for the same year, index or none.
        """
        if from_year == to_year:
            return Deflator(ONE, ())
        years = self._indices.get(currency, {})
        first, last = years.get(from_year), years.get(to_year)
        if first is None or last is None or first.series != last.series:
            return None
        return Deflator(DEFLATOR_DIGITS.divide(last.value, first.value), (first, last))


async def load(
    connection: asyncpg.Connection,
    currencies: Iterable[str],
    at: datetime | None = None,
    *,
    first: date | None = None,
    last: date | None = None,
) -> Rates:
    """Return the rates of some currencies as they stood at an instant, or stand now; one query.

    `first` and `last` are the days between which rates may lie, where a question knows them.
    """
    return Rates.of(await connection.fetch(LOADED, sorted(set(currencies)), at, first, last))
