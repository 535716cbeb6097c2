"""What brings amounts into the currency and the prices that were asked for, and where that is from."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from proxeny_api.rates.book import Policy
from proxeny_api.rates.lookup import Found, Rates

ONE = Decimal(1)


class Priced(NamedTuple):
    """What an amount is multiplied with, rate times deflator; no factor where either is not known."""

    factor: Decimal | None
    rate: Decimal | None
    rate_on: str | None
    rate_source: str | None
    deflator: Decimal | None
    deflator_source: str | None


# A rate alone, or a deflator alone, brings an amount nowhere: with no factor, neither is told.
UNPRICED = Priced(None, None, None, None, None, None)


class Pricing:
    """The currency, the price year and the rates of one question; each look-up is made once."""

    def __init__(self, rates: Rates, currency: str, policy: Policy, price_year: int | None) -> None:
        self.rates = rates
        self.currency = currency
        self.policy: Policy = policy
        self.price_year = price_year
        self._known: dict[tuple[str, date, int], Priced] = {}

    def of_day(self, currency: str, day: date) -> Priced:
        """Return the factor of an amount at the prices of its own day."""
        return self.of_prices(currency, day, day.year)

    def of_prices(self, currency: str, day: date, prices_of: int) -> Priced:
        """Return the factor of an amount that flows on a day at the prices of a year."""
        asked = (currency, day, prices_of)
        if asked not in self._known:
            self._known[asked] = self._nominal(currency, day) if self.price_year is None else self._real(*asked)
        return self._known[asked]

    def of_year(self, currency: str, year: int) -> Priced:
        """Return the factor of an amount that is a whole year's, at the mean rate of the year."""
        if self.price_year is not None:
            return self.of_prices(currency, date(year, 1, 1), year)
        return _priced(self.rates.of_year(currency, self.currency, year), ONE, None, str(year))

    def _nominal(self, currency: str, day: date) -> Priced:
        found = self.rates.rate(currency, self.currency, day, self.policy)
        days = None if found is None else " ".join(day.isoformat() for day in found.days) or day.isoformat()
        return _priced(found, None, None, days)

    def _real(self, currency: str, _: date, prices_of: int) -> Priced:
        """Deflate in the amount's own currency, then convert at the mean rate of the price year."""
        year = self.price_year or prices_of
        deflator = self.rates.deflator(currency, prices_of, year)
        found = self.rates.of_year(currency, self.currency, year)
        if deflator is None:
            return UNPRICED
        return _priced(found, deflator.factor, ", ".join(deflator.sources) or None, str(year))


def _priced(found: Found | None, deflator: Decimal | None, deflator_source: str | None, rate_on: str | None) -> Priced:
    if found is None:
        return UNPRICED
    factor = found.factor if deflator is None else found.factor * deflator
    return Priced(factor, found.factor, rate_on, _sources(found), deflator, deflator_source)


def _sources(found: Found | None) -> str | None:
    return None if found is None else ", ".join(found.sources) or None
