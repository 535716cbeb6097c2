"""Impact by a method, in a currency, at the prices of a year, at a level: each says what it did, and does just that."""

from typing import Any

import pytest

from tests.api import loads
from tests.api.impacts import impact, post, value, values
from tests.api.loads import OWN
from tests.api.loads import told as refusal
from tests.api.worth import figure, gain, good, own_method, told, total
from tests.make import Holder, World, budget, cost, engagement, method, outcome

LASTING: dict[str, Any] = {"duration_years": 3, "drop_off": "0.1"}
LEFT_OUT: dict[str, Any] = dict.fromkeys(("deadweight", "attribution_to_others", "displacement", "drop_off"))


async def test_the_method_decides_what_the_same_records_are_worth(city: Holder) -> None:
    """By hand: 1000 and 900 and 810 at 3.5 % from the first or from the second year on; in money that moved, 1000."""
    await post(city, "costs", cost("1000.00"))
    await post(city, "outcomes", gain("1000.00", **LASTING))
    asked = ["green-book@1", "sroi-guide@1", "omb-a94@2023", "cash@1", await own_method(city)]

    found = {name: await told(city, "value.present", method=name) for name in asked}

    assert found == {
        "green-book@1": "2625.71",  # 1000 + 900/1.035 + 810/1.035²
        "sroi-guide@1": "2536.92",  # the same, a year later: divided by 1.035
        "omb-a94@2023": "2608.73",  # 1000/1.02 + 900/1.02² + 810/1.02³
        "cash@1": "1000.00",
        "ours@1": "2710.00",
    }


async def test_every_figure_names_the_method_and_the_day_it_is_discounted_to(city: Holder) -> None:
    await post(city, "costs", cost("1.00", incurred_on="2019-01-01"))
    await post(city, "outcomes", gain("1.00"))

    body = await impact(city, method="sroi-guide@1", currency="USD")

    assert (body["method"], body["base_year"], body["level"]) == ("sroi-guide@1", 2019, "0.90")
    assert {figure["method"] for figure in body["total"]["figures"]} == {"sroi-guide@1"}
    assert {figure["currency"] for figure in body["total"]["figures"] if figure["unit"] == "money"} == {"USD"}


async def test_a_citys_own_method_is_its_own(world: World, city: Holder, neighbour: Holder, network: Holder) -> None:
    await world.joins(city, network)
    own = await own_method(city, "0.1")
    refused = [
        await holder.http.get(f"{path}/impact", params={"method": name})
        for holder, path, name in [
            (neighbour, neighbour.path, own),
            (network, city.path, own),
            (network, f"/v1/networks/{network.code}", own),
            (city, city.path, "ours@2"),
            (city, city.path, "no-such-method@1"),
            (city, city.path, "green-book@2"),
        ]
    ]

    assert (await impact(city, method=own))["method"] == own
    assert [refusal(answer) for answer in refused] == [(400, [("/query/method", "method")])] * 6
    assert refusal(await city.http.get(f"{city.path}/impact?method=green-book")) == (
        400, [("/query/method", "string_pattern_mismatch")],
    )  # fmt: skip


async def test_a_new_version_leaves_figures_by_the_old_one_as_they_were(city: Holder) -> None:
    await post(city, "outcomes", gain("1000.00", **LASTING))
    first = await own_method(city, "0")
    before = await told(city, "value.present", method=first)

    second = await own_method(city, "0.1")

    assert (first, second) == ("ours@1", "ours@2")
    assert (await told(city, "value.present", method=first), before) == ("2710.00", "2710.00")
    assert await told(city, "value.present", method=second) == "2487.60"  # 1000 + 900/1.1 + 810/1.21


async def test_levers_that_nobody_recorded_are_named_and_explicit_noughts_are_none(city: Holder) -> None:
    """By hand: 1000 · 0.8 · 0.745 · 0.825 = 491.70, and 0.785 of it in the second year, at 3.5 %."""
    await post(city, "costs", cost("100.00"))
    await post(city, "outcomes", gain("1000.00", **{**LEFT_OUT, "duration_years": 2}))

    assumed = await total(city)
    plain = await total(city, method=await own_method(city))

    names = ["deadweight", "attribution_to_others", "displacement"]
    for indicator, expected, levers in [
        ("value.gross", "1000.00", []),
        ("value.net", "491.70", names),
        ("value.present", "864.63", [*names, "drop_off"]),
        ("sroi", "8.646319", [*names, "drop_off"]),
        ("break_even.deadweight", "0.907475", [*names[1:], "drop_off"]),
    ]:
        found = figure(assumed, indicator)
        status = "assumption_based" if levers else "ok"
        assert (found["value"], found["status"], found["assumed"]) == (expected, status, levers), indicator
    assert (figure(plain, "sroi")["value"], figure(plain, "sroi")["status"]) == ("20.000000", "ok")


async def test_explicit_noughts_rest_on_no_assumption(city: Holder) -> None:
    await post(city, "costs", cost("100.00"))
    await post(city, "outcomes", gain("1000.00", duration_years=2))

    found = figure(await total(city), "sroi")

    assert (found["status"], found["assumed"], found["value"]) == ("ok", [], "19.661836")  # 10 + 10/1.035


async def test_real_prices_are_of_the_year_in_local_money_and_then_of_its_mean_rate(world: World) -> None:
    """By hand: 100 at an index of 100 are 120 at one of 120; at 10 and 14 to the euro, 12 in the mean, 10.00 EUR."""
    currency = next(OWN)
    city = await world.city(currency=currency)
    await loads.indices(world, "Made up", [(currency, 2020, "100"), (currency, 2024, "120")])
    await loads.rates(world, "Made up", [(currency, "2024-01-02", "10"), (currency, "2024-07-01", "14")])
    await post(city, "costs", cost("100", currency=currency, incurred_on="2020-03-01"))

    at_home = await impact(city, price_year="2024")
    in_euro = await impact(city, price_year="2024", currency="EUR")
    without_rate = await impact(city, currency="EUR")
    without_index = await impact(city, price_year="2023")

    assert (at_home["price_year"], at_home["rates"]["rate_date"]) == (2024, "mean_of_price_year")
    assert value(at_home["total"], "cost.total").split(".")[0] == "120"  # type: ignore[union-attr]
    assert value(in_euro["total"], "cost.total") == "10.00"
    assert figure(in_euro["total"], "cost.total")["price_year"] == 2024
    for body in (without_rate, without_index):
        assert value(body["total"], "cost.total") == "(no_rate)"
        assert body["unconverted"] == [{"records": "cost", "currency": currency, "amount": "100"}]


async def test_a_price_year_without_an_index_is_never_a_nought(city: Holder) -> None:
    await post(city, "costs", cost("100.00"))
    await post(city, "outcomes", gain("1000.00"))

    for year in ("1900", "2023", "2100"):
        found = await total(city, price_year=year)
        assert {value(found, name) for name in ("cost.total", "value.present", "sroi", "npv", "irr")} == {"(no_rate)"}
    assert value(await total(city, price_year="2024"), "sroi") == "10.000000"


async def test_another_currency_changes_money_and_no_ratio(city: Holder) -> None:
    """Source: ECB, 8 April 2024: 1.0823 dollars a euro."""
    await post(city, "costs", cost("100.00"))
    await post(city, "outcomes", gain("250.00", "2024-04-08"))

    euro, dollar = await total(city), await total(city, currency="USD")

    assert [value(dollar, name) for name in ("cost.total", "value.present", "npv")] == ["108.23", "270.58", "162.35"]
    for name in ("sroi", "bcr", "break_even.deadweight", "roi"):
        assert value(dollar, name) == value(euro, name)


async def test_an_interval_says_how_it_was_drawn_and_a_higher_level_holds_a_lower_one(city: Holder) -> None:
    await post(city, "costs", cost("100.00", estimated=True))
    await post(city, "outcomes", gain("250.00", evidence_strength=2))
    await post(city, "outcomes", good("12", "5.00", range={"low": "4", "high": "40"}))

    told = [figure(await total(city, level=level), "sroi") for level in ("0.5", "0.90", "0.9999")]
    drawn = figure(await total(city, seed="42", draws="1000"), "sroi")["interval"]

    ends = [(float(each["interval"]["low"]), float(each["interval"]["high"])) for each in told]
    assert ends[2][0] < ends[1][0] < ends[0][0] < float(told[0]["value"]) < ends[0][1] < ends[1][1] < ends[2][1]
    assert told[1]["interval"].items() >= {"level": "0.90", "kind": "monte_carlo", "draws": 20000, "seed": 7}.items()
    assert (drawn["draws"], drawn["seed"]) == (1000, 42)
    assert 0 < float(told[1]["interval"]["standard_error"]) < float(drawn["standard_error"])
    assert drawn != told[1]["interval"]


@pytest.mark.parametrize("group_by", ["none", "network", "theme", "year", "kind"])
@pytest.mark.parametrize("shown", ["sroi", "cost.total,sroi", "bcr,conversion.rate,value.present"])
@pytest.mark.parametrize("further", [{}, {"estimated": True}, {"currency": "MXV"}])
async def test_a_figure_asked_for_alone_is_the_same(
    world: World, city: Holder, group_by: str, shown: str, further: dict[str, Any]
) -> None:
    network, other = await world.network(), await world.network()
    shares = [{"network": network.code, "share": "0.333333"}, {"network": other.code, "share": "0.5"}]
    outcomes = [gain("250.00", credit="0.7", **LEFT_OUT), good("3", "7.10", credit="0.2", duration_years=4)]
    costs = [cost("10.00"), cost("10.00"), cost("5.00", incurred_on="2023-01-02", **further)]
    told = engagement(networks=shares, themes=["energy", "health", "culture"], costs=costs, outcomes=outcomes)
    await post(city, "engagements", told)
    await post(city, "costs", cost("3.00", category="overhead"))

    whole = await impact(city, group_by=group_by)
    alone = await impact(city, group_by=group_by, indicators=shown)

    def chosen(group: dict[str, Any]) -> list[dict[str, Any]]:
        figures = [figure for figure in group["figures"] if figure["indicator"] in shown.split(",")]
        return [{**figure, "as_of": None} for figure in figures]

    assert len(alone["total"]["figures"]) == len(shown.split(","))
    assert (chosen(alone["total"]), alone["base_year"]) == (chosen(whole["total"]), whole["base_year"])
    groups = {group["label"]: chosen(group) for group in whole["groups"]}
    assert {group["label"]: chosen(group) for group in alone["groups"]}.items() <= groups.items()


@pytest.mark.parametrize(
    ("asked", "hint"), [("sroy", "No indicator sroy. Is sroi meant?"), ("sroi,luck", "No indicator luck.")]
)
async def test_an_unknown_indicator_is_refused_with_a_hint(city: Holder, asked: str, hint: str) -> None:
    refused = await city.http.get(f"{city.path}/impact", params={"indicators": asked})

    assert refusal(refused) == (400, [("/query/indicators", "indicator")])
    assert refused.json()["detail"] == hint


CREDITS = {
    "declared": ("0.6", "0.2", "0.2"),
    "equal": ("0.4", "0.4", "0.2"),
    "by_hours": ("0.6", "0.2", "0.2"),  # 0.8 by 30 hours to 10
    "by_cost": ("0.2", "0.6", "0.2"),  # 0.8 by 100 to 300
    "shapley": ("0.54", "0.14", "0.32"),  # (0.6 + 0.48)/2 and (0.2 + 0.08)/2 of 1 − 0.4·0.8
}


@pytest.mark.parametrize("rule", CREDITS)
async def test_credits_are_given_by_the_methods_rule(world: World, city: Holder, rule: str) -> None:
    one, two = await world.network(), await world.network()
    made = []
    for network, hours, spent in [(one, "30", "100.00"), (two, "10", "300.00")]:
        shared = [{"network": network.code, "share": "1"}]
        told = engagement(networks=shared, staff_hours=hours, costs=[cost(spent)])
        made.append((await post(city, "engagements", told))["id"])
    credits = [{"engagement": made[0], "credit": "0.6"}, {"engagement": made[1], "credit": "0.2"}]
    await post(city, "outcomes", gain("1000.00", credits=credits))

    name = await own_method(city, credits=rule)
    body = await impact(city, group_by="network", method=name)

    counts = values(body, "outcomes.count")
    assert (counts[one.code], counts[two.code], counts["unallocated"]) == CREDITS[rule]
    assert (counts["total"], values(body, "value.net")["total"]) == ("1", "1000.00")
    alone = await impact(city, group_by="network", method=name, indicators="outcomes.count")
    assert values(alone, "outcomes.count") == counts


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("none", ("100.00", "300.00", "40.00")), ("by_cost", ("110.00", "330.00")), ("by_hours", ("130.00", "310.00"))],
)
async def test_overhead_is_spread_and_nothing_is_lost(
    world: World, city: Holder, rule: str, expected: tuple[str, ...]
) -> None:
    one, two = await world.network(), await world.network()
    for network, hours, spent in [(one, "30", "100.00"), (two, "10", "300.00")]:
        shared = [{"network": network.code, "share": "1"}]
        await post(city, "engagements", engagement(networks=shared, staff_hours=hours, costs=[cost(spent)]))
    await post(city, "costs", cost("40.00", category="overhead"))
    name = await own_method(city, overhead=rule)

    by_network = await impact(city, group_by="network", method=name)

    found = values(by_network, "cost.total")
    assert found == dict(zip([one.code, two.code, "overhead"], expected, strict=False)) | {"total": "440.00"}
    assert values(by_network, "concentration")["total"] == await told(city, "concentration", method=name) == "0.625000"


@pytest.mark.parametrize(
    ("rate", "rule"), [("-1", "A rate must be above -1."), ("-0.500001", "A rate must not be below -0.5.")]
)
async def test_a_rate_at_which_nothing_is_left_is_refused(city: Holder, rate: str, rule: str) -> None:
    schedule = [{"through": 3, "rate": "0"}, {"through": None, "rate": rate}]

    refused = await city.http.post(f"{city.path}/methods", json=method(parameters={"schedule": schedule}))

    assert refusal(refused) == (422, [("/parameters/schedule", "method")])
    assert refused.json()["errors"][0]["message"] == rule


async def test_the_share_of_the_budget_is_that_of_the_same_years(city: Holder) -> None:
    for year, amount in [("2023", "50.00"), ("2024", "100.00")]:
        await post(city, "costs", cost(amount, incurred_on=f"{year}-05-05"))
    await post(city, "costs", cost("7.00", funded_by="external_grant"))
    assert await told(city, "budget.share") == "(no_budget)"
    for fiscal_year, amount in [(2022, "1000.00"), (2023, "1000.00"), (2024, "4000.00")]:
        await post(city, "budgets", budget(amount, year=fiscal_year))

    by_year = await impact(city, group_by="year")

    assert values(by_year, "budget.share") == {
        "2022": "0.000000", "2023": "0.050000", "2024": "0.025000", "total": "0.025000",
    }  # fmt: skip
    assert await told(city, "budget.share") == "0.025000"
    assert await told(city, "budget.share", from_="2024-01-01") == "0.025000"
    assert await told(city, "budget.share", to="2023-12-31") == "0.025000"
    assert await told(city, "budget.share", from_="2023-01-01", to="2023-12-31") == "0.050000"


async def test_only_whom_an_outcome_has_had_time_to_reach_is_judged(city: Holder) -> None:
    for begun, came in [("2020-01-01", "2020-01-31"), ("2020-01-01", None), ("2021-01-01", "2021-03-02")]:
        outcomes = [outcome(occurred_on=came)] if came else []
        await post(city, "engagements", engagement(starts_on=begun, outcomes=outcomes))
    patient = await own_method(city, mature_days=36500)

    found = await total(city)

    assert (value(found, "conversion.rate"), value(found, "time_to_outcome")) == ("0.666667", "60")
    assert figure(await total(city, method=patient), "conversion.rate")["status"] == "insufficient_data"
