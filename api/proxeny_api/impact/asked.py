"""What is asked of impact: of which records, in which money, by which method, and how sure."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from proxeny.indicators import definition_of
from proxeny.indicators.intervals import ShareInterval
from proxeny.indicators.methods import Method
from proxeny_api.fields import now
from proxeny_api.impact.queries import Period
from proxeny_api.impact.version import Standing
from proxeny_api.rates.book import Policy


class Asked(NamedTuple):
    """One question; `currency` is empty where none was named, `indicators` is None for all of them."""

    group_by: str
    period: Period
    currency: str
    policy: Policy
    method: Method
    price_year: int | None
    level: Decimal
    as_of: datetime | None
    seed: int
    draws: int
    indicators: tuple[str, ...] | None
    observed_on: date
    standing: Standing = Standing()
    shares: ShareInterval = "wilson"

    @property
    def adds_up(self) -> bool:
        """Whether sums alone answer it, and every way of making them would give the same."""
        method, ids = self.method, self.indicators
        plain = method.credits == "declared" and method.overhead == "none"
        current = self.as_of is None and self.price_year is None
        return plain and current and ids is not None and not any(definition_of(id).valued for id in ids)

    def until(self) -> datetime:
        """Return the instant at which the records stood so: the one asked for, or of the last change until now."""
        return self.as_of or self.standing.since or now()
