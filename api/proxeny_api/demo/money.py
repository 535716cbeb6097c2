"""Made-up amounts of money, of a plausible size in each currency and with its own number of digits."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from random import Random

from proxeny_api.fields import minor_digits

# Roughly what a euro buys: only sizes the made-up amounts, converts nothing.
UNITS_PER_EURO = {
    "ARS": 110,
    "AUD": 1.6,
    "BRL": 5.5,
    "CLP": 880,
    "EUR": 1,
    "JPY": 135,
    "MXN": 21,
    "NZD": 1.7,
    "PLN": 4.5,
    "SEK": 10.6,
    "THB": 36,
    "USD": 1.1,
    "ZAR": 18,
}
NO_ECB_RATE = frozenset({"ARS", "CLP"})


def digits(currency: str) -> int:
    """Return how many digits follow the point in the currency (ISO 4217)."""
    return minor_digits()[currency]


def amount(random: Random, euros: float, currency: str) -> str:
    """Return an amount worth about so many euros, between two thirds and one and a half times, never nought."""
    worth = euros * random.uniform(0.67, 1.5) * UNITS_PER_EURO[currency]
    step = Decimal(1).scaleb(-digits(currency))
    return str(max(Decimal(worth).quantize(step, ROUND_HALF_UP), step))


def round_amount(random: Random, euros: float, currency: str) -> str:
    """Return an amount of two leading digits, as grants and fees have them."""
    worth = int(euros * random.uniform(0.67, 1.5) * UNITS_PER_EURO[currency])
    unit = 10 ** max(len(str(worth)) - 2, 0)
    return f"{max(worth // unit, 1) * unit:.{digits(currency)}f}"


def working_currency(random: Random, city_currency: str) -> str:
    """Return the currency that an engagement is paid in.

    Mostly the city's own; where the ECB publishes no rate for it, mostly dollars, so that most figures convert.
    """
    if city_currency in NO_ECB_RATE and random.random() < 0.85:
        return "USD"
    return city_currency
