"""Published worked examples, recorded as a city would record them, come out of the public API."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from proxeny.indicators.appraisal import irr_roots
from proxeny.indicators.proportions import percentages
from tests.api import loads
from tests.api.impacts import impact, post, value, values
from tests.api.loads import told as refusal
from tests.api.worth import NO_LEVERS, figure, gain, good, keep_books, own_method, told, total
from tests.indicators.test_cases import published
from tests.make import Holder, World, cost, engagement, outcome

MILLION = "1000000.00"


def case(name: str) -> Any:  # noqa: ANN401 - JSON is any of six types
    """Return one published case; the test is skipped where there are none."""
    known: list[Any] = published()
    [found] = [each for each in known if each["id"] == name]
    return found


def is_near(found: str, expected: object, tolerance: str) -> bool:
    """Tell whether a figure is what was published, by as many digits as were printed."""
    return abs(Decimal(found) - Decimal(str(expected))) <= Decimal(tolerance)


async def test_the_factors_of_the_green_book(city: Holder) -> None:
    given = case("gb-a1-factors-3.5")
    for year in given["inputs"]["years"]:
        await post(city, "outcomes", gain(MILLION, f"{2000 + year}-01-01"))

    body = await impact(city, method="green-book@1", group_by="year", indicators="value.present")

    found = [value(group, "value.present") for group in body["groups"]]
    assert body["base_year"] == 2000
    assert len(found) == len(given["expected"]) == 31
    for present, expected in zip(found, given["expected"], strict=True):
        assert is_near(str(Decimal(str(present)) / 1_000_000), expected, "5.01e-5")


async def test_the_first_factor_at_the_second_rate_of_the_green_book(city: Holder) -> None:
    """Source: HM Treasury, Discounting: Green Book supplementary guidance, table A.1: 0.3459 in year 31."""
    await post(city, "costs", cost("0.00", incurred_on="2000-01-01"))
    await post(city, "outcomes", gain(MILLION, "2031-12-31"))

    assert is_near(await told(city, "value.present"), "345900", "50")


@pytest.mark.parametrize("stream", range(4))
async def test_a_flat_stream_adds_up_and_is_set_against_its_cost(city: Holder, stream: int) -> None:
    given = case("gb-flat-stream-cumulative")
    inputs, expected = given["inputs"][stream], given["expected"][stream]
    years = int(inputs["years"].split("..")[1]) + 1
    await post(city, "outcomes", gain(MILLION, duration_years=years))
    await post(city, "costs", cost(MILLION, incurred_on="2024-01-31"))
    method = await own_method(city, str(inputs["rate"]))

    found = await total(city, method=method)

    assert is_near(str(value(found, "bcr")), expected, "0.000501")
    assert is_near(str(value(found, "sroi.net")), expected - 1, "0.000501")
    assert is_near(str(value(found, "npv")), (expected - 1) * 1_000_000, "501")


async def test_net_present_value_as_a_spreadsheet_has_it(city: Holder) -> None:
    """The first value is discounted once: so it is when the year before it is the first of the books."""
    given = case("ms-npv-end-of-period")
    await keep_books(city, given["inputs"]["flows"])
    at_once = await told(city, "npv", method=(method := await own_method(city, str(given["inputs"]["rate"]))))
    await post(city, "costs", cost("0.00", incurred_on="2000-12-31"))

    found = await told(city, "npv", method=method)

    assert is_near(found, given["expected"], "0.00501")
    assert is_near(at_once, given["expected"] * Decimal("1.1"), "0.0101")


@pytest.mark.parametrize("number", range(8))
async def test_internal_rates_of_return(city: Holder, number: int) -> None:
    """Where several rates fit, none of them is told; the one that was published is among those that fit."""
    given = case("npf-irr")
    flows, expected = given["inputs"][number], given["expected"][number]
    await keep_books(city, flows)

    found = await told(city, "irr", method="cash@1")

    roots = irr_roots([Decimal(str(flow)) for flow in flows])
    near = [root for root in roots if abs(root - expected) <= abs(expected) / 100]
    assert len(near) == 1
    assert found == ("(multiple_roots)" if len(roots) > 1 else f"{near[0]:.6f}")


@pytest.mark.parametrize("number", range(3))
async def test_flows_of_one_sign_have_no_rate_of_return(city: Holder, number: int) -> None:
    await keep_books(city, case("npf-irr-none")["inputs"][number])

    assert await told(city, "irr", method="cash@1") == "(no_sign_change)"
    assert await told(city, "mirr", method="cash@1") == "(no_sign_change)"


async def test_the_modified_rate_of_return(city: Holder) -> None:
    """Source: Microsoft, MIRR function, as in numpy-financial's tests: 12.61 % reinvested at 12 %.

    All is put in at once, so that the rate at which it would be financed does not matter.
    """
    await keep_books(city, [-120000, 39000, 30000, 21000, 37000, 46000])

    assert await told(city, "mirr", method=await own_method(city, "0.12")) == "0.126094"


async def test_years_until_it_is_paid_back(city: Holder) -> None:
    given = case("payback-2.5")
    await keep_books(city, given["inputs"]["flows"])

    assert await told(city, "payback", method="cash@1") == str(given["expected"])


@pytest.mark.parametrize("number", range(2))
async def test_years_until_it_is_paid_back_discounted(city: Holder, number: int) -> None:
    given = case("discounted-payback")
    inputs, expected = given["inputs"][number], given["expected"][number]
    await keep_books(city, inputs["flows"])

    found = await told(city, "payback.discounted", method=await own_method(city, str(inputs["rate"])))

    assert found == "(not_reached)" if expected is None else is_near(found, expected, "5.1e-7")


def levers(given: dict[str, Any]) -> dict[str, Any]:
    """Return the levers of a published outcome, nought for those it does not have."""
    said = {name: str(given.get(name, 0)) for name in NO_LEVERS}
    return {**said, "duration_years": given.get("duration", 1)}


@pytest.mark.parametrize("number", range(4))
async def test_each_lever_of_spec_044(city: Holder, number: int) -> None:
    given = case("sroi-spec044-levers")
    inputs, expected = given["inputs"][number], given["expected"][number]
    await post(city, "costs", cost(str(inputs["investment"])))
    for each in inputs["outcomes"]:
        await post(city, "outcomes", good(str(each["q"]), str(each["p"]), **levers(each)))

    assert is_near(await told(city, "sroi", method=await own_method(city)), expected, "1e-9")


async def test_the_drop_off_of_spec_044(city: Holder) -> None:
    given = case("sroi-spec044-dropoff")
    inputs, expected = given["inputs"], given["expected"]
    [each] = inputs["outcomes"]
    await post(city, "costs", cost(str(inputs["investment"])))
    await post(city, "outcomes", good(str(each["q"]), str(each["p"]), **levers(each)))

    found = await total(city, method=await own_method(city, str(inputs["rate"])))

    assert is_near(str(value(found, "value.present")), expected["pv"], "1e-6")
    assert is_near(str(value(found, "sroi")), expected["ratio"], "1e-6")


@pytest.mark.parametrize("which", ["one", "two"])
async def test_the_same_inputs_under_each_convention(city: Holder, which: str) -> None:
    """A thousand million times as many are valued, so that twelve digits of the answer are seen."""
    given = case("sroi-convention-matrix-derived")
    [each], expected = given["inputs"][which], given["expected"][which]
    await post(city, "outcomes", good(f"{each['q']}000000000", f"{each['p']}.00", **levers(each)))
    methods = {
        "guide: multiplicative, year-1 discounting": "sroi-guide@1",
        "green-book: multiplicative, year-0 first": "green-book@1",
        "undiscounted": await own_method(city),
    }

    for convention, method in methods.items():
        found = Decimal(await told(city, "value.present", method=method)) / 10**9
        assert abs(found / expected[convention] - 1) < Decimal("1e-12")


async def test_the_counterfactual_of_the_additionality_guide(city: Holder) -> None:
    given = case("additionality-guide-derived")
    courses = {name: {part: str(each) for part, each in course.items()} for name, course in given["inputs"].items()}
    await post(city, "outcomes", good("1000", "10000.00", counterfactual=courses))

    found = await total(city, method="sroi-guide@1")

    assert Decimal(str(value(found, "value.net"))) == given["expected"]["net"] * 10000
    assert value(found, "value.gross") == "10000000.00"


async def test_rates_of_the_european_central_bank(world: World) -> None:
    given = case("ecb-rates-2016-10-17")
    for currency, expected in given["expected"].items():
        answer = await world.anonymous.get(f"/v1/rates/{currency}/{given['inputs']['date']}")

        assert Decimal(answer.json()["rate"]) == expected, currency


async def test_what_the_bank_has_no_rate_for_can_be_loaded(world: World) -> None:
    inputs = case("ecb-no-weekend-no-ars-clp")["inputs"]
    saturday = inputs["dates"][0]
    for day in inputs["dates"]:
        assert refusal(await world.anonymous.get(f"/v1/rates/USD/{day}?policy=strict")) == (404, NO_RATE)
        for currency in inputs["currencies"]:
            assert refusal(await world.anonymous.get(f"/v1/rates/{currency}/{day}")) == (404, NO_RATE)

    await loads.rates(world, "Made up", [(currency, saturday, "10.5") for currency in inputs["currencies"]])

    for currency in inputs["currencies"]:
        answer = await world.anonymous.get(f"/v1/rates/{currency}/{saturday}?policy=strict")
        assert (answer.json()["rate"], answer.json()["source"]) == ("10.5", "Made up")


NO_RATE = [("/path/day", "no_rate")]


async def waits(city: Holder, days: Sequence[int], events: Sequence[object]) -> None:
    """Record engagements that waited so many days until today, or until their outcome."""
    today = date.today()  # noqa: DTZ011 - an hour either way does not matter to the median
    for waited, has_come in zip(days, events, strict=True):
        begun = today - timedelta(days=waited if not has_come else 600)
        came = [outcome(occurred_on=str(begun + timedelta(days=waited)))] if has_come else []
        await post(city, "engagements", engagement(starts_on=str(begun), outcomes=came))


async def test_thirteen_of_sixteen_by_wilson(city: Holder) -> None:
    given = case("prop-wilson-13-16")
    successes, trials = given["inputs"]["x"], given["inputs"]["n"]
    await waits(city, [500] * trials, [number < successes for number in range(trials)])

    found = figure(await total(city, level=str(given["inputs"]["level"])), "conversion.rate")

    assert (found["value"], found["n"], found["interval"]["kind"]) == ("0.812500", trials, "wilson")
    assert is_near(found["interval"]["low"], given["expected"][0], "5.01e-5")
    assert is_near(found["interval"]["high"], given["expected"][1], "5.01e-5")


async def test_the_median_of_gehans_remissions_in_days(city: Holder) -> None:
    """The interval is that of SAS and of R's `survfit` with `log-log`: 13 weeks and no end."""
    given = case("km-gehan-6mp")
    await waits(city, [7 * weeks for weeks in given["inputs"]["times"]], given["inputs"]["event"])

    found = figure(await total(city, level="0.95"), "time_to_outcome")

    assert (found["value"], found["n"]) == (str(7 * given["expected"]["median"]), 21)
    assert (found["interval"]["low"], found["interval"]["high"]) == (str(7 * 13), None)


async def test_nothing_so_far_still_bounds_the_cost_of_one(city: Holder) -> None:
    """Source: epitools::pois.exact, one-sided 95 %: 2.996, as quoted in the case poisson-exact."""
    assert "total cost / 2.996" in case("poisson-exact")["note"]
    await post(city, "costs", cost("299600.00"))

    found = figure(await total(city), "cost.per_outcome")

    assert (found["value"], found["reason"], found["bound"]) == (None, "no_outcomes", "100000.00")


async def test_the_shares_of_the_survey(city: Holder) -> None:
    given = case("seed-exhibit2")
    kinds = ["policy_change", "pilot", "joint_policy", "other"]
    for kind, many in zip(kinds, given["inputs"]["counts"].values(), strict=True):
        for number in range(many):
            status = "verified" if kind == kinds[0] else "reported"
            await post(city, "outcomes", outcome(kind=kind, title=f"{kind} {number}", status=status))

    found = await total(city)

    counts = [int(str(value(found, f"outcomes.count.{kind}"))) for kind in kinds]
    assert percentages(counts) == given["expected"]
    assert value(found, "outcomes.verified_share") == "0.692308"  # 18 / 26, which the survey rounds to 69 %.


async def test_leverage_is_of_what_is_contracted_or_paid(city: Holder) -> None:
    """Source: the stages of the International Aid Transparency Initiative; a pledge is no commitment."""
    await post(city, "costs", cost("400.00"))
    await post(city, "costs", cost("600.00", funded_by="external_grant"))
    for stage, amount in [("pledged", "9000.00"), ("committed", "1000.00"), ("disbursed", "200.00")]:
        await post(city, "outcomes", outcome(kind="funding", amount=amount, currency="EUR", funding_stage=stage))

    assert await told(city, "funding.leverage") == "3.000000"


async def test_the_concentration_of_four_networks(world: World, city: Holder) -> None:
    """Source: United States Department of Justice: shares of 30, 30, 20 and 20 percent are 2,600 points of 10,000."""
    networks = [await world.network() for _ in range(4)]
    for network, amount in zip(networks, ["300.00", "300.00", "200.00", "200.00"], strict=True):
        share = [{"network": network.code, "share": "1"}]
        await post(city, "engagements", engagement(networks=share, costs=[cost(amount)]))

    by_network = await impact(city, group_by="network")

    assert await told(city, "concentration") == "0.260000"
    assert set(values(by_network, "concentration").values()) == {"1.000000", "0.260000"}
