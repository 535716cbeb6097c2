"""Whatever may be recorded has an answer: at the ends of time, of money and of sense nothing breaks."""

import json
from typing import Any

import pytest

from tests.api.impacts import post
from tests.api.worth import gain, good, told
from tests.make import Holder, World, cost, engagement, method

MOST = "99999999999999.99"
LAST: dict[str, Any] = {"duration_years": 125}
NEVER = {"gross": "0"}
MUCH = {"gross": "99999999999999", "multiplier": "99999999999999.999999999999"}
HARM: dict[str, Any] = {"kind": "negative_effect"}
LEFT_OUT: dict[str, Any] = dict.fromkeys(("deadweight", "attribution_to_others", "displacement", "drop_off"))
WORST: dict[str, Any] = {
    "deadweight": "0.999999", "attribution_to_others": "0.999999", "displacement": "0.999999", "drop_off": "0.999999",
}  # fmt: skip

OUTCOMES: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "the last century but one": [gain(MOST, "2100-12-31", **LAST), gain("1.00", "1900-01-01", **LEFT_OUT, **LAST)],
    "only the future": [gain("100.00", "2100-12-31", **LEFT_OUT, **LAST)],
    "only harm": [gain("100.00", **HARM, **LAST), good("4", "3.00", **HARM, **LEFT_OUT)],
    "a counterfactual of nought": [good("0", "3.00", counterfactual={"intervention": NEVER, "reference": NEVER})],
    "worse than nothing": [good("9", MOST, **LAST, counterfactual={"intervention": NEVER, "reference": MUCH})],
    "as much as can be said": [
        good("999999999999.999999", MOST, **LAST, range={"low": "0", "high": "99999999999999.999999"}),
        good("9", MOST, "2100-12-31", **LAST, counterfactual={"intervention": MUCH, "reference": NEVER}),
        gain(MOST, "1900-12-31", **HARM, **LAST),
    ],
    "flows that change their sign": [
        gain(MOST, f"{year}-01-01", kind=kind, duration_years=years, drop_off="0.123456")
        for year, kind, years in [(2000, "other", 9), (2005, "negative_effect", 60), (2040, "investment_or_trade", 125)]
    ],
    "noughts": [gain("0.00"), gain("0.00", kind="funding", range={"low": "0", "high": "0"}), good("0", "0.00")],
    "noughts that may be more": [
        gain("0.00", range={"low": "0", "high": "100"}), good("0", "1.00", range={"low": "0", "high": "9" * 14}),
    ],
    "levers of one": [gain("10.00", **dict.fromkeys(LEFT_OUT, "1"), **LAST)],
    "almost levers of one": [gain("0.01", **WORST, **LAST)],
}  # fmt: skip
COSTS = {
    "nothing spent": [cost("0.00")],
    "a cent in a guess": [cost("0.01", estimated=True)],
    "all there is, long ago": [cost(MOST, estimated=True, incurred_on="1900-01-01")],
    "all there is, beyond the horizon": [cost(MOST, incurred_on="2100-01-01")],
}
DOUBLING = {"schedule": [{"through": None, "rate": "-0.5"}], "first_benefit_year": 1, "overhead": "by_hours"}
RUINOUS = {
    "schedule": [{"through": 3, "rate": "999.9999999999"}, {"through": None, "rate": "-0.5"}], "overhead": "by_cost",
    "priors": {"drop_off": "1", "deadweight": "1"}, "credits": "by_cost",
    "spreads": {"levers": "9.999999", "0": "0", "unknown": "9.999999", "estimated_cost": "9.999999"},
}  # fmt: skip
SHORT = {"schedule": [{"through": 1, "rate": "0.5"}], "horizon_years": 0, "credits": "by_hours"}
QUESTIONS = [
    "", "&group_by=network&level=0.9999", "&group_by=theme&price_year=2024", "&price_year=1900&level=0.0001",
    "&currency=USD&indicators=sroi,npv,irr", "&from=1999-01-01&to=1999-01-01",
]  # fmt: skip
PATHS = ["impact/tornado", "impact/irr/lineage", "impact/break_even.drop_off/lineage"]


@pytest.mark.parametrize("spent", COSTS)
@pytest.mark.parametrize("gained", OUTCOMES)
async def test_there_is_an_answer(world: World, city: Holder, network: Holder, gained: str, spent: str) -> None:
    for parameters in (DOUBLING, RUINOUS, SHORT):
        await post(city, "methods", method(parameters=parameters))
    await world.joins(city, network)
    shares = [{"network": network.code, "share": "0.333333"}]
    said = {"networks": shares, "themes": ["health", "energy", "culture"]}
    await post(city, "engagements", engagement(**said, costs=COSTS[spent], outcomes=OUTCOMES[gained]))
    await post(city, "costs", cost("0.00", category="overhead"))

    for name in ("green-book@1", "sroi-guide@1", "cash@1", "ours@1", "ours@2", "ours@3"):
        common = f"method={name}&draws=100"
        asked = [f"{city.path}/impact?{common}{question}" for question in QUESTIONS]
        asked += [f"{city.path}/{path}?{common}" for path in PATHS]
        for address in asked:
            answer = await city.http.get(address)
            assert answer.status_code == 200, (address, answer.text)
            json.loads(answer.text, parse_constant=pytest.fail)
            assert not {"NaN", "Infinity", "E+"} & set(answer.text.split('"')), address
        if not name.startswith("ours"):
            theirs = await network.http.get(f"/v1/networks/{network.code}/impact?{common}")
            assert theirs.status_code == 200, theirs.text


async def test_what_lies_beyond_the_horizon_counts_for_nothing_and_before_it_for_something(city: Holder) -> None:
    """The Green Book looks sixty years ahead; year 60 has the factor 1/(1.035^30 · 1.03^30)."""
    await post(city, "costs", cost("1.00", incurred_on="1950-06-01"))
    await post(city, "outcomes", gain("1000000.00", "2010-12-31"))
    within = await told(city, "value.present")
    await post(city, "outcomes", gain("1000000.00", "2011-01-01", **LAST))

    assert within == await told(city, "value.present") == "146781.99"
    assert await told(city, "value.gross") == "2000000.00"


async def test_an_outcome_that_is_hoped_for_or_given_up_is_worth_nothing(city: Holder) -> None:
    for status in ("expected", "rejected", "superseded"):
        await post(city, "outcomes", gain("1000.00", status=status))
    await post(city, "outcomes", gain("5.00", kind="funding", funding_stage="pledged"))

    assert await told(city, "value.gross") == "(no_outcomes)"
