"""Yearly budgets: one for each year of a city, which the city alone sees."""

from typing import Any

import pytest

from tests.make import Holder, World, budget


async def post(city: Holder, **changes: Any) -> dict[str, Any]:
    """Record a budget and return it."""
    made = await city.http.post(f"{city.path}/budgets", json=budget(**changes))
    assert made.status_code == 201, made.text
    record: dict[str, Any] = made.json()
    return record


async def test_a_budget_comes_back_as_it_was_said(city: Holder) -> None:
    said = budget("912400000.0", fiscal_year_starts_on="04-06")

    made = await city.http.post(f"{city.path}/budgets", json=said)
    read = await city.http.get(made.headers["Location"])

    assert (made.status_code, read.content, read.headers["ETag"]) == (201, made.content, '"1"')
    assert {name: read.json()[name] for name in said} == said


async def test_a_fiscal_year_begins_with_the_year_where_nothing_else_is_said(city: Holder) -> None:
    assert (await post(city))["fiscal_year_starts_on"] == "01-01"


async def test_a_year_has_one_budget(city: Holder, neighbour: Holder) -> None:
    await post(city)
    later = await post(city, year=2025)
    path = f"{city.path}/budgets"

    twice = await city.http.post(path, json=budget())
    moved = await city.http.patch(f"{path}/{later['id']}", json={"year": 2024}, headers={"If-Match": "*"})
    kept = await city.http.patch(f"{path}/{later['id']}", json={"year": 2025}, headers={"If-Match": "*"})
    elsewhere = await neighbour.http.post(f"{neighbour.path}/budgets", json=budget())

    assert [answer.status_code for answer in (twice, moved, kept, elsewhere)] == [409, 409, 200, 201]


@pytest.mark.parametrize(
    ("year", "starts_on", "status"),
    [
        (2025, "04-01", 201),
        (2025, "03-31", 409),
        (2025, None, 409),
        (2025, "07-01", 201),
        (2023, "04-01", 201),
        (2023, "04-02", 409),
        (2023, None, 201),
        (2026, "01-01", 201),
    ],
)
async def test_fiscal_years_do_not_overlap(city: Holder, year: int, starts_on: str | None, status: int) -> None:
    await post(city, fiscal_year_starts_on="04-01")
    days = {} if starts_on is None else {"fiscal_year_starts_on": starts_on}

    answer = await city.http.post(f"{city.path}/budgets", json=budget(year=year, **days))

    assert answer.status_code == status, answer.text
    if status == 409:
        began = f"{year}-{starts_on or '01-01'}"
        assert answer.json()["detail"] == (
            f"The fiscal year that begins on {began} overlaps that which begins on 2024-04-01."
        )


async def test_a_city_that_moves_its_fiscal_year_moves_the_last_one_first(city: Holder, neighbour: Holder) -> None:
    first, last = await post(city), await post(city, year=2025)
    await post(neighbour, year=2025, fiscal_year_starts_on="01-02")

    async def moved(made: dict[str, Any], **changes: Any) -> int:
        path = f"{city.path}/budgets/{made['id']}"
        return (await city.http.patch(path, json=changes, headers={"If-Match": "*"})).status_code

    assert await moved(first, fiscal_year_starts_on="07-01") == 409
    assert await moved(first, year=2026, fiscal_year_starts_on="01-01") == 200
    assert await moved(first, year=2024, fiscal_year_starts_on="01-01") == 200
    assert await moved(last, fiscal_year_starts_on="07-01") == 200
    assert await moved(first, fiscal_year_starts_on="07-01") == 200
    assert await moved(first, amount="5.00") == 200


async def test_a_patch_changes_what_it_names(city: Holder) -> None:
    made = await post(city)
    path = f"{city.path}/budgets/{made['id']}"

    async def patched(changes: dict[str, Any], tag: str | None) -> int:
        return (await city.http.patch(path, json=changes, headers={"If-Match": tag} if tag else {})).status_code

    assert await patched({"amount": "5"}, None) == 428
    assert await patched({"amount": "5"}, '"2"') == 412
    assert await patched({"currency": "JPY"}, "*") == 422
    assert await patched({"amount": "5", "currency": "JPY"}, '"1"') == 200
    after = (await city.http.get(path)).json()
    assert after == {**made, "amount": "5", "currency": "JPY", "version": 2, "updated_at": after["updated_at"]}


async def test_budgets_are_listed_found_by_year_and_deleted(city: Holder) -> None:
    first, second = await post(city), await post(city, year=2025)
    path = f"{city.path}/budgets"

    listed = (await city.http.get(path, params={"limit": 1})).json()
    rest = (await city.http.get(path, params={"limit": 1, "cursor": listed["next_cursor"]})).json()
    found = (await city.http.get(path, params={"year": 2025})).json()["items"]
    unread = await city.http.get(path, params={"year": 1})
    without = await city.http.delete(f"{path}/{first['id']}")
    deleted = await city.http.delete(f"{path}/{first['id']}", headers={"If-Match": '"1"'})

    assert (listed["items"], rest["items"], rest["next_cursor"], found) == ([first], [second], None, [second])
    assert (unread.status_code, without.status_code, deleted.status_code) == (400, 428, 204)
    assert (await city.http.get(f"{path}/{first['id']}")).status_code == 404


async def test_every_version_of_a_budget_is_in_the_citys_ledger_and_in_no_networks_feed(
    world: World, city: Holder, network: Holder
) -> None:
    await world.joins(city, network)
    made = await post(city)
    path = f"{city.path}/budgets/{made['id']}"
    await city.http.patch(path, json={"amount": "2.00"}, headers={"If-Match": "*"})
    await city.http.delete(path, headers={"If-Match": "*"})

    own = (await city.http.get(f"{city.path}/changes")).json()["items"]
    theirs = (await network.http.get(f"/v1/networks/{network.code}/changes")).json()["items"]

    told = [(item["action"], item["body"] and item["body"]["amount"]) for item in own if item["resource"] == "budget"]
    assert told == [("created", "1000000.00"), ("updated", "2.00"), ("deleted", None)]
    assert "budget" not in {item["resource"] for item in theirs}


async def test_no_network_reads_a_budget_however_much_is_shared(world: World, city: Holder, network: Holder) -> None:
    await world.joins(city, network, "records")
    made = await post(city)

    answers = [
        await network.http.get(f"{city.path}/budgets"),
        await network.http.get(f"{city.path}/budgets/{made['id']}"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
