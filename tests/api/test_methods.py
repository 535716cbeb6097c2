"""A city's own methods: each change a new version, and none is ever changed."""

from dataclasses import fields
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from fastapi import FastAPI

from proxeny.indicators.levers import LEVERS
from proxeny.indicators.methods import SHIPPED, SPREADS, Method
from proxeny_api.errors import NotFound
from proxeny_api.methods.schemas import NAMING, DiscountStep, MethodParameters
from proxeny_api.methods.service import method_named
from proxeny_api.principals import NOBODY, Kind, Principal
from tests.make import Holder, World, method

FLAT = [{"through": None, "rate": "0.0210"}]
WHOLE: dict[str, Any] = {
    "name": "finance-department",
    "title": "As the finance department counts \U0001f33f",
    "note": "Two lines:\nthis is the second.",
    "source": "Guideline 4",
    "parameters": {
        "schedule": [{"through": 5, "rate": "-0.005"}, {"through": 40, "rate": "0.0210"}],
        "first_benefit_year": 1,
        "horizon_years": 40,
        "models": True,
        "priors": {"drop_off": "0.10", "deadweight": "0"},
        "overhead": "by_cost",
        "credits": "shapley",
        "spreads": dict.fromkeys(SPREADS, "0.125"),
        "mature_days": 0,
    },
}


async def post(city: Holder, **changes: Any) -> dict[str, Any]:
    """Record a method and return it."""
    made = await city.http.post(f"{city.path}/methods", json=method(**changes))
    assert made.status_code == 201, made.text
    record: dict[str, Any] = made.json()
    return record


def test_the_shape_of_parameters_is_that_of_the_library() -> None:
    taken = {each.name for each in fields(Method)} - set(NAMING)

    assert set(MethodParameters.model_fields) == taken
    assert set(DiscountStep.model_fields) == {"through", "rate"}
    told = MethodParameters.model_json_schema()["properties"]
    assert set(told["priors"]["propertyNames"]["enum"]) == set(LEVERS)
    assert set(told["spreads"]["propertyNames"]["enum"]) == set(SPREADS)


async def test_a_method_comes_back_as_it_was_said(city: Holder) -> None:
    made = await city.http.post(f"{city.path}/methods", json=WHOLE)
    read = await city.http.get(made.headers["Location"])

    assert (made.status_code, read.content, read.headers["ETag"]) == (201, made.content, '"1"')
    assert {name: read.json()[name] for name in WHOLE} == WHOLE
    assert made.headers["Location"] == f"{city.path}/methods/finance-department@1"
    assert (read.json()["id"], read.json()["city"]) == ("finance-department@1", city.code)


async def test_what_is_left_to_be_chosen_is_kept_too(city: Holder) -> None:
    made = await post(city, parameters={"schedule": FLAT, "spreads": {"levers": "0.5"}})

    assert made["note"] == ""
    assert made["parameters"]["spreads"] == {**{name: str(of) for name, of in SPREADS.items()}, "levers": "0.5"}
    others = {name: value for name, value in made["parameters"].items() if name != "spreads"}
    assert others == {
        "schedule": FLAT, "first_benefit_year": 0, "horizon_years": None, "models": True, "priors": {},
        "overhead": "none", "credits": "declared", "mature_days": 365,
    }  # fmt: skip


async def test_a_change_is_a_new_version(city: Holder, neighbour: Holder) -> None:
    first, second = await post(city), await post(city, rate="0.03")
    other, elsewhere = await post(city, name="other"), await post(neighbour)
    again = (await city.http.get(f"{city.path}/methods/ours@1")).json()

    assert [each["id"] for each in (first, second, other, elsewhere)] == ["ours@1", "ours@2", "other@1", "ours@1"]
    assert again == first


@pytest.mark.parametrize("verb", ["PATCH", "PUT", "DELETE"])
async def test_a_version_is_never_changed(city: Holder, verb: str) -> None:
    await post(city)

    refused = await city.http.request(
        verb, f"{city.path}/methods/ours@1", json={"title": "x"}, headers={"If-Match": "*"}
    )

    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")


async def test_the_database_lets_no_city_change_a_version(city: Holder, login_url: str) -> None:
    await post(city)
    connection = await asyncpg.connect(login_url)
    try:
        for statement in ("UPDATE method SET title = 'x'", "DELETE FROM method"):
            async with connection.transaction():
                await connection.execute(f"SET LOCAL ROLE city_actor; SET LOCAL app.city_id = '{city.id}'")
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    async with connection.transaction():
                        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize("name", sorted({each.name for each in SHIPPED.values()}))
async def test_the_name_of_a_shipped_method_is_taken(city: Holder, name: str) -> None:
    refused = await city.http.post(f"{city.path}/methods", json=method(name=name))

    assert refused.status_code == 409


async def test_what_was_sent_is_not_repeated(city: Holder) -> None:
    schedule = [{"through": None, "rate": "-77.125"}]

    refused = await city.http.post(f"{city.path}/methods", json=method(parameters={"schedule": schedule}))

    assert "77.125" not in refused.text
    assert refused.json()["errors"][0]["message"] == "A rate must be above -1."


@pytest.mark.parametrize(
    "identity", ["ours@2", "ours@01", "ours@0", "ours@99999999999999", "ours", "green-book@1", "OURS@1", "ours@1@1"]
)
async def test_what_is_not_there_is_not_found(city: Holder, identity: str) -> None:
    await post(city)

    assert (await city.http.get(f"{city.path}/methods/{identity}")).status_code == 404


async def test_methods_are_listed_version_by_version(city: Holder) -> None:
    made = [await post(city), await post(city, name="other"), await post(city)]
    path = f"{city.path}/methods"

    listed = (await city.http.get(path, params={"limit": 2})).json()
    rest = (await city.http.get(path, params={"limit": 2, "cursor": listed["next_cursor"]})).json()
    ours = (await city.http.get(path, params={"name": "ours"})).json()["items"]
    known = await city.http.get(f"{path}/ours@2", headers={"If-None-Match": '"2"'})

    assert (listed["items"], rest["items"], rest["next_cursor"]) == (made[:2], made[2:], None)
    assert [each["id"] for each in ours] == ["ours@1", "ours@2"]
    assert known.status_code == 304


async def test_every_version_is_in_the_citys_ledger_and_no_network_sees_any(
    world: World, city: Holder, network: Holder
) -> None:
    await world.joins(city, network, "records")
    made = [await post(city), await post(city)]

    own = (await city.http.get(f"{city.path}/changes")).json()["items"]
    theirs = (await network.http.get(f"/v1/networks/{network.code}/changes")).json()["items"]
    asked = await network.http.get(f"{city.path}/methods"), await network.http.get(f"{city.path}/methods/ours@1")

    assert [item["body"] for item in own if item["resource"] == "method"] == made
    assert "method" not in {item["resource"] for item in theirs}
    assert [answer.status_code for answer in asked] == [403, 403]


async def test_figures_find_a_method_by_its_name(
    app: FastAPI, city: Holder, neighbour: Holder, network: Holder
) -> None:
    await post(city, **WHOLE)
    identity = "finance-department@1"

    async def found(kind: Kind, holder: Holder, city_id: str | None, name: str) -> Method:
        asker = Principal(kind, UUID(holder.id), holder.code, "EUR", NOBODY, frozenset({"read"}))
        async with app.state.database.transaction(asker, writes=False) as connection:
            return await method_named(connection, UUID(city_id) if city_id else None, name)

    own = await found("city", city, city.id, identity)

    assert (own.id, own.title, own.note) == (identity, WHOLE["title"], WHOLE["note"])
    assert [(step.through, step.rate) for step in own.schedule] == [(5, Decimal("-0.005")), (40, Decimal("0.021"))]
    assert await found("network", network, None, "cash@1") is SHIPPED["cash@1"]
    askers: list[tuple[Kind, Holder, str | None]] = [
        ("city", neighbour, neighbour.id), ("network", network, city.id), ("city", city, None)
    ]  # fmt: skip
    for kind, holder, city_id in askers:
        with pytest.raises(NotFound, match=f"No method {identity}"):
            await found(kind, holder, city_id, identity)
