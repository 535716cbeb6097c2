"""Price indices that the operator loads, and what amounts of one year come to at the prices of another."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from proxeny_api.rates import lookup
from proxeny_api.rates.lookup import Deflator, Rates
from proxeny_api.references import rules
from proxeny_api.references.schemas import PriceIndexRow
from tests.api import loads
from tests.api.loads import members, told
from tests.make import Holder, World

SOURCE = "A statistical office (made up)"
LATER = "The same office, a year later (made up)"


async def listed(client: httpx.AsyncClient, currency: str, **asked: Any) -> list[dict[str, Any]]:
    """Return the indices of a currency."""
    answer = await client.get("/v1/price-indices", params={"currency": currency, **asked})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_an_index_is_read_by_everybody_with_its_base_and_source(
    world: World, city: Holder, network: Holder, currency: str
) -> None:
    rows = [(currency, 2015, "100.0"), (currency, 2024, "131.25")]

    made = await loads.indices(world, SOURCE, rows, base="2015 = 100")

    assert (made.status_code, made.headers["Location"]) == (201, f"/v1/price-indices?currency={currency}")
    assert {"loaded": 2, "unchanged": 0}.items() <= made.json().items()
    for client in (world.anonymous, world.operator, city.http, network.http):
        newest, oldest = await listed(client, currency)
        assert oldest["value"] == "100.0"
        assert newest == {
            "currency": currency,
            "year": 2024,
            "value": "131.25",
            "base": "2015 = 100",
            "source": SOURCE,
            "loaded_at": made.json()["loaded_at"],
        }


def test_the_euro_has_price_indices_too() -> None:
    assert rules.of_indices([PriceIndexRow(currency="EUR", year=1999, value="74.1")], SOURCE, {}) == []


async def test_pages_of_indices_have_no_gap(world: World, currency: str) -> None:
    await loads.indices(world, SOURCE, [(currency, year, "100") for year in range(2010, 2017)])
    question: dict[str, Any] = {"currency": currency, "limit": 3}
    pages, cursor = [], "first"

    while cursor:
        answer = await world.anonymous.get("/v1/price-indices", params=question)
        cursor = question["cursor"] = answer.json()["next_cursor"]
        pages.append([item["year"] for item in answer.json()["items"]])

    assert pages == [[2016, 2015, 2014], [2013, 2012, 2011], [2010]]


async def test_what_is_loaded_again_is_unchanged_and_what_is_said_anew_counts(world: World, currency: str) -> None:
    rows = [(currency, 2023, "120"), (currency, 2024, "130")]
    await loads.indices(world, SOURCE, rows, base="2015 = 100")

    again = await loads.indices(world, SOURCE, rows, base="2015 = 100")
    revised = await loads.indices(world, LATER, [(currency, 2024, "131")], base="2015 = 100")

    assert again.json() == {"loaded": 0, "unchanged": 2, "loaded_at": None}
    assert revised.json()["loaded"] == 1
    assert members(await listed(world.operator, currency), "year", "value", "source") == [
        (2024, "131", LATER),
        (2023, "120", SOURCE),
    ]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"value": "0"}, ("/indices/1/value", "positive")),
        ({"value": "-3.5"}, ("/indices/1/value", "positive")),
        ({"value": 100}, ("/indices/1/value", "positive")),
        ({"year": 1899}, ("/indices/1/year", "greater_than_equal")),
        ({"year": 2101}, ("/indices/1/year", "less_than_equal")),
        ({"year": "2024"}, ("/indices/1/year", "int_type")),
        ({"year": 2023}, ("/indices/1/year", "repeated")),
        ({"currency": "XQX"}, ("/indices/1/currency", "currency")),
    ],
)
async def test_one_bad_row_is_told_at_its_place_and_nothing_is_loaded(
    world: World, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    rows = [{"currency": "ZMW", "year": year, "value": "7"} for year in (2023, 2024)]

    load = {"source": SOURCE, "indices": [rows[0], {**rows[1], **changes}]}

    assert told(await world.operator.post("/v1/price-indices", json=load)) == (422, [fault])
    assert await listed(world.operator, "ZMW") == []


async def test_years_of_two_bases_never_stand_beside_each_other(world: World, currency: str) -> None:
    await loads.indices(world, SOURCE, [(currency, 2023, "120"), (currency, 2024, "130")], base="2015 = 100")

    mixed = await loads.indices(world, SOURCE, [(currency, 2024, "104"), (currency, 2025, "107")], base="2023 = 100")
    other = [(currency, 2023, "100"), (currency, 2024, "104"), (currency, 2025, "107")]
    whole = await loads.indices(world, SOURCE, other, base="2023 = 100")

    assert told(mixed) == (422, [("/indices/0/value", "mixed_base"), ("/indices/1/value", "mixed_base")])
    assert (whole.status_code, whole.json()["loaded"]) == (201, 3)


async def test_without_a_base_only_years_of_one_source_stand_beside_each_other(world: World, currency: str) -> None:
    await loads.indices(world, SOURCE, [(currency, 2023, "120")])

    mixed = await loads.indices(world, LATER, [(currency, 2024, "104")])
    same = await loads.indices(world, SOURCE, [(currency, 2024, "130")])

    assert told(mixed) == (422, [("/indices/0/value", "mixed_base")])
    assert same.status_code == 201


async def test_only_the_operator_loads_indices(city: Holder, network: Holder, world: World) -> None:
    load = {"source": SOURCE, "indices": [{"currency": "ZMW", "year": 2024, "value": "7"}]}

    answers = [
        await client.post("/v1/price-indices", json=load) for client in (city.http, network.http, world.anonymous)
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 401]


@pytest.mark.parametrize("query", ["", "?currency=XQX", "?currency=usd", "?currency=USD&year=2024"])
async def test_an_unreadable_question_is_a_400(world: World, query: str) -> None:
    assert (await world.anonymous.get(f"/v1/price-indices{query}")).status_code == 400


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("'zmw', 2024, 1, NULL, 'x', now()", "currency"),
        ("'ZMW', 2101, 1, NULL, 'x', now()", "year"),
        ("'ZMW', 2024, 0, NULL, 'x', now()", "value"),
        ("'ZMW', 2024, 1, '', 'x', now()", "base"),
        ("'ZMW', 2024, 1, NULL, '', now()", "source"),
    ],
)
async def test_the_database_itself_refuses_a_bad_row(
    app: FastAPI, admin: asyncpg.Connection, row: str, name: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match=f"ck_price_index_{name}"):
        await admin.execute(f"INSERT INTO price_index VALUES ({row})")


async def test_prices_of_one_year_become_those_of_another(
    world: World, admin: asyncpg.Connection, currency: str
) -> None:
    """131.25 / 120 = 1.09375, and back 120 / 131.25 = 0.9142857142857142857142857143 at 28 digits."""
    await loads.indices(world, SOURCE, [(currency, 2020, "120"), (currency, 2024, "131.25")], base="2015 = 100")
    rates = await lookup.load(admin, [currency])

    there, back = rates.deflator(currency, 2020, 2024), rates.deflator(currency, 2024, 2020)

    assert there is not None
    assert back is not None
    assert (there.factor, there.sources) == (Decimal("1.09375"), (SOURCE,))
    assert [(index.year, index.value, index.base) for index in there.indices] == [
        (2020, Decimal(120), "2015 = 100"),
        (2024, Decimal("131.25"), "2015 = 100"),
    ]
    assert back.factor == Decimal("0.9142857142857142857142857143")
    assert rates.deflator(currency, 2020, 2023) is None
    assert Rates().deflator(currency, 2020, 2024) is None
    assert Rates().deflator(currency, 2020, 2020) == Deflator(Decimal(1), ())


async def test_a_deflator_as_of_an_instant_never_changes(
    world: World, admin: asyncpg.Connection, currency: str
) -> None:
    first = await loads.indices(world, SOURCE, [(currency, 2020, "100"), (currency, 2024, "130")], base="2020 = 100")
    await loads.indices(world, SOURCE, [(currency, 2020, "50"), (currency, 2024, "70")], base="2016 = 100")
    at = datetime.fromisoformat(first.json()["loaded_at"])

    async def factor(instant: datetime | None) -> Decimal | None:
        found = (await lookup.load(admin, [currency], instant)).deflator(currency, 2020, 2024)
        return found and found.factor

    assert [await factor(instant) for instant in (at, None)] == [Decimal("1.3"), Decimal("1.4")]
    assert await factor(at - timedelta(microseconds=1)) is None
