"""The lookup of rates that figures are made with: the bank's first, then what was loaded, as it stood at an instant."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import asyncpg
from fastapi import FastAPI

from proxeny_api.rates import book, lookup
from proxeny_api.rates.lookup import Found, Rates
from tests.api import loads
from tests.make import World

SOURCE = "A national bank (made up)"
MONDAY = "2024-04-01"


async def test_a_lookup_without_loaded_rates_is_the_bank(app: FastAPI, admin: asyncpg.Connection) -> None:
    rates = await lookup.load(admin, ["USD", "JPY", "EUR"])
    for source, target in [("USD", "JPY"), ("EUR", "USD"), ("USD", "EUR")]:
        for day in (date(2024, 4, 5), date(2024, 4, 7)):
            found = rates.rate(source, target, day)

            assert found is not None
            assert found.factor == book.cross(source, target, day)
            assert (found.sources, found.days) == ((book.SOURCE,), (date(2024, 4, 5),))
    assert Rates().rate("USD", "JPY", date(2024, 4, 7), "strict") is None
    assert Rates().rate("USD", "USD", date(1950, 1, 1)) == Found(Decimal(1), ())


async def test_a_cross_rate_says_both_its_sources_and_days(
    world: World, admin: asyncpg.Connection, currency: str
) -> None:
    """Source: ECB, 5 April 2024: USD 1.0841; 1.0841 / 931.2 = 0.0011641967353951890034..."""
    await loads.rates(world, SOURCE, [(currency, MONDAY, "931.2")])
    rates = await lookup.load(admin, [currency, "USD"])

    found = rates.rate(currency, "USD", date(2024, 4, 7))

    assert found is not None
    assert found.factor == Decimal("0.0011641967353951890034")
    assert found.sources == (SOURCE, book.SOURCE)
    assert found.days == (date(2024, 4, 1), date(2024, 4, 5))
    assert rates.rate(currency, "USD", date(2024, 4, 9)) is None
    assert (euro := rates.rate("EUR", currency, date(2024, 4, 1), "strict")) is not None
    assert (euro.factor, len(euro.legs)) == (Decimal("931.2"), 1)


async def test_a_question_as_of_an_instant_never_changes(
    world: World, admin: asyncpg.Connection, currency: str
) -> None:
    day, told_at = date(2024, 4, 1), []
    for per_eur in ("7", "8", "9"):
        made = await loads.rates(world, SOURCE, [(currency, MONDAY, per_eur)])
        told_at.append(datetime.fromisoformat(made.json()["loaded_at"]))

    async def factor(at: datetime | None) -> Decimal | None:
        found = (await lookup.load(admin, [currency], at)).rate("EUR", currency, day)
        return found and found.factor

    assert [await factor(at) for at in (*told_at, None)] == [Decimal(7), Decimal(8), Decimal(9), Decimal(9)]
    assert await factor(told_at[0] - timedelta(microseconds=1)) is None
    assert await factor(told_at[1] - timedelta(microseconds=1)) == 7


async def test_a_correction_counts_although_its_servers_clock_is_slow(
    world: World, admin: asyncpg.Connection, currency: str
) -> None:
    ahead = datetime.now(UTC) + timedelta(seconds=0.5)
    await admin.execute("INSERT INTO loaded_rate VALUES ($1, $2, 7, 'x', $3)", currency, date(2024, 4, 1), ahead)

    made = await loads.rates(world, SOURCE, [(currency, MONDAY, "8")])

    assert datetime.fromisoformat(made.json()["loaded_at"]) > ahead
    found = (await lookup.load(admin, [currency])).rate("EUR", currency, date(2024, 4, 1))
    assert found is not None
    assert found.factor == 8
    await asyncio.sleep(0.5)  # the clock that was ahead is caught up with, for the tests that follow
