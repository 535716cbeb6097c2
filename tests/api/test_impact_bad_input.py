"""What makes no sense as a value of an outcome, or as a question about impact, is refused at its place."""

from typing import Any

import pytest

from tests.api.impacts import post
from tests.api.loads import told
from tests.make import Holder, budget, cost, engagement, outcome, proxy

MONEY = {"kind": "investment_or_trade", "amount": "120.00", "currency": "EUR"}
PRICED = {"kind": "other", "quantity": "3", "unit": "piece", "unit_value": "2.00", "currency": "EUR"}
COURSE = {"gross": "10"}

REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "a lever above one": ({**MONEY, "deadweight": "1.1"}, "/deadweight", "share"),
    "a lever below nought": ({**MONEY, "attribution_to_others": "-0.1"}, "/attribution_to_others", "share"),
    "a lever that is a number": ({**MONEY, "displacement": 0.5}, "/displacement", "share"),
    "a lever in percent": ({**MONEY, "drop_off": "20 %"}, "/drop_off", "share"),
    "no year": ({**MONEY, "duration_years": 0}, "/duration_years", "greater_than_equal"),
    "more years than any schedule has": ({**MONEY, "duration_years": 126}, "/duration_years", "less_than_equal"),
    "a range out of order": ({**MONEY, "range": {"low": "150", "high": "90"}}, "/range", "range"),
    "a range beside what it is of": ({**MONEY, "range": {"low": "130", "high": "150"}}, "/range", "range"),
    "another centre": ({**MONEY, "range": {"low": "90", "central": "121", "high": "150"}}, "/range", "range"),
    "a range of nothing": ({"range": {"low": "0", "high": "1"}}, "/range", "range"),
    "a range of one end": ({**MONEY, "range": {"low": "90"}}, "/range/high", "missing"),
    "a price beside an amount": ({**MONEY, "unit_value": "1.00"}, "/unit_value", "mixed_price_bases"),
    "a proxy beside an amount": ({**MONEY, "proxy": "hour"}, "/proxy", "mixed_price_bases"),
    "a proxy beside a price": ({**PRICED, "proxy": "hour"}, "/proxy", "mixed_price_bases"),
    "a price without a currency": ({**PRICED, "currency": None}, "/currency", "amount_currency"),
    "a price of too many decimals": ({**PRICED, "unit_value": "1.001"}, "/unit_value", "minor_digits"),
    "a share of a counterfactual above one": (
        {**PRICED, "counterfactual": {"intervention": COURSE, "reference": {**COURSE, "leakage": "1.5"}}},
        "/counterfactual/reference/leakage",
        "share",
    ),
    "half a counterfactual": (
        {**PRICED, "counterfactual": {"intervention": COURSE}}, "/counterfactual/reference", "missing",
    ),
    "evidence beyond the standard": ({**MONEY, "evidence_strength": 6}, "/evidence_strength", "less_than_equal"),
    "an empty key of a claim": ({**MONEY, "claim_key": ""}, "/claim_key", "string_too_short"),
    "a day that is none": ({**MONEY, "starts_on": "2024-02-30"}, "/starts_on", "day"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
async def test_an_outcome_is_refused_alone_nested_and_changed(city: Holder, what: str) -> None:
    changes, pointer, code = REFUSED[what]
    body = outcome(**{"kind": "other", **changes})
    known = await post(city, "outcomes", outcome(kind=body["kind"]))

    alone = await city.http.post(f"{city.path}/outcomes", json=body)
    nested = await city.http.post(f"{city.path}/engagements", json=engagement(outcomes=[outcome(), body]))
    changed = await city.http.patch(f"{city.path}/outcomes/{known['id']}", json={**changes}, headers={"If-Match": "*"})

    assert told(alone) == (422, [(pointer, code)])
    assert told(nested) == (422, [(f"/outcomes/1{pointer}", code)])
    assert changed.status_code == 422, changed.text


async def test_a_proxy_that_is_not_there_is_named(city: Holder, neighbour: Holder) -> None:
    await post(neighbour, "proxies", proxy(code="theirs"))
    body = outcome(proxy="theirs")

    alone = await city.http.post(f"{city.path}/outcomes", json=body)
    nested = await city.http.post(f"{city.path}/engagements", json=engagement(outcomes=[body]))

    assert (alone.status_code, alone.json()["detail"]) == (404, "No valuation proxy theirs.")
    assert nested.status_code in {404, 422}
    assert "No valuation proxy theirs." in nested.text


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"low": "40.00"}, "/high"), ({"low": "50.00", "high": "60.00"}, "/low"),
     ({"low": "1.00", "high": "2.00"}, "/high"),
     ({"value": "-1.00"}, "/value"), ({"year": 1899}, "/year"), ({"currency": "XXX"}, "/currency")],
)  # fmt: skip
async def test_a_proxy_is_refused_at_its_place(city: Holder, changes: dict[str, Any], pointer: str) -> None:
    refused = await city.http.post(f"{city.path}/proxies", json=proxy(**changes))

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("method=green-book", "method"), ("method=green-book@0", "method"), ("currency=XXX", "currency"),
        ("currency=eur", "currency"), ("price_year=1899", "price_year"), ("price_year=now", "price_year"),
        ("level=1", "level"), ("level=0.0", "level"), ("level=90", "level"), ("level=0.90000", "level"),
        ("as_of=yesterday", "as_of"), ("as_of=2999-01-01T00:00:00Z", "as_of"), ("as_of=2024-01-01", "as_of"),
        ("as_of=2024-13-01T00:00:00Z", "as_of"), ("seed=-1", "seed"), ("seed=4294967296", "seed"),
        ("draws=99", "draws"), ("draws=100001", "draws"), ("indicators=", "indicators"),
        ("indicators=sroi,,npv", "indicators"), ("indicators=luck", "indicators"), ("policy=hopeful", "policy"),
        ("group_by=luck", "group_by"), ("from=2024-02-30", "from"), ("from=2024-02-02&to=2024-02-01", "to"),
        ("luck=1", "luck"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["impact", "impact/tornado", "impact/sroi/lineage"])
async def test_a_question_that_makes_no_sense_is_refused_at_its_place(
    city: Holder, path: str, query: str, pointer: str
) -> None:
    refused = await city.http.get(f"{city.path}/{path}?{query}")

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, f"/query/{pointer}"), refused.text


async def test_bounds_of_a_question_are_within_it(city: Holder) -> None:
    for query in ("level=0.0001", "level=0.9999", "price_year=1900", "price_year=2100", "seed=4294967295", "draws=100"):
        assert (await city.http.get(f"{city.path}/impact?{query}")).status_code == 200


async def test_an_amount_in_a_currency_without_a_rate_leaves_figures_open(city: Holder) -> None:
    await post(city, "costs", cost("10", currency="MXV"))
    await post(city, "outcomes", outcome(**{**MONEY, "amount": "1.00", "currency": "MXV"}))
    await post(city, "budgets", budget(currency="MXV"))

    answer = (await city.http.get(f"{city.path}/impact")).json()

    reasons = {each["indicator"]: (each["value"], each["reason"]) for each in answer["total"]["figures"]}
    for name in ("cost.total", "value.gross", "value.present", "sroi", "npv", "irr", "payback", "budget.share", "roi"):
        assert reasons[name] == (None, "no_rate")
    assert [each["records"] for each in answer["unconverted"]] == ["cost", "outcome"]
